import type { ConnectionEvent } from 'hono-oauth'
import type { Env } from './env.ts'

// Beside the connections in the same namespace, under a prefix of the app's own.
const PREFIX = 'watched/'
const CURSOR = 'watch-cursor'
// As long as a visitor's session, whose end is the end of its connections. Seconds.
const WATCHED_SECONDS = 30 * 24 * 60 * 60

/** Notes the ids of connections: a job has no visitor whose connections it could look up. */
export async function watch(env: Env, event: ConnectionEvent): Promise<void> {
  if (event.type === 'connected') {
    const key = PREFIX + event.connection.id
    await env.TOKENS.put(key, '', { expirationTtl: WATCHED_SECONDS })
  }
  if (event.type === 'revoked') await unwatch(env, event.connection.id)
  if (event.type === 'needs_reauth') console.warn(`${event.connection.id} needs a new login`)
}

/** Forgets a connection that is gone. */
export async function unwatch(env: Env, id: string): Promise<void> {
  await env.TOKENS.delete(PREFIX + id)
}

/** The ids of the next connections, each time others, until it begins anew. */
export async function watched(env: Env, limit: number): Promise<string[]> {
  const cursor = await env.TOKENS.get(CURSOR)
  const page = await env.TOKENS.list({ prefix: PREFIX, limit, cursor })
  if (page.list_complete) await env.TOKENS.delete(CURSOR)
  else await env.TOKENS.put(CURSOR, page.cursor, { expirationTtl: WATCHED_SECONDS })
  return page.keys.map(({ name }) => name.slice(PREFIX.length))
}
