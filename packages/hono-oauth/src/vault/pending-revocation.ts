import type { Provider } from '../providers/contract.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from './record.ts'

/** A grant that ended here and that the provider has not confirmed as revoked. */
export interface PendingRevocation {
  /** The connection as it was, with the tokens to revoke. */
  readonly record: ConnectionRecord
  /** Whether its owner disconnected it; false for tokens that a later login or disconnect made needless. */
  readonly isDisconnect: boolean
  readonly attempts: number
  /** When to try again, in seconds since the epoch. */
  readonly retryAt: number
}

/** How long a failed revocation is stored and tried again, in seconds: 7 days. */
export const REVOCATION_TTL_SECONDS = 7 * 24 * 60 * 60
// The pauses double from a minute to half a day. The first attempts serve a provider that restarts, the last ones a
// provider that is down over a weekend. Seconds.
const FIRST_PAUSE_SECONDS = 60
const LAST_PAUSE_SECONDS = 12 * 60 * 60
// With these pauses the last attempt is six days after the first.
const MAX_ATTEMPTS = 20

/**
 * A revocation before its first attempt.
 *
 * @param now - in seconds since the epoch
 */
export function beginRevocation(record: ConnectionRecord, isDisconnect: boolean, now: number): PendingRevocation {
  // The caller tries the revocation at once. If that request is cancelled, another one tries it at `retryAt`.
  return { record, isDisconnect, attempts: 0, retryAt: now + FIRST_PAUSE_SECONDS }
}

/**
 * Sets the time of the next attempt after a failure.
 *
 * @param retryAfterSeconds - the pause that the provider asked for
 * @returns `undefined` after the last attempt
 */
export function postponeRevocation(
  pending: PendingRevocation,
  now: number,
  random: () => number,
  retryAfterSeconds: number,
): PendingRevocation | undefined {
  const attempts = pending.attempts + 1
  if (attempts >= MAX_ATTEMPTS) return undefined
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LAST_PAUSE_SECONDS)
  const jittered = pause * (1 + random() / 4)
  return { ...pending, attempts, retryAt: Math.ceil(now + Math.max(jittered, retryAfterSeconds)) }
}

/** Whether a revocation of one record also ends the tokens of the other, or may end them. */
export function isEndedWith(provider: Provider, one: ConnectionRecord, other: ConnectionRecord): boolean {
  if (one.grantId !== other.grantId) return false
  if (provider.revokesWholeGrant || provider.sharesGrants) return true
  const oneToken = one.refreshToken ?? one.accessToken
  const otherToken = other.refreshToken ?? other.accessToken
  return oneToken.reveal() === otherToken.reveal()
}

/** A revocation as JSON to be sealed. */
export function encodeRevocation(pending: PendingRevocation): Record<string, unknown> {
  return { ...pending, record: encodeRecord(pending.record) }
}

/** The revocation that {@link encodeRevocation} wrote. */
export function decodeRevocation(json: Record<string, unknown>): PendingRevocation {
  const record = decodeRecord(json['record'] as Record<string, unknown>)
  return { ...(json as unknown as PendingRevocation), record }
}
