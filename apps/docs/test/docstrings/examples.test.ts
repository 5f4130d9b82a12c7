// Runs each example of a docstring, and of the sections of documents that have no tests of their own: among real values
// for what it leaves to the app, and with the emulator behind every request. What it makes is tried once.
import { readdirSync, readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { createOAuth, type OAuth, type OAuthConfig, type Provider } from 'hono-oauth'
import { createBrowser } from 'hono-oauth/testing'
import { Miniflare } from 'miniflare'
import { DEFAULT_WEBFLOW_SITE_TOKEN } from 'provider-emulator'
import { startEmulator } from 'provider-emulator/vitest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMcpServer } from '../mcp-server.ts'
import { ORIGIN } from '../open-browser.ts'
import { EXAMPLE, FAILING, makeEnv, surround } from './around.ts'
import { openBindings, openWorker } from './workers.ts'

const FOLDER = new URL('../../generated/docstrings/', import.meta.url)
const NAMES = readdirSync(FOLDER).map((file) => file.replace('.ts', ''))
const codeOf = (name: string) => readFileSync(new URL(`${name}.ts`, FOLDER), 'utf8')
const withCode = (code: string) => NAMES.filter((name) => codeOf(name).includes(code))
const importExample = (name: string): Promise<Record<string, unknown>> => import(new URL(`${name}.ts`, FOLDER).href)

/** Examples with tests of their own, which Vitest collects. */
const WITH_TESTS = withCode(' it(')
/** Examples of Durable Objects, which run in workerd. */
const OBJECT_STORES = withCode('durableObjectStore(')
const OBJECT_CLASSES = withCode('connectionsObject(')
/** The server that the examples of MCP name. */
const MCP_SERVER = 'https://mcp.example'
const mcpServer = createMcpServer(MCP_SERVER)
/** What the routes that examples add answer. */
const ROUTES: Readonly<Record<string, number>> = {
  'GET /': 200,
  'GET /account': 200,
  'GET /authorize': 200,
  'GET /dashboard': 200,
  'GET /invitations/:id': 302,
  'GET /sites': 200,
  // No MCP server is connected.
  'GET /tools': 401,
  'POST /sign-out': 303,
  // A callback without a login.
  'ALL /api/oauth/callback/github': 400,
}
/** The parameters of a login, where it needs some. */
const LOGIN: Readonly<Record<string, string>> = {
  'shopify-0': '?shop=example.myshopify.com',
  'section-mcp-0': `?url=${MCP_SERVER}/mcp`,
}
/** Examples that run, and whose login cannot begin here, with the reason. */
const NO_LOGIN: Readonly<Record<string, string>> = {
  'section-strict-servers-0': 'the emulator has no server with pushed authorization requests',
}

const NAVIGATION = {
  accept: 'text/html',
  origin: ORIGIN,
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
}

const emulator = startEmulator({ providers: [EXAMPLE] })
const bindings = openBindings()
let env: Env
let around: ReturnType<typeof surround>

beforeAll(async () => {
  env = await makeEnv(await bindings.getBindings())
})
beforeEach(() => {
  const send = globalThis.fetch
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) =>
    new URL(url).origin === MCP_SERVER ? mcpServer.fetch(new Request(url, init)) : send(url, init),
  )
  around = surround(env, emulator)
  for (const method of ['log', 'warn', 'error'] as const) vi.spyOn(console, method).mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})
afterAll(() => bindings.dispose())

const openBrowser = (fetch: (request: Request) => Response | Promise<Response>) =>
  createBrowser({ origin: ORIGIN, fetch, providers: (request) => emulator.fetch(request) })

/** Imports an example inside a handler: `c` is its context, and `connection` a living one. */
async function run(name: string) {
  const { whole, oauth } = around
  let example: Promise<Record<string, unknown>> | undefined
  whole.post('/run', oauth.require('webflow'), async (c) => {
    Object.assign(globalThis, { c, connection: c.var.connection })
    example = importExample(name)
    await example
    return c.body(null)
  })
  const browser = openBrowser((request) => whole.fetch(request, env))
  for (const provider of ['wix', 'webflow']) await browser.open(`/auth/${provider}/login`)
  const { status } = await browser.submit('/run', { site_token: DEFAULT_WEBFLOW_SITE_TOKEN.token })
  const made = await example
  expect(status).toBe(200)
  return { ...made }
}

/** The status of a login with a provider, or of the list of connections. */
async function statusAt(oauth: Pick<OAuth<never, Env>, 'routes'>, path: string): Promise<number> {
  const app = new Hono<{ Bindings: Env }>().route('/auth', oauth.routes)
  return (await app.request(`/auth/${path}`, { headers: NAVIGATION }, env)).status
}

/** Tries what an example makes. */
async function attempt(name: string, made: Record<string, unknown>): Promise<void> {
  const { config, queue, scheduled } = made as Record<string, OAuthConfig & ((...args: unknown[]) => Promise<void>)>
  for (const handler of [queue, scheduled]) {
    await handler?.({ messages: [{ body: undefined }] }, env, { waitUntil: () => undefined })
  }
  const settings = around.config
  const configured = config && createOAuth(() => ({ ...settings, ...config }))
  for (const value of [configured, ...Object.values(made)]) {
    if (value instanceof Miniflare) {
      // Webflow refuses a request without a token.
      expect((await value.dispatchFetch(ORIGIN)).status).toBe(401)
      await value.dispose()
    } else if (isOAuth(value)) {
      expect(await statusAt(value, 'connections')).toBe(200)
    } else if (isProvider(value)) {
      const oauth = createOAuth(() => ({ ...settings, providers: { example: value } }))
      const status = await statusAt(oauth, `example/login${LOGIN[name] ?? ''}`)
      expect(status).toBe(name in NO_LOGIN ? 500 : 302)
    }
  }
}

const has = (value: unknown, member: string) => typeof value === 'object' && value !== null && member in value
const isOAuth = (value: unknown): value is OAuth<never, Env> => has(value, 'routes') && has(value, 'require')
const isProvider = (value: unknown): value is Provider => has(value, 'authorizationUrl')

/** Asks each route that an example added, and for what it answers to an error. */
async function request(app: Hono<{ Bindings: Env }>): Promise<void> {
  const { wix } = emulator.control
  const proof = await wix.instanceParameter(wix.install().instanceId)
  const routes = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  for (const route of routes) {
    if (/ \/auth\b/.test(route)) continue
    const [method, path] = route.replace('ALL', 'GET').replace(':id', '1').split(' ')
    const init = { method: String(method), headers: NAVIGATION }
    const { status } = await app.request(`${path}?instance=${proof}`, init, env)
    if (path === FAILING) expect(status).toBeLessThan(500)
    else expect([route, status]).toEqual([route, ROUTES[route]])
  }
}

describe('the example', () => {
  const elsewhere = [...WITH_TESTS, ...OBJECT_STORES, ...OBJECT_CLASSES]
  it.each(NAMES.filter((name) => !elsewhere.includes(name)))('%s runs', async (name) => {
    await attempt(name, await run(name))
    await request(around.app)
  })

  const pairs = OBJECT_STORES.map((name) => [name, OBJECT_CLASSES.includes(name) ? name : OBJECT_CLASSES[0]] as const)
  it.each(pairs)('%s runs in workerd, with the class of %s', async (store, object = '') => {
    const worker = await openWorker(store, object, env, emulator)
    const browser = openBrowser(async (request) => {
      const { method, url } = request
      const headers = Object.fromEntries(request.headers)
      const answer = await worker.dispatchFetch(url, { method, headers, redirect: 'manual' })
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] })
    })
    await browser.open('/auth/webflow/login?return_to=/auth/connections')
    const list = await browser.fetch('/auth/connections')
    expect(await list.json()).toMatchObject({ connections: [{ provider: 'webflow', health: 'active' }] })
    await worker.dispose()
  })

  describe.each(WITH_TESTS)('%s', async (name) => {
    beforeEach(() => Object.assign(globalThis, { app: around.whole }))
    await importExample(name)
  })
})

it('what is named here exists', () => {
  const paths = Object.keys(ROUTES).map((route) => route.replace(/^\w+ /, ''))
  expect(paths.filter((path) => withCode(`'${path}'`).length === 0)).toEqual([])
  const named = [...Object.keys(LOGIN), ...Object.keys(NO_LOGIN)]
  expect(named.filter((name) => !NAMES.includes(name))).toEqual([])
})
