import { Hono } from 'hono'
import { createOAuth, type LogEntry } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { webflow } from 'hono-oauth/providers/webflow'
import { wix } from 'hono-oauth/providers/wix'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it, vi } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { readJson } from '../rig/read-json.ts'

const LOCAL = 'http://localhost:8787'
// What `env` has for a variable that is not set, although `wrangler types` writes that it is a text.
const UNSET = undefined as unknown as string
const NAVIGATION = { accept: 'text/html', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

/** An app with a log. */
function openApp(settings: object = {}, configure?: () => object) {
  const logs: LogEntry[] = []
  const logger = (entry: LogEntry) => void logs.push(entry)
  const oauth = createOAuth(
    (_env: object) => ({ ...MINIMAL, logger, ...settings, ...configure?.() }) as unknown as typeof MINIMAL,
  )
  const messages = () => logs.map(({ level, message }) => [level, message])
  return { app: new Hono(), oauth, logs, messages }
}

/** An app whose routes are mounted. */
function mounted(settings: object = {}, path = '/auth') {
  const opened = openApp(settings)
  opened.app.route(path, opened.oauth.routes)
  return opened
}

const page = async (response: Response) => (await response.text()).replaceAll('&#39;', "'")

describe('a setting that is wrong says the fix', () => {
  it.each<[object, RegExp]>([
    [{ origin: 'https://app.example/' }, /^origin is not an origin .*: remove the slash at the end\.$/],
    [{ origin: 'https://app.example/x' }, /^origin is not an origin .*: write scheme, host and port alone\.$/],
    [{ origin: undefined }, /^origin is missing\. Write one such as http:\/\/localhost:8787 or /],
    [{ origin: 'http://app.example' }, /^origin must be https.*: replace http:\/\/ by https:\/\/\.$/],
    [
      { allowedOrigins: ['https://spa.example/'] },
      /^allowedOrigins\[0\] is not an origin .*: remove the slash at the end\.$/,
    ],
    [{ allowedOrigins: ['*'] }, /^allowedOrigins\[0\] is not an origin .*: write scheme, host and port alone\.$/],
    [{ allowedOrigins: [ORIGIN, 'http://spa.example'] }, /^allowedOrigins\[1\] must be https.*: replace http:\/\/ by/],
    [{ keys: undefined }, /^keys is missing: set it to the output of `openssl rand -base64 32`\.$/],
    [{ keys: 'short' }, /^keys\[0\] is not 32 bytes.*use `openssl rand -base64 32`\.$/],
    [{ store: undefined }, /^store is missing\. Write store: kvStore\(env\.TOKENS\)/],
    [{ providers: {} }, /^providers is empty\. Write providers: \{ webflow: webflow\(/],
    [{ providers: { 'A b': MINIMAL.providers.webflow } }, /^providers\.A b has a name .*: use a-z, 0-9 and -/],
    [{ stores: { webflwo: memoryStore() } }, /^stores names a provider that is not in providers: webflow\.$/],
    [{ basePath: '/auth/' }, /^basePath is not a path such as \/auth: remove the slash at the end\.$/],
    [{ basePath: 'auth' }, /^basePath is not a path such as \/auth: begin it with a slash\.$/],
    [{ defaultReturnTo: 'sites' }, /^defaultReturnTo is not a path of this app: begin it with one slash\.$/],
    [{ emulator: 'http://localhost:9000' }, /^emulator is set, but origin is public\. Remove it where/],
    [{ emulator: 'http://localhost:9000/' }, /^emulator is not a loopback origin .*: leave out path and slash\.$/],
    [{ onConected: () => {} }, /^onConected is not a setting\. The settings are: origin, .*onConnected, /],
  ])('%o', async (settings, text) => {
    const { app, logs } = mounted(settings)
    const shown = await app.request('/auth/webflow/login', { headers: NAVIGATION })
    expect(shown.status).toBe(500)
    expect(logs).toMatchObject([{ level: 'error', code: 'configuration_invalid', status: 500 }])
    expect(logs[0]?.message).toMatch(text)
    expect(await page(shown)).toContain(logs[0]?.message.replaceAll('"', '&quot;').replaceAll('&', '&') ?? '-')
  })

  it.each<[string, () => unknown]>([
    ['webflow clientId', () => webflow({ clientId: UNSET, clientSecret: 'canary-x', scopes: [] })],
    ['webflow clientSecret', () => webflow({ clientId: 'x', clientSecret: UNSET, scopes: [] })],
    ['wix appId', () => wix({ appId: UNSET, appSecret: 'canary-x' })],
    ['wix appSecret', () => wix({ appId: 'x', appSecret: UNSET })],
    ['oauth2 clientId', () => github({ clientId: UNSET, clientSecret: 'canary-x' })],
  ])('with a variable that is not set: %s, on the console, for no logger is known yet', async (setting, provider) => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { app, oauth, logs } = openApp({}, () => ({ providers: { p: provider() } }))
    app.route('/auth', oauth.routes)
    const shown = await app.request('/auth/p/login', { headers: NAVIGATION })
    const lines = written.mock.calls.map(([line]) => line)
    written.mockRestore()
    const text = `${setting} is missing. Add its variable to .dev.vars, or to the deployed Worker with \`npx wrangler secret put <name>\`.`
    expect([lines, logs]).toEqual([[`hono-oauth configuration_invalid: ${text}`], []])
    expect(await page(shown)).toContain(text.replace('<name>', '&lt;name&gt;'))
  })

  it('with scopes that are missing', () => {
    expect(() => webflow({ clientId: 'x', clientSecret: 'canary-x' } as never)).toThrow(
      "webflow scopes is missing. Name them: `scopes: ['sites:read']`.",
    )
  })

  it('with the binding that is missing', () => {
    expect(() => kvStore(undefined as never)).toThrow(
      'store has no KV namespace. Bind one in the wrangler file: `"kv_namespaces": [{ "binding": "TOKENS" }]`.',
    )
  })
})

describe('routes', () => {
  const TEXT = "oauth.routes is not mounted. Write app.route('/auth', oauth.routes)."

  it('that are not mounted are an error at a login on localhost, and a warning elsewhere', async () => {
    const local = openApp({ origin: LOCAL })
    local.app.get('/go', (c) => local.oauth.login(c, 'webflow'))
    const response = await local.app.request(`${LOCAL}/go`)
    expect([response.status, (await readJson(response)).detail]).toEqual([500, expect.stringContaining(TEXT)])
    const far = openApp()
    far.app.get('/go', (c) => far.oauth.login(c, 'webflow'))
    for (let visit = 0; visit < 2; visit++) expect((await far.app.request('/go')).status).toBe(302)
    expect(far.messages()).toEqual([['warn', TEXT]])
  })

  it('that are not mounted are a warning behind require() and for a link', async () => {
    const { app, oauth, messages } = openApp({ origin: LOCAL })
    app.get('/private', oauth.require('webflow'), (c) => c.text('private'))
    app.get('/link', async (c) => c.text(await oauth.loginUrl(c, 'webflow')))
    expect((await app.request('/private')).status).toBe(401)
    expect((await app.request('/link')).status).toBe(200)
    expect(messages()).toEqual([['warn', TEXT]])
  })

  it('that a provider does not need, for its redirect URI is a route of the app, are not missed', async () => {
    const { app, oauth, logs } = openApp({ origin: LOCAL })
    app.get('/auth/webflow/callback', oauth.callback('webflow'))
    app.get('/go', (c) => oauth.login(c, 'webflow'))
    expect((await app.request('/go')).status).toBe(302)
    expect(logs).toEqual([])
  })

  it('that are mounted elsewhere than basePath say both lines', async () => {
    const { app, logs } = mounted({}, '/oauth')
    expect((await app.request('/oauth/webflow/login')).status).toBe(500)
    expect(logs[0]?.message).toBe(
      'basePath is /auth, and oauth.routes is mounted where /oauth/webflow/login leads to it: both must be the same path. ' +
        "Write app.route('/auth', oauth.routes), or change basePath.",
    )
  })

  it('behind require() of the same provider are an error that names the order', async () => {
    const { app, oauth, logs } = openApp()
    app.use('/auth/*', oauth.require('webflow'))
    app.route('/auth', oauth.routes)
    const response = await app.request('/auth/webflow/login', { headers: NAVIGATION })
    expect(response.status).toBe(500)
    const text =
      "require('webflow') stands in front of /auth/webflow/login. Write app.route('/auth', oauth.routes) above it."
    expect(await page(response)).toContain(text)
    expect(logs.map(({ message }) => message)).toEqual([text])
    expect((await app.request('/auth/connections')).status).toBe(401)
  })
})

describe('an origin that is not where the login begins', () => {
  const login = (app: Hono, at: string, headers: Record<string, string> = {}) =>
    app.request(`${at}/auth/webflow/login`, { headers: { ...NAVIGATION, ...headers } })

  it.each([['http://127.0.0.1:8787'], ['http://localhost:3000'], ['http://app.localhost:8787']])(
    'is an error on this machine, before any cookie: %s',
    async (at) => {
      const { app } = mounted({ origin: LOCAL })
      const response = await login(app, at)
      expect([response.status, response.headers.getSetCookie()]).toEqual([500, []])
      expect(await page(response)).toContain(
        `origin is ${LOCAL}, and a login began at ${at}. Open ${LOCAL}, or change origin.`,
      )
    },
  )

  it.each([
    ['a public host', 'https://app.example', 'https://internal.example:8443'],
    ['this machine for a public origin', 'https://app.example', 'http://localhost:8787'],
    ['a public host for this machine', LOCAL, 'https://app.example'],
  ])('is one warning elsewhere: %s', async (_title, origin, at) => {
    const { app, messages } = mounted({ origin })
    for (let visit = 0; visit < 2; visit++) expect((await login(app, at)).status).toBe(302)
    expect(messages()).toEqual([
      [
        'warn',
        `origin is ${origin}, and a login began at ${at}. ` +
          `Open ${origin}, or change origin. Behind a proxy this may be right.`,
      ],
    ])
  })

  it.each([
    ['a proxy that says the host', { 'x-forwarded-host': 'localhost:8787' }],
    ['a page of the origin', { referer: `${LOCAL}/sites` }],
  ])('is nothing behind %s', async (_title, headers) => {
    const { app, logs } = mounted({ origin: LOCAL })
    expect((await login(app, 'http://localhost:5173', headers)).status).toBe(302)
    expect(logs).toEqual([])
  })

  it('is nothing for a request without a host, as in tests', async () => {
    const { app, logs } = mounted({ origin: LOCAL })
    expect((await app.request('/auth/webflow/login')).status).toBe(302)
    expect(logs).toEqual([])
  })

  it('is the same login at the origin for its www name', async () => {
    const { app, logs } = mounted()
    const response = await login(app, 'https://www.app.example')
    expect(response.headers.get('location')).toBe('https://app.example/auth/webflow/login')
    expect(logs).toEqual([])
  })
})

describe('a provider that does not exist', () => {
  it.each<[string, (opened: ReturnType<typeof openApp>) => void]>([
    ['require', ({ app, oauth }) => app.get('/x', oauth.require('webflwo' as 'webflow'), (c) => c.text(''))],
    ['login', ({ app, oauth }) => app.get('/x', (c) => oauth.login(c, 'webflwo' as 'webflow'))],
    [
      'connectWithToken',
      ({ app, oauth }) => app.get('/x', async (c) => c.json(await oauth.connectWithToken(c, 'webflwo' as never, 't'))),
    ],
    ['callback', ({ app, oauth }) => app.get('/x', oauth.callback('webflwo' as 'webflow'))],
    [
      'loginUrl',
      ({ app, oauth }) => app.get('/x', async (c) => c.text(await oauth.loginUrl(c, 'webflwo' as 'webflow'))),
    ],
  ])('is the mistake of the app in %s()', async (call, add) => {
    const opened = mounted()
    add(opened)
    const response = await opened.app.request('/x')
    const { code, detail } = await readJson(response)
    expect([response.status, code]).toEqual([500, 'configuration_invalid'])
    const text = `${call}("webflwo") names no provider. The providers are: webflow.`
    expect(detail).toContain(text)
    expect(opened.messages()).toEqual([['error', text]])
  })

  it('is the mistake of the visitor in an address', async () => {
    expect((await mounted().app.request('/auth/webflwo/login')).status).toBe(404)
  })
})

describe('what is only told', () => {
  it.each(['https://evil.example/', 'https://app.example/sites', '//evil.example'])(
    'a return address that is a URL: %s',
    async (target) => {
      const { app, messages } = mounted()
      for (let visit = 0; visit < 2; visit++) {
        await app.request(`/auth/webflow/login?return_to=${encodeURIComponent(target)}`)
      }
      const text =
        'return_to is a URL, not a path such as /sites: the login ends at /. allowedOrigins may name its origin.'
      expect(messages()).toEqual([['warn', text]])
    },
  )

  it('a memoryStore() for each configuration', async () => {
    const { app, oauth, messages } = openApp({}, () => ({ store: memoryStore() }))
    app.route('/auth', oauth.routes)
    const copying = createOAuth((env: object) => {
      const { store } = { ...env, store: memoryStore() }
      return { ...MINIMAL, store, logger: (entry: LogEntry) => void logs.push(entry) }
    })
    const logs: LogEntry[] = []
    const server = new Hono().route('/auth', copying.routes)
    for (let visit = 0; visit < 3; visit++) {
      await app.request('/auth/connections', {}, { incoming: {} })
      await server.request('/auth/connections', {}, { incoming: {} })
    }
    expect(messages()).toEqual([])
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      [
        'warn',
        'store is a new memoryStore() without the connections of the one before. ' +
          'Make it once, outside of createOAuth.',
      ],
    ])
  })

  it.each([
    ['is unset on localhost', { origin: LOCAL, emulator: undefined }, 1],
    ['is not mentioned', { origin: LOCAL }, 0],
    ['is unset in public', { emulator: undefined }, 0],
  ])('an emulator that %s', async (_title, settings, hints) => {
    const { app, messages } = mounted(settings)
    for (let visit = 0; visit < 2; visit++) await app.request('/auth/connections')
    const hint = ['info', 'emulator is not set: logins go to the real providers.']
    expect(messages()).toEqual(Array.from({ length: hints }, () => hint))
  })
})
