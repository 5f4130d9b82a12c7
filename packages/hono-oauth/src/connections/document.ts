import type { AskingSession } from './home.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from './record.ts'
import { decodeRevocation, encodeRevocation, type PendingRevocation } from './revocation.ts'

/** Which session opens a document. */
export interface DocumentSession {
  /** What stands for its id. */
  readonly id: string
  /** When it began, in seconds since the epoch. */
  readonly since: number
}

/** All connections of one owner at one provider. */
export interface ConnectionDocument {
  /** Counts the writes, so that the newer of two copies is known. */
  readonly generation: number
  /** When the owner ceases to exist, in seconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** The browser session that finished the last login; absent where the owner is a user of the app. */
  readonly session?: DocumentSession | undefined
  readonly connections: readonly ConnectionRecord[]
  /** Grants that are over here, and may still live at the provider. */
  readonly revocations: readonly PendingRevocation[]
  /** Whether what is stored does not open: then the only connection is one that says so. */
  readonly isUnreadable?: boolean
}

/** Logins that a browser begins within this time of each other end in the same session. Seconds. */
export const TOGETHER_SECONDS = 60
// An emptied document outlives every stale copy of what it replaced, in seconds.
const TOMBSTONE_TTL_SECONDS = 120
/** How long a revocation that does not succeed is tried again, in seconds. */
export const REVOCATION_TTL_SECONDS = 7 * 24 * 60 * 60

/** What there is where nothing was written. */
export const EMPTY: ConnectionDocument = { generation: 0, connections: [], revocations: [] }

/** How long a document is of use, in seconds; `undefined` for one without an end. */
export function lifetimeOf(document: ConnectionDocument, now: number): number | undefined {
  const { connections, revocations, expiresAt } = document
  const least = revocations.length > 0 ? REVOCATION_TTL_SECONDS : TOMBSTONE_TTL_SECONDS
  if (connections.length === 0) return least
  if (expiresAt === undefined) return undefined
  return revocations.length > 0 ? Math.max(expiresAt - now, least) : expiresAt - now
}

/** When a document has work to do, in seconds since the epoch. */
export function wakeTimeOf({ connections, revocations }: ConnectionDocument): number | undefined {
  const renewals = connections
    .filter(({ health }) => health !== 'needs_reauth')
    .flatMap(({ renewAt }) => renewAt ?? [])
  const times = [...renewals, ...revocations.map(({ retryAt }) => retryAt)]
  return times.length > 0 ? Math.min(...times) : undefined
}

/**
 * Whether whoever asks may see it: a session that was replaced by a later login may not.
 *
 * @param now - in seconds since the epoch
 */
export function isOpenTo(
  { session, isUnreadable }: ConnectionDocument,
  asking: AskingSession | undefined,
  now: number,
): boolean {
  if (asking === undefined || session === undefined || isUnreadable) return true
  // Another login that was to end in the same session; long after, somebody else may have kept it.
  const { chosenAt = Number.NEGATIVE_INFINITY, next } = asking
  const togetherUntil = Math.min(session.since, chosenAt) + TOGETHER_SECONDS
  return asking.shown.includes(session.id) || (session.id === next && togetherUntil > now)
}

/** The session that opens a document after a change: a login begins one, unless another has begun it. */
export function sessionAfter(
  { session }: ConnectionDocument,
  asking: AskingSession | undefined,
  now: number,
): DocumentSession | undefined {
  const isSame = asking?.next === undefined || session?.id === asking.next
  return isSame ? session : { id: asking.next, since: now }
}

/**
 * Whether a session was replaced so lately that whoever was replaced may be the same browser, whose new
 * session is still on its way to it.
 */
export function isOvertaken(
  { session }: ConnectionDocument,
  asking: AskingSession | undefined,
): boolean {
  const { since } = asking ?? {}
  if (since === undefined || session === undefined) return false
  return session.since + TOGETHER_SECONDS >= since
}

/** A document as JSON to be sealed. */
export function encodeDocument(document: ConnectionDocument): Record<string, unknown> {
  const { connections, revocations } = document
  return {
    ...document,
    connections: connections.map(encodeRecord),
    revocations: revocations.length > 0 ? revocations.map(encodeRevocation) : undefined,
  }
}

/** The document that {@link encodeDocument} made. */
export function decodeDocument(json: unknown): ConnectionDocument {
  const { generation, expiresAt, session, connections, revocations } = json as {
    generation: number
    expiresAt?: number
    session?: DocumentSession
    connections: Record<string, unknown>[]
    revocations?: Record<string, unknown>[]
  }
  return {
    generation,
    expiresAt,
    session,
    connections: connections.map(decodeRecord),
    revocations: revocations?.map(decodeRevocation) ?? [],
  }
}
