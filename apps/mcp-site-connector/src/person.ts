import type { Context } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './env.ts'

const COOKIE = 'person'
const OPTIONS = { prefix: 'host', httpOnly: true, sameSite: 'Lax', maxAge: 400 * 24 * 60 * 60 } as const

/** Says which person a browser belongs to. */
export const findPerson = createMiddleware<AppEnv>(async (c, next) => {
  const person = await getSignedCookie(c, c.env.SESSION_SECRET, COOKIE, 'host')
  if (person) c.set('person', person)
  await next()
})

/** Makes a person of a browser that comes for the first time. */
export async function makePerson(c: Context<AppEnv>): Promise<void> {
  if (c.var.person) return
  const person = crypto.randomUUID()
  c.set('person', person)
  await setSignedCookie(c, COOKIE, person, c.env.SESSION_SECRET, OPTIONS)
}
