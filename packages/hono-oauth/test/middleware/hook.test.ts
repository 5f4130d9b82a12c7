import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { createOAuth, isOAuthError, type OAuthConfig, OAuthError } from 'hono-oauth'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { expectRefusal } from '../rig/oracles.ts'
import { nodeRig } from '../rig/suite.ts'

type Hook = NonNullable<OAuthConfig['onConnected']>
const throwing = (error: unknown) => () => {
  throw error
}
const taken = new HTTPException(409, { res: new Response('taken', { status: 409 }) })

/** Whatever the app does once a connection is stored, the browser must come to know it. */
const HOOKS: readonly (readonly [string, number, Hook])[] = [
  ['says nothing', 303, () => undefined],
  ['answers through the context', 201, (c) => c.text('welcome', 201)],
  ['answers with a response of its own', 200, () => new Response('welcome')],
  ['answers with what cannot be changed', 303, () => Response.redirect(`${ORIGIN}/welcome`, 303)],
  ['throws an answer', 409, throwing(taken)],
  ['throws', 500, throwing(new Error('the database is down'))],
]

describe('a hook', () => {
  it.each(HOOKS)('that %s leaves the browser with its session', async (_title, status, onConnected) => {
    const rig = await nodeRig({ onConnected })
    const browser = rig.browser()
    const landed = await browser.navigate((await rig.login(browser)).href)
    expect(landed.status).toBe(status)
    const cookies = landed.headers.getSetCookie()
    expect(new Set(cookies).size).toBe(cookies.length)
    expect(browser.hasSession()).toBe(true)
    expect(browser.transactions()).toEqual([])
    expect((await browser.request('/s/use/webflow')).status).toBe(200)
  })

  it('for events changes nothing when it throws', async () => {
    const rig = await nodeRig({ onEvent: throwing(new Error('the listener is broken')) })
    const browser = await rig.connected()
    expect((await browser.request('/s/use/webflow')).status).toBe(200)
    const left = await browser.submit('/s/leave/webflow')
    expect(await left.json()).toEqual({ outcome: 'revoked' })
    expect((await rig.place.ran()).logs.join()).toContain('the listener is broken')
  })
})

describe('an error', () => {
  it('is in c.error for the log of the app', async () => {
    const seen: unknown[] = []
    const oauth = createOAuth(() => ({ ...MINIMAL, keys: 'weak' }))
    const app = new Hono()
    app.use(async (c, next) => {
      await next()
      seen.push(c.error && 'code' in c.error ? c.error.code : undefined)
    })
    app.route('/auth', oauth.routes)
    app.get('/private', oauth.require('webflow'), (c) => c.text('private'))
    for (const path of ['/auth/webflow/login', '/private']) await app.request(path)
    expect(seen).toEqual(['configuration_invalid', 'configuration_invalid'])
  })

  it('of the app itself is answered as the app likes', async () => {
    const oauth = createOAuth(() => MINIMAL)
    const app = new Hono()
    app.get('/', throwing(new OAuthError('needs_reauth')))
    const plain = await app.request('/')
    expect(plain.status).toBe(401)
    expect(plain.headers.get('content-type')).toBe('application/problem+json')
    app.onError((error, c) => {
      if (isOAuthError(error)) return oauth.errorResponse(c, error)
      throw error
    })
    const page = await app.request('/', { headers: { accept: 'text/html' } })
    await expectRefusal(page, 401, 'needs_reauth')
  })
})
