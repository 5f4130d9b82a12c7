import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { isSealedByNewest } from '../crypto/seal.ts'
import { OAuthError } from '../errors.ts'
import { type Owner, sessionOwner, userOwner } from '../session/owner.ts'
import {
  createSession,
  generateSessionId,
  openSession,
  type Session,
  sealSession,
  touchSession,
} from '../session/session.ts'
import { isFramed } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

/**
 * Who is asking; `undefined` for a browser that has not connected anything yet.
 *
 * @throws OAuthError `owner_missing` when the app knows its users and this is none of them
 */
export async function findOwner(c: Context, runtime: Runtime): Promise<Owner | undefined> {
  if (runtime.config.owner) return userOwner(await requireUser(c, runtime.config.owner))
  const session = await readSession(c, runtime)
  if (!session) return undefined
  const touched = touchSession(session, runtime.now())
  const sealed = getCookie(c, runtime.cookies.session) ?? ''
  const isNewest = await isSealedByNewest(runtime.ring, sealed)
  if (touched || !isNewest) await writeSession(c, runtime, touched ?? session)
  return sessionOwner(session)
}

/** An owner that a connection can be given to, with what makes the browser remember it. */
export interface ConnectingOwner {
  readonly owner: Owner
  /** Called once the connection is stored: a refusal must leave no session behind. */
  readonly remember: (framed?: boolean) => Promise<void>
}

/**
 * The owner of a connection that is about to be made: the app's user, or the browser's session,
 * which begins with its first connection.
 *
 * @param started - what the login knew when it began: the owner's key, or the session id that it
 *   chose for a browser without one
 * @throws OAuthError `owner_missing`, or `owner_mismatch` when it is somebody else by now
 */
export async function connectingOwner(
  c: Context,
  runtime: Runtime,
  started: { readonly ownerKey: string | null; readonly sessionId?: string | undefined },
): Promise<ConnectingOwner> {
  const current = await findOwner(c, runtime)
  if (started.ownerKey !== null && started.ownerKey !== current?.key) {
    throw new OAuthError('owner_mismatch')
  }
  if (current) return { owner: current, remember: async () => undefined }
  const session = createSession(started.sessionId ?? generateSessionId(), runtime.now())
  return {
    owner: { ...(await sessionOwner(session)), isNew: true },
    remember: (framed = isFramed(c)) => writeSession(c, runtime, { ...session, framed }),
  }
}

function readSession(c: Context, { ring, cookies, now }: Runtime): Promise<Session | undefined> {
  return openSession(ring, getCookie(c, cookies.session), now(), cookies.session)
}

async function writeSession(
  c: Context,
  { ring, cookies, now }: Runtime,
  session: Session,
): Promise<void> {
  const sealed = await sealSession(ring, session, cookies.session)
  cookies.write(c, cookies.session, sealed, session.expiresAt - now(), session.framed)
}

async function requireUser(
  c: Context,
  owner: NonNullable<Runtime['config']['owner']>,
): Promise<string> {
  const userId = await owner(c)
  if (!userId) throw new OAuthError('owner_missing')
  return userId
}
