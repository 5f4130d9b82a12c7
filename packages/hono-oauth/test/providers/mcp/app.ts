import { Hono } from 'hono'
import { type Connection, createOAuth, isOAuthError } from 'hono-oauth'
import { mcp } from 'hono-oauth/providers/mcp'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { memoryStore } from 'hono-oauth/stores/memory'
import { expect } from 'vitest'
import { Browser } from '../../rig/browser.ts'
import { KEY, ORIGIN, SCRIPT } from '../../rig/constants.ts'
import { noteError } from '../../rig/notes.ts'
import { fakeNamespace } from '../../rig/objects.ts'
import { readJson } from '../../rig/read-json.ts'
import { createServers, type Documents, ISSUER, MCP } from './fake-server.ts'

type Options = Parameters<typeof mcp>[0]

interface Given {
  readonly options?: Options
  readonly documents?: Documents
  readonly origin?: string
  /** Whether connections are in Durable Objects. */
  readonly isInObjects?: boolean
}

/** An app with one provider `mcp`, and the servers that it asks. */
export function openApp({ options = { url: MCP }, documents = {}, origin = ORIGIN, isInObjects }: Given = {}) {
  const servers = createServers(documents)
  let now = Date.now()
  const objects = fakeNamespace(() => oauth)
  const store = isInObjects ? durableObjectStore(objects) : memoryStore({ now: () => now })
  let use = async (_connection: Connection) => new Response()
  const codes: string[] = []
  const makeOAuth = (at: string, given = options) =>
    createOAuth(() => ({
      origin: at,
      keys: KEY,
      providers: { mcp: mcp(given) },
      store,
      fetch: servers.fetch,
      now: () => now,
      logger: () => undefined,
      onError: (_, error) => {
        noteError(error)
        codes.push(error.code)
      },
    }))
  const makeApp = (of = makeOAuth(origin)) => {
    const app = new Hono()
    app.route('/auth', of.routes)
    app.get('/use', of.require('mcp'), (c) => use(c.var.connection))
    app.onError((error, c) => {
      noteError(error)
      if (isOAuthError(error)) return of.errorResponse(c, error)
      throw error
    })
    return app
  }
  const oauth = makeOAuth(origin)
  const app = makeApp(oauth)
  const browserOf = (of: Hono, at = origin, jar?: Browser['jar']) =>
    new Browser(
      async (url, init) => of.request(url.replace(ORIGIN, at), init),
      () => now,
      jar,
    )

  const parts = {
    servers,
    /** The names of the objects that were called. */
    objectNames: () => [...objects.objects.keys()],
    now: () => now,
    /** The codes of the errors so far. */
    codes,
    browser: () => browserOf(app),
    /** A browser at another isolate, or at another app over the same store. */
    browserElsewhere: (at = origin, given = options, jar?: Browser['jar']) =>
      browserOf(makeApp(makeOAuth(at, given)), at, jar),
    advance(seconds: number): void {
      now += seconds * 1000
    },
    login: (browser: Browser, query = '') => browser.navigate(`/auth/mcp/login${query}`),
    /** Begins a login; gives the authorization request. */
    async start(browser: Browser, query = ''): Promise<URL> {
      const answer = await parts.login(browser, query)
      expect(answer.status, await answer.text()).toBe(302)
      return new URL(answer.headers.get('location') ?? '')
    },
    /** The way back, with a code; `changes` replaces parameters, and removes those that are `null`. */
    back(browser: Browser, request: URL, changes: Record<string, string | null> = {}): Promise<Response> {
      const { searchParams } = request
      const url = new URL(searchParams.get('redirect_uri') ?? '')
      const all = { code: 'a-code', state: searchParams.get('state'), iss: ISSUER, ...changes }
      for (const [name, value] of Object.entries(all)) if (value !== null) url.searchParams.set(name, value)
      return browser.navigate(url.pathname + url.search)
    },
    /** A browser that is connected. */
    async connected(query = ''): Promise<Browser> {
      const browser = parts.browser()
      const landed = await parts.back(browser, await parts.start(browser, query))
      expect(landed.status, await landed.text()).toBe(303)
      return browser
    },
    /** Uses the connection of a browser as a handler of the app does. */
    use(browser: Browser, work: typeof use): Promise<Response> {
      use = work
      return browser.request('/use', { headers: SCRIPT })
    },
    connections: async (browser: Browser) => (await readJson(browser.request('/auth/connections'))).connections,
    async leave(browser: Browser): Promise<string> {
      const [{ id }] = await parts.connections(browser)
      const headers = { ...SCRIPT, origin }
      return (await readJson(browser.request(`/auth/connections/${id}/revoke`, { method: 'POST', headers }))).outcome
    },
  }
  return parts
}
