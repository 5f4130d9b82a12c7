import { OAuthError } from '../errors.ts'

// Nobody means more than a day; whoever says so is not to be taken at their word. Seconds.
const MAX_SECONDS = 24 * 60 * 60

/**
 * Reads a `Retry-After` header: a number of seconds, or a date.
 *
 * @param value - the header as it came
 * @param nowMs - the clock, in milliseconds since the epoch
 * @returns seconds from now, a day at most; `undefined` when it says nothing that makes sense
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 | RFC 9110 - section 10.2.3}
 */
export function parseRetryAfter(
  value: string | null,
  nowMs: number = Date.now(),
): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_SECONDS)
  // Only the form of RFC 9110, section 5.6.7: `Date.parse` would also take a bare year.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return undefined
  const seconds = Math.ceil((Date.parse(text) - nowMs) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), MAX_SECONDS)
}

/** Whether an answer says that the provider is not well, or has had enough of us for now. */
export function isUnavailable({ status }: Response): boolean {
  return status >= 500 || status === 429
}

/** What such an answer means: nothing was decided, and when to ask again. */
export function unavailable(endpoint: string, { status, headers }: Response): OAuthError {
  return new OAuthError('provider_unavailable', {
    cause: new Error(`${endpoint} answered ${status}`),
    retryAfterSeconds: parseRetryAfter(headers.get('retry-after')),
  })
}
