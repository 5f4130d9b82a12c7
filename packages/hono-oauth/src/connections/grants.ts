import { digest } from '../crypto/encoding.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite, listAll } from '../stores/guard.ts'
import type { DocumentAddress } from './home.ts'

const DIGEST_LENGTH = 32
// Webhooks come late by days at most: after that nothing is left to compare with. Seconds.
const HISTORY_TTL_SECONDS = 30 * 24 * 60 * 60

/**
 * Finds the owners of a grant, for providers that end grants by webhook: an event names the grant, and
 * connections are stored by owner.
 */
export class GrantIndex {
  readonly #store: Store
  readonly #realm: string

  /** @param realm - the app at the provider, which several providers of a configuration may share */
  constructor(store: Store, realm: string) {
    this.#store = store
    this.#realm = realm
  }

  /** Notes that an owner has a connection of this grant: one write, no read. */
  async add(
    grantId: string,
    owner: { readonly key: string },
    ttlSeconds: number | undefined,
  ): Promise<void> {
    const key = await entryKey(this.#realm, grantId, owner)
    await guardWrite(() => this.#store.put(key, '1', { ttlSeconds }))
  }

  /** Notes that an owner has no connection of this grant any more. */
  async remove(grantId: string, owner: { readonly key: string }): Promise<void> {
    const key = await entryKey(this.#realm, grantId, owner)
    await guardWrite(() => this.#store.delete(key))
  }

  /** The keys of the owners of a grant, each as it was added. */
  async owners(grantId: string): Promise<string[]> {
    const prefix = `${await historyKey(this.#realm, grantId)}/`
    const keys = await listAll(this.#store, prefix)
    return keys.map((key) => key.slice(prefix.length))
  }

  /** Notes that a grant began: again, where it had ended before. */
  async began(grantId: string, at: number): Promise<void> {
    const key = await historyKey(this.#realm, grantId)
    if ((await this.#beganAt(key)) >= at) return
    const options = { ttlSeconds: HISTORY_TTL_SECONDS }
    await guardWrite(() => this.#store.put(key, String(at), options))
  }

  /** Whether a grant began again after this moment, in seconds since the epoch. */
  async beganAfter(grantId: string, at: number): Promise<boolean> {
    return (await this.#beganAt(await historyKey(this.#realm, grantId))) > at
  }

  async #beganAt(key: string): Promise<number> {
    return Number(await guardStore(() => this.#store.get(key)))
  }
}

async function entryKey(
  realm: string,
  grantId: string,
  owner: { readonly key: string },
): Promise<string> {
  return `${await historyKey(realm, grantId)}/${owner.key}`
}

async function historyKey(realm: string, grantId: string): Promise<string> {
  return `grants/${realm}/${await digest(grantId, DIGEST_LENGTH)}`
}

/** How an owner stands in the index: an app may have several providers in one realm. */
export function grantEntry({ provider, owner }: DocumentAddress): { readonly key: string } {
  return { key: `${provider}.${owner.key}` }
}
