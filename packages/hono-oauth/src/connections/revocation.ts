import type { Provider } from '../providers/contract.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from './record.ts'

/** A grant that is over here, whose end at the provider is not confirmed yet. */
export interface PendingRevocation {
  /** The connection as it was, with the tokens that are to die. */
  readonly record: ConnectionRecord
  /** Whether a connection ended with it; else tokens are meant that were won too late to be of use. */
  readonly isDisconnect: boolean
  readonly attempts: number
  /** When to try again, in seconds since the epoch. */
  readonly retryAt: number
}

// From a minute to half a day, doubling: the first tries find a provider that was restarted, the last
// one that was down over a weekend. Seconds.
const FIRST_PAUSE_SECONDS = 60
const LAST_PAUSE_SECONDS = 12 * 60 * 60
// With these pauses the last try is six days after the first.
const MAX_ATTEMPTS = 20

/**
 * A revocation that is about to be tried for the first time.
 *
 * @param now - in seconds since the epoch
 */
export function beginRevocation(
  record: ConnectionRecord,
  isDisconnect: boolean,
  now: number,
): PendingRevocation {
  // Whoever begins it tries it at once: the time is for somebody else, should they not get to it.
  return { record, isDisconnect, attempts: 0, retryAt: now + FIRST_PAUSE_SECONDS }
}

/**
 * What is left to do of a revocation that failed.
 *
 * @param retryAfterSeconds - what the provider asked for
 * @returns the next try, or `undefined` when it has been tried long enough
 */
export function postponeRevocation(
  pending: PendingRevocation,
  now: number,
  random: () => number,
  retryAfterSeconds = 0,
): PendingRevocation | undefined {
  const attempts = pending.attempts + 1
  if (attempts >= MAX_ATTEMPTS) return undefined
  const pause = Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LAST_PAUSE_SECONDS)
  const jittered = pause * (1 + random() / 4)
  return { ...pending, attempts, retryAt: Math.ceil(now + Math.max(jittered, retryAfterSeconds)) }
}

/** Whether two revocations are of the same tokens. */
export function isSameRevocation(one: PendingRevocation, other: PendingRevocation): boolean {
  return one.record.accessToken.reveal() === other.record.accessToken.reveal()
}

/** Whether the tokens of one record cannot end at the provider without those of the other. */
export function isEndedWith(
  provider: Provider,
  one: ConnectionRecord,
  other: ConnectionRecord,
): boolean {
  if (one.grantId !== other.grantId) return false
  if (provider.revokesWholeGrant) return true
  const mine = one.refreshToken ?? one.accessToken
  const theirs = other.refreshToken ?? other.accessToken
  return mine.reveal() === theirs.reveal()
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
