import { configurationError } from '../errors.ts'
import type { Store } from './contract.ts'
import { SQLITE_SCHEMA, type SqlRows, type SqlValue, sqliteStore } from './sqlite.ts'

/** The part of a D1 statement that the store uses. */
export interface D1StatementLike {
  bind(...params: SqlValue[]): D1StatementLike
  all(): Promise<{ readonly results: SqlRows }>
}

/** The part of a D1 database that the store uses. */
export interface D1DatabaseLike {
  prepare(sql: string): D1StatementLike
  withSession?(constraint: 'first-primary'): { prepare(sql: string): D1StatementLike }
}

/**
 * Keeps connections in a D1 database, in a table `oauth_entries` that it creates by itself.
 *
 * A read sees the last write, wherever in the world that was made, and a write can depend on what is
 * stored. Each operation goes to where the database is: for reads from everywhere, put
 * `cachedStore` in front of it.
 *
 * @param database - the D1 binding
 * @param options - `now`, the clock in milliseconds since the epoch
 * @returns the store
 * @throws OAuthError `configuration_invalid` when the binding is missing
 * @see {@link https://developers.cloudflare.com/d1/ | Cloudflare D1}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({ ...settings, store: d1Store(env.DB) }))
 * ```
 */
export function d1Store(
  database: D1DatabaseLike,
  options: { readonly now?: (() => number) | undefined } = {},
): Store {
  if (!database) throw configurationError('store', 'has no D1 database, its binding may be missing')

  async function run(sql: string, params: readonly SqlValue[]): Promise<SqlRows> {
    // A session for each statement: only the first one of a session is sure to ask the primary, and a
    // replica that knows what this session wrote need not know what others did.
    // https://developers.cloudflare.com/d1/best-practices/read-replication/
    const session = database.withSession?.('first-primary') ?? database
    const { results } = await session
      .prepare(sql)
      .bind(...params)
      .all()
    return results
  }

  return sqliteStore(async (sql, ...params) => {
    try {
      return await run(sql, params)
    } catch (error) {
      // The statement did nothing yet. Nobody waits for the table of another: in workerd a promise of
      // a request that was cancelled never settles.
      if (!/\bno such table\b/.test(String(error))) throw error
      for (const statement of SQLITE_SCHEMA) await run(statement, [])
      return run(sql, params)
    }
  }, options)
}
