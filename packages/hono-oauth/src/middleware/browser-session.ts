import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { isSealedByNewest } from '../crypto/seal.ts'
import {
  openSession,
  SESSION_IDLE_SECONDS,
  type Session,
  sealSession,
  touchSession,
} from '../session/session.ts'
import type { Runtime } from './runtime.ts'

/**
 * The session of this browser at a provider; after a login in this very request, the one it leaves with.
 *
 * @param usedAt - when it was used, in seconds since the epoch: now, but for a login that began before
 */
export async function readSession(
  c: Context,
  { ring, cookies, now }: Runtime,
  provider: string,
  usedAt = now(),
): Promise<Session | undefined> {
  const name = cookies.session(provider)
  const known = sessionsOf(c).get(name)
  if (known) return known.session
  const session = await openSession(ring, getCookie(c, name), now(), name, usedAt)
  sessionsOf(c).set(name, { session, isWritten: false })
  return session
}

/** Gives the browser a session with the answer to this request. */
export async function writeSession(
  c: Context,
  { ring, cookies, now }: Runtime,
  provider: string,
  session: Session,
): Promise<void> {
  const name = cookies.session(provider)
  sessionsOf(c).set(name, { session, isWritten: true })
  const sealed = await sealSession(ring, session, name)
  cookies.write(c, name, sealed, session.expiresAt - now(), session.framed)
}

/**
 * Notes in its cookie that a session is used, once a day at most, and seals that with the newest key. The
 * last thing that a request does with it: a login that ended meanwhile has begun another session, and this
 * answer must not put the old one back.
 *
 * @param isOpen - whether what is connected still opens to it
 */
export async function keepSession(
  c: Context,
  runtime: Runtime,
  provider: string,
  isOpen: () => Promise<boolean>,
): Promise<void> {
  const session = await unwrittenSession(c, runtime, provider)
  if (!session) return
  const touched = touchSession(session, runtime.now())
  const sealed = getCookie(c, runtime.cookies.session(provider)) ?? ''
  if (!touched && (await isSealedByNewest(runtime.ring, sealed))) return
  if (await isOpen()) await writeSession(c, runtime, provider, touched ?? session)
}

/**
 * The same in the middle of a request, where nobody knows what ends before its answer: only when the session
 * would soon be over, so that this hardly ever happens.
 */
export async function keepSessionAlive(
  c: Context,
  runtime: Runtime,
  provider: string,
): Promise<void> {
  const session = await unwrittenSession(c, runtime, provider)
  const touched = session && touchSession(session, runtime.now(), SESSION_IDLE_SECONDS / 2)
  if (touched) await writeSession(c, runtime, provider, touched)
}

async function unwrittenSession(
  c: Context,
  runtime: Runtime,
  provider: string,
): Promise<Session | undefined> {
  if (runtime.config.owner) return undefined
  const session = await readSession(c, runtime, provider)
  const isWritten = sessionsOf(c).get(runtime.cookies.session(provider))?.isWritten
  return isWritten ? undefined : session
}

/** The sessions of a request: opened once, and those that go out with its answer. */
const sessions = new WeakMap<Context, Map<string, RequestSession>>()

interface RequestSession {
  readonly session: Session | undefined
  readonly isWritten: boolean
}

function sessionsOf(c: Context): Map<string, RequestSession> {
  const known = sessions.get(c) ?? new Map<string, RequestSession>()
  sessions.set(c, known)
  return known
}
