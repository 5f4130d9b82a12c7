import type { Connection } from '../connections/connection.ts'
import { digest } from '../crypto/encoding.ts'
import { hasUnknownOutcome } from '../engine/logins.ts'
import { hasCode, OAuthError } from '../errors.ts'
import { generateSessionId, type Session, sessionAfterLogin, sessionIdDigest } from '../session/session.ts'
import { openTransaction, type Transaction } from '../transaction/transaction.ts'
import type { Owner } from '../vault/address.ts'
import { clearSession, readSession, useSession, writeSession } from './browser-session.ts'
import type { Outcome } from './login-outcome.ts'
import { findUser, sessionOwner } from './owner.ts'
import { isFramed } from './request-guards.ts'
import type { Visit } from './runtime.ts'

const TOKEN_ID_LENGTH = 43
// In a longer time, in milliseconds, another login may finish.
const MAX_UNCHECKED_MS = 100

/** The members of a transaction that name the owner of the login. */
export type LoginOwner = Pick<Transaction, 'ownerKey' | 'provedUser' | 'ownerId' | 'sessionId'>

/** The owner of a new connection, and the session that the browser gets with it. */
export interface ConnectingOwner {
  readonly owner: Owner
  /** Absent when the owner is a user of the app. */
  readonly session?: Session | undefined
}

/**
 * The owner of a login that begins. When the document does not open to the session of the browser, the session is
 * cleared, and the login begins without one.
 *
 * @param isProof - whether the request proves the user in a way that the callback may not have, such as a bearer token
 * @throws OAuthError `owner_missing`, or `store_unavailable` when the document cannot be read
 */
export async function startingOwner(visit: Visit, isProof = false): Promise<LoginOwner> {
  const user = await findUser(visit)
  if (user) return { ownerKey: user.key, provedUser: isProof ? user.userId : undefined }
  const sessionId = generateSessionId()
  const session = await readSession(visit)
  if (session) {
    const { ownerId } = session
    const owner = await presentingOwner(session, await ownLogins(visit, ownerId))
    if (await visit.runtime.opens(visit.name, owner)) return { ownerKey: owner.key, ownerId, sessionId }
    await clearSession(visit)
  }
  return { ownerKey: null, ownerId: generateSessionId(), sessionId }
}

/**
 * The owner of a login that ends. The browser presents the ids of its session and of its unfinished logins; from
 * now on the id of the newest login opens the document.
 *
 * @param startedAt - the start of the login, in seconds since the epoch: a session that was live then is live
 * @throws OAuthError `owner_missing`, or `owner_mismatch` when the owner has changed during the login
 */
export async function finishingOwner(visit: Visit, transaction: Transaction, startedAt: number) {
  const { ownerKey: key, provedUser } = transaction
  const user = await findUser(visit, provedUser)
  if (user) {
    if (key !== user.key) throw new OAuthError('owner_mismatch')
    return { owner: user }
  }
  const before = await readSession(visit, startedAt)
  if (transaction.ownerKey !== null) {
    const asking = before && (await sessionOwner(before))
    if (asking?.key !== transaction.ownerKey) throw new OAuthError('owner_mismatch')
  }
  const pending = await pendingLogins(visit)
  const first = pending.filter((login) => login.ownerKey === null)
  // Two tabs of a browser without a session get one owner.
  const ownerId = before?.ownerId ?? first.at(-1)?.ownerId ?? generateSessionId()
  const own = pending.filter((login) => login.ownerId === ownerId || login.state === transaction.state)
  const id = own.at(-1)?.sessionId ?? generateSessionId()
  const session = { ...sessionAfterLogin(ownerId, id, visit.runtime.now(), before), framed: isFramed(visit.c) }
  return { owner: await presentingOwner(session, own, !before), session }
}

/**
 * Makes a connection with a token that a person has copied from the provider, and gives the browser its session.
 *
 * @param framed - whether the session works only inside a frame
 * @throws OAuthError `owner_missing`, `store_unavailable`, or the error of the check of the token
 */
export async function connectWithToken(visit: Visit, token: string, framed: boolean): Promise<Connection> {
  const connect = async (connecting: ConnectingOwner) => {
    const accepting = visit.runtime.connections(visit.c).acceptToken(connecting.owner, visit.name, token)
    const outcome = await connectAs(visit, connecting, accepting)
    await giveSession(visit, outcome)
    if ('error' in outcome) throw outcome.error
    return outcome.connection
  }
  const user = await findUser(visit)
  if (user) return connect({ owner: user })
  const before = await readSession(visit)
  if (before) {
    // A form that is sent twice makes one session, even if the first answer is lost.
    const id = await digest(JSON.stringify([before.ids[0], token]), TOKEN_ID_LENGTH)
    const session = newSession(before.ownerId, id, before)
    const owner = await presentingOwner(session, await ownLogins(visit, before.ownerId))
    try {
      return await connect({ owner, session })
    } catch (error) {
      if (!hasCode(error, 'login_overtaken')) throw error
      // Another login has replaced the session; the token begins a new one.
    }
  }
  const session = newSession(generateSessionId(), generateSessionId())
  return connect({ owner: await presentingOwner(session, [], true), session })

  function newSession(ownerId: string, id: string, before?: Session): Session {
    return { ...sessionAfterLogin(ownerId, id, visit.runtime.now(), before), framed }
  }
}

/**
 * Makes a connection. The browser gets the session also after a write of unknown outcome: the session opens the
 * document both before and after the write.
 */
export async function connectAs(
  { runtime }: Visit,
  { session }: ConnectingOwner,
  connecting: Promise<Connection>,
): Promise<Outcome> {
  try {
    const connection = await connecting
    return { session, at: runtime.config.now(), connection }
  } catch (error) {
    return { session: hasUnknownOutcome(error) ? session : undefined, at: runtime.config.now(), error }
  }
}

/** Runs the app's hook with the new session, and then gives the browser its session, also when the hook throws. */
export async function runHook<Result>(visit: Visit, outcome: Outcome, hook: () => Result): Promise<Awaited<Result>> {
  if (outcome.session) useSession(visit, outcome.session)
  try {
    return await hook()
  } finally {
    await giveSession(visit, outcome)
  }
}

/**
 * Gives the browser the session of a login. Some time after the login it first checks that no other login has replaced
 * the session.
 */
export async function giveSession(visit: Visit, { session, at }: Outcome): Promise<void> {
  if (!session) return
  const { runtime, name } = visit
  const isLate = runtime.config.now() - at > MAX_UNCHECKED_MS
  const opens = async () => runtime.opens(name, await sessionOwner(session))
  if (!isLate || (await opens().catch(() => true))) await writeSession(visit, session)
}

/** The unfinished logins of this browser at a provider, oldest first. */
async function pendingLogins({ c, runtime, name }: Visit): Promise<Transaction[]> {
  const { ring, cookies, now, redirectUri } = runtime
  const opened = cookies
    .newestTransactions(c)
    .map((cookie) => openTransaction(ring, cookie.name, cookies.read(c, cookie.name) ?? ''))
  const found = (await Promise.all(opened)).filter((login) => login !== undefined)
  return found
    .filter((login) => login.redirectUri === redirectUri(name) && login.expiresAt >= now())
    .sort((a, b) => a.expiresAt - b.expiresAt)
}

async function ownLogins(visit: Visit, ownerId: string) {
  return (await pendingLogins(visit)).filter((login) => login.ownerId === ownerId)
}

/** The owner of a session, with the ids of the session and of its unfinished logins. */
async function presentingOwner(session: Session, logins: readonly LoginOwner[], isNew = false): Promise<Owner> {
  const { key, expiresAt, session: own } = await sessionOwner(session)
  const ids = logins.flatMap(({ sessionId }) => sessionId ?? [])
  const presented = [...(own?.presented ?? []), ...(await Promise.all(ids.map(sessionIdDigest)))]
  return { key, expiresAt, isNew, session: { presented, replacement: presented[0] } }
}
