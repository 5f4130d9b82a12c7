import { randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** The cookie that holds the browser session. */
export const SESSION_COOKIE = '__Host-oauth-session'
/** How long a browser session lasts at most, in seconds: 30 days from its first connect. */
export const SESSION_TTL_SECONDS = 30 * 24 * 60 * 60
/** How long it lasts without being used, in seconds: 14 days. */
export const SESSION_IDLE_SECONDS = 14 * 24 * 60 * 60

const ID_BYTES = 32
// How exactly its last use is known: a cookie in every answer would be too much. Seconds.
const USE_PRECISION_SECONDS = 24 * 60 * 60

/** A browser that connected something, for apps that have no users of their own. */
export interface Session {
  readonly id: string
  /** Seconds since the epoch; no use prolongs it. */
  readonly expiresAt: number
  /** When it ends unless it is used before, in seconds since the epoch. */
  readonly idleUntil: number
  /** Whether it lives in a frame of another site, and its cookie with it. */
  readonly framed?: boolean | undefined
}

/** An id that no session had before. */
export function generateSessionId(): string {
  return randomText(ID_BYTES)
}

/** The session of a browser's first connect. */
export function createSession(id: string, nowSeconds: number, framed?: boolean): Session {
  const expiresAt = nowSeconds + SESSION_TTL_SECONDS
  return { id, expiresAt, idleUntil: nowSeconds + SESSION_IDLE_SECONDS, framed }
}

/** A session that is used now; `undefined` when that is known well enough already. */
export function touchSession(session: Session, nowSeconds: number): Session | undefined {
  const idleUntil = nowSeconds + SESSION_IDLE_SECONDS
  return idleUntil - session.idleUntil < USE_PRECISION_SECONDS
    ? undefined
    : { ...session, idleUntil }
}

/** Seals a session for the cookie of this name. */
export function sealSession(
  ring: KeyRing,
  session: Session,
  cookieName: string = SESSION_COOKIE,
): Promise<string> {
  return seal(ring, 'session', cookieName, session)
}

/** Opens a session cookie; `undefined` when it is not one of ours or is over. */
export async function openSession(
  ring: KeyRing,
  sealed: string | undefined,
  nowSeconds: number,
  cookieName: string = SESSION_COOKIE,
): Promise<Session | undefined> {
  if (!sealed) return undefined
  const session = (await open(ring, 'session', cookieName, sealed)) as Session | undefined
  const isLive = session && session.expiresAt > nowSeconds && session.idleUntil > nowSeconds
  return isLive ? session : undefined
}
