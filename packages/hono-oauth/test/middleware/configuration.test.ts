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

const OPTIONS = { clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] }

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
  ['a foreign default', { defaultReturnTo: '//evil.example' }, 'defaultReturnTo'],
]

function appWith(settings: object, resolved = vi.fn()) {
  const oauth = createOAuth(() => {
    resolved()
    return { ...MINIMAL, ...settings } as OAuthConfig
  })
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/private', oauth.require('webflow'), (c) => c.text('private'))
  return app
}

describe('a broken configuration', () => {
  for (const [title, settings, name] of BROKEN) {
    it(`refuses every request: ${title}`, async ({ expect }) => {
      const app = appWith(settings)
      for (const path of ['/auth/webflow/login', '/auth/connections', '/private']) {
        const response = await app.request(path)
        expect(response.status).toBe(500)
        const problem = await readJson(response)
        expect(problem.code).toBe('configuration_invalid')
        expect(problem.detail).toContain(`${name} `)
        expect(problem.detail).not.toMatch(/hunter22|AAAA|evil/)
      }
    })
  }

  for (const missing of ['clientId', 'clientSecret']) {
    it(`names a missing ${missing} of Webflow`, async ({ expect }) => {
      const error = await refusal(() => webflow({ ...OPTIONS, [missing]: '' }))
      expect(error.message).toBe(`webflow ${missing} is missing.`)
    })
  }
})

describe('resolving a configuration', () => {
  it('happens once for each env', async ({ expect }) => {
    const resolved = vi.fn()
    const oauth = createOAuth((env: { name: string }) => {
      resolved(env.name)
      return MINIMAL
    })
    const app = new Hono<{ Bindings: { name: string } }>()
    app.route('/auth', oauth.routes)
    const [first, second] = [{ name: 'first' }, { name: 'second' }]
    for (const env of [first, second, first, second, first]) {
      await app.request('/auth/connections', {}, env)
    }
    expect(resolved.mock.calls).toEqual([['first'], ['second']])
  })

  it('happens once for all where no env is taken', async ({ expect }) => {
    const resolved = vi.fn()
    const app = appWith({}, resolved)
    for (let request = 0; request < 3; request++) {
      await app.request('/auth/connections', {}, { incoming: {} })
    }
    expect(resolved).toHaveBeenCalledTimes(1)
  })

  it('keeps what must outlive an env that is new for every request', async ({ expect }) => {
    // This is what a server outside Workers passes.
    const provider = createProvider()
    const wire = createWire(provider)
    const store = memoryStore()
    const oauth = createOAuth((_env: { incoming: object }) => ({
      ...MINIMAL,
      store,
      fetch: (url: string, init: RequestInit) => wire.follow(url, init),
    }))
    const app = new Hono<{ Bindings: { incoming: object } }>()
    app.route('/auth', oauth.routes)
    const send = async (url: string, init: RequestInit) => app.request(url, init, { incoming: { url } })
    const browser = new Browser(send, Date.now)
    const login = await browser.navigate('/auth/webflow/login')
    const callback = await provider.consent(login.headers.get('location') ?? '')
    const answers = await inTabs(browser, 3, (tab) => tab.navigate(callback))
    expect(tally(answers)).toEqual({ 303: 1, 400: 2 })
    expect(wire.tokenRequests()).toBe(1)
  })

  it.each([
    ['in', (env: object) => 'MARK' in env],
    ['Object.hasOwn()', (env: object) => Object.hasOwn(env, 'MARK')],
    ['a copy', (env: object) => 'MARK' in { ...env }],
  ])('happens again for an env in which another binding is present, asked by %s', async (_way, isMarked) => {
    const resolved = vi.fn()
    const oauth = createOAuth((env: object) => {
      resolved(isMarked(env))
      return MINIMAL
    })
    const app = new Hono()
    app.route('/auth', oauth.routes)
    for (const env of [{}, { MARK: '1' }, {}]) await app.request('/auth/connections', {}, env)
    expect(resolved.mock.calls).toEqual([[false], [true]])
  })

  it('happens on use, not while the module loads', ({ expect }) => {
    const resolved = vi.fn()
    appWith({}, resolved)
    expect(resolved).not.toHaveBeenCalled()
  })
})

describe('mounting elsewhere', () => {
  it('is an error before the visitor is sent to the provider', async ({ expect }) => {
    const oauth = createOAuth(() => MINIMAL)
    const app = new Hono()
    app.route('/oauth', oauth.routes)
    const response = await app.request('/oauth/webflow/login')
    expect(response.status).toBe(500)
    expect((await readJson(response)).detail).toContain('basePath')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('follows basePath in the redirect URI', async ({ expect }) => {
    const oauth = createOAuth(() => ({ ...MINIMAL, basePath: '/api/oauth' }))
    const app = new Hono()
    app.route('/api/oauth', oauth.routes)
    const response = await app.request('/api/oauth/webflow/login')
    const location = new URL(response.headers.get('location') ?? '')
    expect(location.searchParams.get('redirect_uri')).toBe('https://app.example/api/oauth/webflow/callback')
  })
})
