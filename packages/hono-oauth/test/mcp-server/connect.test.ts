import { memoryStore } from 'hono-oauth/stores/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { Browser } from '../rig/browser.ts'
import { ORIGIN, SCRIPT } from '../rig/constants.ts'
import { bundleWorker, openMiniflare } from '../rig/miniflare.ts'
import { readJson } from '../rig/read-json.ts'
import { createWire } from '../rig/wire.ts'
import { createApp } from './app.ts'

const SERVER = 'https://mcp.example/mcp'
const LOGIN = `/auth/mcp/login?${new URLSearchParams({ url: SERVER })}`
const bundle = (file: string) => bundleWorker(new URL(file, import.meta.url))
const [serverScript, appScript] = await Promise.all(['./server.ts', './worker.ts'].map(bundle))

interface Given {
  /** Whether the server registers apps, and reads no document of them. */
  readonly registers: boolean
  /** Whether the app runs in workerd too, over Durable Objects. */
  readonly isInWorkerd: boolean
}

type Outbound = { readonly url: string; readonly method: string; readonly headers: Iterable<[string, string]> }

/** The server in workerd, and an app in front of it that knows no server. */
async function open({ registers, isInWorkerd }: Given) {
  const inNode = createApp({ openStore: () => store, fetch: (url, init) => wire.follow(url, init) }).app
  const store = memoryStore()
  const { miniflare, dispose } = await openMiniflare(
    [
      {
        name: 'app',
        script: appScript ?? '',
        durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
        outboundService: async (request: Outbound) => (await wire.fetch(request as Request)) as never,
      },
      {
        name: 'server',
        script: serverScript ?? '',
        compatibilityFlags: ['global_fetch_strictly_public'],
        kvNamespaces: ['OAUTH_KV'],
        bindings: { REGISTERS: registers },
        // It reads the document of the app.
        outboundService: async ({ url }: Outbound) => (await send(url, {})) as never,
      },
    ],
    // The server logs each refusal.
    { isSilent: true },
  )
  const server = await miniflare.getWorker('server')
  const carry = ({ headers, ...init }: RequestInit) =>
    ({ ...init, headers: [...new Headers(headers)], redirect: 'manual' }) as never
  const atServer = async (url: string, init: RequestInit) =>
    (await server.fetch(url, carry(init))) as unknown as Response
  const wire = createWire({
    async fetch(request) {
      const { url, method, headers } = request
      return atServer(url, { method, headers, body: method === 'POST' ? await request.text() : null })
    },
  })
  const send = async (url: string, init: RequestInit) =>
    isInWorkerd ? ((await miniflare.dispatchFetch(url, carry(init))) as unknown as Response) : inNode.request(url, init)
  const browser = new Browser(send, Date.now)
  return {
    wire,
    browser,
    dispose,
    advance: (seconds: number) => send(`${ORIGIN}/advance/${seconds}`, { method: 'POST' }),
    /** Logs in to the end; gives the authorization request. */
    async login(path = LOGIN): Promise<URLSearchParams> {
      const started = await browser.navigate(path)
      expect(started.status, await started.clone().text()).toBe(302)
      const location = started.headers.get('location') ?? ''
      const consented = await atServer(location, {})
      expect(consented.status, await consented.clone().text()).toBe(302)
      const { pathname, search, searchParams } = new URL(consented.headers.get('location') ?? '')
      expect(searchParams.get('iss')).toBe('https://mcp.example')
      const landed = await browser.navigate(pathname + search)
      expect(landed.status, await landed.text()).toBe(303)
      return new URL(location).searchParams
    },
    call: (...tools: string[]) => readJson(browser.request(`/call/${tools}`, { headers: SCRIPT })),
    tokenRequests: () => wire.requests('/oauth/token').length,
  }
}

describe.each([
  ['in Node, by the document of the app', { registers: false, isInWorkerd: false }],
  ['in workerd, by the document of the app', { registers: false, isInWorkerd: true }],
  ['in workerd, by a registration', { registers: true, isInWorkerd: true }],
])('an app connects a server that it knows by its URL alone, %s', async (_, given) => {
  const app = await open(given)
  afterAll(() => app.dispose())
  const done = (name: string) => [{ type: 'text', text: `${name}: done` }]

  it('calls a tool', async () => {
    const request = await app.login()
    expect(request.get('client_id')).toMatch(given.registers ? /^[\w-]+$/ : `${ORIGIN}/auth/mcp/client.json`)
    expect([request.get('resource'), request.get('scope')]).toEqual([SERVER, 'tools:read offline_access'])
    expect(await app.call('read')).toEqual([done('read')])
  })

  it('renews its tokens once, however many calls ask', async () => {
    const before = app.tokenRequests()
    await app.advance(3600)
    expect(await app.call('read', 'read', 'read')).toEqual([done('read'), done('read'), done('read')])
    expect(app.tokenRequests() - before).toBe(1)
  })

  it('asks for another scope when a tool needs it', async () => {
    const { code, missingScopes, loginUrl } = await app.call('write')
    expect([code, missingScopes]).toEqual(['insufficient_scope', ['tools:write']])
    const { pathname, search } = new URL(loginUrl)
    const scopes = (await app.login(pathname + search)).get('scope')?.split(' ').toSorted()
    expect(scopes).toEqual(['offline_access', 'tools:read', 'tools:write'])
    expect(await app.call('write', 'read')).toEqual([done('write'), done('read')])
  })

  it('ends the grant at the server', async () => {
    const { connections } = await readJson(app.browser.request('/auth/connections'))
    const headers = { ...SCRIPT, origin: ORIGIN }
    const revoke = `/auth/connections/${connections[0].id}/revoke`
    expect(await readJson(app.browser.request(revoke, { method: 'POST', headers }))).toEqual({ outcome: 'revoked' })
    const last = app.wire.requests('/mcp').at(-1)
    const again = new Request(SERVER, { method: 'POST', headers: last?.headers ?? {}, body: last?.body ?? '' })
    expect(again.headers.get('authorization')).toMatch(/^Bearer /)
    expect((await app.wire.fetch(again)).status).toBe(401)
  })

  it('has registered itself once at most', () => {
    expect(app.wire.requests('/oauth/register')).toHaveLength(given.registers ? 1 : 0)
  })
})
