import { digest } from '../crypto/encoding.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite, listAll } from '../stores/guard.ts'
import type { DocumentAddress } from './address.ts'

const DIGEST_LENGTH = 32
// Providers deliver a webhook again for days at most. Seconds.
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

  /** Notes, until the end of the owner's session, that an owner has a connection of this grant: one write, no read. */
  async add(grantId: string, address: DocumentAddress, now: number): Promise<void> {
    const { expiresAt } = address.owner
    const ttlSeconds = expiresAt === undefined ? undefined : expiresAt - now
    const key = await this.#entryKey(grantId, address)
    await guardWrite(() => this.#store.put(key, '1', { ttlSeconds }))
  }

  /** Notes that an owner no longer has a connection of this grant. */
  async remove(grantId: string, address: DocumentAddress): Promise<void> {
    const key = await this.#entryKey(grantId, address)
    await guardWrite(() => this.#store.delete(key))
  }

  /** The owners of a grant, each as `provider.owner`. */
  async owners(grantId: string): Promise<string[]> {
    const prefix = `${await this.#historyKey(grantId)}/`
    const keys = await listAll(this.#store, prefix)
    return keys.map((key) => key.slice(prefix.length))
  }

  /** Notes when a grant began, or began again after its end. */
  async began(grantId: string, at: number): Promise<void> {
    const key = await this.#historyKey(grantId)
    if ((await this.#beganAt(key)) >= at) return
    await guardWrite(() => this.#store.put(key, String(at), { ttlSeconds: HISTORY_TTL_SECONDS }))
  }

  /** Whether a grant began again after this moment, in seconds since the epoch. */
  async beganAfter(grantId: string, at: number): Promise<boolean> {
    return (await this.#beganAt(await this.#historyKey(grantId))) > at
  }

  async #beganAt(key: string): Promise<number> {
    return Number(await guardStore(() => this.#store.get(key, { fresh: true })))
  }

  /** The entry of an owner names the provider too: several providers may share one realm. */
  async #entryKey(grantId: string, { provider, owner }: DocumentAddress): Promise<string> {
    return `${await this.#historyKey(grantId)}/${provider}.${owner.key}`
  }

  async #historyKey(grantId: string): Promise<string> {
    return `grants/${this.#realm}/${await digest(grantId, DIGEST_LENGTH)}`
  }
}
