import { hasCode, isOAuthError } from '../errors.ts'

/** The clock, the timer and the random numbers of the engine. */
export interface Pacing {
  /** The clock, in seconds since the epoch. */
  readonly now: () => number
  /** Waits for some milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** A number from 0 up to but not 1. */
  readonly random: () => number
}

/** The attempts of one renewal when the old token has ended. */
export const MAX_ATTEMPTS = 3
const BUDGET_MS = 15_000
const FIRST_PAUSE_MS = 500
const MAX_RETRY_AFTER_SECONDS = 10

/** Whether the provider gave no answer, or answered that it is unavailable. */
export function isOutage(error: unknown): boolean {
  return hasCode(error, 'provider_unavailable', 'provider_timeout')
}

/** Whether the grant may be alive in spite of an error. */
export function isTransient(error: unknown): boolean {
  return isOutage(error) || hasCode(error, 'provider_response_invalid')
}

/** How long the provider asked us to wait, in seconds. */
export function retryAfterOf(error: unknown): number {
  return isOAuthError(error) ? (error.retryAfterSeconds ?? 0) : 0
}

/**
 * Repeats a failed request to a provider within 15 seconds. The pauses have full jitter; a `Retry-After` of up to
 * ten seconds is added to them. There is no further attempt when less time is left than the last attempt took.
 *
 * @param attempt - gets the milliseconds that are left
 * @param options - `attempts`, the most attempts; `mayRetry`, called before each further attempt
 * @throws the error of the last attempt
 */
export async function retry<T>(
  attempt: (leftMs: number) => Promise<T>,
  { pause, random }: Pacing,
  { attempts, mayRetry }: { readonly attempts: number; readonly mayRetry: (error: unknown) => boolean },
): Promise<T> {
  const deadline = Date.now() + BUDGET_MS
  for (let count = 1; ; count++) {
    const startedAt = Date.now()
    try {
      return await attempt(deadline - startedAt)
    } catch (error) {
      const retryAfter = retryAfterOf(error)
      const pauseMs = retryAfter * 1000 + random() * FIRST_PAUSE_MS * 2 ** count
      const left = deadline - Date.now() - pauseMs
      const took = Date.now() - startedAt
      const isLast = count === attempts || retryAfter > MAX_RETRY_AFTER_SECONDS || left < Math.max(took, 1)
      if (isLast || !mayRetry(error)) throw error
      await pause(pauseMs)
    }
  }
}
