import { Hono } from 'hono'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it, vi } from 'vitest'
import { refusal } from '../protocol/refusal.ts'
import { Browser } from '../rig/browser.ts'
import { KEY } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { inTabs, tally } from '../rig/oracles.ts'
import { CLIENT, createProvider } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import { createWire } from '../rig/wire.ts'

const CALLBACK = '/api/callback'
const OPTIONS = { clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] } as const

const at = (redirectUri?: string) => ({ ...webflow(OPTIONS), redirectUri })

/** A broken setting, what the error calls it, and the part of the value it must not show. */
const BROKEN: readonly (readonly [string, object, string])[] = [
  ['no keys', { keys: undefined }, 'keys'],
  ['empty keys', { keys: '' }, 'keys'],
  ['a short key', { keys: 'hunter22' }, 'keys[0]'],
  ['a weak second key', { keys: [KEY, 'A'.repeat(43)] }, 'keys[1]'],
  ['no origin', { origin: undefined }, 'origin'],
  ['an origin with a path', { origin: 'https://app.example/app' }, 'origin'],
  ['an origin with a slash', { origin: 'https://app.example/' }, 'origin'],
  ['a public origin over http', { origin: 'http://app.example' }, 'origin'],
  ['an origin of another scheme', { origin: 'javascript:alert(1)' }, 'origin'],
  ['an emulator on the internet', { emulator: 'http://evil.example' }, 'emulator'],
  ['an emulator in production', { emulator: 'http://localhost:9000' }, 'emulator'],
  ['a setting that does not exist', { onConected: () => undefined }, 'onConected'],
  ['no store', { store: undefined }, 'store'],
  ['no providers', { providers: {} }, 'providers'],
  ['a reserved name', { providers: { connections: webflow(OPTIONS) } }, 'providers.connections'],
  ['a name with a slash', { providers: { 'a/b': webflow(OPTIONS) } }, 'providers.a/b'],
  ['a base path without a slash', { basePath: 'auth' }, 'basePath'],
  ['a base path with a slash at its end', { basePath: '/auth/' }, 'basePath'],
  ['a public path with a slash at its end', { publicPath: '/api/auth/' }, 'publicPath'],
  [
    'two providers with one redirect URI',
    { providers: { a: at(CALLBACK), b: at(CALLBACK) } },
    'providers.a redirectUri',
  ],
  ['the callback of another one', { providers: { a: at('/auth/b/callback'), b: at() } }, 'providers.a redirectUri'],
  ['a provider on this machine', { providers: { a: { ...at(), usesLoopback: true } } }, 'providers.a'],
  ['a foreign default', { defaultReturnTo: '//evil.example' }, 'defaultReturnTo'],
]

const configured = (settings: object) => ({ ...MINIMAL, ...settings }) as OAuthConfig

function appOf<Env extends object>(configure: (env: Env) => OAuthConfig, path = '/auth') {
  const oauth = createOAuth(configure)
  const app = new Hono<{ Bindings: Env }>().route(path, oauth.routes)
  app.get('/private', oauth.require('webflow'), (c) => c.text('private'))
  return app
}

describe('a broken configuration', () => {
  it.each(BROKEN)('refuses every request: %s', async (_title, settings, name) => {
    const app = appOf(() => configured(settings))
    for (const path of ['/auth/webflow/login', '/auth/connections', '/private']) {
      const response = await app.request(path)
      const problem = await readJson(response)
      expect([response.status, problem.code]).toEqual([500, 'configuration_invalid'])
      expect(problem.detail).toContain(`${name} `)
      expect(problem.detail).not.toMatch(/hunter22|AAAA|evil/)
    }
  })

  it.each(['clientId', 'clientSecret'])('names a missing %s of Webflow', async (missing) => {
    const error = await refusal(() => webflow({ ...OPTIONS, [missing]: '' }))
    expect(error.message).toMatch(`webflow ${missing} is missing. Add its variable to .dev.vars`)
  })
})

describe('resolving a configuration', () => {
  const [first, second] = [{ name: 'first' }, { name: 'second' }]
  const marks = [{}, { MARK: '1' }, {}]

  it.each<[string, (env: { name?: string }) => unknown, object[], unknown[]]>([
    ['other values', ({ name }) => name, [first, second, first, second, first], ['first', 'second']],
    ['another binding, asked by in', (env) => 'MARK' in env, marks, [false, true]],
    ['another binding, asked by Object.hasOwn()', (env) => Object.hasOwn(env, 'MARK'), marks, [false, true]],
    ['another binding, asked by a copy', (env) => 'MARK' in { ...env }, marks, [false, true]],
  ])('happens once for each env with %s', async (_name, read, envs, expected) => {
    const resolved: unknown[] = []
    const app = appOf((env: object) => {
      resolved.push(read(env))
      return MINIMAL
    })
    for (const env of envs) await app.request('/auth/connections', {}, env)
    expect(resolved).toEqual(expected)
  })

  it('happens once for all where no env is taken, on use and not while the module loads', async () => {
    const resolved = vi.fn(() => MINIMAL)
    const app = appOf(() => resolved())
    expect(resolved).not.toHaveBeenCalled()
    for (let request = 0; request < 3; request++) await app.request('/auth/connections', {}, { incoming: {} })
    expect(resolved).toHaveBeenCalledTimes(1)
  })

  it('keeps what must outlive an env that is new for every request', async () => {
    // This is what a server outside Workers passes.
    const provider = createProvider()
    const wire = createWire(provider)
    const store = memoryStore()
    const app = appOf((_env: { incoming: object }) =>
      configured({ store, fetch: (url: string, init: RequestInit) => wire.follow(url, init) }),
    )
    const send = async (url: string, init: RequestInit) => app.request(url, init, { incoming: { url } })
    const browser = new Browser(send, Date.now)
    const login = await browser.navigate('/auth/webflow/login')
    const callback = await provider.consent(login.headers.get('location') ?? '')
    const answers = await inTabs(browser, 3, (tab) => tab.navigate(callback))
    expect(tally(answers)).toEqual({ 303: 1, 400: 2 })
    expect(wire.tokenRequests()).toBe(1)
  })
})

describe('mounting elsewhere', () => {
  it('is an error before the visitor is sent to the provider', async () => {
    const response = await appOf(() => MINIMAL, '/oauth').request('/oauth/webflow/login')
    expect(response.status).toBe(500)
    const { detail } = await readJson(response)
    for (const text of ['basePath', '/auth,', '/oauth/webflow/login']) expect(detail).toContain(text)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['basePath', { basePath: '/oauth' }, 'https://app.example/oauth/webflow/callback'],
    ['publicPath', { basePath: '/oauth', publicPath: '/api/oauth' }, 'https://app.example/api/oauth/webflow/callback'],
    [
      'a path of the provider',
      { basePath: '/oauth', providers: { webflow: at(CALLBACK) } },
      `https://app.example${CALLBACK}`,
    ],
    ['a name of the provider', { basePath: '/oauth', providers: { webflow: at('RU-name') } }, 'RU-name'],
  ])('follows %s in the redirect URI', async (_name, settings, expected) => {
    const response = await appOf(() => configured(settings), '/oauth').request('/oauth/webflow/login')
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.searchParams.get('redirect_uri')).toBe(expected)
  })
})
