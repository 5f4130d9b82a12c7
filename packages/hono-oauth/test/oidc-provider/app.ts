import { Hono } from 'hono'
import { type Connection, type ConnectionEvent, createOAuth, isOAuthError } from 'hono-oauth'
import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import { memoryStore } from 'hono-oauth/stores/memory'
import { expect } from 'vitest'
import { Browser } from '../rig/browser.ts'
import { KEY, ORIGIN, SCRIPT } from '../rig/constants.ts'
import { noteError, noteSecret, SHOWS_TOKENS } from '../rig/notes.ts'
import { readJson } from '../rig/read-json.ts'
import { createWire } from '../rig/wire.ts'
import type { Cookies, Person } from './person.ts'
import { CLIENT_ID, CLIENT_SECRET, openServer, type ServerOptions } from './server.ts'

/** The settings of the app at the server; offline access needs a prompt for consent (OpenID Connect Core, section 11). */
const SETTINGS = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  scopes: ['profile', 'offline_access', 'items:read'],
  authorizationParams: { prompt: 'consent' },
}

/** The server, an app that uses this package in front of it, and the wire between the two. */
export async function openApp(serverOptions: ServerOptions = {}, settings: Partial<OidcOptions> = {}) {
  noteSecret('a client secret', settings.clientSecret ?? CLIENT_SECRET)
  const server = await openServer(serverOptions)
  const wire = createWire(server)
  const events: ConnectionEvent[] = []
  const store = memoryStore()
  let use = async (_connection: Connection) => new Response()
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { op: oidc({ issuer: server.issuer, ...SETTINGS, ...settings }) },
    store,
    fetch: wire.follow.bind(wire),
    onEvent: (event: ConnectionEvent) => void events.push(event),
  }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/me', oauth.require('op'), async (c) => {
    const answer = await c.var.connection.fetch(server.userInfo)
    return new Response(answer.body, answer)
  })
  app.get('/use', oauth.require('op'), (c) => use(c.var.connection))
  app.get('/token', oauth.require('op'), async (c) => {
    const token = await c.var.connection.accessToken()
    return c.json({ token: token.reveal() }, 200, SHOWS_TOKENS)
  })
  app.onError((error, c) => {
    noteError(error)
    if (isOAuthError(error)) return oauth.errorResponse(c, error)
    throw error
  })

  /** Sends a request to the app, and waits for its work in the background too. */
  async function send(url: string, init: RequestInit): Promise<Response> {
    const work: Promise<unknown>[] = []
    const waitUntil = (promise: Promise<unknown>) => void work.push(promise)
    const answer = await app.request(url, init, {}, { waitUntil, passThroughOnException() {}, props: {} })
    while (work.length > 0) await work.shift()
    return answer
  }

  const parts = {
    server,
    wire,
    events,
    store,
    browser: () => new Browser(send, Date.now),

    /** Begins a login; gives the address of the server's page. */
    async start(browser: Browser): Promise<URL> {
      const answer = await browser.navigate('/auth/op/login')
      expect(answer.status, await answer.text()).toBe(302)
      return new URL(answer.headers.get('location') ?? '')
    },
    /** Logs in up to the callback, which is returned but not opened. */
    async login(browser: Browser, person?: Person, cookies?: Cookies): Promise<URL> {
      return server.visit((await parts.start(browser)).href, person, cookies)
    },
    /** Logs in to the end. */
    async connect(browser: Browser, person?: Person, cookies?: Cookies): Promise<void> {
      const landed = await browser.navigate((await parts.login(browser, person, cookies)).href)
      expect(landed.status, await landed.text()).toBe(303)
    },
    /** A browser that is connected. */
    async connected(person?: Person): Promise<Browser> {
      const browser = parts.browser()
      await parts.connect(browser, person)
      return browser
    },
    /** What the browser may see of its only connection. */
    async connection(browser: Browser) {
      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toHaveLength(1)
      return connections[0]
    },
    /** Calls the user info through the connection, as a script. */
    async me(browser: Browser) {
      const answer = await browser.request('/me', { headers: SCRIPT })
      return { status: answer.status, json: await readJson(answer) }
    },
    /** Uses the connection of a browser as a handler of the app does. */
    async use(browser: Browser, work: typeof use) {
      use = work
      const answer = await browser.request('/use', { headers: SCRIPT })
      return { status: answer.status, json: await readJson(answer) }
    },
    token: async (browser: Browser): Promise<string> =>
      (await readJson(browser.request('/token', { headers: SCRIPT }))).token,
    /** Ends the connection; gives the outcome. */
    async leave(browser: Browser): Promise<string> {
      const { id } = await parts.connection(browser)
      const headers = { ...SCRIPT, origin: ORIGIN }
      const answer = browser.request(`/auth/connections/${id}/revoke`, { method: 'POST', headers })
      return (await readJson(answer)).outcome
    },
    /** The requests to the token endpoint, whatever path the issuer has. */
    tokenRequests: () => wire.sent.filter(({ url }) => url.pathname.endsWith('/token')).length,
    /** The forms that were sent to an endpoint of the server. */
    forms: (path: string) => wire.requests(path).map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    /** Ends the server, after a check that nothing failed in it. */
    async close(): Promise<void> {
      await server.close()
      expect(server.failures).toEqual([])
    },
  }
  return parts
}

export type TestApp = Awaited<ReturnType<typeof openApp>>
