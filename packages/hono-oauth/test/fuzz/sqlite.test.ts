import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, describe, expect } from 'vitest'
import { listAll } from '../../src/stores/guard.ts'
import { SQLITE_SCHEMA, sqliteStore } from '../../src/stores/sqlite.ts'
import { fuzz } from './settings.ts'

const database = new DatabaseSync(':memory:')
for (const statement of SQLITE_SCHEMA) database.exec(statement)
const store = sqliteStore((sql, ...params) => database.prepare(sql).all(...params))
afterAll(() => database.close())

const character = fc.oneof(
  fc.constantFrom(...'aAbB/%_*?[]^\\\'"-. ', 'é', 'É', '\u{ffff}', '\u{1f642}', '\ue000', '\ud7ff'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
)
const key = fc.array(character, { maxLength: 6 }).map((characters) => characters.join(''))

describe('the keys that begin with a prefix', () => {
  fuzz('are those, whatever characters they hold', [fc.uniqueArray(key), key], async (keys, prefix) => {
    database.exec('DELETE FROM oauth_entries')
    const all = [...new Set([...keys, ...keys.map((each) => prefix + each), prefix])]
    for (const each of all) await store.put(each, each)
    const listed = await listAll(store, prefix)
    expect(listed.toSorted()).toEqual(all.filter((each) => each.startsWith(prefix)).toSorted())
    for (const each of all) expect(await store.get(each)).toBe(each)
  })

  fuzz('are gone one by one', [fc.uniqueArray(key, { minLength: 1 }), key], async (keys, prefix) => {
    database.exec('DELETE FROM oauth_entries')
    for (const each of keys) await store.put(prefix + each, 'value')
    const [first = '', ...rest] = keys
    await store.delete(prefix + first)
    expect((await listAll(store, prefix)).toSorted()).toEqual(rest.map((each) => prefix + each).toSorted())
  })
})
