/** The emulator's time: a base clock plus whatever a test added to it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  advance(seconds: number): void
  reset(): void
}

// ECMAScript knows no later time.
const LAST_DATE_MS = 8.64e15

export function createClock(base: () => number): Clock {
  let offset = 0
  return {
    now: () => base() + offset,
    advance(seconds) {
      // OneTimeCodes and tokens that expired would come back to life.
      if (!Number.isFinite(seconds) || seconds < 0) {
        throw new RangeError('The clock advances by a number of seconds that is zero or more.')
      }
      if (base() + offset + seconds * 1000 > LAST_DATE_MS) {
        throw new RangeError('The clock cannot advance beyond the last date there is.')
      }
      offset += seconds * 1000
    },
    reset() {
      offset = 0
    },
  }
}

/** Waits real time; resolves early when the client goes away. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>

export const waitRealTime: Wait = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
    // Where timers are objects (Node), an answer nobody waits for any more does not keep the process
    // alive: Miniflare passes on no signal.
    if (typeof timer === 'object') timer.unref()
  })
