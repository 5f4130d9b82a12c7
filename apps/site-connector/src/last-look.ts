import type { Env } from './env.ts'
import { SESSION_SECONDS } from './session-lifetime.ts'

const PREFIX = 'looks/'
// An answer that says nothing new is noted again after this time.
const FRESH_MS = 5 * 60 * 1000

/** What a platform has answered about a connection. */
export interface Look {
  readonly sites: readonly string[]
  readonly name?: string | undefined
}

/** An earlier answer, and when it came. */
export type LastLook = Look & { readonly at: string }

/** The last answer of a platform about a connection. */
export function readLastLook(env: Env, id: string): Promise<LastLook | null> {
  return env.TOKENS.get<LastLook>(PREFIX + id, 'json')
}

/** Keeps an answer, for a page that the platform does not answer in time. */
export async function keepLook(env: Env, id: string, { sites, name }: Look, last: LastLook | null): Promise<void> {
  const isSame = JSON.stringify([sites, name]) === JSON.stringify([last?.sites, last?.name])
  if (isSame && last && Date.now() - Date.parse(last.at) < FRESH_MS) return
  const look: LastLook = { sites, name, at: new Date().toISOString() }
  await env.TOKENS.put(PREFIX + id, JSON.stringify(look), { expirationTtl: SESSION_SECONDS })
}

/** Forgets what a platform has answered about a connection that has ended. */
export async function forgetLook(env: Env, id: string): Promise<void> {
  await env.TOKENS.delete(PREFIX + id)
}
