import type { PutOptions, Store } from './contract.ts'

/** Creates what {@link sqliteStore} works on; every statement does nothing where it was run before. */
export const SQLITE_SCHEMA: readonly string[] = [
  // Moments are seconds since the epoch, with a fraction; NULL for never.
  `CREATE TABLE IF NOT EXISTS oauth_entries (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    expires_at REAL,
    wake_at REAL,
    read_at REAL
  )`,
  `CREATE INDEX IF NOT EXISTS oauth_entries_by_expiry ON oauth_entries (expires_at)
    WHERE expires_at IS NOT NULL`,
]

/** What the statements of the store take and give. */
export type SqlValue = string | number | null
export type SqlRows = readonly Readonly<Record<string, unknown>>[]

/** Runs one statement to its end and gives the rows it returns. */
export type SqlExecute = (sql: string, ...params: SqlValue[]) => SqlRows | Promise<SqlRows>

const LIVE = '(expires_at IS NULL OR expires_at > ?)'
const INSERT = 'INSERT INTO oauth_entries (key, value, expires_at, wake_at) VALUES (?, ?, ?, ?)'
const OVERWRITE =
  'value = excluded.value, expires_at = excluded.expires_at, wake_at = excluded.wake_at'

const GET = `SELECT value FROM oauth_entries WHERE key = ? AND ${LIVE}`
const PUT = `${INSERT} ON CONFLICT (key) DO UPDATE SET ${OVERWRITE}`
// One that expired counts as none: what is put in its place is a new entry, which nobody read yet.
const PUT_WHERE_NONE = `${INSERT} ON CONFLICT (key) DO UPDATE SET ${OVERWRITE}, read_at = NULL
  WHERE oauth_entries.expires_at <= ? RETURNING key`
const SWAP = `UPDATE oauth_entries SET value = ?, expires_at = ?, wake_at = ?
  WHERE key = ? AND value = ? AND ${LIVE} RETURNING key`
// A range of keys, for LIKE ignores case, gives % and _ a meaning, and passes the index by.
const LIST = `SELECT key FROM oauth_entries WHERE key >= ? AND key < ? AND ${LIVE}`
const DELETE = 'DELETE FROM oauth_entries WHERE key = ?'
const SWEEP = 'DELETE FROM oauth_entries WHERE expires_at <= ?'

/** The last code point there is, which stands for no character: every key with a prefix sorts before it. */
const LAST_CODE_POINT = '\u{10FFFF}'
const SWEEP_EVERY_MS = 60_000

/**
 * Keeps entries in a table of SQLite, wherever that runs: what D1 and a Durable Object have in common.
 *
 * Every operation is one statement, so nothing comes between what it reads and what it writes. Expired
 * entries are removed along with later writes, once a minute.
 *
 * @param execute - runs a statement on a database where {@link SQLITE_SCHEMA} was run
 * @param options - `now`, the clock in milliseconds since the epoch
 * @returns the store
 * @example
 * ```ts
 * const sql = state.storage.sql
 * for (const statement of SQLITE_SCHEMA) sql.exec(statement)
 * const store = sqliteStore((statement, ...params) => sql.exec(statement, ...params).toArray())
 * ```
 */
export function sqliteStore(
  execute: SqlExecute,
  { now = Date.now }: { readonly now?: (() => number) | undefined } = {},
): Store {
  let sweptAt = Number.NEGATIVE_INFINITY
  const seconds = () => now() / 1000
  const momentsOf = ({ ttlSeconds, wakeAt }: PutOptions = {}) => [
    // Added up before it is divided, so that it ends at the very millisecond.
    ttlSeconds === undefined ? null : (now() + ttlSeconds * 1000) / 1000,
    wakeAt ?? null,
  ]

  /** Nobody waits for it, and nothing depends on it: what is left over goes the next time. */
  function sweep(): void {
    if (now() - sweptAt < SWEEP_EVERY_MS) return
    sweptAt = now()
    void (async () => execute(SWEEP, seconds()))().catch(() => {})
  }

  async function write(sql: string, ...params: SqlValue[]): Promise<SqlRows> {
    const rows = await execute(sql, ...params)
    sweep()
    return rows
  }

  return {
    guarantees: {
      consistency: 'strong',
      compareAndSwap: true,
      minTtlSeconds: 0,
      writesPerKeyPerSecond: null,
    },
    async get(key) {
      const [row] = await execute(GET, key, seconds())
      return row ? String(row['value']) : null
    },
    async put(key, value, options) {
      await write(PUT, key, value, ...momentsOf(options))
    },
    async compareAndSwap(key, expected, value, options) {
      const moments = momentsOf(options)
      const written =
        expected === null
          ? await write(PUT_WHERE_NONE, key, value, ...moments, seconds())
          : await write(SWAP, value, ...moments, key, expected, seconds())
      return written.length > 0
    },
    async list(prefix) {
      const rows = await execute(LIST, prefix, prefix + LAST_CODE_POINT, seconds())
      return rows.map((row) => String(row['key']))
    },
    async delete(key) {
      await execute(DELETE, key)
    },
  }
}
