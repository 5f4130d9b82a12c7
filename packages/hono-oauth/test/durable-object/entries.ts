import type { ObjectStorageLike } from 'hono-oauth/durable-object'

/** What an object keeps, by key; nothing before it has made its table. */
export function entriesIn({ sql }: Pick<ObjectStorageLike, 'sql'>): [string, string][] {
  try {
    const rows = sql.exec('SELECT key, value FROM oauth_entries').toArray()
    return rows.map(({ key, value }) => [String(key), String(value)])
  } catch {
    return []
  }
}
