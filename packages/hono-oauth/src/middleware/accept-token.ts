import type { Context } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { digest } from '../crypto/encoding.ts'
import { isOAuthError } from '../errors.ts'
import { generateSessionIds } from '../session/session.ts'
import { readSession } from './browser-session.ts'
import { type ConnectingOwner, connectingOwner, connectingSession } from './owner.ts'
import type { Runtime } from './runtime.ts'

const ID_LENGTH = 43

/**
 * Connects with a token that a person brought.
 *
 * @param framed - whether the session has to work inside a frame, and nowhere else
 * @throws OAuthError of the check of the token, `owner_missing` or `store_unavailable`
 */
export async function acceptToken(
  c: Context,
  runtime: Runtime,
  name: string,
  token: string,
  framed: boolean,
): Promise<Connection> {
  const connect = (asking: ConnectingOwner) =>
    asking.connect((owner) => runtime.connections(c).accept(owner, name, token), framed)
  const ids = generateSessionIds()
  const current = runtime.config.owner ? undefined : await readSession(c, runtime, name)
  // A form that is sent twice ends in one session, even if the first answer never arrives.
  const id = current ? await digest(JSON.stringify([current.id, token]), ID_LENGTH) : ids.id
  const since = runtime.now()
  const started = { ownerKey: null, session: { ...ids, id }, chosenAt: since, since }
  try {
    return await connect(await connectingOwner(c, runtime, name, started))
  } catch (error) {
    if (!isOAuthError(error) || error.code !== 'owner_mismatch') throw error
    // A session that was replaced is worth nothing, but the token is: it begins another one.
    return connect(await connectingSession(c, runtime, name, { ...started, session: ids }))
  }
}
