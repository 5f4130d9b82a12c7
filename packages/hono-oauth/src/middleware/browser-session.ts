import type { Context } from 'hono'
import { openSession, SESSION_IDLE_SECONDS, type Session, sealSession, touchSession } from '../session/session.ts'
import type { Runtime, Visit } from './runtime.ts'

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
export async function readSession(visit: Visit, usedAt = visit.runtime.now()): Promise<Session | undefined> {
  const known = knownSession(visit)
  if (known) return known.session
  const { ring, cookies, now } = visit.runtime
  const cookie = cookieName(visit)
  const opened = await openSession(ring, cookies.read(visit.c, cookie), now(), cookie, usedAt)
  const isFresh = opened && !touchSession(opened.value, now(), USE_PRECISION_SECONDS)
  useSession(visit, opened?.value, isFresh === true && opened.isSealedByNewest)
  return opened?.value
}

/**
 * Makes the rest of this request use a session.
 *
 * @param isKept - whether the browser has its cookie, or gets the cookie later with this answer
 */
export function useSession(visit: Visit, session: Session | undefined, isKept = true): void {
  const known = requestSessions.get(visit.c) ?? new Map<string, RequestSession>()
  requestSessions.set(visit.c, known)
  known.set(cookieName(visit), { session, isKept })
}

/** Sets the cookie of a session in the answer, and makes the rest of this request use the session. */
export async function writeSession(visit: Visit, session: Session): Promise<void> {
  useSession(visit, session)
  const { ring, cookies, now } = visit.runtime
  const cookie = cookieName(visit)
  const sealed = await sealSession(ring, session, cookie)
  cookies.write(visit.c, cookie, sealed, session.expiresAt - now(), session.framed)
}

/** Clears the session of this browser at a provider. */
export async function clearSession(visit: Visit): Promise<void> {
  const session = await readSession(visit)
  const { cookies } = visit.runtime
  const cookie = cookieName(visit)
  useSession(visit, undefined)
  if (cookies.read(visit.c, cookie) !== undefined) cookies.clear(visit.c, cookie, session?.framed)
}

/** Clears all sessions and all unfinished logins of this browser. */
export async function signOut(c: Context, runtime: Runtime): Promise<void> {
  for (const name of Object.keys(runtime.config.providers)) await clearSession({ c, runtime, name })
  runtime.cookies.clearTransactions(c)
  runtime.cookies.clearNotice(c)
}

/**
 * Renews the cookie of a session that is used, once a day, and after a change of the newest key. It runs at the
 * end of a request: another login may have given the browser a newer cookie, which this answer must not replace.
 *
 * @param isOpen - whether the document still opens to the session
 */
export async function keepSession(visit: Visit, isOpen: () => Promise<boolean>): Promise<void> {
  const session = unkeptSession(visit)
  if (!session || !(await isOpen())) return
  const touched = touchSession(session, visit.runtime.now(), USE_PRECISION_SECONDS)
  await writeSession(visit, touched ?? session)
}

/**
 * Renews the cookie of a session that ends soon, in the middle of a request. For any other session the risk is not
 * worth it: another login may finish before this answer arrives.
 */
export async function keepSessionAlive(visit: Visit): Promise<void> {
  const session = unkeptSession(visit)
  const touched = session && touchSession(session, visit.runtime.now(), SESSION_IDLE_SECONDS / 2)
  if (touched) await writeSession(visit, touched)
}

function cookieName({ runtime, name }: Visit): string {
  return runtime.cookies.session(name)
}

function knownSession(visit: Visit): RequestSession | undefined {
  return requestSessions.get(visit.c)?.get(cookieName(visit))
}

function unkeptSession(visit: Visit): Session | undefined {
  const known = knownSession(visit)
  return known?.isKept ? undefined : known?.session
}
