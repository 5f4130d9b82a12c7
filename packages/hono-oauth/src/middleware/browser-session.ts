import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { openSession, SESSION_IDLE_SECONDS, type Session, sealSession, touchSession } from '../session/session.ts'
import type { Runtime } from './runtime.ts'

// The cookie notes the last use of a session once in this time, in seconds: not in every answer.
const USE_PRECISION_SECONDS = 24 * 60 * 60

/** The session of one request at one provider, as far as the request knows it. */
interface RequestSession {
  readonly session: Session | undefined
  /** Whether the browser needs no other cookie than the one that it has, or that this answer sets. */
  readonly isKept: boolean
}

/** The sessions of each request, by cookie name. */
const requestSessions = /* @__PURE__ */ new WeakMap<Context, Map<string, RequestSession>>()

/**
 * The session of this browser at a provider. After a login in the same request it is the new session.
 *
 * @param usedAt - the time of this use of the session, in seconds since the epoch; now by default
 */
export async function readSession(
  c: Context,
  { ring, cookies, now }: Runtime,
  provider: string,
  usedAt = now(),
): Promise<Session | undefined> {
  const name = cookies.session(provider)
  const known = requestSessions.get(c)?.get(name)
  if (known) return known.session
  const opened = await openSession(ring, getCookie(c, name), now(), name, usedAt)
  noteSession(c, name, opened?.value, false)
  if (!opened) return undefined
  const isFresh = !touchSession(opened.value, now(), USE_PRECISION_SECONDS)
  if (isFresh && opened.isSealedByNewest) noteSession(c, name, opened.value, true)
  return opened.value
}

/** Makes the rest of this request use a session. Its cookie is written later. */
export function useSession(c: Context, { cookies }: Runtime, provider: string, session: Session): void {
  noteSession(c, cookies.session(provider), session, true)
}

/** Sets the cookie of a session in the answer, and makes the rest of this request use the session. */
export async function writeSession(c: Context, runtime: Runtime, provider: string, session: Session): Promise<void> {
  const { ring, cookies, now } = runtime
  useSession(c, runtime, provider, session)
  const name = cookies.session(provider)
  const sealed = await sealSession(ring, session, name)
  cookies.write(c, name, sealed, session.expiresAt - now(), session.framed)
}

/** Clears the session of this browser at a provider. */
export async function clearSession(c: Context, runtime: Runtime, provider: string): Promise<void> {
  const session = await readSession(c, runtime, provider)
  const name = runtime.cookies.session(provider)
  noteSession(c, name, undefined, true)
  if (getCookie(c, name) !== undefined) runtime.cookies.clear(c, name, session?.framed)
}

/** Clears all sessions and all unfinished logins of this browser. */
export async function signOut(c: Context, runtime: Runtime): Promise<void> {
  for (const name of Object.keys(runtime.config.providers)) await clearSession(c, runtime, name)
  runtime.cookies.clearTransactions(c)
}

/**
 * Renews the cookie of a session that is used, once a day, and after a change of the newest key. It runs at the
 * end of a request: another login may have given the browser a newer cookie, which this answer must not replace.
 *
 * @param isOpen - whether the document still opens to the session
 */
export async function keepSession(
  c: Context,
  runtime: Runtime,
  provider: string,
  isOpen: () => Promise<boolean>,
): Promise<void> {
  const session = unkeptSession(c, runtime, provider)
  if (!session || !(await isOpen())) return
  const touched = touchSession(session, runtime.now(), USE_PRECISION_SECONDS)
  await writeSession(c, runtime, provider, touched ?? session)
}

/**
 * Renews the cookie of a session that ends soon, in the middle of a request. For any other session the risk is not
 * worth it: another login may finish before this answer arrives.
 */
export async function keepSessionAlive(c: Context, runtime: Runtime, provider: string): Promise<void> {
  const session = unkeptSession(c, runtime, provider)
  const touched = session && touchSession(session, runtime.now(), SESSION_IDLE_SECONDS / 2)
  if (touched) await writeSession(c, runtime, provider, touched)
}

function unkeptSession(c: Context, { cookies }: Runtime, provider: string): Session | undefined {
  const known = requestSessions.get(c)?.get(cookies.session(provider))
  return known?.isKept ? undefined : known?.session
}

function noteSession(c: Context, name: string, session: Session | undefined, isKept: boolean): void {
  const known = requestSessions.get(c) ?? new Map<string, RequestSession>()
  requestSessions.set(c, known)
  known.set(name, { session, isKept })
}
