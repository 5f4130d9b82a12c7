import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { createOAuth, isOAuthError, type OAuthConfig, OAuthError } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, it } from 'vitest'
import { nodeHost } from '../support/node-host.ts'
import { CLIENT, createRig, KEY } from '../support/rig.ts'

const CONFIG = {
  origin: 'https://app.example',
  keys: KEY,
  providers: {
    webflow: webflow({ clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] }),
  },
  store: memoryStore(),
}

type Hook = NonNullable<OAuthConfig['onConnected']>

/** Whatever the app does once a connection is stored, the browser must come to know it. */
const HOOKS: readonly (readonly [string, number, Hook])[] = [
  ['says nothing', 303, () => undefined],
  ['answers through the context', 201, (c) => c.text('welcome', 201)],
  ['answers with a response of its own', 200, () => new Response('welcome')],
  [
    'answers with a response that cannot be changed',
    303,
    () => Response.redirect('https://app.example/welcome', 303),
  ],
  [
    'throws an answer',
    409,
    () => {
      throw new HTTPException(409, { res: new Response('taken', { status: 409 }) })
    },
  ],
  [
    'throws',
    500,
    () => {
      throw new Error('the database is down')
    },
  ],
]

describe('a hook that', () => {
  for (const [title, status, onConnected] of HOOKS) {
    it(`${title} leaves the browser with its session`, async ({ expect }) => {
      const rig = await createRig(nodeHost({ onConnected }))
      const browser = rig.browser()
      const landed = await rig.connect(browser)
      expect(landed.status).toBe(status)
      const cookies = landed.headers.getSetCookie()
      expect(new Set(cookies).size).toBe(cookies.length)
      expect(browser.hasSession()).toBe(true)
      expect(browser.transactions()).toEqual([])
      expect((await browser.request('/sites')).status).toBe(200)
    })
  }
})

describe('an error', () => {
  it('is in c.error for whatever logs it', async ({ expect }) => {
    const seen: unknown[] = []
    const oauth = createOAuth(() => ({ ...CONFIG, keys: 'weak' }))
    const app = new Hono()
    app.use(async (c, next) => {
      await next()
      seen.push(c.error && 'code' in c.error ? c.error.code : undefined)
    })
    app.route('/auth', oauth.routes)
    app.get('/private', oauth.require('webflow'), (c) => c.text('private'))
    await app.request('/auth/webflow/login')
    await app.request('/private')
    expect(seen).toEqual(['configuration_invalid', 'configuration_invalid'])
  })

  it('of the app itself is answered as the app likes', async ({ expect }) => {
    const oauth = createOAuth(() => CONFIG)
    const app = new Hono()
    app.get('/', () => {
      throw new OAuthError('needs_reauth')
    })
    const plain = await app.request('/')
    expect(plain.status).toBe(401)
    expect(plain.headers.get('content-type')).toBe('application/problem+json')
    app.onError((error, c) => {
      if (isOAuthError(error)) return oauth.errorResponse(c, error)
      throw error
    })
    const page = await app.request('/', { headers: { accept: 'text/html' } })
    expect(page.status).toBe(401)
    expect(await page.text()).toContain('The connection no longer works')
  })
})
