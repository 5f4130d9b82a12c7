import { configurationError } from '../errors.ts'
import type { Store } from './contract.ts'
import { sharedStore } from './shared-store.ts'
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
 * Keeps connections in a table `oauth_entries` of a D1 database, which the store creates.
 *
 * @param database - the D1 binding
 * @param options - `now`, the clock in milliseconds since the epoch
 * @returns the store; the same object for the same binding and clock
 * @throws OAuthError `configuration_invalid` when the binding is missing
 * @see {@link https://developers.cloudflare.com/d1/ | Cloudflare D1}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({ ...settings, store: d1Store(env.DB) }))
 * ```
 */
export function d1Store(
  database: D1DatabaseLike,
  { now = Date.now }: { readonly now?: (() => number) | undefined } = {},
): Store {
  if (!database)
    throw configurationError(
      'store',
      'has no D1 database. Bind one in the wrangler file: `"d1_databases": [{ "binding": "DB", … }]`',
    )
  return sharedStore(database, now, 0, () => openStore(database, now))
}

function openStore(database: D1DatabaseLike, now: () => number): Store {
  async function run(sql: string, params: readonly SqlValue[]): Promise<SqlRows> {
    // Only the first statement of a session is sure to reach the primary: a replica that has this
    // session's writes may lack the writes of others. So each statement has a session of its own.
    // https://developers.cloudflare.com/d1/best-practices/read-replication/
    const session = database.withSession?.('first-primary') ?? database
    const { results } = await session
      .prepare(sql)
      .bind(...params)
      .all()
    return results
  }

  return sqliteStore(
    async (sql, ...params) => {
      try {
        return await run(sql, params)
      } catch (error) {
        // The statement has done nothing. Each request creates the table by itself, because in workerd the promise
        // of another request never settles after that request was cancelled.
        if (!/\bno such table\b/.test(String(error))) throw error
        for (const statement of SQLITE_SCHEMA) await run(statement, [])
        return run(sql, params)
      }
    },
    { now },
  )
}
