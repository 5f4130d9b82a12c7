import { describe, expect, it } from 'vitest'
import { createEmulator, DEFAULT_OAUTH_EXAMPLE_CLIENT, DEFAULT_WEBFLOW_CLIENT, DEFAULT_WIX_APP } from '../src/index.ts'

const SERVER = 'http://localhost:9000'
const CHALLENGE = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }

interface Page {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly callback: string
  readonly words: string
  readonly scope: string
}

const callbackOf = (name: string) => `http://localhost:8787/auth/${name}/callback`

const login = (clientId: string, callback: string, scope: string, more: object = {}) => ({
  response_type: 'code',
  client_id: clientId,
  redirect_uri: callback,
  scope,
  state: 'x',
  ...more,
})

const WEBFLOW: Page = {
  path: '/webflow.com/oauth/authorize',
  query: login(DEFAULT_WEBFLOW_CLIENT.id, callbackOf('webflow'), 'sites:read'),
  callback: callbackOf('webflow'),
  words: 'See your sites',
  scope: 'sites:read',
}
const PAGES: Readonly<Record<string, Page>> = {
  webflow: WEBFLOW,
  'wix, external install': {
    path: '/www.wix.com/app-installer',
    query: { appId: DEFAULT_WIX_APP.appId, postInstallationUrl: callbackOf('wix') },
    callback: callbackOf('wix'),
    words: 'See and manage its own installation on your site',
    scope: 'WIX_DEVELOPERS.MANAGE_APP_INSTANCE',
  },
  'wix, custom authentication': {
    path: '/www.wix.com/installer/install',
    query: { appId: DEFAULT_WIX_APP.appId, redirectUrl: callbackOf('wix-legacy') },
    callback: callbackOf('wix-legacy'),
    words: 'See and manage its own installation on your site',
    scope: 'WIX_DEVELOPERS.MANAGE_APP_INSTANCE',
  },
  'oauth.example': {
    path: '/oauth.example/authorize',
    query: login(DEFAULT_OAUTH_EXAMPLE_CLIENT.id, callbackOf('example'), 'items:read', CHALLENGE),
    callback: callbackOf('example'),
    words: 'See your items',
    scope: 'items:read',
  },
  github: {
    path: '/github.com/login/oauth/authorize',
    query: login('github-client-id', callbackOf('github'), 'repo'),
    callback: callbackOf('github'),
    words: 'See and change your repositories',
    scope: 'repo',
  },
}

const emulator = createEmulator({ appName: 'Site <Connector>' })
const open = (base: string, { path }: Page, query: Readonly<Record<string, string>>) =>
  emulator.fetch(new Request(`${base}${path}?${new URLSearchParams(query)}`))

describe.each(Object.entries(PAGES))('the page of %s', (_name, page) => {
  it('names the app, says what it may do in words, and where the user returns to', async () => {
    const text = await (await open(SERVER, page, page.query)).text()
    expect(text).toMatch(/<h1>(Allow|Install) Site &lt;Connector&gt; /)
    expect(text).toMatch(new RegExp(`<li>${page.words}[^<]* <code>${page.scope}</code>`))
    expect(text).toContain(`You'll return to <code>${page.callback.replace('http://', '')}</code>`)
    expect(text).toContain(`<a href="${SERVER}/" target="_blank"`)
  })

  it('has no link to a control page at the real host name', async () => {
    const text = await (await open('https:/', page, page.query)).text()
    expect(text).toContain('Site &lt;Connector&gt;')
    expect(text).not.toContain('<a ')
  })

  it('links back to the app where the way ends', async () => {
    const request = await open(SERVER, page, {})
    expect(request.status).toBe(400)
    const form = new Request(`${SERVER}${page.path}`, { method: 'POST', body: new URLSearchParams({ request: 'x' }) })
    const unknown = await emulator.fetch(form)
    for (const response of [request, unknown]) {
      expect(await response.text()).toContain('<a href="http://localhost:8787/">Back to Site &lt;Connector&gt;</a>')
    }
  })
})

it("shows the client's own name where it has one, and the default of the others", async () => {
  const clients = [{ ...DEFAULT_WEBFLOW_CLIENT, name: 'My App' }]
  const { fetch } = createEmulator({ webflow: { clients } })
  const titleOf = async ({ path, query }: Page) =>
    /<title>([^<]*)/.exec(
      await (await fetch(new Request(`${SERVER}${path}?${new URLSearchParams(query)}`))).text(),
    )?.[1]
  expect(await titleOf(WEBFLOW)).toBe('Allow My App to access your Webflow data?')
  expect(await titleOf(PAGES['github'] ?? WEBFLOW)).toBe('Allow Example App to access your GitHub account?')
})
