import { randomBytes } from 'node:crypto'
import { createBrowser } from 'hono-oauth/testing'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { choose, startRig } from './support/rig.ts'

// A Durable Object needs workerd: the app that connects has its store in memory here, which can compare and swap too.
vi.mock('hono-oauth/durable-object', () => ({ connectionsObject: () => class {} }))
vi.mock('hono-oauth/stores/durable-object', async () => {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  const store = memoryStore()
  return { durableObjectStore: () => store }
})

const ORIGIN = 'http://localhost:8787'
/** The app of the guide on MCP servers, which knows no server. */
const EXAMPLE = new URL('../../docs/examples/connect-mcp.ts', import.meta.url).href

const rig = await startRig()
afterAll(() => rig[Symbol.asyncDispose]())
afterEach(() => vi.unstubAllGlobals())

it('an app connects this server by its URL alone, and calls a tool before and after the end of the token', async () => {
  vi.stubGlobal('fetch', rig.fetch)
  const { default: app } = await import(EXAMPLE)
  const env = { PUBLIC_ORIGIN: ORIGIN, OAUTH_KEYS: randomBytes(32).toString('base64') }
  const person = rig.browser()
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: async ({ url }) => Response.redirect(await choose(person, 'connect wix')(new URL(url))),
  })
  await browser.open('/')
  const page = await browser.click(`/auth/mcp/login?${new URLSearchParams({ url: `${rig.origin}/mcp` })}`)
  const [, path = ''] = /href="(\/servers\/[^"]+)">connector\.example\/mcp</.exec(await page.text()) ?? []
  expect(await (await browser.open(path)).json()).toMatchObject([{ name: 'list_sites' }])

  const headers = { 'content-type': 'application/json', origin: ORIGIN }
  const callTool = () => browser.fetch(`${path}/tools/list_sites`, { method: 'POST', body: '{}', headers })
  expect(await (await callTool()).json()).toMatchObject([{ text: expect.stringContaining('Mysite 34') }])
  rig.emulator.control.advance(5 * 60 * 60)
  expect(await (await callTool()).json()).toMatchObject([{ text: expect.stringContaining('Mysite 34') }])

  const list = await browser.fetch('/auth/connections')
  const { connections } = (await list.json()) as { connections: [{ id: string }] }
  const revoke = `/auth/connections/${connections[0].id}/revoke`
  const ended = await browser.fetch(revoke, { method: 'POST', headers: { accept: 'application/json', origin: ORIGIN } })
  expect(await ended.json()).toEqual({ outcome: 'revoked' })
  expect(await (await person.open('/')).text()).toContain('You have connected no account yet.')
})
