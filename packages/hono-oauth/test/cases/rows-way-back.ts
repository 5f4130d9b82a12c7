import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { expect } from 'vitest'
import { KEY } from '../rig/constants.ts'
import { fieldCase as row } from './case.ts'
import { example, openField, ORIGIN, outcome, SERVER, token } from './field.ts'

const form = (fields: Readonly<Record<string, string>>) => ({
  method: 'POST',
  headers: {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    origin: 'https://appleid.apple.com',
  },
  body: new URLSearchParams(fields).toString(),
})

/** The way back, and where the app stands. */
export const WAY_BACK = [
  row('C28', 'Apple: a cross-site POST becomes a same-site GET, and decides nothing', async () => {
    const field = openField(example({ authorizationParams: { response_mode: 'form_post' } }), {
      '/token': () => token(),
    })
    const { to, state } = await field.begin()
    expect(to?.searchParams.get('response_mode')).toBe('form_post')
    // A browser sends no `Lax` cookie with this POST.
    const posted = await field.app.request(
      `${ORIGIN}/auth/p/callback`,
      form({ state, code: 'code-1', user: '{"a":1}' }),
    )
    expect(posted.status).toBe(303)
    expect(posted.headers.getSetCookie()).toEqual([])
    expect(field.sent).toEqual([])
    const target = posted.headers.get('location') ?? ''
    expect(new URL(target).origin).toBe(ORIGIN)
    const answer = await field.browser.navigate(target)
    expect(answer.status).toBe(303)
    expect(await field.connections()).toHaveLength(1)
    const denied = await field.app.request(
      `${ORIGIN}/auth/p/callback`,
      form({ state: 'forged', error: 'access_denied' }),
    )
    expect(await outcome(await field.browser.navigate(denied.headers.get('location') ?? ''))).toBe(
      'transaction_unknown',
    )
  }),
  row('C29', 'LinkedIn: its own words for a denial', async () => {
    const words = ['user_cancelled_login', 'user_cancelled_authorize']
    const errors = Object.fromEntries(words.map((word) => [word, 'access_denied']))
    for (const error of words) {
      const field = openField(example({ errors }))
      expect(await outcome(await field.login({ error }))).toBe('access_denied')
      expect(field.sent).toEqual([])
    }
  }),
  row('C30', 'GitHub App: an installation that comes back without our state starts a login', async () => {
    const field = openField(example({ restartsWithoutState: true }), { '/token': () => token() })
    const answer = await field.browser.navigate('/auth/p/callback?code=foreign&installation_id=1&setup_action=install')
    expect(new URL(answer.headers.get('location') ?? '').host).toBe('as.example')
    expect(field.sent).toEqual([])
    expect(await outcome(await openField(example()).browser.navigate('/auth/p/callback?code=foreign'))).toBe(
      'state_missing',
    )
  }),
  row('C31', 'a redirect URI of its own is sent, and routed', async () => {
    for (const [redirectUri, basePath] of [
      ['/api/oauth/callback/github', '/api/oauth'],
      ['/elsewhere/back', '/auth'],
    ] as const) {
      const field = openField(example({ redirectUri }), { '/token': () => token() }, { config: { basePath } })
      if (!redirectUri.startsWith(basePath)) field.app.all(redirectUri, field.oauth.callback('p'))
      const started = await field.browser.navigate(`${basePath}/p/login`)
      const to = new URL(started.headers.get('location') ?? '')
      expect(to.searchParams.get('redirect_uri')).toBe(`${ORIGIN}${redirectUri}`)
      const back = new URLSearchParams({ state: to.searchParams.get('state') ?? '', code: 'code-1' })
      expect((await field.browser.navigate(`${redirectUri}?${back}`)).status).toBe(303)
      expect(field.to('/token')[0]?.fields['redirect_uri']).toBe(`${ORIGIN}${redirectUri}`)
    }
  }),
  row('C32', 'behind a mount or a proxy that strips a prefix, the public path is a setting', async () => {
    const make = (config: object) =>
      createOAuth(() => ({
        origin: ORIGIN,
        keys: KEY,
        providers: { p: example() },
        store: memoryStore(),
        ...config,
      }))
    const inner = new Hono()
    inner.route('/auth', make({ publicPath: '/api/auth' }).routes)
    const outer = new Hono()
    outer.mount('/api', inner.fetch)
    const started = await outer.request(`${ORIGIN}/api/auth/p/login`)
    const to = new URL(started.headers.get('location') ?? '')
    expect(to.searchParams.get('redirect_uri')).toBe(`${ORIGIN}/api/auth/p/callback`)
    const wrong = new Hono()
    wrong.route('/other', make({ basePath: '/auth' }).routes)
    const refusal = await wrong.request(`${ORIGIN}/other/p/login`)
    expect(refusal.status).toBe(500)
    expect(((await refusal.json()) as { detail: string }).detail).toMatch(/\/auth.*\/other\/p\/login/)
  }),
  row('C33', 'a login at `www.` goes to the same login at the origin, before any consent', async () => {
    const field = openField(example())
    const answer = await field.browser.navigate('https://www.app.example/auth/p/login?return_to=%2Fhere')
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(`${ORIGIN}/auth/p/login?return_to=%2Fhere`)
    expect(answer.headers.getSetCookie()).toEqual([])
  }),
  row('C34', 'names under `localhost`, and an issuer on this machine', async () => {
    const local = {
      authorizationEndpoint: 'http://localhost:8080/authorize',
      tokenEndpoint: 'http://localhost:8080/token',
    }
    const origin = 'http://tenant.localhost:8787'
    const field = openField(example(local), { '/token': () => token() }, { origin })
    expect((await field.login()).status).toBe(303)
    const wide = openField(example(local))
    expect(await outcome((await wide.begin()).response)).toBe('configuration_invalid')
    expect(() => example({ tokenEndpoint: 'http://as.example/token' })).toThrow(/tokenEndpoint.*https/)
  }),
  row('C35', 'another `env` object for each request: one renewal for ten, and one memory', async () => {
    const { now, advance } = fakeClock()
    const kv = workersKv({ now }).location('fra')
    let refreshes = 0
    let configured = 0
    const oauth = createOAuth((env: { KV: typeof kv }) => {
      configured++
      return {
        origin: ORIGIN,
        keys: KEY,
        providers: { p: oauth2({ ...SERVER, refreshTokens: 'reusable' }) },
        store: kvStore(env.KV),
        now,
        fetch: async (url, init) => {
          const isRefresh = String(init.body).includes('grant_type=refresh_token')
          if (isRefresh) refreshes++
          if (!url.endsWith('/token')) return Response.json({})
          return Response.json(token({ refresh_token: 'rt-1', expires_in: isRefresh ? 3600 : 1 }))
        },
      }
    })
    const app = new Hono<{ Bindings: { KV: typeof kv } }>()
    app.route('/auth', oauth.routes)
    app.get('/use', oauth.require('p'), async (c) => c.var.connection.fetch('/me'))
    const env = () => ({ KV: kv })
    const started = await app.request(`${ORIGIN}/auth/p/login`, {}, env())
    const state = new URL(started.headers.get('location') ?? '').searchParams.get('state')
    const cookieOf = (answer: Response) =>
      answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
    const callback = await app.request(
      `${ORIGIN}/auth/p/callback?code=c&state=${state}`,
      { headers: { cookie: cookieOf(started) } },
      env(),
    )
    const headers = { cookie: cookieOf(callback) }
    advance(2)
    const uses = await Promise.all(Array.from({ length: 10 }, () => app.request(`${ORIGIN}/use`, { headers }, env())))
    expect(uses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect({ refreshes, configured }).toEqual({ refreshes: 1, configured: 1 })
  }),
  row('C36', 'an option that does not exist is refused by name', async () => {
    expect(() => example({ callbackPath: '/here' })).toThrow(/oauth2 callbackPath is not an option/)
    expect(() => example({ account: { url: 'https://api.example/me' } })).toThrow(/userinfoEndpoint/)
  }),
]
