import { BoundedMap } from '../bounded-map.ts'
import { OAuthError } from '../errors.ts'
import { ownerKey, type Session, sessionIdDigest } from '../session/session.ts'
import type { Owner } from '../vault/address.ts'
import { readSession } from './browser-session.ts'
import type { Visit } from './runtime.ts'

// An isolate computes the digests of a user's id, and of a session's ids, only once.
const userKeys = /* @__PURE__ */ new BoundedMap<string>()
const sessionOwners = /* @__PURE__ */ new WeakMap<Session, Owner>()

/** The owner of the connections of an app's user. */
export async function userOwner(userId: string): Promise<Owner> {
  const key = userKeys.get(userId) ?? (await ownerKey('user', userId))
  userKeys.set(userId, key)
  return { key, userId }
}

/** The owner of the connections of a browser session. */
export async function sessionOwner(session: Session): Promise<Owner> {
  const known = sessionOwners.get(session)
  if (known) return known
  const { ownerId, ids, expiresAt } = session
  const presented = await Promise.all(ids.map(sessionIdDigest))
  const owner = { key: await ownerKey('session', ownerId), expiresAt, session: { presented } }
  sessionOwners.set(session, owner)
  return owner
}

/**
 * The owner of a request by the `owner` setting; `undefined` without this setting.
 *
 * @param proved - the id of the user of a request that names none
 * @throws OAuthError `owner_missing` when no user is signed in
 */
export async function findUser({ c, runtime }: Omit<Visit, 'name'>, proved?: string): Promise<Owner | undefined> {
  const { owner } = runtime.config
  if (!owner) return undefined
  const userId = (await owner(c)) || proved
  if (!userId) throw new OAuthError('owner_missing')
  return userOwner(userId)
}

/**
 * The owner of a request at a provider; `undefined` for a browser without a session there.
 *
 * @throws OAuthError `owner_missing` when the app has users and no user is signed in
 */
export async function findOwner(visit: Visit): Promise<Owner | undefined> {
  const user = await findUser(visit)
  if (user) return user
  const opened = await readSession(visit)
  return opened && sessionOwner(opened)
}
