import { randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { open, seal } from '../crypto/seal.ts'

/** The cookie that holds the browser session. */
export const SESSION_COOKIE = '__Host-oauth-session'
/** How long a browser session lasts, in seconds: 30 days from its first connect. */
export const SESSION_TTL_SECONDS = 30 * 24 * 60 * 60

const ID_BYTES = 32

/** A browser that connected something, for apps that have no users of their own. */
export interface Session {
  readonly id: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/** An id that no session had before. */
export function generateSessionId(): string {
  return randomText(ID_BYTES)
}

/** The session of a browser's first connect. */
export function createSession(id: string, nowSeconds: number): Session {
  return { id, expiresAt: nowSeconds + SESSION_TTL_SECONDS }
}

/** Seals a session for its cookie. */
export function sealSession(ring: KeyRing, session: Session): Promise<string> {
  return seal(ring, 'session', SESSION_COOKIE, session)
}

/** Opens a session cookie; `undefined` when it is not one of ours or is over. */
export async function openSession(
  ring: KeyRing,
  sealed: string | undefined,
  nowSeconds: number,
): Promise<Session | undefined> {
  if (!sealed) return undefined
  const session = (await open(ring, 'session', SESSION_COOKIE, sealed)) as Session | undefined
  return session && session.expiresAt > nowSeconds ? session : undefined
}
