import type { Context } from 'hono'
import { OAuthError } from '../errors.ts'
import { ownerKey, type Session, sessionIdDigest } from '../session/session.ts'
import type { Owner } from '../vault/address.ts'
import { BoundedMap } from '../vault/bounded-map.ts'
import { readSession } from './browser-session.ts'
import type { Runtime } from './runtime.ts'

// An isolate computes the digests of a user's id, and of a session's ids, only once.
const userKeys = /* @__PURE__ */ new BoundedMap<string>()
const sessionOwners = /* @__PURE__ */ new WeakMap<Session, Owner>()

/** The owner of the connections of an app's user. */
export async function userOwner(userId: string): Promise<Owner> {
  const key = userKeys.get(userId) ?? (await ownerKey('user', userId))
  userKeys.set(userId, key)
  return { key }
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
 * @throws OAuthError `owner_missing` when no user is signed in
 */
export async function findUser(c: Context, { config }: Runtime): Promise<Owner | undefined> {
  if (!config.owner) return undefined
  const userId = await config.owner(c)
  if (!userId) throw new OAuthError('owner_missing')
  return userOwner(userId)
}

/**
 * The owner of a request at a provider; `undefined` for a browser without a session there.
 *
 * @throws OAuthError `owner_missing` when the app has users and no user is signed in
 */
export async function findOwner(c: Context, runtime: Runtime, provider: string): Promise<Owner | undefined> {
  const user = await findUser(c, runtime)
  if (user) return user
  const opened = await readSession(c, runtime, provider)
  return opened && sessionOwner(opened)
}
