import { DEFAULT_LIMIT, keyPage, type PutOptions, type Store } from './contract.ts'

/** The statements that create the table of {@link sqliteStore}; a second run changes nothing. */
export const SQLITE_SCHEMA: readonly string[] = [
  // Times are seconds since the epoch, with a fraction; NULL for never.
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

/** A parameter of a statement, and the rows that a statement returns. */
export type SqlValue = string | number | null
export type SqlRows = readonly Readonly<Record<string, unknown>>[]

/** Runs one statement to its end and returns its rows. */
export type SqlExecute = (sql: string, ...params: SqlValue[]) => SqlRows | Promise<SqlRows>

const LIVE = '(expires_at IS NULL OR expires_at > ?)'
const INSERT = 'INSERT INTO oauth_entries (key, value, expires_at, wake_at) VALUES (?, ?, ?, ?)'
const OVERWRITE = 'value = excluded.value, expires_at = excluded.expires_at, wake_at = excluded.wake_at'

const GET = `SELECT value FROM oauth_entries WHERE key = ? AND ${LIVE}`
const PUT = `${INSERT} ON CONFLICT (key) DO UPDATE SET ${OVERWRITE}`
// An expired entry counts as absent: the value that replaces it is a new entry, which has not been read yet.
const PUT_WHERE_NONE = `${INSERT} ON CONFLICT (key) DO UPDATE SET ${OVERWRITE}, read_at = NULL
  WHERE oauth_entries.expires_at <= ? RETURNING key`
const SWAP = `UPDATE oauth_entries SET value = ?, expires_at = ?, wake_at = ?
  WHERE key = ? AND value = ? AND ${LIVE} RETURNING key`
// A range of keys, because LIKE ignores case, treats % and _ as wildcards, and does not use the index.
const listFrom = (start: 'key >= ?' | 'key > ?') => `SELECT key FROM oauth_entries
  WHERE ${start} AND key < ? AND ${LIVE} ORDER BY key LIMIT ?`
const LIST = listFrom('key >= ?')
const LIST_AFTER = listFrom('key > ?')
const DELETE = 'DELETE FROM oauth_entries WHERE key = ?'
const SWEEP = 'DELETE FROM oauth_entries WHERE expires_at <= ?'

/** The last code point: every key with a prefix sorts before the prefix followed by this code point. */
const LAST_CODE_POINT = '\u{10FFFF}'
const SWEEP_EVERY_MS = 60_000

/**
 * Keeps entries in a table of SQLite: the common part of the stores over D1 and Durable Objects.
 *
 * Every operation is one statement, so no other write can come between its read and its write.
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
  const timesOf = ({ ttlSeconds, wakeAt }: PutOptions = {}) => [
    // Added before the division, so that the entry ends at the exact millisecond.
    ttlSeconds === undefined ? null : (now() + ttlSeconds * 1000) / 1000,
    wakeAt ?? null,
  ]

  /** Removes expired entries after a write. The write does not wait, and a sweep that fails is tried again. */
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
    async get(key) {
      const [row] = await execute(GET, key, seconds())
      return row ? String(row['value']) : null
    },
    async put(key, value, options) {
      await write(PUT, key, value, ...timesOf(options))
    },
    async compareAndSwap(key, expected, value, options) {
      const times = timesOf(options)
      const written =
        expected === null
          ? await write(PUT_WHERE_NONE, key, value, ...times, seconds())
          : await write(SWAP, value, ...times, key, expected, seconds())
      return written.length > 0
    },
    async list(prefix, { cursor, limit = DEFAULT_LIMIT } = {}) {
      const sql = cursor === undefined ? LIST : LIST_AFTER
      const end = prefix + LAST_CODE_POINT
      const rows = await execute(sql, cursor ?? prefix, end, seconds(), limit + 1)
      const keys = rows.map((row) => String(row['key']))
      return keyPage(keys, limit)
    },
    async delete(key) {
      await execute(DELETE, key)
    },
  }
}
