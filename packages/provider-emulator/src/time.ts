/** The emulator's clock: a base clock plus the seconds that a test added. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** The seconds that were added to the base clock. */
  addedSeconds(): number
  advance(seconds: number): void
  reset(): void
}

// The largest time value of ECMAScript.
const MAX_TIME_MS = 8.64e15

export function createClock(base: () => number): Clock {
  let offset = 0
  return {
    now: () => base() + offset,
    addedSeconds: () => offset / 1000,
    advance(seconds) {
      // With a negative number, expired codes and tokens would become valid again.
      if (!Number.isFinite(seconds) || seconds < 0) {
        throw new RangeError('The clock can advance only by a number of seconds, zero or more.')
      }
      if (base() + offset + seconds * 1000 > MAX_TIME_MS) {
        throw new RangeError('The clock cannot advance beyond the largest date of ECMAScript.')
      }
      offset += seconds * 1000
    },
    reset() {
      offset = 0
    },
  }
}

/** Waits in real time. Resolves early when the client disconnects. */
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
    // In Node, timers are objects. `unref` lets the process exit while a slow response waits:
    // Miniflare does not pass on the signal of a client that disconnected.
    if (typeof timer === 'object') timer.unref()
  })
