/** A clock that stands still until a test advances it. */
export interface FakeClock {
  /** The time, in milliseconds since the epoch. */
  now(): number
  /** Moves the time forward by a number of seconds, which may have a fraction. */
  advance(seconds: number): void
}

/**
 * Makes a clock for the `now` option of a store or of `createOAuth`.
 *
 * @param startMs - the first time, in milliseconds since the epoch; the present time by default
 * @returns the clock; its functions need no `this`
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
