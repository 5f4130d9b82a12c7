import { type Context, Hono } from 'hono'
import type { BlankEnv } from 'hono/types'
import type { ConnectionSummary } from '../connections/connection.ts'
import { configurationError, OAuthError } from '../errors.ts'
import type { RevocationOutcome } from '../providers/contract.ts'
import { shareWithAllowed } from './allowed-origins.ts'
import { secure, withCookies } from './answers.ts'
import { allowEmbedding } from './embedding.ts'
import type { CheckedConfig } from './config.ts'
import { listConnections } from './find-connections.ts'
import { finishLogin } from './finish-login.ts'
import { openTicket, TICKET_PARAMETER } from './login-elsewhere.ts'
import { linkedScopes, SCOPES_PARAMETER } from './login-link.ts'
import { findOwner } from './owner.ts'
import { mountLine } from './misuse.ts'
import { accountIn, leaveNotice } from './notice.ts'
import { readBody, receiveWebhook } from './receive-webhook.ts'
import { requireKnownOrigin, requireNavigation } from './request-guards.ts'
import { refuse } from './respond.ts'
import { CLIENT_DOCUMENT, keepAlive, type Runtime, type Visit } from './runtime.ts'
import { paramsIn, safeReturnTo, startLogin } from './start-login.ts'

// A code, a state and a name, with room: servers take URLs of 16 KB or less.
const MAX_FORM_LENGTH = 12 * 1024

// Authorization servers read the document at each request of a client, unless they may keep it for a while.
const DOCUMENT_SECONDS = 300

type Handler = (visit: Visit) => Promise<Response>

type PathOf<Parameter extends string> = { param: Record<Parameter, string> }

/** The routes, with the types that Hono's client `hc` takes from them. */
export type OAuthRoutes = Hono<
  BlankEnv,
  {
    '/connections': {
      $get: { input: object; output: { connections: ConnectionSummary[] }; outputFormat: 'json'; status: 200 }
    }
    '/connections/:id/revoke': {
      $post: {
        input: PathOf<'id'> & { header: { accept: 'application/json' } }
        output: { outcome: RevocationOutcome }
        outputFormat: 'json'
        status: 200
      }
    }
    '/:provider/login': {
      $get: {
        input: PathOf<'provider'> & { query?: { return_to?: string } }
        output: undefined
        outputFormat: 'redirect'
        status: 302
      }
    }
  },
  '/'
>

/** The routes to mount at `basePath`. */
export function createRoutes(resolve: (c: Context) => Runtime): OAuthRoutes {
  const routes = new Hono()
  // A route with a single handler does not read `c.res`, where `allowEmbedding` adjusts the headers.
  routes.use((_c, next) => next())
  const add = (method: 'GET' | 'POST', path: string, handler: Handler) =>
    routes.all(path, (c) => answer(c, resolve, [method], handler))
  routes.use(
    '/connections/*',
    shareWithAllowed((c) => configOf(c, resolve)),
  )
  // Before the provider routes, so that `connections` is never taken for a provider.
  add('GET', '/connections', async ({ c, runtime }) => c.json({ connections: await listConnections(c, runtime) }))
  add('POST', '/connections/:id/revoke', revokeConnection)
  routes.all('/:provider/login', (c) => answer(c, resolve, ['GET'], login, c.req.param('provider'), true))
  routes.all('/:provider/callback', (c) => answerCallback(c, resolve, c.req.param('provider')))
  add('POST', '/:provider/webhook', (visit) => observed(visit, 'webhook', receiveWebhook))
  routes.get(`/:provider/${CLIENT_DOCUMENT}`, (c, next) => {
    const document = clientDocument(c, resolve)
    return document ? c.json(document, 200, { 'cache-control': `max-age=${DOCUMENT_SECONDS}` }) : next()
  })
  routes.all('*', async (c, next) => {
    const name = ownCallback(c, resolve)
    return name === undefined ? next() : answerCallback(c, resolve, name)
  })
  return routes as OAuthRoutes
}

/** Answers at the redirect URI of a provider: a GET finishes the login, and a POST becomes that GET. */
export function answerCallback(c: Context, resolve: (c: Context) => Runtime, name: string): Promise<Response> {
  const finish: Handler = (visit) => {
    requirePage(visit)
    return observed(visit, 'callback', finishLogin)
  }
  return answer(
    c,
    resolve,
    ['GET', 'POST'],
    (visit) => (c.req.raw.method === 'POST' ? asNavigation(visit) : finish(visit)),
    name,
    true,
  )
}

/** The path of a request as browsers see it. */
function publicPathOf({ req: { path } }: Context, { basePath, publicPath }: CheckedConfig): string {
  return path.startsWith(`${basePath}/`) ? publicPath + path.slice(basePath.length) : path
}

/** The client id metadata document of a provider; `undefined` for a provider without one. */
function clientDocument(c: Context, resolve: (c: Context) => Runtime): object | undefined {
  const name = c.req.param('provider') ?? ''
  if (!Object.hasOwn(configOf(c, resolve)?.providers ?? {}, name)) return undefined
  const runtime = resolve(c)
  return runtime.provider(name).clientDocument?.(runtime.identity(name))
}

/** The provider whose own redirect URI is the path of this request. */
function ownCallback(c: Context, resolve: (c: Context) => Runtime): string | undefined {
  const config = configOf(c, resolve)
  const path = config && publicPathOf(c, config)
  return config && Object.keys(config.providers).find((name) => config.providers[name]?.redirectUri === path)
}

/** The configuration; `undefined` if it is not valid. A route of the app under `basePath` works without it. */
function configOf(c: Context, resolve: (c: Context) => Runtime): CheckedConfig | undefined {
  try {
    return resolve(c).config
  } catch {
    return undefined
  }
}

async function answer(
  c: Context,
  resolve: (c: Context) => Runtime,
  methods: readonly string[],
  handler: Handler,
  name = c.req.param('provider') ?? '',
  isLogin = false,
) {
  let runtime: Runtime | undefined
  try {
    runtime = resolve(c)
    // Hono runs GET handlers for HEAD, and a HEAD request of a link checker would use up a login.
    if (!methods.includes(c.req.raw.method)) {
      c.header('allow', methods.join(', '))
      throw new OAuthError('method_not_allowed')
    }
    requireMountPath(c, runtime)
    return secure(await keepAlive(c, handler({ c, runtime, name })))
  } catch (error) {
    return refuse(c, error, runtime, { provider: name, isLogin })
  }
}

/** Checks the mount path: a wrong one would otherwise show only at the provider, as a wrong redirect URI. */
function requireMountPath(c: Context, { config }: Runtime): void {
  const { path } = c.req
  const isOwn = Object.values(config.providers).some(({ redirectUri }) => redirectUri === publicPathOf(c, config))
  if (isOwn || path.startsWith(`${config.basePath}/`)) return
  const problem =
    `is ${config.basePath}, and oauth.routes is mounted where ${c.req.path} leads to it: both must be the same path. ` +
    `${mountLine(config)}, or change basePath`
  throw configurationError('basePath', problem)
}

async function login(visit: Visit): Promise<Response> {
  const { c, runtime, name } = visit
  requirePage(visit)
  const elsewhere = sameLoginAtOrigin(visit)
  if (elsewhere) return c.redirect(elsewhere, 302)
  const ticket = c.req.query(TICKET_PARAMETER)
  if (ticket !== undefined) return openTicket(visit, ticket)
  const returnTo = c.req.query('return_to')
  const scopes = await linkedScopes(runtime.ring, name, c.req.query(SCOPES_PARAMETER))
  return startLogin(visit, { returnTo, params: paramsIn(visit), ...(scopes && { scopes }) })
}

/**
 * The same login at the app's origin, for one that began at its other name with or without `www.`: the callback comes
 * to the origin, and the cookie of the login has to be there.
 */
function sameLoginAtOrigin({ c, runtime: { config } }: Visit): string | undefined {
  const url = new URL(c.req.url)
  const origin = new URL(config.origin)
  const isSibling = url.hostname === `www.${origin.hostname}` || origin.hostname === `www.${url.hostname}`
  return isSibling ? `${config.origin}${publicPathOf(c, config)}${url.search}` : undefined
}

/**
 * Turns a callback by POST (OAuth 2.0 Form Post Response Mode) into the same navigation by GET. The POST comes from
 * another site, so it has no cookies and decides nothing.
 */
async function asNavigation({ c, runtime, name }: Visit): Promise<Response> {
  runtime.provider(name)
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')
  const text = isForm ? await readBody(c, MAX_FORM_LENGTH).catch(() => undefined) : undefined
  if (text === undefined || text.length > MAX_FORM_LENGTH) throw new OAuthError('authorization_response_invalid')
  const { config } = runtime
  return c.redirect(`${config.origin}${publicPathOf(c, config)}?${new URLSearchParams(text)}`, 303)
}

/** Lets only what a browser opens as a page use a route of a provider. */
function requirePage({ c, runtime, name }: Visit): void {
  const provider = runtime.provider(name)
  if (provider.embedded) allowEmbedding(c)
  requireNavigation(c, provider.embedded)
}

async function revokeConnection({ c, runtime }: Visit): Promise<Response> {
  requireKnownOrigin(c, runtime.config)
  const id = c.req.param('id') ?? ''
  const connections = runtime.connections(c)
  const owner = await findOwner({ c, runtime, name: connections.providerOf(id) })
  if (!owner) throw new OAuthError('connection_unknown')
  const { connection, outcome } = await connections.disconnect(owner, id)
  const isForProgram = c.req.header('accept')?.includes('application/json')
  if (!isForProgram) {
    const { provider } = connection
    await leaveNotice(c, runtime, { type: 'disconnected', provider, account: accountIn(connection), outcome })
  }
  const response = await runtime.config.onDisconnected?.(c, { connection, outcome })
  if (response) return withCookies(c, response)
  if (isForProgram) return c.json({ outcome })
  return c.redirect(safeReturnTo(runtime, await formReturnTo(c)), 303)
}

async function formReturnTo(c: Context): Promise<string | undefined> {
  try {
    const value = (await c.req.parseBody())['return_to']
    return typeof value === 'string' ? value : undefined
  } catch {
    // A body that is no form names no path, so the default path is used.
    return undefined
  }
}

/** Lets the app's telemetry see a handler. Until the configuration has it, the name in the path is a visitor's text. */
function observed(visit: Visit, name: 'callback' | 'webhook', handler: Handler): Promise<Response> {
  const provider = visit.name
  visit.runtime.provider(provider)
  return visit.runtime.observe({ name, provider }, () => handler(visit))
}
