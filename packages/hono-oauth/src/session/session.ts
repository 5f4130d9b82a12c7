import { digest, randomText } from '../crypto/encoding.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { type Opened, open, seal } from '../crypto/seal.ts'

/** How long a browser session lasts at most, in seconds: 30 days from its first login. */
const SESSION_TTL_SECONDS = 30 * 24 * 60 * 60
/** How long it lasts without being used, in seconds: 14 days. */
export const SESSION_IDLE_SECONDS = 14 * 24 * 60 * 60

const ID_BYTES = 32
const DIGEST_LENGTH = 32
// Enough for the logins of one minute, in which a store may answer with an older document.
const MAX_IDS = 6

/**
 * The session of a browser with a connection, for apps without users of their own. Each provider has its own session
 * and cookie, so parallel logins at two providers never overwrite each other's cookie.
 */
export interface Session {
  /** The id of the owner of the connections; a login does not change it. */
  readonly ownerId: string
  /** One id for each login, newest first. After a login only its id opens the document. */
  readonly ids: readonly string[]
  /** When the session ends, in seconds since the epoch; neither a request nor a login extends it. */
  readonly expiresAt: number
  /** When the session ends unless a request uses it before, in seconds since the epoch. */
  readonly idleUntil: number
  /** Whether the app is in a frame of another site, so the cookie is partitioned. */
  readonly framed?: boolean | undefined
}

/** The name of the cookie that holds the session at a provider, without its prefix. */
export function sessionCookieName(provider: string): string {
  return `oauth-session-${provider}`
}

/** A fresh id for a session or an owner: 256 random bits. */
export function generateSessionId(): string {
  return randomText(ID_BYTES)
}

/**
 * The session after a login.
 *
 * @param id - the id that opens the document from now on
 * @param before - the session of the browser before this login
 */
export function sessionAfterLogin(ownerId: string, id: string, nowSeconds: number, before?: Session): Session {
  const earlier = before?.ids.filter((each) => each !== id) ?? []
  return {
    ownerId,
    ids: [id, ...earlier].slice(0, MAX_IDS),
    expiresAt: before?.expiresAt ?? nowSeconds + SESSION_TTL_SECONDS,
    idleUntil: nowSeconds + SESSION_IDLE_SECONDS,
  }
}

/**
 * The session with the idle end moved to a later time; `undefined` when the move would be too small.
 *
 * @param precisionSeconds - the smallest move
 */
export function touchSession(session: Session, nowSeconds: number, precisionSeconds: number): Session | undefined {
  const idleUntil = nowSeconds + SESSION_IDLE_SECONDS
  return idleUntil - session.idleUntil < precisionSeconds ? undefined : { ...session, idleUntil }
}

/** Seals a session for the cookie of this name. */
export function sealSession(ring: KeyRing, session: Session, cookieName: string): Promise<string> {
  return seal(ring, 'session', cookieName, session)
}

/**
 * Opens a session cookie; `undefined` when the ring did not seal it or the session has ended.
 *
 * @param usedAt - when the request used the session, in seconds since the epoch; now by default
 */
export async function openSession(
  ring: KeyRing,
  sealed: string | undefined,
  nowSeconds: number,
  cookieName: string,
  usedAt: number = nowSeconds,
): Promise<Opened<Session> | undefined> {
  const opened = sealed && (await open(ring, 'session', cookieName, sealed, decodeSession))
  if (!opened) return undefined
  const { expiresAt, idleUntil } = opened.value
  return expiresAt > nowSeconds && idleUntil > usedAt ? opened : undefined
}

function decodeSession(json: unknown): Session {
  // Version 0.1 stored the newest id and the earlier ids in two members.
  type Stored = Session & { readonly id?: string; readonly otherIds?: readonly string[] }
  const { id, otherIds = [], ...session } = json as Stored
  return id === undefined ? session : { ...session, ids: [id, ...otherIds] }
}

/** The digest that storage holds in place of a session id. */
export function sessionIdDigest(id: string): Promise<string> {
  return digest(JSON.stringify(['session id', id]), DIGEST_LENGTH)
}

/** The key of an owner; with its kind, a user id and a session's owner id of the same text give different keys. */
export function ownerKey(kind: 'session' | 'user', id: string): Promise<string> {
  return digest(JSON.stringify([kind, id]), DIGEST_LENGTH)
}
