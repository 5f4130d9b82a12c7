import { checkRegisteredUrl } from '../urls.ts'
import { isHostOf } from './endpoints.ts'
import type { PersonalityOptions } from './options.ts'
import type { Personality } from './personality.ts'

/** A provider that a user of the emulator describes, with its client. */
export interface OwnPersonality extends Personality {
  readonly client?: PersonalityOptions
}

/** The names and hosts that are taken. */
interface Taken {
  readonly names: readonly string[]
  readonly hosts: readonly string[]
}

/** Throws for a provider whose name, host or redirect URI cannot work. */
export function checkOwnPersonalities(own: readonly OwnPersonality[], taken: Taken): void {
  const names = new Set(taken.names)
  const hosts = [...taken.hosts]
  for (const { name, hosts: wanted, client } of own) {
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) {
      throw new Error(`"providers": the name "${name}" must have only a-z, 0-9, dots and hyphens.`)
    }
    if (names.has(name)) throw new Error(`"providers": the name "${name}" is taken.`)
    const conflict = wanted.find((host) => isHostOf(hosts, host))
    if (conflict !== undefined) throw new Error(`"providers": the host ${conflict} of "${name}" is taken.`)
    for (const uri of client?.redirectUris ?? []) checkRegisteredUrl(`providers.${name}.redirectUris`, uri, 'loopback')
    names.add(name)
    hosts.push(...wanted)
  }
}
