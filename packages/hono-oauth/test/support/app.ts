import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { createOAuth, type OAuthConfig, type Store } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { finishConfiguration, wix, wixLegacy } from 'hono-oauth/providers/wix'
import { wixInstance } from 'hono-oauth/wix-instance'
import { noteError } from './notes.ts'

/** The origin that the test app believes to have. */
export const ORIGIN = 'https://app.example'

/** Longer than a webhook's answer may take. */
const SLOW_HANDLER_MS = 1500

/** What a test may set; everything else is as an app in production would have it. */
export interface AppOptions {
  readonly keys: string
  readonly webflowClient: { readonly id: string; readonly secret: string }
  readonly wixApp: {
    readonly appId: string
    readonly appSecret: string
    readonly publicKey: string
  }
  readonly store: Store
  readonly now: () => number
  readonly config?: Partial<OAuthConfig>
}

/** What the handlers of the test app did: a refusal must leave it as it was. */
export interface Ran {
  handlers: number
  hooks: { connection: string; context: unknown }[]
  webhooks: { provider: string; type: string; data: unknown }[]
}

/** An app that uses the whole face of the package. It runs in Node and in workerd. */
export function createApp({ keys, webflowClient, wixApp, store, now, config }: AppOptions) {
  const ran: Ran = { handlers: 0, hooks: [], webhooks: [] }
  const { id: clientId, secret: clientSecret } = webflowClient
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys,
    providers: {
      webflow: webflow({ clientId, clientSecret, scopes: ['sites:read'] }),
      other: webflow({ clientId, clientSecret, scopes: ['sites:read', 'cms:read'] }),
      wix: wix(wixApp),
      'wix-legacy': wixLegacy({ ...wixApp, closeWindow: true }),
    },
    store,
    now,
    // Short, and still long for a machine that is busy.
    timeoutMs: 1500,
    onConnected: (c, { connection, context }) => {
      ran.hooks.push({ connection: connection.id, context })
      return context ? c.json({ welcome: context }) : undefined
    },
    ...(config as object),
  }))
  const note = (provider: string) => (event: { type: string; data: unknown }) => {
    ran.webhooks.push({ provider, type: event.type, data: event.data })
  }
  oauth.webhook('wix', { AppInstalled: note('wix'), AppRemoved: note('wix') })
  oauth.webhook('webflow', {
    site_publish: note('webflow'),
    async form_submission(event) {
      await new Promise((resolve) => setTimeout(resolve, SLOW_HANDLER_MS))
      note('webflow')(event)
    },
    page_created(event) {
      note('webflow')(event)
      throw new Error('the database is down')
    },
  })
  const app = new Hono()
  app.use(secureHeaders())
  app.use(async (c, next) => {
    await next()
    if (c.error) noteError(c.error)
    c.header('x-served-by', 'test')
  })
  app.route('/auth', oauth.routes)
  app.get('/', (c) => c.text('home'))
  app.get('/sites', oauth.require('webflow', { scopes: ['sites:read'] }), async (c) => {
    ran.handlers++
    const sites = await c.var.connection.fetch('/v2/sites')
    return c.json(await sites.json(), sites.status as 200)
  })
  app.get('/cms', oauth.require('webflow', { scopes: ['sites:read', 'cms:read'] }), (c) => {
    ran.handlers++
    return c.json({ ok: true })
  })
  app.get('/fetch', oauth.require('webflow'), async (c) => {
    ran.handlers++
    const response = await c.var.connection.fetch(c.req.query('url') ?? '')
    return c.text(await response.text(), response.status as 200)
  })
  app.get('/choose/:id?', oauth.require('webflow', { connection: (c) => c.req.param('id') }), (c) =>
    c.json({ id: c.var.connection.id, siteIds: c.var.connection.account.siteIds }),
  )
  app.get('/leak', oauth.require('webflow'), async (c) => {
    const token = await c.var.connection.accessToken()
    return c.json({ token, text: `${token}`, connection: c.var.connection })
  })
  app.get('/invitation', (c) =>
    oauth.login(c, 'webflow', {
      returnTo: c.req.query('return_to') ?? '/welcome',
      scopes: ['sites:read', 'pages:read'],
      context: { invitation: c.req.query('large') ? 'x'.repeat(5000) : 'i-1' },
      params: { workspace: 'acme-studio', client_id: 'evil', state: 'evil', redirect_uri: 'evil' },
    }),
  )
  app.post('/site-token', async (c) => {
    const { token } = await c.req.parseBody()
    return c.json(await oauth.connect(c, 'webflow', String(token)))
  })
  app.post('/site-token-and-list', async (c) => {
    const { token } = await c.req.parseBody()
    await oauth.connect(c, 'webflow', String(token))
    await oauth.connect(c, 'webflow', String(token))
    return c.json(await oauth.list(c))
  })
  app.post('/leave', oauth.require('webflow'), async (c) =>
    c.json({ outcome: await c.var.connection.revoke() }),
  )
  app.get('/list', async (c) => c.json(await oauth.list(c)))
  for (const name of ['wix', 'wix-legacy'] as const) {
    app.get(`/${name}`, oauth.require(name), async (c) => {
      ran.handlers++
      const instance = await c.var.connection.fetch('/apps/v1/instance')
      return c.json(await instance.json(), instance.status as 200)
    })
    app.post(`/${name}/finish`, oauth.require(name), async (c) => {
      await finishConfiguration(c.var.connection)
      return c.body(null, 204)
    })
  }
  const { appId, appSecret } = wixApp
  app.get(
    '/dashboard',
    wixInstance(() => ({ appId, appSecret, now })),
    (c) => {
      ran.handlers++
      return c.json(c.var.wixInstance)
    },
  )
  app.post('/instance', async (c) => {
    const { instance } = await c.req.parseBody()
    return c.json(await oauth.connect(c, 'wix', String(instance)))
  })
  return { app, ran }
}
