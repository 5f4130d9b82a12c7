import { BoundedMap } from '../bounded-map.ts'
import { OAuthError } from '../errors.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'

// Providers deliver again for up to 48 hours; an hour more for their clocks and queues. Seconds.
const WINDOW_SECONDS = 49 * 60 * 60
// Longer than a handler runs in a Worker, which ends 30 seconds after its answer. Seconds.
const CLAIM_SECONDS = 5 * 60
const RETRY_AFTER_SECONDS = 30
const HANDLED = '1'
// The value of a claim that was released.
const FREE = 'free'

/**
 * Handles each event at least once, and at most once where the store can compare and swap: a delivery claims the event
 * before the handler runs, and releases it when the handler fails.
 */
export class Deliveries {
  readonly #store: Store
  readonly #handled = new BoundedMap<true>()
  readonly #running = new Map<string, number>()

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * Handles an event unless it was handled before. After a failure the event counts as not delivered, so the
   * provider's next delivery is handled.
   *
   * @returns whether this call has handled the event
   * @throws OAuthError `temporarily_unavailable` while another delivery is handled, so that the provider delivers the
   *   event again; `store_unavailable`; or the error of `handle`
   */
  async once(provider: string, id: string, handle: () => Promise<void>): Promise<boolean> {
    const key = `webhooks/${provider}/${id}`
    if (this.#handled.has(key)) return false
    if ((this.#running.get(key) ?? 0) > Date.now()) throw busy()
    this.#running.set(key, Date.now() + CLAIM_SECONDS * 1000)
    try {
      const release = await this.#claim(key)
      if (!release) return false
      await handle().catch(async (error: unknown) => {
        await release()
        throw error
      })
      await this.#note(key)
      return true
    } finally {
      this.#running.delete(key)
    }
  }

  /** @returns what releases the claim; `undefined` for an event that was handled */
  async #claim(key: string): Promise<(() => Promise<unknown>) | undefined> {
    const swap = this.#store.compareAndSwap?.bind(this.#store)
    const read = () => guardStore(() => this.#store.get(key, { fresh: true }))
    if (!swap) return (await read()) === null ? async () => undefined : undefined
    const claim = `claim ${crypto.randomUUID()}`
    const take = (expected: string | null, value: string) =>
      guardWrite(() => swap(key, expected, value, { ttlSeconds: CLAIM_SECONDS }))
    if (!(await take(null, claim))) {
      const found = await read()
      if (found === HANDLED) return undefined
      if (found !== FREE || !(await take(FREE, claim))) throw busy()
    }
    // A claim that cannot be released ends by itself.
    return () => take(claim, FREE).catch(() => false)
  }

  /** The provider would deliver a handled event again after an error, so a mark that fails is only logged. */
  async #note(key: string): Promise<void> {
    this.#handled.set(key, true)
    try {
      await guardWrite(() => this.#store.put(key, HANDLED, { ttlSeconds: WINDOW_SECONDS }))
    } catch (error) {
      console.error('a webhook was handled and could not be marked', error)
    }
  }
}

function busy(): OAuthError {
  return new OAuthError('temporarily_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
