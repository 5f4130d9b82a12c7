import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { startServer } from 'provider-emulator/server'
import { it } from 'vitest'
import { WebflowClient } from 'webflow-api'
import { Browser } from '../rig/browser.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { createProvider } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'

it("Webflow's own client lists the sites with the token of a connection", async ({ expect, onTestFinished }) => {
  const provider = createProvider()
  const server = await startServer(provider.emulator, { port: 0 })
  onTestFinished(() => server.close())
  const send = (url: string, init: RequestInit) => provider.fetch(new Request(url, init))
  const oauth = createOAuth(() => ({ ...MINIMAL, fetch: send }))
  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/sites', oauth.require('webflow', { scopes: ['sites:read'] }), async (c) => {
    const accessToken = (await c.var.connection.accessToken()).reveal()
    const baseUrl = `${server.url}/api.webflow.com/v2`
    const { sites } = await new WebflowClient({ accessToken, baseUrl }).sites.list()
    return c.json({ names: sites?.map(({ displayName }) => displayName) })
  })
  const browser = new Browser(async (url, init) => app.request(url, init), Date.now)
  const login = await browser.navigate('/auth/webflow/login')
  await browser.navigate(await provider.consent(login.headers.get('location') ?? ''))
  expect(await readJson(browser.request('/sites'))).toEqual({ names: ['Acme Bakery'] })
})
