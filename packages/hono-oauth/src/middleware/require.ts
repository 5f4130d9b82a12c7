import type { Context, MiddlewareHandler } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { OAuthError } from '../errors.ts'
import type { Account } from '../providers/contract.ts'
import { keepSession } from './browser-session.ts'
import { findOwner } from './owner.ts'
import { asOAuthError, refuse } from './respond.ts'
import type { Runtime } from './runtime.ts'

/** The options of `require()`. */
export interface RequireOptions<Scope extends string = string> {
  /** Scopes that must have been granted. */
  readonly scopes?: readonly Scope[]
  /** The id of the connection to use when the owner has several; the latest login by default. */
  readonly connection?: (c: Context) => string | undefined
}

/** The variables that `require()` sets. */
export interface ConnectionEnv<A extends Account = Account> {
  Variables: { connection: Connection<A> }
}

/** Lets a request through only with a working connection, and sets `c.var.connection` to it. */
export function requireConnection<A extends Account>(
  resolve: (c: Context) => Runtime,
  name: string,
  options: RequireOptions,
): MiddlewareHandler<ConnectionEnv<A>> {
  return async function requireConnection(c, next) {
    let runtime: Runtime | undefined
    try {
      runtime = resolve(c)
      c.set('connection', (await findConnection(c, runtime, name, options)) as Connection<A>)
    } catch (error) {
      return refuse(c, asOAuthError(error), runtime, { provider: name, returnTo: pageOf(c) })
    }
    await next()
    await keepSession(c, runtime, name, () => hasConnection(c, runtime, name))
    // The answer is for one person: no shared cache may keep it unless the app allows that.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'private, no-store')
    return undefined
  }
}

async function findConnection(
  c: Context,
  runtime: Runtime,
  name: string,
  { scopes = [], connection: select }: RequireOptions,
): Promise<Connection> {
  runtime.provider(name)
  const owner = await findOwner(c, runtime, name)
  const connections = owner ? await runtime.connections(c).listAt(owner, name) : []
  const id = select?.(c)
  const candidates = id === undefined ? connections : connections.filter((one) => one.id === id)
  const missing = (connection: Connection) => scopes.filter((scope) => !connection.scopes.includes(scope))
  const working = candidates.filter(({ health }) => health !== 'needs_reauth')
  const fitting = working.find((connection) => missing(connection).length === 0)
  if (fitting) return fitting
  const [latest] = working
  if (latest) throw new OAuthError('insufficient_scope', { missingScopes: missing(latest) })
  throw new OAuthError(candidates.length > 0 ? 'needs_reauth' : 'not_connected')
}

/** Whether the owner still has a connection; an error of the store must not fail the finished request. */
async function hasConnection(c: Context, runtime: Runtime, name: string): Promise<boolean> {
  const owner = await findOwner(c, runtime, name)
  const listed = owner && runtime.connections(c).listAt(owner, name)
  return ((await listed?.catch(() => [])) ?? []).length > 0
}

/** The page of the request, to which the browser returns after a login. */
function pageOf(c: Context): string | undefined {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? `${pathname}${search}` : undefined
}
