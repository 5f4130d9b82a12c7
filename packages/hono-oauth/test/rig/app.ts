import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import {
  type ConnectionEvent,
  createOAuth,
  isOAuthError,
  type LogEntry,
  type OAuth,
  type OAuthConfig,
  type Provider,
  type Providers,
  type Store,
  type Telemetry,
  type WebhookEvent,
} from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import { webflow } from 'hono-oauth/providers/webflow'
import { finishConfiguration, wix, wixLegacy } from 'hono-oauth/providers/wix'
import { memoryStore } from 'hono-oauth/stores/memory'
import { wixInstance } from 'hono-oauth/wix-instance'
import { KEY, ORIGIN } from './constants.ts'
import { describeError } from './logging.ts'
import { noteError, SHOWS_TOKENS } from './notes.ts'

/** Where connections with rotating refresh tokens are kept: each is a provider of its own. */
export type RotatingName = 'ex-memory' | 'ex-object' | 'ex-object-2' | 'ex-d1'

/** How a test wants the app to differ; JSON, so that it reaches a Worker. */
export interface Variant {
  readonly keys?: readonly string[]
  readonly timeoutMs?: number
  readonly webhookSecrets?: readonly string[]
  readonly publicKeys?: readonly string[]
  /** In place of the usual store: the double of Workers KV, with its staleness and its limits, or another one. */
  readonly store?: 'kv-double' | RotatingName
  /** Settings of the OpenID provider. */
  readonly oidc?: Partial<OidcOptions>
  /** Without jitter: a second try does not wait. */
  readonly steady?: boolean
  /** How many times faster the clock and the timers run. */
  readonly haste?: number
  /** The providers that there are; all of them without it. */
  readonly only?: readonly string[]
  /** Ends the object that gets the next answer of a token endpoint, before it can write. */
  readonly crashes?: boolean
  /** Whether OpenTelemetry records what happens. */
  readonly isRecorded?: boolean
}

/** What the app is made of. */
export interface Parts {
  readonly keys: readonly string[]
  readonly webflowClient: { readonly id: string; readonly secret: string }
  readonly exampleClient: { readonly id: string; readonly secret: string }
  readonly wixApp: { readonly appId: string; readonly appSecret: string; readonly publicKey: string }
  readonly store: Store
  readonly rotating: Readonly<Partial<Record<RotatingName, Store>>>
  readonly now: () => number
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** The same for an app that `crashes`. */
  readonly crashingFetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Errors in every form that a log or an answer may give them. */
  readonly errors: string[]
  /** Gets each error, as the log of a runtime does. */
  readonly log?: (error: Error) => void
  /** What the pages wait for before they answer. */
  readonly pause?: () => unknown
  /** Where a test in this process sets more. */
  readonly config?: Partial<OAuthConfig>
  readonly telemetry?: Telemetry | undefined
}

/** An execution context, in which work that is left behind goes on. */
export const CONTEXT = {
  waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined),
  passThroughOnException: () => undefined,
  props: {},
}

/** What the app saw. */
export interface Ran {
  handlers: number
  hooks: { connection: string; context: unknown }[]
  webhooks: { provider: string; type: string; data: unknown }[]
  events: ConnectionEvent[]
}

/** Longer than the answer to a webhook may take. */
const SLOW_HANDLER_MS = 1500
const API: Readonly<Record<string, string>> = {
  webflow: '/v2/sites',
  other: '/v2/sites',
  wix: '/apps/v1/instance',
  'wix-legacy': '/apps/v1/instance',
}

/** An app that uses the whole face of the package, in any runtime. */
export function createApp(parts: Parts, variant: Variant = {}) {
  const ran: Ran = { handlers: 0, hooks: [], webhooks: [], events: [] }
  const { store, rotating, now, config } = parts
  const isThere = (name: string) => variant.only?.includes(name) ?? true
  const providers = pick(providersOf(parts, variant), isThere)
  const openIdStore = rotating['ex-memory']
  const common = {
    origin: ORIGIN,
    keys: variant.keys ?? parts.keys,
    providers,
    store,
    stores: pick({ ...rotating, ...(openIdStore && { 'ex-oidc': openIdStore }) }, isThere),
    now,
    fetch: variant.crashes ? parts.crashingFetch : parts.fetch,
    timeoutMs: variant.timeoutMs ?? 5000,
    telemetry: parts.telemetry,
    logger: (entry: LogEntry) => {
      noteError(entry)
      parts.errors.push(JSON.stringify(entry))
    },
    webhooks: Object.fromEntries(
      ['wix', 'webflow']
        .filter(isThere)
        .map((name) => [name, { '*': (event: WebhookEvent) => handleWebhook(ran, name, event) }]),
    ),
    onEvent: (event: ConnectionEvent) => void ran.events.push(event),
    onConnected: (c: Context, { connection, context }: { connection: { id: string }; context?: unknown }) => {
      ran.hooks.push({ connection: connection.id, context })
      return typeof context === 'object' && context ? c.json({ welcome: context }) : undefined
    },
  }
  const oauth = createOAuth(() => ({ ...common, ...(config as object) }) as typeof common)
  const users = createOAuth(() => ({
    ...common,
    webhooks: undefined,
    ...(config as object),
    basePath: '/account',
    // Encoded, for a header takes less than ids may hold.
    owner: (c: Context) => decodeURIComponent(c.req.header('x-user') ?? ''),
  }))

  const app = new Hono()
  app.use(secureHeaders())
  app.use(async (c, next) => {
    await next()
    c.header('x-served-by', 'test')
    if (!c.error) return
    noteError(c.error)
    parts.errors.push(describeError(c.error))
    parts.log?.(c.error)
  })
  app.route(config?.basePath ?? '/auth', oauth.routes)
  app.route('/account', users.routes)
  app.get('/', (c) => c.text('home'))
  addFace(app, '/s', oauth, Object.keys(providers), ran, parts.pause)
  addFace(app, '/u', users, Object.keys(providers), ran)
  const { appId, appSecret } = parts.wixApp
  app.get(
    '/dashboard',
    wixInstance(() => ({ appId, appSecret, now })),
    (c) => {
      ran.handlers++
      return c.json(c.var.wixInstance)
    },
  )
  app.onError((error, c) => {
    if (isOAuthError(error)) return oauth.errorResponse(c, error)
    if (error instanceof HTTPException) return error.getResponse()
    parts.errors.push(describeError(error))
    return c.text('failed', 500, { 'cache-control': 'no-store' })
  })
  return { app, oauth, users, ran }
}

export type App = ReturnType<typeof createApp>

/** An app with one provider, whose connections a store keeps. */
export function appOver(store: Store, name: RotatingName | 'ex-kv', parts: Pick<Parts, 'now'> & Partial<Parts>) {
  const kept = name === 'ex-kv' ? { store, rotating: {} } : { store: memoryStore(), rotating: { [name]: store } }
  const whole = { keys: [KEY], errors: [], ...kept, ...parts } as Partial<Parts> as Parts
  return createApp(whole, { only: [name], timeoutMs: 10_000 })
}

const pick = <T>(members: Readonly<Record<string, T>>, isWanted: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(members).filter(([name]) => isWanted(name)))

const SLOW = ['form_submission', 'ecomm_new_order']
const FAILING = ['page_created', 'ecomm_new_order']

/** Notes an event; some types have a handler that is slow, some one that fails. */
async function handleWebhook(ran: Ran, provider: string, event: { type: string; data: unknown }): Promise<void> {
  const { type, data } = event
  if (SLOW.includes(type)) await new Promise((resolve) => setTimeout(resolve, SLOW_HANDLER_MS))
  ran.webhooks.push({ provider, type, data })
  if (FAILING.includes(type)) throw new Error('the database is down')
}

function providersOf(parts: Parts, variant: Variant): Providers {
  const { webhookSecrets = [], publicKeys } = variant
  const { webflowClient, wixApp, rotating } = parts
  const client = { clientId: webflowClient.id, clientSecret: webflowClient.secret }
  const wixSettings = { ...wixApp, publicKey: publicKeys ?? wixApp.publicKey }
  const settings = settingsOf(parts)
  return {
    webflow: webflow({ ...client, scopes: ['sites:read'], webhookSecrets }),
    other: webflow({ ...client, scopes: ['sites:read', 'cms:read'] }),
    wix: wix(wixSettings),
    'wix-legacy': wixLegacy({ ...wixSettings, closeWindow: true }),
    'ex-kv': example(settings, 'reusable'),
    'ex-kv-2': example(settings, 'reusable'),
    ...Object.fromEntries(Object.keys(rotating).map((name) => [name, example(settings, 'rotating')])),
    ...(rotating['ex-memory'] && { 'ex-oidc': oidc({ ...settings, ...variant.oidc }) }),
  }
}

/** What the app is at `oauth.example`, in whatever way it speaks to that. */
const settingsOf = ({ exampleClient: { id, secret } }: Parts) => ({
  issuer: 'https://oauth.example',
  clientId: id,
  clientSecret: secret,
  scopes: ['profile', 'items:read'],
})

/**
 * `oauth.example` without `openid`: an ID token costs an RSA signature, and no test here reads it. A person
 * may paste a token of this provider; the account is what stands before its colon.
 */
function example(settings: ReturnType<typeof settingsOf>, refreshTokens: 'rotating' | 'reusable'): Provider {
  const server = oauth2({
    ...settings,
    issParameter: true,
    authorizationEndpoint: 'https://oauth.example/authorize',
    tokenEndpoint: 'https://oauth.example/token',
    revocationEndpoint: 'https://oauth.example/revoke',
    userinfoEndpoint: 'https://oauth.example/api/me',
    account: { id: 'userinfo.sub', name: 'userinfo.name' },
    apiOrigins: ['https://oauth.example'],
    loginParams: ['login_hint'],
    refreshTokens,
  })
  return {
    ...server,
    async acceptToken(accessToken) {
      const [account = ''] = accessToken.reveal().split(':')
      const grant = { id: account, account: { id: account, name: null }, scopes: ['profile'], revocable: false }
      return { tokens: { accessToken }, grant }
    },
  }
}

const HOP = 'x-test-hop-'

/** What an app does with connections, once for each provider. */
function addFace(
  app: Hono,
  prefix: string,
  oauth: OAuth<Providers, unknown>,
  names: readonly string[],
  ran: Ran,
  pause?: Parts['pause'],
): void {
  app.post(`${prefix}/sign-out`, async (c) => {
    await oauth.signOut(c)
    return c.body(null, 204)
  })
  app.get(`${prefix}/notice`, async (c) => c.json({ notice: (await oauth.notice(c)) ?? null }))
  for (const name of names) {
    app.get(`${prefix}/maybe/${name}`, async (c) => {
      const connection = await oauth.connection(c, name, { scopes: c.req.queries('scope') ?? [] })
      return c.json({ account: connection?.account.id ?? null })
    })
    const api = API[name] ?? '/api/me'
    const required = oauth.require(name)
    app.on(['GET', 'POST'], `${prefix}/use/${name}`, required, async (c) => {
      ran.handlers++
      const answer = await c.var.connection.fetch(api)
      await pause?.()
      return c.text(await answer.text(), answer.status as 200)
    })
    // Not the token itself, which no answer may show.
    app.get(`${prefix}/digest/${name}`, required, async (c) => {
      const token = (await c.var.connection.accessToken()).reveal()
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
      return c.json({ digest: [...new Uint8Array(hash)].join('.') })
    })
    app.get(`${prefix}/token/${name}`, required, async (c) => {
      return c.json({ token: (await c.var.connection.accessToken()).reveal() }, 200, SHOWS_TOKENS)
    })
    app.get(`${prefix}/redacted/${name}`, required, async (c) => {
      const token = await c.var.connection.accessToken()
      return c.json({ token, text: `${token}`, connection: c.var.connection })
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
      const answer = await c.var.connection.fetch(api, { headers })
      return new Response(answer.body, answer)
    })
    const scoped: MiddlewareHandler = (c, next) =>
      oauth.require(name, { scopes: c.req.queries('scope') ?? [] })(c as never, next)
    app.get(`${prefix}/scopes/${name}`, scoped, (c) => {
      ran.handlers++
      return c.text('granted')
    })
    app.get(`${prefix}/choose/${name}/:id?`, oauth.require(name, { connection: (c) => c.req.param('id') }), (c) =>
      c.json({ id: c.var.connection.id, account: c.var.connection.account }),
    )
    // A request whose client is gone: it answers before its work is done.
    app.get(`${prefix}/abandoned/${name}`, required, (c) => {
      c.var.connection.accessToken().catch(() => undefined)
      return c.body(null, 204)
    })
    app.get(`${prefix}/always/${name}`, (c) => oauth.login(c, name, { returnTo: `${prefix}/always/${name}` }))
    app.post(`${prefix}/leave/${name}`, required, async (c) => c.json({ outcome: await c.var.connection.revoke() }))
    // A token that a person pastes; `next=list` connects it twice, `next=fails` is a mistake of the app.
    app.post(`${prefix}/paste/${name}`, async (c) => {
      const { token, next } = await c.req.parseBody()
      const connection = await oauth.connectWithToken(c, name, String(token))
      if (next === 'fails') throw new Error('a mistake of the app')
      if (next !== 'list') return c.json(connection)
      await oauth.connectWithToken(c, name, String(token))
      return c.json(await oauth.list(c))
    })
    app.post(`${prefix}/finish/${name}`, required, async (c) => {
      await finishConfiguration(c.var.connection as never)
      return c.body(null, 204)
    })
  }
  app.get(`${prefix}/list`, async (c) => {
    const listed = await oauth.list(c)
    await pause?.()
    return c.json(listed)
  })
  app.get(`${prefix}/background/:id`, async (c) => {
    const connection = await oauth.connections(c.env).get(c.req.param('id'))
    return c.json({ connection, account: await (await connection.fetch('/api/me')).json() })
  })
  app.get(`${prefix}/context/:length`, (c) =>
    oauth.login(c, 'webflow', { context: 'x'.repeat(Number(c.req.param('length'))) }),
  )
  app.get(`${prefix}/invitation`, (c) =>
    oauth.login(c, 'webflow', {
      returnTo: '/welcome',
      scopes: ['sites:read', 'pages:read'],
      context: { invitation: 'invitation-1' },
      params: { workspace: 'acme-studio', client_id: 'evil', state: 'evil', redirect_uri: 'evil' },
    }),
  )
}
