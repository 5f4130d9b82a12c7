import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { mayBeStored } from '../connections/logins.ts'
import { isOAuthError, OAuthError } from '../errors.ts'
import { type Owner, renewedSessionOwner, sessionOwner, userOwner } from '../session/owner.ts'
import { createSession, hedgeSession, type Session, type SessionIds } from '../session/session.ts'
import { readSession, writeSession } from './browser-session.ts'
import { isFramed } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

/**
 * Who is asking at a provider; `undefined` for a browser that has not connected anything there yet.
 *
 * @throws OAuthError `owner_missing` when the app knows its users and this is none of them
 */
export async function findOwner(
  c: Context,
  runtime: Runtime,
  provider: string,
): Promise<Owner | undefined> {
  const ownerAt = await findOwners(c, runtime)
  return ownerAt(provider)
}

/**
 * Who is asking, provider by provider: the app's user is the same at all of them, and is asked for once.
 *
 * @throws OAuthError `owner_missing` when the app knows its users and this is none of them
 */
export async function findOwners(
  c: Context,
  runtime: Runtime,
): Promise<(provider: string) => Promise<Owner | undefined>> {
  const user = await findUser(c, runtime)
  return async (provider) => user ?? findSessionOwner(c, runtime, provider)
}

async function findUser(c: Context, { config }: Runtime): Promise<Owner | undefined> {
  if (!config.owner) return undefined
  const userId = await config.owner(c)
  if (!userId) throw new OAuthError('owner_missing')
  return userOwner(userId)
}

async function findSessionOwner(
  c: Context,
  runtime: Runtime,
  provider: string,
): Promise<Owner | undefined> {
  const session = await readSession(c, runtime, provider)
  return session && sessionOwner(session)
}

/** An owner that a connection can be given to. */
export interface ConnectingOwner {
  /**
   * Makes the connection, and then gives the browser its session: a refusal must leave none behind. What it
   * has after a failure opens whatever is stored then.
   *
   * @param framed - whether the session has to work inside a frame
   */
  readonly connect: (
    work: (owner: Owner) => Promise<Connection>,
    framed?: boolean,
  ) => Promise<Connection>
}

/** What a login knew of its owner when it began. */
export interface StartedLogin {
  /** The owner's key; `null` for a browser without a session. */
  readonly ownerKey: string | null
  /** The session that the browser has in the end; the owner's id is for one without. */
  readonly session: SessionIds
  /** When the id of that session was chosen, in seconds since the epoch. */
  readonly chosenAt: number
  /** When it began, in seconds since the epoch. */
  readonly since: number
}

/**
 * The owner of a connection that is about to be made: the app's user, or the browser's session, which has
 * another id after each login.
 *
 * @throws OAuthError `owner_missing`, or `owner_mismatch` when it is somebody else by now
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html | OWASP - Session management}
 */
export async function connectingOwner(
  c: Context,
  runtime: Runtime,
  provider: string,
  started: StartedLogin,
): Promise<ConnectingOwner> {
  const user = await findUser(c, runtime)
  // Who was in time when the login began is in time.
  const current = user ? undefined : await readSession(c, runtime, provider, started.since)
  const asking = user ?? (current && (await sessionOwner(current)))
  if (started.ownerKey !== null && started.ownerKey !== asking?.key) {
    throw new OAuthError('owner_mismatch')
  }
  if (user) return { connect: (work) => work(user) }
  return connectingSession(c, runtime, provider, started, current)
}

/** A browser that connects something as the one it was, or as one that nobody was before. */
export async function connectingSession(
  c: Context,
  runtime: Runtime,
  provider: string,
  { session: ids, chosenAt, since }: Omit<StartedLogin, 'ownerKey'>,
  current?: Session,
): Promise<ConnectingOwner> {
  const session = createSession(ids, runtime.now(), current)
  const owner = await renewedSessionOwner(current, session, { chosenAt, since })

  async function fail(error: unknown): Promise<never> {
    if (current && mayBeStored(error)) {
      await writeSession(c, runtime, provider, hedgeSession(current, ids.id))
    }
    // It was replaced, and only another browser has the new one: the next login begins another.
    if (isOAuthError(error) && error.code === 'owner_mismatch') {
      runtime.cookies.clear(c, runtime.cookies.session(provider), current?.framed)
    }
    throw error
  }

  return {
    async connect(work, framed = isFramed(c)) {
      const connection = await work(owner).catch(fail)
      await writeSession(c, runtime, provider, { ...session, framed })
      return connection
    },
  }
}
