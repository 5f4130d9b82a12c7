import { Hono } from 'hono'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { oidc } from 'hono-oauth/providers/oidc'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '../../src/crypto/encoding.ts'
import { Browser } from '../rig/browser.ts'
import { KEY, NEW_KEY } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { createProvider, EXAMPLE_CLIENT } from '../rig/provider.ts'
import { createWire } from '../rig/wire.ts'

// Shorter than metadata is remembered, in seconds.
const LIFETIME = 600

interface Env {
  readonly TOKENS: ReturnType<ReturnType<typeof workersKv>['location']>
  readonly KEYS: string
  readonly CLIENT_ID: string
}

let clock: ReturnType<typeof fakeClock>
let provider: ReturnType<typeof createProvider>
let wire: ReturnType<typeof createWire>
beforeEach(() => {
  clock = fakeClock()
  provider = createProvider({ now: clock.now, oauthExample: { rotation: 'never', accessTokenSeconds: LIFETIME } })
  wire = createWire(provider)
})

/** An app whose host gives each request an environment of its own, and how often it was configured. */
function appOf(settings: Partial<OAuthConfig> = {}, next: (env: Env) => object = (env) => ({ ...env })) {
  const configured = vi.fn()
  const oauth = createOAuth((env: Env) => {
    configured()
    const client = { clientId: env.CLIENT_ID, clientSecret: EXAMPLE_CLIENT.secret, scopes: ['items:read'] }
    return {
      ...MINIMAL,
      keys: env.KEYS,
      providers: { 'ex-kv': oidc({ issuer: 'https://oauth.example', ...client, refreshTokens: 'reusable' }) },
      store: kvStore(env.TOKENS, { now: clock.now }),
      now: clock.now,
      fetch: (url: string, init: RequestInit) => wire.follow(url, init),
      ...(settings as object),
    }
  })
  const app = new Hono<{ Bindings: Env }>()
  app.route('/auth', oauth.routes)
  // Not the token itself, which no answer may show.
  app.get('/token', oauth.require('ex-kv'), async (c) =>
    c.text(await digest((await c.var.connection.accessToken()).reveal(), 43)),
  )
  const env: Env = { TOKENS: workersKv(clock).location('here'), KEYS: KEY, CLIENT_ID: EXAMPLE_CLIENT.id }
  const browser = new Browser(async (url, init) => app.request(url, init, next(env)), clock.now)
  async function connect(): Promise<number> {
    const login = await browser.navigate('/auth/ex-kv/login')
    const callback = await provider.consent(login.headers.get('location') ?? '')
    return (await browser.navigate(callback)).status
  }
  return { app, oauth, browser, connect, configured, env }
}

describe('an environment that is another object for each request', () => {
  it('is configured once: one renewal for ten requests, metadata read once', async () => {
    const { browser, connect, configured } = appOf()
    expect(await connect()).toBe(303)
    clock.advance(LIFETIME + 1)
    wire.sent.splice(0)
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.request('/token')))
    const tokens = await Promise.all(answers.map((answer) => answer.text()))
    expect([new Set(tokens).size, answers.map(({ status }) => status)]).toEqual([1, Array(10).fill(200)])
    expect(wire.sent.filter(wire.isToken)).toHaveLength(1)
    expect(configured).toHaveBeenCalledTimes(1)
    const metadata = provider.control.requests().filter(({ path }) => path.includes('openid-configuration'))
    expect(metadata).toHaveLength(1)
  })

  it.each([
    ['a binding that the configuration does not read', (env: Env) => ({ ...env, incoming: {} }), 1],
    ['a key that it reads', (env: Env) => ({ ...env, KEYS: `${NEW_KEY},${env.KEYS}` }), 1],
    ['a key that changes', (env: Env) => ({ ...env, KEYS: `${env.KEYS} `.repeat(++changes) }), 3],
  ])('is configured anew only for %s', async (_name, next, times) => {
    changes = 0
    const { browser, configured } = appOf({}, next)
    for (let count = 0; count < 3; count++) {
      expect((await browser.request('/token', { headers: { accept: 'application/json' } })).status).toBe(401)
    }
    expect(configured).toHaveBeenCalledTimes(times)
  })
  let changes = 0
})

it('a store that was made outside the configuration keeps no keys of another environment', async () => {
  const store = memoryStore({ now: clock.now })
  const { app, browser, connect, env } = appOf({ store })
  expect(await connect()).toBe(303)
  expect((await browser.request('/token')).status).toBe(200)
  const headers = { cookie: browser.cookieHeader(), accept: 'application/json' }
  expect((await app.request('/token', { headers }, { ...env, KEYS: NEW_KEY })).status).toBe(401)
  expect((await app.request('/token', { headers }, { ...env, KEYS: `${NEW_KEY},${KEY}` })).status).toBe(200)
})
