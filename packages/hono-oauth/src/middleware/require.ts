import type { Context, MiddlewareHandler } from 'hono'
import type { Connection } from '../connections/connection.ts'
import { OAuthError } from '../errors.ts'
import type { Account } from '../providers/contract.ts'
import { findOwner } from './owner.ts'
import { asOAuthError, refuse } from './respond.ts'
import type { Runtime } from './runtime.ts'

/** What `require()` may be told. */
export interface RequireOptions<Scope extends string = string> {
  /** Scopes that must have been granted. */
  readonly scopes?: readonly Scope[]
  /** The id of the connection to use when the owner has several; the latest login by default. */
  readonly connection?: (c: Context) => string | undefined
}

/** The variables behind `require()`. */
export interface ConnectionEnv<A extends Account = Account> {
  Variables: { connection: Connection<A> }
}

/** Lets a request through only with a working connection, which it puts in `c.var.connection`. */
export function requireConnection<A extends Account>(
  resolve: (c: Context) => Runtime,
  name: string,
  options: RequireOptions,
): MiddlewareHandler<ConnectionEnv<A>> {
  return async function requireConnection(c, next) {
    let runtime: Runtime | undefined
    try {
      runtime = resolve(c)
      const connection = await findConnection(c, runtime, name, options)
      c.set('connection', connection as Connection<A>)
    } catch (error) {
      return refuse(c, asOAuthError(error), runtime, name)
    }
    await next()
    // What a connection answers is one person's: no shared cache may keep it by default.
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
  const owner = await findOwner(c, runtime)
  const connections = owner ? await runtime.engine.listAt(owner, name) : []
  const id = select?.(c)
  const connection = id === undefined ? connections[0] : connections.find((one) => one.id === id)
  if (!connection) throw new OAuthError('not_connected')
  if (connection.health === 'needs_reauth') throw new OAuthError('needs_reauth')
  const missingScopes = scopes.filter((scope) => !connection.scopes.includes(scope))
  if (missingScopes.length > 0) throw new OAuthError('insufficient_scope', { missingScopes })
  return connection
}
