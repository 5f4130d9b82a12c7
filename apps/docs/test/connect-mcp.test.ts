import { createBrowser } from 'hono-oauth/testing'
import { afterEach, expect, it, vi } from 'vitest'
import app from '../examples/connect-mcp.ts'
import { createMcpServer } from './mcp-server.ts'
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

it('connect mcp: connects a server by its URL alone, lists its tools and calls one', async () => {
  const server = createMcpServer(SERVER)
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
