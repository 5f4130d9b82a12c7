import { randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** How long a browser session lasts at most, in seconds: 30 days from its first login. */
export const SESSION_TTL_SECONDS = 30 * 24 * 60 * 60
/** How long it lasts without being used, in seconds: 14 days. */
export const SESSION_IDLE_SECONDS = 14 * 24 * 60 * 60

const ID_BYTES = 32
// More logins than these within the minute that a store may be late are none of a person.
const MAX_OTHERS = 3
// How exactly its last use is known: a cookie in every answer would be too much. Seconds.
const USE_PRECISION_SECONDS = 24 * 60 * 60

/**
 * A browser that connected something, for apps that have no users of their own. Each provider has one of
 * its own, so that logins at two of them never overwrite each other's.
 */
export interface Session {
  /** Names the owner of what is connected: the same through all logins. */
  readonly ownerId: string
  /** Opens what is connected: another one after each login, so that who had the last one is out. */
  readonly id: string
  /**
   * Others that it shows, the latest first: those before it, because a store that is late still has what they
   * opened, and those of logins of which nobody knows whether they were stored.
   */
  readonly otherIds?: readonly string[] | undefined
  /** Seconds since the epoch; neither a use nor another login prolongs it. */
  readonly expiresAt: number
  /** When it ends unless it is used before, in seconds since the epoch. */
  readonly idleUntil: number
  /** Whether it lives in a frame of another site, and its cookie with it. */
  readonly framed?: boolean | undefined
}

/** The ids that a session begins with. */
export type SessionIds = Pick<Session, 'ownerId' | 'id'>

/** The name of the cookie that holds the session at a provider, but for its prefix. */
export function sessionCookieName(provider: string): string {
  return `oauth-session-${provider}`
}

/** Ids that no session and no owner had before. */
export function generateSessionIds(): SessionIds {
  return { ownerId: randomText(ID_BYTES), id: randomText(ID_BYTES) }
}

/**
 * The session after a login: of the same owner as before it, and with another id.
 *
 * @param before - the one that the browser came with
 */
export function createSession(
  { ownerId, id }: SessionIds,
  nowSeconds: number,
  before?: Session,
): Session {
  return {
    ownerId: before?.ownerId ?? ownerId,
    id,
    otherIds: otherIdsOf(id, before),
    expiresAt: before?.expiresAt ?? nowSeconds + SESSION_TTL_SECONDS,
    idleUntil: nowSeconds + SESSION_IDLE_SECONDS,
  }
}

function otherIdsOf(id: string, before: Session | undefined): readonly string[] | undefined {
  // Of two logins that end in one session the first has renewed it already.
  if (!before || before.id === id) return before?.otherIds
  return [before.id, ...(before.otherIds ?? [])].slice(0, MAX_OTHERS)
}

/** The session after a login of which nobody knows whether it was stored: it opens what is there. */
export function hedgeSession(before: Session, id: string): Session {
  return { ...before, otherIds: [id, ...(before.otherIds ?? [])].slice(0, MAX_OTHERS) }
}

/**
 * A session that is used now; `undefined` when that is known well enough already.
 *
 * @param precision - how exactly it is to be known, in seconds; a day by default
 */
export function touchSession(
  session: Session,
  nowSeconds: number,
  precision = USE_PRECISION_SECONDS,
): Session | undefined {
  const idleUntil = nowSeconds + SESSION_IDLE_SECONDS
  return idleUntil - session.idleUntil < precision ? undefined : { ...session, idleUntil }
}

/** Seals a session for the cookie of this name. */
export function sealSession(ring: KeyRing, session: Session, cookieName: string): Promise<string> {
  return seal(ring, 'session', cookieName, session)
}

/**
 * Opens a session cookie; `undefined` when it is not one of ours or is over.
 *
 * @param usedAt - when it was used, in seconds since the epoch: now by default
 */
export async function openSession(
  ring: KeyRing,
  sealed: string | undefined,
  nowSeconds: number,
  cookieName: string,
  usedAt: number = nowSeconds,
): Promise<Session | undefined> {
  if (!sealed) return undefined
  const session = (await open(ring, 'session', cookieName, sealed)) as Session | undefined
  const isLive = session && session.expiresAt > nowSeconds && session.idleUntil > usedAt
  return isLive ? session : undefined
}
