import { BoundedMap } from '../bounded-map.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'

// Providers deliver again for up to 48 hours; an hour more for their clocks and queues. Seconds.
const WINDOW_SECONDS = 49 * 60 * 60

/** Handles each event once, also when the provider delivers it again. */
export class Deliveries {
  readonly #store: Store
  readonly #seen = new BoundedMap<true>()

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * Handles an event unless it was handled before. After a failure the event counts as not delivered, so the
   * provider's next delivery is handled.
   *
   * @returns whether this call has handled the event
   * @throws OAuthError `store_unavailable`, or the error of `handle`
   */
  async once(provider: string, id: string, handle: () => Promise<void>): Promise<boolean> {
    const key = `webhooks/${provider}/${id}`
    if (this.#seen.has(key)) return false
    // This isolate remembers the event, because a read of the store may be late.
    this.#seen.set(key, true)
    try {
      if ((await guardStore(() => this.#store.get(key, { fresh: true }))) !== null) return false
      await handle()
      // The mark comes last: when the isolate dies before it, the next delivery is handled.
      await guardWrite(() => this.#store.put(key, '1', { ttlSeconds: WINDOW_SECONDS }))
      return true
    } catch (error) {
      this.#seen.delete(key)
      throw error
    }
  }
}
