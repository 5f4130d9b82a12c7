import { isOAuthError } from '../errors.ts'

/** How the passing of time is made, for tests that do not want to wait. */
export interface Patience {
  /** Waits for some milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** A number from 0 to 1. */
  readonly random: () => number
}

/** How often a renewal is tried while somebody waits for it who has nothing else. */
export const MAX_ATTEMPTS = 3
const BUDGET_MS = 15_000
const FIRST_PAUSE_MS = 500
const MAX_RETRY_AFTER_SECONDS = 10

/** Whether a provider gave no answer, or said that it is not well. */
export function isOutage(error: unknown): boolean {
  if (!isOAuthError(error)) return false
  return error.code === 'provider_unavailable' || error.code === 'provider_timeout'
}

/** Whether an error says nothing of the grant: the provider was not well or not there. */
export function isTransient(error: unknown): boolean {
  const isNonsense = isOAuthError(error) && error.code === 'provider_response_invalid'
  return isNonsense || isOutage(error)
}

/**
 * Tries something with a provider a few times within 15 seconds, with full jitter in between, or
 * as long as the provider asked for, up to ten seconds.
 *
 * The next try must have the time that the last one took: a provider that was too slow once is not
 * asked again with less.
 *
 * @param attempt - gets the milliseconds that are left
 * @param options - `attempts`, how often at most; `mayRetry`, asked before each further try
 * @throws what the last attempt threw
 */
export async function tryPatiently<T>(
  attempt: (leftMs: number) => Promise<T>,
  { pause, random }: Patience,
  {
    attempts = MAX_ATTEMPTS,
    mayRetry = () => true,
  }: { readonly attempts?: number; readonly mayRetry?: () => boolean } = {},
): Promise<T> {
  const deadline = Date.now() + BUDGET_MS
  for (let count = 1; ; count++) {
    const startedAt = Date.now()
    try {
      return await attempt(deadline - startedAt)
    } catch (error) {
      const retryAfter = isOAuthError(error) ? (error.retryAfterSeconds ?? 0) : 0
      const jitter = random() * FIRST_PAUSE_MS * 2 ** count
      const pauseMs = retryAfter * 1000 + jitter
      const left = deadline - Date.now() - pauseMs
      const took = Date.now() - startedAt
      const isHopeless =
        count === attempts || retryAfter > MAX_RETRY_AFTER_SECONDS || left < Math.max(took, 1)
      if (isHopeless || !isTransient(error) || !mayRetry()) throw error
      await pause(pauseMs)
    }
  }
}
