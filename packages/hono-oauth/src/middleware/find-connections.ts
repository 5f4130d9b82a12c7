import type { Context, MiddlewareHandler } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { hasCode, OAuthError } from '../errors.ts'
import type { Account, Details } from '../providers/contract.ts'
import { keepSession, keepSessionAlive } from './browser-session.ts'
import { checkMounted, checkName, explainRequire } from './misuse.ts'
import { findOwner, findUser, userOwner } from './owner.ts'
import { keepOwnPrivate, keepPrivate } from './private-answer.ts'
import { refuseForgery } from './request-guards.ts'
import { logRefusal, refuse } from './respond.ts'
import type { Runtime, Visit } from './runtime.ts'

/** Which connection a route needs. */
export interface ChoiceOptions<Scope extends string = string> {
  /** Scopes that must have been granted. */
  readonly scopes?: readonly Scope[]
  /** The id of the connection to use when the owner has several; the latest login by default. */
  readonly connection?: (c: Context) => string | undefined
}

/** The options of `require()`. */
export interface RequireOptions<Scope extends string = string, As extends string = string>
  extends ChoiceOptions<Scope> {
  /** The name of the variable; `connection` by default. */
  readonly as?: As
  /**
   * Whether pages of other origins may send POST, PUT, PATCH, DELETE and other unsafe methods: the app protects the
   * route itself then, such as by a bearer token. By default such a request is refused (403 `request_cross_site`) by
   * its `Sec-Fetch-Site`, or by its `Origin` where a browser does not send that. Programs send neither, and pass.
   */
  readonly crossSite?: boolean
}

/** The variables that `require()` sets. */
export interface ConnectionEnv<
  A extends Account = Account,
  D extends Details = Details,
  As extends string = 'connection',
> {
  Variables: { [Variable in As]: Connection<A, D> }
}

/** Lets a request through only with a working connection, and sets the variable to it. */
export function requireConnection<A extends Account, D extends Details, As extends string>(
  resolve: (c: Context) => Runtime,
  name: string,
  options: RequireOptions,
): MiddlewareHandler<ConnectionEnv<A, D, As>> {
  return async function requireConnection(c, next) {
    let runtime: Runtime | undefined
    // The answer is for one person.
    keepPrivate(c)
    try {
      runtime = resolve(c)
      checkName(runtime, 'require', name)
      checkMounted(runtime, name)
      if (!options.crossSite) refuseForgery(c, runtime.config)
      const connection = await findConnection({ c, runtime, name }, options)
      ;(c as Context).set(options.as ?? 'connection', connection)
    } catch (error) {
      return refuse(c, explainRequire(c, runtime, name, error), runtime, { provider: name, returnTo: pageOf(c) })
    }
    await next()
    // The handler's own error: Hono's default handler answers with it and writes no log.
    if (c.error) logRefusal(c.error, runtime, { provider: name })
    const visit = { c, runtime, name }
    // An error of the store must not fail the finished request.
    await keepSession(visit, async () => (await connectionsAt(visit).catch(() => [])).length > 0)
    return undefined
  }
}

/** The connection that `require()` would choose; `undefined` where it would refuse. */
export async function optionalConnection(visit: Visit, options: ChoiceOptions): Promise<Connection | undefined> {
  keepOwnPrivate(visit.c)
  try {
    const connection = await findConnection(visit, options)
    await keepSessionAlive(visit)
    return connection
  } catch (error) {
    if (hasCode(error, 'not_connected', 'needs_reauth', 'insufficient_scope', 'owner_missing')) return undefined
    throw error
  }
}

async function findConnection(visit: Visit, { scopes = [], connection: select }: ChoiceOptions): Promise<Connection> {
  const connections = await connectionsAt(visit)
  const id = select?.(visit.c)
  const candidates = id === undefined ? connections : connections.filter((one) => one.id === id)
  const missing = (connection: Connection) => scopes.filter((scope) => !connection.scopes.includes(scope))
  const working = candidates.filter(({ health }) => health !== 'needs_reauth')
  const fitting = working.find((connection) => missing(connection).length === 0)
  if (fitting) return fitting
  const [latest] = working
  if (latest) throw await insufficientScope(visit, latest, missing(latest))
  const [dead] = candidates
  if (!dead) throw new OAuthError('not_connected')
  const { id: connectionId, provider } = dead
  throw new OAuthError('needs_reauth', { connectionId, provider, loginUrl: await loginAgainUrl(visit, dead) })
}

/** The error for missing scopes, with the URL of the login that requests them in addition to the granted ones. */
async function insufficientScope(
  visit: Visit,
  connection: Connection,
  missingScopes: readonly string[],
): Promise<OAuthError> {
  const { id: connectionId, provider, scopes, requestedScopes } = connection
  const loginUrl = await loginAgainUrl(visit, connection, [...new Set([...scopes, ...missingScopes])])
  const wasDeclined = missingScopes.every((scope) => requestedScopes.includes(scope))
  const detail = wasDeclined ? { detail: 'You did not allow all of this when you connected.' } : {}
  return new OAuthError('insufficient_scope', { ...detail, missingScopes, connectionId, provider, loginUrl })
}

/** The URL of another login for the account of a connection, which returns to the page of this request. */
function loginAgainUrl({ c, runtime }: Visit, { provider, details }: Connection, scopes?: readonly string[]) {
  const params = runtime.provider(provider).loginQuery?.(details)
  return runtime.loginUrl(provider, { returnTo: pageOf(c), scopes, params })
}

/** The page of the request, to which the browser returns after a login. */
function pageOf(c: Context): string | undefined {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? `${pathname}${search}` : undefined
}

/** The connections of the owner of this request. */
export async function listConnections(c: Context, runtime: Runtime): Promise<Connection[]> {
  keepOwnPrivate(c)
  const user = await findUser({ c, runtime })
  if (user) return runtime.connections(c).list(user)
  const names = Object.keys(runtime.config.providers)
  const lists = names.map(async (name) => {
    const visit = { c, runtime, name }
    const found = await connectionsAt(visit)
    if (found.length > 0) await keepSessionAlive(visit)
    return found
  })
  return (await Promise.all(lists)).flat()
}

/** The connections at one provider. A browser without a session has none, so nothing is read. */
async function connectionsAt(visit: Visit): Promise<Connection[]> {
  const owner = await findOwner(visit)
  return owner ? visit.runtime.connections(visit.c).listAt(owner, visit.name) : []
}

/** The part of an execution context that lets work go on after the answer. */
export interface BackgroundContext {
  waitUntil(work: Promise<unknown>): void
}

/** Connections for work without a request. */
export interface BackgroundConnections {
  /**
   * The connection of an id, which the app gets in `onConnected` or `onEvent`.
   *
   * @throws OAuthError `connection_unknown` when it was disconnected, `store_unavailable`
   */
  get(id: string): Promise<Connection>
  /**
   * The connections of a user of the app.
   *
   * @param options - `owner`, the id that the `owner` setting returns for the user
   * @throws OAuthError `store_unavailable`
   */
  list(options: { readonly owner: string }): Promise<Connection[]>
}

/** The connections for work without a request, which has no owner. */
export function backgroundConnections(runtime: Runtime, context: BackgroundContext | undefined): BackgroundConnections {
  const connections = runtime.connections(context && ((work) => context.waitUntil(work)))
  return { get: (id) => connections.get(id), list: async ({ owner }) => connections.list(await userOwner(owner)) }
}
