import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { createBrowser } from 'hono-oauth/testing'
import { afterEach, expect, it, vi } from 'vitest'
import app from '../examples/connect-mcp.ts'
import { makeEnv, ORIGIN } from './open-browser.ts'

// A Durable Object needs workerd: here its store is the one in memory, which can compare and swap too.
vi.mock('hono-oauth/durable-object', () => ({ connectionsObject: () => class {} }))
vi.mock('hono-oauth/stores/durable-object', async () => {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  const store = memoryStore()
  return { durableObjectStore: () => store }
})

afterEach(() => vi.unstubAllGlobals())

const SERVER = 'http://localhost:9100'

/** An MCP server with one tool, on this machine, which allows every login at once. */
function createServer(): Hono {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'greeter', version: '1.0.0' })
    const greeting = { content: [{ type: 'text' as const, text: 'Hello from the tool' }] }
    server.registerTool('greet', { description: 'Greets' }, async () => greeting)
    return server
  })
  const server = new Hono()
  server.all('/mcp', async (c): Promise<Response> => {
    if (c.req.header('authorization') === 'Bearer token-of-greeter') return handler.fetch(c.req.raw)
    return c.body(null, 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
  })
  server.get('/.well-known/oauth-protected-resource/mcp', (c) =>
    c.json({ resource: `${SERVER}/mcp`, authorization_servers: [SERVER] }),
  )
  server.get('/.well-known/oauth-authorization-server', (c) =>
    c.json({
      issuer: SERVER,
      authorization_endpoint: `${SERVER}/authorize`,
      token_endpoint: `${SERVER}/token`,
      registration_endpoint: `${SERVER}/register`,
      code_challenge_methods_supported: ['S256'],
    }),
  )
  server.post('/register', (c) => c.json({ client_id: 'agent' }, 201))
  server.get('/authorize', (c) => {
    const { redirect_uri: redirectUri = '', state = '' } = c.req.query()
    return c.redirect(`${redirectUri}?${new URLSearchParams({ code: 'a-code', state })}`)
  })
  server.post('/token', (c) => c.json({ access_token: 'token-of-greeter', token_type: 'Bearer' }))
  return server
}

it('connect mcp: connects a server by its URL alone, lists its tools and calls one', async () => {
  const server = createServer()
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => server.fetch(new Request(url, init)))
  const env = makeEnv()
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => server.fetch(request),
  })
  await browser.open('/')
  const page = await browser.click(`/auth/mcp/login?${new URLSearchParams({ url: `${SERVER}/mcp` })}`)
  const [, path = '', name] = /href="(\/servers\/[^"]+)">([^<]+)</.exec(await page.text()) ?? []
  expect([browser.url, name]).toEqual([`${ORIGIN}/`, 'localhost:9100/mcp'])
  expect(await (await browser.open(path)).json()).toEqual([{ name: 'greet', description: 'Greets' }])
  const headers = { 'content-type': 'application/json', origin: ORIGIN }
  const called = await browser.fetch(`${path}/tools/greet`, { method: 'POST', body: '{}', headers })
  expect(await called.json()).toEqual([{ type: 'text', text: 'Hello from the tool' }])
})
