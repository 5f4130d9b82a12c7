import type { Clock } from './time.ts'

const WINDOW_MS = 60_000

export interface RateLimitCount {
  readonly remaining: number
  /** Seconds until the window ends. Undefined while the limit is not exceeded. */
  readonly retryAfter: number | undefined
}

export interface RateLimit {
  count(key: string): RateLimitCount
  reset(): void
}

/** Counts requests for each key, in windows of one minute. */
export function createRateLimit(clock: Clock, limit: number): RateLimit {
  const windows = new Map<string, { endsAt: number; used: number }>()
  return {
    count(key) {
      const now = clock.now()
      let window = windows.get(key)
      if (window === undefined || now >= window.endsAt) {
        window = { endsAt: now + WINDOW_MS, used: 0 }
        windows.set(key, window)
      }
      window.used += 1
      const exceeded = window.used > limit
      return {
        remaining: Math.max(0, limit - window.used),
        retryAfter: exceeded ? Math.max(1, Math.ceil((window.endsAt - now) / 1000)) : undefined,
      }
    },
    reset: () => windows.clear(),
  }
}
