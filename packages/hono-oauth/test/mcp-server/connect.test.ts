import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Hono } from 'hono'
import { type Connection, createOAuth } from 'hono-oauth'
import { mcp } from 'hono-oauth/providers/mcp'
import { memoryStore } from 'hono-oauth/stores/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { Browser } from '../rig/browser.ts'
import { KEY, ORIGIN, SCRIPT } from '../rig/constants.ts'
import { bundleWorker, openMiniflare } from '../rig/miniflare.ts'
import { readJson } from '../rig/read-json.ts'
import { createWire } from '../rig/wire.ts'

const URL_OF_SERVER = 'https://mcp.example/mcp'
const LOGIN = `/auth/mcp/login?${new URLSearchParams({ url: URL_OF_SERVER })}`
const script = await bundleWorker(new URL('./worker.ts', import.meta.url))

/** The server in workerd, and an app in front of it that knows no server. */
async function open(registers: boolean) {
  let now = Date.now()
  const { miniflare, dispose } = await openMiniflare(
    [
      {
        name: 'server',
        script,
        compatibilityFlags: ['global_fetch_strictly_public'],
        kvNamespaces: ['OAUTH_KV'],
        bindings: { REGISTERS: registers },
        // The server reads the document of the app.
        outboundService: async (request: { readonly url: string }) => (await app.request(request.url)) as never,
      },
    ],
    // It logs each refusal.
    { isSilent: true },
  )

  const wire = createWire({
    async fetch(request) {
      const { method, headers } = request
      const body = method === 'POST' ? await request.text() : undefined
      return miniflare.dispatchFetch(request.url, {
        method,
        headers: [...headers],
        body,
        redirect: 'manual',
      } as never) as never
    },
  })
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: KEY,
    providers: { mcp: mcp({ clientName: 'Agent' }) },
    store,
    fetch: wire.follow.bind(wire),
    now: () => now,
  }))
  const store = memoryStore()
  const app = new Hono()
  let use = async (_connection: Connection): Promise<unknown> => undefined
  app.route('/auth', oauth.routes)
  app.get('/use', oauth.require('mcp'), async (c) => c.json(await use(c.var.connection)))
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  const browser = new Browser(
    async (url, init) => app.request(url, init),
    () => now,
  )
  const parts = {
    wire,
    browser,
    dispose,
    advance(seconds: number): void {
      now += seconds * 1000
    },
    /** Logs in to the end; gives the authorization request. */
    async login(path = LOGIN): Promise<URLSearchParams> {
      const started = await browser.navigate(path)
      expect(started.status, await started.clone().text()).toBe(302)
      const location = started.headers.get('location') ?? ''
      const consented = await miniflare.dispatchFetch(location, { redirect: 'manual' })
      expect(consented.status, await consented.clone().text()).toBe(302)
      const { pathname, search, searchParams } = new URL(consented.headers.get('location') ?? '')
      expect(searchParams.get('iss')).toBe('https://mcp.example')
      const landed = await browser.navigate(pathname + search)
      expect(landed.status, await landed.text()).toBe(303)
      return new URL(location).searchParams
    },
    /** Calls tools of the connected server with the client of the MCP SDK. */
    async call(...names: string[]) {
      use = async (connection) => {
        const client = new Client({ name: 'agent', version: '1.0.0' })
        const url = new URL(connection.details['url'] ?? '')
        await client.connect(new StreamableHTTPClientTransport(url, { fetch: connection.fetch }))
        const results = await Promise.all(names.map((name) => client.callTool({ name })))
        await client.close()
        return results.map(({ content }) => content)
      }
      return readJson(browser.request('/use', { headers: SCRIPT }))
    },
    tokenRequests: () => wire.requests('/oauth/token').length,
  }
  return parts
}

describe.each([
  ['by the document of the app', false, `${ORIGIN}/auth/mcp/client.json`],
  ['by a registration', true, expect.stringMatching(/^[\w-]+$/)],
])('an app connects to a server that it knows by its URL alone, %s', async (_, registers, clientId) => {
  const app = await open(registers)
  afterAll(() => app.dispose())
  const done = (name: string) => [{ type: 'text', text: `${name}: done` }]

  it('calls a tool', async () => {
    const request = await app.login()
    expect(Object.fromEntries(request)).toMatchObject({
      client_id: clientId,
      resource: URL_OF_SERVER,
      scope: 'tools:read offline_access',
    })
    expect(await app.call('read')).toEqual([done('read')])
  })

  it('renews its tokens once, however many calls ask', async () => {
    const before = app.tokenRequests()
    app.advance(3600)
    expect(await app.call('read', 'read', 'read')).toEqual([done('read'), done('read'), done('read')])
    expect(app.tokenRequests() - before).toBe(1)
  })

  it('asks for another scope when a tool needs it', async () => {
    const { code, missingScopes, loginUrl } = await app.call('write')
    expect([code, missingScopes]).toEqual(['insufficient_scope', ['tools:write']])
    const { pathname, search } = new URL(loginUrl)
    expect((await app.login(pathname + search)).get('scope')?.split(' ').toSorted()).toEqual([
      'offline_access',
      'tools:read',
      'tools:write',
    ])
    expect(await app.call('write', 'read')).toEqual([done('write'), done('read')])
  })

  it('ends the grant at the server', async () => {
    const { connections } = await readJson(app.browser.request('/auth/connections'))
    const headers = { ...SCRIPT, origin: ORIGIN }
    const revoke = `/auth/connections/${connections[0].id}/revoke`
    expect(await readJson(app.browser.request(revoke, { method: 'POST', headers }))).toEqual({ outcome: 'revoked' })
    const [used] = app.wire.requests('/mcp').toReversed()
    const { status } = await app.wire.fetch(
      new Request(URL_OF_SERVER, { method: 'POST', headers: used?.headers ?? {}, body: used?.body ?? '' }),
    )
    expect(status).toBe(401)
  })

  it('registered itself once at most', () => {
    expect(app.wire.requests('/oauth/register')).toHaveLength(registers ? 1 : 0)
  })
})
