/** A clock that stands still until it is told to go on. */
export interface FakeClock {
  /** The time, in milliseconds since the epoch. */
  now(): number
  /** Lets time pass, in seconds; fractions count. */
  advance(seconds: number): void
}

/**
 * Makes a clock for whatever takes one as `now`.
 *
 * @param startMs - its first time, in milliseconds since the epoch; the present without it
 * @returns the clock; `now` can be handed on by itself
 * @example
 * ```ts
 * const clock = fakeClock()
 * const store = memoryStore({ now: clock.now })
 * await store.put('greeting', 'hello', { ttlSeconds: 60 })
 * clock.advance(60)
 * ```
 */
export function fakeClock(startMs: number = Date.now()): FakeClock {
  let passedMs = 0
  return {
    now: () => startMs + passedMs,
    advance(seconds) {
      passedMs += seconds * 1000
    },
  }
}
