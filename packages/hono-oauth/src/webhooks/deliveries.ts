import type { Store } from '../stores/contract.ts'
import { guardStore, guardWrite } from '../stores/guard.ts'

// Providers deliver again for up to 48 hours; an hour more for their clocks and queues. Seconds.
const WINDOW_SECONDS = 49 * 60 * 60
const MAX_REMEMBERED = 1000

/** Lets each event be handled once, however often it is delivered. */
export class Deliveries {
  readonly #store: Store
  readonly #handling = new Set<string>()

  constructor(store: Store) {
    this.#store = store
  }

  /**
   * Handles an event unless that was done before. One whose handling fails counts as not delivered, so
   * that the provider's next try is welcome.
   *
   * @returns whether it was handled now
   * @throws OAuthError `store_unavailable`, or what the handling threw
   */
  async once(provider: string, id: string, handle: () => Promise<void>): Promise<boolean> {
    const key = `webhooks/${provider}/${id}`
    if (this.#handling.has(key)) return false
    this.#remember(key)
    try {
      if ((await guardStore(() => this.#store.get(key))) !== null) return false
      await handle()
      // Marked last: an isolate that dies before leaves the event to the next delivery.
      await guardWrite(() => this.#store.put(key, '1', { ttlSeconds: WINDOW_SECONDS }))
      return true
    } catch (error) {
      this.#handling.delete(key)
      throw error
    }
  }

  /** What this isolate has seen, because a store may be late to tell. */
  #remember(key: string): void {
    const [oldest] = this.#handling
    if (this.#handling.size >= MAX_REMEMBERED && oldest !== undefined) this.#handling.delete(oldest)
    this.#handling.add(key)
  }
}
