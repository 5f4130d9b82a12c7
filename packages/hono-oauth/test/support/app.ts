import { Hono } from 'hono'
import { createOAuth, type OAuthConfig, type Store } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'

/** The origin that the test app believes to have. */
export const ORIGIN = 'https://app.example'

/** What a test may set; everything else is as an app in production would have it. */
export interface AppOptions {
  readonly keys: string
  readonly webflowClient: { readonly id: string; readonly secret: string }
  readonly store: Store
  readonly now: () => number
  readonly config?: Partial<OAuthConfig>
}

/** What the handlers of the test app did: a refusal must leave it as it was. */
export interface Ran {
  handlers: number
  hooks: { connection: string; context: unknown }[]
}

/** An app that uses the whole face of the package. It runs in Node and in workerd. */
export function createApp({ keys, webflowClient, store, now, config }: AppOptions) {
  const ran: Ran = { handlers: 0, hooks: [] }
  const { id: clientId, secret: clientSecret } = webflowClient
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys,
    providers: {
      webflow: webflow({ clientId, clientSecret, scopes: ['sites:read'] }),
      other: webflow({ clientId, clientSecret, scopes: ['sites:read', 'cms:read'] }),
    },
    store,
    now,
    timeoutMs: 400,
    onConnected: (c, { connection, context }) => {
      ran.hooks.push({ connection: connection.id, context })
      return context ? c.json({ welcome: context }) : undefined
    },
    ...(config as object),
  }))
  const app = new Hono()
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
  app.post('/leave', oauth.require('webflow'), async (c) =>
    c.json({ outcome: await c.var.connection.revoke() }),
  )
  app.get('/list', async (c) => c.json(await oauth.list(c)))
  return { app, ran }
}
