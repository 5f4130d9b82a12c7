import { type Context, Hono } from 'hono'
import { configurationError, OAuthError } from '../errors.ts'
import type { Provider } from '../providers/contract.ts'
import { allowEmbedding } from './embedding.ts'
import { listConnections } from './find-connections.ts'
import { finishLogin } from './finish-login.ts'
import { findOwner } from './owner.ts'
import { type EventHandlers, receiveWebhook } from './receive-webhook.ts'
import { requireNavigation, requireSameOrigin } from './request-guards.ts'
import { refuse, secure } from './respond.ts'
import { keepAlive, type Runtime, type Visit } from './runtime.ts'
import { safeReturnTo, startLogin } from './start-login.ts'

const MAX_PARAM_LENGTH = 4096

type Handler = (visit: Visit) => Promise<Response>

/** The routes to mount at `basePath`. */
export function createRoutes(resolve: (c: Context) => Runtime, handlers: ReadonlyMap<string, EventHandlers>): Hono {
  const routes = new Hono()
  // A route with a single handler does not read `c.res`, where `allowEmbedding` adjusts the headers.
  routes.use((_c, next) => next())
  const add = (method: 'GET' | 'POST', path: string, handler: Handler) =>
    routes.all(path, (c) => answer(c, resolve, method, handler))
  // Before the provider routes, so that `connections` is never taken for a provider.
  add('GET', '/connections', async ({ c, runtime }) => c.json({ connections: await listConnections(c, runtime) }))
  add('POST', '/connections/:id/revoke', revokeConnection)
  add('GET', '/:provider/login', login)
  add('GET', '/:provider/callback', callback)
  add('POST', '/:provider/webhook', (visit) => receiveWebhook(visit, handlers.get(visit.name)))
  return routes
}

async function answer(c: Context, resolve: (c: Context) => Runtime, method: 'GET' | 'POST', handler: Handler) {
  const name = c.req.param('provider') ?? ''
  let runtime: Runtime | undefined
  try {
    runtime = resolve(c)
    // Hono runs GET handlers for HEAD, and a HEAD request of a link checker would use up a login.
    if (c.req.raw.method !== method) {
      c.header('allow', method)
      throw new OAuthError('method_not_allowed')
    }
    requireMountPath(c, runtime)
    return secure(await keepAlive(c, handler({ c, runtime, name })))
  } catch (error) {
    return refuse(c, error, runtime, { provider: name })
  }
}

/** Checks the mount path: a wrong one would otherwise show only at the provider, as a wrong redirect URI. */
function requireMountPath(c: Context, { config }: Runtime): void {
  if (c.req.path.startsWith(`${config.basePath}/`)) return
  throw configurationError('basePath', 'is not the path that oauth.routes is mounted at')
}

async function login(visit: Visit): Promise<Response> {
  const { loginParams = [] } = navigatedProvider(visit)
  const returnTo = visit.c.req.query('return_to')
  return startLogin(visit, { returnTo, params: readParams(visit.c, loginParams) })
}

async function callback(visit: Visit): Promise<Response> {
  navigatedProvider(visit)
  return finishLogin(visit)
}

/** The provider of a route that a browser opens as a page. */
function navigatedProvider({ c, runtime, name }: Visit): Provider {
  const provider = runtime.provider(name)
  if (provider.embedded) allowEmbedding(c)
  requireNavigation(c, provider.embedded)
  return provider
}

/** The login params in the query: those with one value, of a limited length. */
function readParams(c: Context, names: readonly string[]): Record<string, string> {
  const entries = names.flatMap((name): [string, string][] => {
    const [value, ...more] = c.req.queries(name) ?? []
    return value && more.length === 0 && value.length <= MAX_PARAM_LENGTH ? [[name, value]] : []
  })
  return Object.fromEntries(entries)
}

async function revokeConnection({ c, runtime }: Visit): Promise<Response> {
  requireSameOrigin(c, runtime.config.origin)
  const id = c.req.param('id') ?? ''
  const connections = runtime.connections(c)
  const owner = await findOwner({ c, runtime, name: connections.providerOf(id) })
  if (!owner) throw new OAuthError('connection_unknown')
  const outcome = await connections.disconnect(owner, id)
  if (c.req.header('accept')?.includes('application/json')) return c.json({ outcome })
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
