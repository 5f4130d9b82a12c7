import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Connection, ConnectionEvent } from 'hono-oauth'
import type { Env } from './env.ts'
import { SESSION_SECONDS } from './session-lifetime.ts'

const PREFIX = 'activity/'
const SHOWN = 10
// The name of an owner cannot be guessed: it holds a digest of the random id of a session.
const COOKIE = 'activity-of'
const OWNER = /^[a-z][a-z0-9-]*\.[\w-]+$/
const MAX_OWNERS = 8
// A key that counts down puts the newest entry first in a list of keys.
const END_OF_TIME_MS = 9_999_999_999_999

/** One entry of the activity of a visitor. */
export interface Activity {
  readonly at: string
  readonly type: Exclude<ConnectionEvent['type'], 'webhook' | 'webhook_failed'>
  readonly provider: string
  readonly account: string | null
  /** Of an entry about an end: by whom, and what it came to. */
  readonly by?: 'owner' | 'provider'
  readonly outcome?: 'revoked' | 'pending' | 'deleted_only'
}

/** Keeps an event of a connection for the page of its owner. The entry is the metadata of a key, so a list reads it. */
export async function recordActivity(env: Env, event: ConnectionEvent): Promise<void> {
  if (!('connection' in event)) return
  const { connection, type, at } = event
  const { id, provider, account } = connection
  const ended = event.type === 'revoked' ? { by: event.by, outcome: event.outcome } : {}
  const metadata: Activity = { at, type, provider, account: account.name?.slice(0, 200) ?? null, ...ended }
  const key = `${PREFIX}${ownerOf(id)}/${END_OF_TIME_MS - Date.parse(at)}-${crypto.randomUUID()}`
  await env.TOKENS.put(key, '', { metadata, expirationTtl: SESSION_SECONDS })
}

type AppContext = Context<{ Bindings: Env }>

/**
 * The last events of this browser's connections, newest first. A cookie remembers whose they are: an account that was
 * just disconnected is in no list any more.
 */
export async function listActivity(c: AppContext, connections: readonly Connection[]): Promise<readonly Activity[]> {
  const { env } = c
  const known = (getCookie(c, COOKIE) ?? '').split(' ').filter((owner) => OWNER.test(owner))
  const owners = new Set([...connections.map(({ id }) => ownerOf(id)), ...known].slice(0, MAX_OWNERS))
  if (owners.size > 0) {
    const secure = env.PUBLIC_ORIGIN.startsWith('https:')
    const attributes = { path: '/', httpOnly: true, secure, sameSite: 'Lax', maxAge: SESSION_SECONDS } as const
    setCookie(c, COOKIE, [...owners].join(' '), attributes)
  }
  const lists = [...owners].map(async (owner) => {
    const { keys } = await env.TOKENS.list<Activity>({ prefix: `${PREFIX}${owner}/`, limit: SHOWN })
    return keys.flatMap(({ metadata }) => metadata ?? [])
  })
  const all = (await Promise.all(lists)).flat()
  return all.sort((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN)
}

/** Makes this browser forget whose activity it has seen. */
export function forgetActivity(c: AppContext): void {
  deleteCookie(c, COOKIE, { path: '/' })
}

/** What the ids of one owner's connections at one provider begin with. */
function ownerOf(id: string): string {
  return id.split('.').slice(0, 2).join('.')
}
