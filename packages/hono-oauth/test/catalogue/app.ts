import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import {
  type ConnectionEvent,
  createOAuth,
  isOAuthError,
  type OAuth,
  type Providers,
  type Store,
} from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import { webflow } from 'hono-oauth/providers/webflow'
import { wix, wixLegacy } from 'hono-oauth/providers/wix'
import { ORIGIN } from '../support/app.ts'
import { describeError } from './logging.ts'

/** Where connections with rotating refresh tokens are kept: each is a provider of its own. */
export type RotatingName = 'ex-memory' | 'ex-object' | 'ex-d1'

/** How a row wants the app to differ; JSON, so that it reaches a Worker. */
export interface Variant {
  readonly keys?: readonly string[]
  readonly timeoutMs?: number
  readonly maxRenewalsAtOnce?: number
  readonly webhookSecrets?: readonly string[]
  readonly publicKeys?: readonly string[]
  /** The double of Workers KV, with its staleness and its limits, in place of the usual store. */
  readonly store?: 'kv-double'
  /** Settings of the OpenID provider. */
  readonly oidc?: Partial<OidcOptions>
  /** Without jitter, so that nobody waits before a second try. */
  readonly steady?: boolean
  /** How many times faster the clock and the timers run. */
  readonly haste?: number
}

/** What the app is made of. */
export interface Parts {
  readonly keys: readonly string[]
  readonly webflowClient: { readonly id: string; readonly secret: string }
  readonly exampleClient: { readonly id: string; readonly secret: string }
  readonly wixApp: {
    readonly appId: string
    readonly appSecret: string
    readonly publicKey: string
  }
  readonly store: Store
  readonly rotating: Readonly<Partial<Record<RotatingName, Store>>>
  readonly now: () => number
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Errors in every form that a log or an answer may give them. */
  readonly errors: string[]
}

/** What the app saw. */
export interface Ran {
  handlers: number
  webhooks: { provider: string; type: string; data: unknown }[]
  events: ConnectionEvent[]
}

const API: Readonly<Record<string, string>> = {
  webflow: '/v2/sites',
  other: '/v2/sites',
  wix: '/apps/v1/instance',
  'wix-legacy': '/apps/v1/instance',
}

/** An app that uses the whole face of the package, in any runtime. */
export function createCatalogueApp(parts: Parts, variant: Variant = {}) {
  const ran: Ran = { handlers: 0, webhooks: [], events: [] }
  const providers = providersOf(parts, variant)
  const { store, rotating, now, fetch } = parts
  const common = {
    origin: ORIGIN,
    keys: variant.keys ?? parts.keys,
    providers,
    store,
    stores: { ...rotating, 'ex-oidc': rotating['ex-memory'] ?? store },
    now,
    fetch,
    timeoutMs: variant.timeoutMs ?? 5000,
    maxRenewalsAtOnce: variant.maxRenewalsAtOnce,
    onEvent: (event: ConnectionEvent) => void ran.events.push(event),
  }
  const oauth = createOAuth(() => common)
  const users = createOAuth(() => ({
    ...common,
    basePath: '/account',
    // Encoded, for a header takes less than ids may hold.
    owner: (c: Context) => decodeURIComponent(c.req.header('x-user') ?? ''),
  }))
  const note = (provider: string) => (event: { type: string; data: unknown }) =>
    void ran.webhooks.push({ provider, type: event.type, data: event.data })
  oauth.webhook('wix', { '*': note('wix') })
  oauth.webhook('webflow', { '*': note('webflow') })

  const app = new Hono()
  app.use(secureHeaders())
  app.use(async (c, next) => {
    await next()
    if (!c.error) return
    parts.errors.push(describeError(c.error))
    // As the runtime itself writes errors.
    console.error(c.error)
  })
  app.route('/auth', oauth.routes)
  app.route('/account', users.routes)
  app.get('/', (c) => c.text('home'))
  addFace(app, '/s', oauth, Object.keys(providers), ran)
  addFace(app, '/u', users, Object.keys(providers), ran)
  app.onError((error, c) => {
    if (isOAuthError(error)) return oauth.errorResponse(c, error)
    parts.errors.push(describeError(error))
    return c.text('failed', 500)
  })
  return { app, oauth, users, ran }
}

export type CatalogueApp = ReturnType<typeof createCatalogueApp>

function providersOf(parts: Parts, variant: Variant): Providers {
  const { webhookSecrets = [], publicKeys } = variant
  const { webflowClient, wixApp, rotating } = parts
  const client = { clientId: webflowClient.id, clientSecret: webflowClient.secret }
  const wixSettings = { ...wixApp, publicKey: publicKeys ?? wixApp.publicKey }
  const names = Object.keys(rotating)
  return {
    webflow: webflow({ ...client, scopes: ['sites:read'], webhookSecrets }),
    other: webflow({ ...client, scopes: ['sites:read', 'cms:read'] }),
    wix: wix(wixSettings),
    'wix-legacy': wixLegacy({ ...wixSettings, closeWindow: true }),
    ...Object.fromEntries(names.map((name) => [name, example(parts)])),
    'ex-oidc': openId(parts, variant),
  }
}

/** `oauth.example` as an OpenID provider. */
function openId({ exampleClient: { id, secret } }: Parts, variant: Variant) {
  return oidc({
    issuer: 'https://oauth.example',
    clientId: id,
    clientSecret: secret,
    scopes: ['profile', 'items:read'],
    ...variant.oidc,
  })
}

/** `oauth.example` without `openid`: an ID token costs an RSA signature, and nobody reads it. */
function example({ exampleClient: { id, secret } }: Parts) {
  return oauth2({
    clientId: id,
    clientSecret: secret,
    scopes: ['profile', 'items:read'],
    issuer: 'https://oauth.example',
    issParameter: true,
    authorizationEndpoint: 'https://oauth.example/authorize',
    tokenEndpoint: 'https://oauth.example/token',
    revocationEndpoint: 'https://oauth.example/revoke',
    account: { url: 'https://oauth.example/api/me' },
    apiOrigins: ['https://oauth.example'],
    loginParams: ['login_hint'],
  })
}

const HOP = 'x-test-hop-'

/** What an app does with connections, once for each provider. */
function addFace(
  app: Hono,
  prefix: string,
  oauth: OAuth<Providers, unknown>,
  names: readonly string[],
  ran: Ran,
): void {
  for (const name of names) {
    const required = oauth.require(name)
    app.on(['GET', 'POST'], `${prefix}/use/${name}`, required, async (c) => {
      ran.handlers++
      const answer = await c.var.connection.fetch(API[name] ?? '/api/me')
      return c.text(await answer.text(), answer.status as 200)
    })
    // Not the token itself, which no answer may show.
    app.get(`${prefix}/digest/${name}`, required, async (c) => {
      const token = (await c.var.connection.accessToken()).reveal()
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
      return c.json({ digest: [...new Uint8Array(hash)].join('.') })
    })
    app.get(`${prefix}/fetch/${name}`, required, async (c) => {
      const answer = await c.var.connection.fetch(c.req.query('url') ?? '')
      return new Response(answer.body, answer)
    })
    // A proxy that passes on what came, as one is easily written.
    app.get(`${prefix}/proxy/${name}`, required, async (c) => {
      const headers = new Headers(c.req.raw.headers)
      // What no `fetch` sends as it is told comes under another name.
      for (const [header, value] of c.req.raw.headers) {
        if (header.startsWith(HOP)) headers.set(header.slice(HOP.length), value)
      }
      const answer = await c.var.connection.fetch(API[name] ?? '/api/me', { headers })
      return new Response(answer.body, answer)
    })
    app.get(`${prefix}/scopes/${name}`, (c, next) => {
      const scopes = c.req.queries('scope') ?? []
      return oauth.require(name, { scopes })(c as never, next)
    })
    app.get(`${prefix}/scopes/${name}`, (c) => c.text('granted'))
    // A request whose client is gone: it answers before its work is done.
    app.get(`${prefix}/abandoned/${name}`, required, (c) => {
      c.var.connection.accessToken().catch(() => undefined)
      return c.body(null, 204)
    })
    app.get(`${prefix}/always/${name}`, (c) =>
      oauth.login(c, name, { returnTo: `${prefix}/always/${name}` }),
    )
  }
  app.get(`${prefix}/context/:length`, (c) =>
    oauth.login(c, 'webflow', { context: 'x'.repeat(Number(c.req.param('length'))) }),
  )
  app.post(`${prefix}/site-token`, async (c) => {
    const { token } = await c.req.parseBody()
    return c.json(await oauth.connect(c, 'webflow', String(token)))
  })
}
