import type { ConnectionEvent } from 'hono-oauth'
import type { Env } from './env.ts'
import { forgetLook } from './last-look.ts'
import { SESSION_SECONDS } from './session-lifetime.ts'

// The app's own keys, in the KV namespace that also holds connections.
const PREFIX = 'watched/'
const CURSOR = 'watch-cursor'

/** Keeps the id of each connection in KV, because a cron trigger has no visitor to look it up for. */
export async function recordConnectionEvent(env: Env, event: ConnectionEvent): Promise<void> {
  if (event.type === 'connected') {
    const key = PREFIX + event.connection.id
    await env.TOKENS.put(key, '', { expirationTtl: SESSION_SECONDS })
  }
  if (event.type === 'revoked') {
    await Promise.all([removeConnectionId(env, event.connection.id), forgetLook(env, event.connection.id)])
  }
  if (event.type === 'needs_reauth') console.warn(`${event.connection.id} needs a new login`)
}

/** Removes the id of a connection that no longer exists. */
export async function removeConnectionId(env: Env, id: string): Promise<void> {
  await env.TOKENS.delete(PREFIX + id)
}

/** Returns the next page of ids. After the last page, the first one follows. */
export async function nextConnectionIds(env: Env, limit: number): Promise<string[]> {
  const cursor = await env.TOKENS.get(CURSOR)
  const page = await env.TOKENS.list({ prefix: PREFIX, limit, cursor })
  if (page.list_complete) await env.TOKENS.delete(CURSOR)
  else await env.TOKENS.put(CURSOR, page.cursor, { expirationTtl: SESSION_SECONDS })
  return page.keys.map(({ name }) => name.slice(PREFIX.length))
}
