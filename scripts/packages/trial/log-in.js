// What an app does with the packages, in any runtime: a person connects an account, and a handler uses it.
import { Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { webflow } from 'hono-oauth/providers/webflow'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createBrowser } from 'hono-oauth/testing'
import { createEmulator, DEFAULT_OAUTH_EXAMPLE_CLIENT, DEFAULT_WEBFLOW_CLIENT } from 'provider-emulator'

const ORIGIN = 'http://localhost:8787'
const SERVER = 'https://oauth.example'

/** Connects an account at each of two providers, calls their APIs and disconnects; an error says what went wrong. */
export async function logIn() {
  const emulator = createEmulator({ consent: 'auto' })
  const example = oauth2({
    clientId: DEFAULT_OAUTH_EXAMPLE_CLIENT.id,
    clientSecret: DEFAULT_OAUTH_EXAMPLE_CLIENT.secret,
    scopes: ['openid', 'profile', 'items:read'],
    issuer: SERVER,
    issParameter: true,
    authorizationEndpoint: `${SERVER}/authorize`,
    tokenEndpoint: `${SERVER}/token`,
    revocationEndpoint: `${SERVER}/revoke`,
    userinfoEndpoint: `${SERVER}/userinfo`,
    account: { id: 'userinfo.sub', name: 'userinfo.name' },
    apiOrigins: [SERVER],
  })
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))),
    providers: {
      example,
      webflow: webflow({
        clientId: DEFAULT_WEBFLOW_CLIENT.id,
        clientSecret: DEFAULT_WEBFLOW_CLIENT.secret,
        scopes: ['sites:read'],
      }),
    },
    store: memoryStore(),
    fetch: (url, init) => emulator.fetch(new Request(url, init)),
  }))

  const app = new Hono()
  app.route('/auth', oauth.routes)
  app.get('/', (c) => c.text('home'))
  for (const [name, path] of [
    ['example', '/userinfo'],
    ['webflow', '/v2/sites'],
  ]) {
    app.get(`/${name}`, oauth.require(name), async (c) => c.json(await (await c.var.connection.fetch(path)).json()))
  }
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request),
    providers: (request) => emulator.fetch(request),
  })

  for (const [name, member] of [
    ['example', 'sub'],
    ['webflow', 'sites'],
  ]) {
    const page = await browser.open(`/auth/${name}/login?return_to=/${name}`)
    // The log says why.
    if (page.status !== 200) throw new Error(`the login at ${name} ended with status ${page.status}`)
    if (!(member in (await page.json()))) throw new Error(`${name} has not answered with ${member}`)
  }
  const { connections } = await (await browser.fetch('/auth/connections')).json()
  if (connections.length !== 2) throw new Error(`${connections.length} accounts are connected, and not 2`)
  for (const { id } of connections) {
    const page = await browser.submit(`/auth/connections/${id}/revoke`)
    if (page.status !== 200) throw new Error(`a disconnect ended with status ${page.status}`)
  }
  const left = await (await browser.fetch('/auth/connections')).json()
  if (left.connections.length > 0) throw new Error('an account is still connected')
}
