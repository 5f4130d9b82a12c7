import type { DatabaseSync } from 'node:sqlite'
import type { Store } from 'hono-oauth'

export function sqlStore(database: DatabaseSync, { now = Date.now }: { readonly now?: () => number } = {}): Store {
  database.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends REAL NOT NULL)')
  const read = database.prepare('SELECT value FROM entries WHERE key = ? AND ends > ?')
  const write = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?)')
  const insert = database.prepare(`
    INSERT INTO entries VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends WHERE entries.ends <= ?`)
  const replace = database.prepare('UPDATE entries SET value = ?, ends = ? WHERE key = ? AND value = ? AND ends > ?')
  const list = database.prepare(`
    SELECT key FROM entries WHERE substr(key, 1, length(?)) = ? AND key > ? AND ends > ? ORDER BY key LIMIT ?`)
  const remove = database.prepare('DELETE FROM entries WHERE key = ?')
  const endOf = (ttlSeconds = Number.POSITIVE_INFINITY) => now() + ttlSeconds * 1000

  return {
    async get(key) {
      return (read.get(key, now())?.['value'] as string | undefined) ?? null
    },
    async put(key, value, { ttlSeconds } = {}) {
      write.run(key, value, endOf(ttlSeconds))
    },
    // One statement, so no other write comes between the comparison and the write.
    async compareAndSwap(key, expected, value, { ttlSeconds } = {}) {
      const { changes } =
        expected === null
          ? insert.run(key, value, endOf(ttlSeconds), now())
          : replace.run(value, endOf(ttlSeconds), key, expected, now())
      return Number(changes) === 1
    },
    async list(prefix, { cursor = '', limit = 1000 } = {}) {
      const keys = list.all(prefix, prefix, cursor, now(), limit + 1).map((row) => String(row['key']))
      return keys.length > limit ? { keys: keys.slice(0, limit), cursor: keys[limit - 1] } : { keys }
    },
    async delete(key) {
      remove.run(key)
    },
  }
}
