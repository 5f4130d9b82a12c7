import type { Patience } from './retry.ts'

// How often whoever waits looks again; with jitter of as much again. In milliseconds.
const POLL_MS = 100
// Whoever gets a slot later than so long before their time is over could only be cut short, and a provider
// that is cut short looks as if it were down. In milliseconds.
const LEAST_MS = 5000

/** Leave to ask a provider. */
export interface Slot {
  readonly provider: string
  /** When it is free again even if nobody gives it back, in milliseconds since the epoch. */
  readonly lostAt: number
}

/**
 * Lets only so many renewals of this isolate be on their way to one provider at the same time.
 *
 * In workerd a promise of another request never settles when that request was cancelled. So nobody waits for
 * another: whoever has no slot looks again, and one that is not given back is lost after its time. It holds
 * values alone, so requests may share it.
 */
export class RenewalSlots {
  readonly #taken = new Map<string, Set<Slot>>()

  /** Whether there is none left at a provider. */
  isFull(provider: string, limit: number): boolean {
    return this.#held(provider).size >= limit
  }

  /**
   * Takes a slot, at once or not at all.
   *
   * @param limit - how many there are
   * @param leftMs - how long it may be held, in milliseconds
   */
  take(provider: string, limit: number, leftMs: number): Slot | undefined {
    const held = this.#held(provider)
    if (held.size >= limit) return undefined
    const slot = { provider, lostAt: Date.now() + leftMs }
    this.#taken.set(provider, held.add(slot))
    return slot
  }

  /**
   * Takes a slot as soon as there is one, as long as enough time is left to use it.
   *
   * @param leftMs - how much time there is for all of it, in milliseconds
   */
  async waitFor(
    provider: string,
    limit: number,
    leftMs: number,
    { pause, random }: Patience,
  ): Promise<Slot | undefined> {
    const deadline = Date.now() + leftMs
    for (;;) {
      const slot = this.take(provider, limit, deadline - Date.now())
      if (slot) return slot
      const pauseMs = POLL_MS * (1 + random())
      if (Date.now() + pauseMs > deadline - LEAST_MS) return undefined
      await pause(pauseMs)
    }
  }

  /** Gives a slot back. */
  free(slot: Slot): void {
    this.#taken.get(slot.provider)?.delete(slot)
  }

  #held(provider: string): Set<Slot> {
    const held = this.#taken.get(provider) ?? new Set()
    for (const slot of held) if (slot.lostAt <= Date.now()) held.delete(slot)
    return held
  }
}
