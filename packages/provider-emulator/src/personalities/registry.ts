import { ControlError } from '../control/control-request.ts'
import type { GrantControl } from '../control/grant-control.ts'
import type { ProviderOperations } from '../control/operations.ts'
import type { Fixtures } from '../fixtures.ts'
import type { ProviderBindings, SharedServices } from '../provider.ts'
import type { ScenarioStore } from '../scenarios.ts'
import { checkRegisteredUrl } from '../urls.ts'
import { type Call, readCall } from './call.ts'
import { PERSONALITIES } from './data/index.ts'
import { isHostOf } from './endpoints.ts'
import { withFixtures } from './fixtures.ts'
import type { PersonalityOptions } from './options.ts'
import { checkOwnPersonalities, type OwnPersonality } from './own.ts'
import type { Personality } from './personality.ts'
import { scenariosOf } from './scenarios.ts'
import { createPersonalityServer, type PersonalityServer } from './server.ts'

/** The name of a personality, such as `github`. */
export type PersonalityName = keyof typeof PERSONALITIES

/** The clients of the personalities, by name. */
export type PersonalitiesOptions = { readonly [name in PersonalityName]?: PersonalityOptions }

/** What the personalities are made of. */
export interface PersonalitiesData {
  readonly clients?: PersonalitiesOptions | undefined
  readonly fixtures?: Fixtures
  readonly own?: readonly OwnPersonality[] | undefined
  /** The names and hosts of the other providers. */
  readonly taken: { readonly names: readonly string[]; readonly hosts: readonly string[] }
}

/** A personality as the control page shows it. */
export interface PersonalityEntry {
  readonly name: string
  /** The name for people. A second variant of a provider has its name behind it. */
  readonly title: string
  isHost(host: string): boolean
  readonly operations: ProviderOperations
}

/** All personalities. Each one starts at the first request to its hosts. */
export interface Personalities {
  readonly all: readonly PersonalityEntry[]
  readonly hosts: readonly string[]
  isEmulated(host: string): boolean
  fetch(request: Request, bindings: ProviderBindings): Promise<Response>
  /** Throws a ControlError for an unknown name. */
  control(name: string): GrantControl
  reset(): void
}

function checkOptions(names: readonly string[], options: PersonalitiesOptions): void {
  for (const [name, own] of Object.entries<PersonalityOptions>(options)) {
    if (!names.includes(name)) throw new Error(`"personalities": there is no "${name}". Known: ${names.join(', ')}.`)
    for (const uri of own.redirectUris ?? []) {
      checkRegisteredUrl(`personalities.${name}.redirectUris`, uri, 'loopback')
    }
  }
}

export function createPersonalities(
  services: SharedServices,
  scenarios: ScenarioStore,
  { clients = {}, fixtures = {}, own = [], taken }: PersonalitiesData,
): Personalities {
  const included: readonly Personality[] = Object.values(PERSONALITIES)
  checkOptions(Object.keys(PERSONALITIES), clients)
  checkOwnPersonalities(own, {
    names: [...taken.names, ...Object.keys(PERSONALITIES)],
    hosts: [...taken.hosts, ...included.flatMap(({ hosts }) => hosts)],
  })
  const all: ReadonlyMap<string, Personality> = new Map(
    [...included, ...own].map((personality) => [personality.name, withFixtures(personality, fixtures)]),
  )
  const clientOf = (name: string): PersonalityOptions | undefined =>
    own.find((candidate) => candidate.name === name)?.client ?? clients[name as PersonalityName]
  const servicesOf = new Map(
    [...all].map(([name, personality]) => [
      name,
      { ...services, scenarios: scenarios.define(name, scenariosOf(personality)) },
    ]),
  )
  const running = new Map<string, PersonalityServer>()

  const serverOf = (name: string): PersonalityServer => {
    const existing = running.get(name)
    if (existing !== undefined) return existing
    const personality = all.get(name)
    const services = servicesOf.get(name)
    if (personality === undefined || services === undefined) {
      throw new ControlError(404, `There is no personality "${name}".`)
    }
    const server = createPersonalityServer(services, personality, clientOf(name))
    running.set(name, server)
    return server
  }

  function entryOf({ name, title, hosts }: Personality): PersonalityEntry {
    const isFirst = [...all.values()].find((other) => other.title === title)?.name === name
    const operations = () => running.get(name)?.operations
    return {
      name,
      title: isFirst ? title : `${title} (${name})`,
      isHost: (host) => isHostOf(hosts, host),
      // A personality that did not start has no grants.
      operations: {
        accesses: () => operations()?.accesses() ?? [],
        withdrawAll: () => operations()?.withdrawAll() ?? 0,
        expireAccessTokens: () => operations()?.expireAccessTokens() ?? 0,
      },
    }
  }

  /** Two variants of a provider share their hosts: the client id, a token or a login says which one is meant. */
  function serverFor(call: Call): PersonalityServer | undefined {
    const servers = [...all.values()]
      .filter(({ hosts }) => isHostOf(hosts, call.host))
      .map(({ name }) => serverOf(name))
    return servers.find((server) => server.claims(call)) ?? servers[0]
  }

  return {
    all: [...all.values()].map(entryOf),
    hosts: [...new Set([...all.values()].flatMap(({ hosts }) => hosts))],
    isEmulated: (host) => [...all.values()].some(({ hosts }) => isHostOf(hosts, host)),
    async fetch(request, bindings) {
      const call = await readCall(request, bindings)
      return serverFor(call)?.respond(call) ?? new Response(null, { status: 599 })
    },
    control: (name) => serverOf(name).control,
    reset() {
      for (const server of running.values()) server.reset()
    },
  }
}
