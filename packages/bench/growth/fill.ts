// Fills the storage of a Worker that is stopped with neighbours of a connection that was stored by a login: values of
// its length, under keys as true ones. Through the bindings, a million values would take an hour.
import { randomBytes } from 'node:crypto'
import { copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoreName } from './stores.ts'

const PREFIX = 'connections/example/'
const OWNER_LENGTH = 32
const OBJECT = /^[0-9a-f]{64}\.sqlite$/

/** Random text in the letters of base64url, as owners and sealed values are. */
const randomText = (length: number) =>
  randomBytes(Math.ceil((length * 3) / 4))
    .toString('base64url')
    .slice(0, length)

/** The databases of the objects of a folder; a namespace of KV and a database of D1 are one object in Miniflare. */
function databasesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => OBJECT.test(name))
    .map((name) => join(folder, name))
}

function open(path: string | undefined): DatabaseSync {
  if (!path) throw new Error('The Worker has stored nothing yet.')
  return new DatabaseSync(path)
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN')
  work()
  database.exec('COMMIT')
}

/** Workers KV in Miniflare: a row for each key, and a file for each value. */
function fillKv(folder: string, count: number): number {
  const database = open(databasesIn(join(folder, 'kv/miniflare-KVNamespaceObject'))[0])
  const blobs = join(folder, 'kv/TOKENS/blobs')
  const { blob_id: id, expiration } = database
    .prepare('SELECT blob_id, expiration FROM _mf_entries WHERE key LIKE ?')
    .get(`${PREFIX}%`) as { blob_id: string; expiration: number }
  const { size } = statSync(join(blobs, id))
  const insert = database.prepare('INSERT INTO _mf_entries (key, blob_id, expiration) VALUES (?, ?, ?)')
  inTransaction(database, () => {
    for (let index = 0; index < count; index++) {
      const blob = randomBytes(id.length / 2).toString('hex')
      writeFileSync(join(blobs, blob), randomText(size))
      insert.run(PREFIX + randomText(OWNER_LENGTH), blob, expiration)
    }
  })
  database.close()
  return PREFIX.length + OWNER_LENGTH + size
}

/** D1: a row of the one table. */
function fillD1(folder: string, count: number): number {
  const database = open(databasesIn(join(folder, 'd1/miniflare-D1DatabaseObject'))[0])
  const { length } = database
    .prepare('SELECT length(value) AS length FROM oauth_entries WHERE key LIKE ?')
    .get(`${PREFIX}%`) as { length: number }
  const sizeOf = () => {
    const { size } = database
      .prepare('SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size')
      .get() as { size: number }
    return size
  }
  const before = sizeOf()
  const insert = database.prepare(
    'INSERT INTO oauth_entries (key, value, expires_at, wake_at) SELECT ?, ?, expires_at, wake_at FROM oauth_entries WHERE key LIKE ? LIMIT 1',
  )
  inTransaction(database, () => {
    for (let index = 0; index < count; index++) {
      insert.run(PREFIX + randomText(OWNER_LENGTH), randomText(length), `${PREFIX}%`)
    }
  })
  const bytes = sizeOf() - before
  database.close()
  return bytes / count
}

/** Durable Objects: a database for each, copied, and a row in the host's table of alarms. */
function fillObjects(folder: string, count: number): number {
  const objects = join(folder, 'do/app-OAuthConnections')
  const [first] = databasesIn(objects)
  const copied = open(first)
  // What was written last is in a file of its own, which would not be copied.
  copied.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  copied.close()
  const alarms = open(join(objects, 'metadata.sqlite'))
  const insert = alarms.prepare(
    'INSERT INTO _cf_ALARM SELECT ?, scheduled_time, actor_name FROM _cf_ALARM ORDER BY actor_id LIMIT 1',
  )
  inTransaction(alarms, () => {
    for (let index = 0; index < count; index++) {
      const id = randomBytes(32).toString('hex')
      copyFileSync(String(first), join(objects, `${id}.sqlite`))
      insert.run(id)
    }
  })
  alarms.close()
  return statSync(String(first)).size
}

/**
 * Adds so many neighbours, and returns the bytes that each takes in its store. The folder is that of a Worker which is
 * stopped and has stored at least one connection.
 */
export const FILL: Readonly<Record<StoreName, (folder: string, count: number) => number>> = {
  KV: fillKv,
  D1: fillD1,
  'Durable Object': fillObjects,
}
