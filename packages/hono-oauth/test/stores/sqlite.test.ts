import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { SQLITE_SCHEMA, type SqlExecute, sqliteStore } from '../../src/stores/sqlite.ts'
import { testStore } from './store-suite.ts'

function openDatabase() {
  const database = new DatabaseSync(':memory:')
  for (const statement of SQLITE_SCHEMA) database.exec(statement)
  const statements: string[] = []
  const execute: SqlExecute = (sql, ...params) => {
    statements.push(sql)
    return database.prepare(sql).all(...params)
  }
  return { database, execute, statements }
}

testStore('sqliteStore over what answers at once', (options) =>
  sqliteStore(openDatabase().execute, options),
)
testStore('sqliteStore over what answers later', (options) => {
  const { execute } = openDatabase()
  return sqliteStore(async (...statement) => execute(...statement), options)
})

describe('sqliteStore', () => {
  const START = 1_790_000_000
  let now = START
  const wait = (seconds: number) => {
    now += seconds
  }
  beforeEach(() => {
    now = START
  })

  function setup() {
    const opened = openDatabase()
    const store = sqliteStore(opened.execute, { now: () => now * 1000 })
    const rows = () => opened.database.prepare('SELECT * FROM oauth_entries ORDER BY key').all()
    const swap = store.compareAndSwap
    if (!swap) throw new Error('the store does not swap')
    return { ...opened, store, swap, rows, keys: () => rows().map((row) => row['key']) }
  }

  it('promises what SQLite does', () => {
    expect(setup().store.guarantees).toEqual({
      consistency: 'strong',
      compareAndSwap: true,
      minTtlSeconds: 0,
      writesPerKeyPerSecond: null,
    })
  })

  it('has a schema that can be run again', async () => {
    const { database, store } = setup()
    await store.put('key', 'value')
    for (const statement of SQLITE_SCHEMA) database.exec(statement)
    expect(await store.get('key')).toBe('value')
  })

  it.each([1, 30, 59.5, 60, 3600])(
    'forgets a value after %d seconds, and not before',
    async (ttlSeconds) => {
      const { store } = setup()
      await store.put('key', 'value', { ttlSeconds })
      wait(ttlSeconds - 0.001)
      expect(await store.get('key')).toBe('value')
      expect(await store.list('key')).toEqual(['key'])
      wait(0.001)
      expect(await store.get('key')).toBeNull()
      expect(await store.list('key')).toEqual([])
    },
  )

  it.each([0, -1, -60])('keeps nothing whose time is over: %d', async (ttlSeconds) => {
    const { store } = setup()
    await store.put('key', 'before')
    await store.put('key', 'value', { ttlSeconds })
    expect(await store.get('key')).toBeNull()
  })

  it('keeps when an entry expires and has work to do', async () => {
    const { store, swap, rows } = setup()
    await store.put('a', 'value', { ttlSeconds: 10, wakeAt: START + 5 })
    await store.put('b', 'value')
    await swap('c', null, 'value', { ttlSeconds: 20.5, wakeAt: START + 6 })
    await store.put('d', 'value', { ttlSeconds: 10, wakeAt: START + 5 })
    await swap('d', 'value', 'other')
    const read_at = null
    expect(rows()).toEqual([
      { key: 'a', value: 'value', expires_at: START + 10, wake_at: START + 5, read_at },
      { key: 'b', value: 'value', expires_at: null, wake_at: null, read_at },
      { key: 'c', value: 'value', expires_at: START + 20.5, wake_at: START + 6, read_at },
      { key: 'd', value: 'other', expires_at: null, wake_at: null, read_at },
    ])
  })

  it('leaves alone when an entry was read, as long as it is the same entry', async () => {
    const { database, store, swap, rows } = setup()
    await store.put('key', 'first', { ttlSeconds: 10 })
    database.exec(`UPDATE oauth_entries SET read_at = ${START}`)
    await store.put('key', 'second', { ttlSeconds: 10 })
    await swap('key', 'second', 'third', { ttlSeconds: 10 })
    expect(rows()).toMatchObject([{ value: 'third', read_at: START }])
    wait(10)
    await swap('key', null, 'new')
    expect(rows()).toMatchObject([{ value: 'new', read_at: null }])
  })

  it('removes what expired along with a later write, once a minute', async () => {
    const { store, swap, keys } = setup()
    await store.put('ever', 'value')
    await store.put('short', 'value', { ttlSeconds: 10 })
    await store.put('long', 'value', { ttlSeconds: 600 })
    wait(59.999)
    await store.put('ever', 'value')
    expect(keys()).toEqual(['ever', 'long', 'short'])
    wait(0.001)
    await store.get('ever')
    await store.list('')
    expect(keys()).toEqual(['ever', 'long', 'short'])
    await store.put('ever', 'value')
    expect(keys()).toEqual(['ever', 'long'])
    wait(540)
    await swap('ever', 'value', 'other')
    expect(keys()).toEqual(['ever'])
  })

  it.each([false, true])(
    'is not bothered by a removal that fails: later %s',
    async (failsLater) => {
      const { execute } = openDatabase()
      const store = sqliteStore((sql, ...params) => {
        if (!/^DELETE.*expires_at/.test(sql)) return execute(sql, ...params)
        const failure = new Error('the database is busy')
        if (failsLater) return Promise.reject(failure)
        throw failure
      })
      await store.put('key', 'value')
      expect(await store.get('key')).toBe('value')
    },
  )

  it('does each thing in one statement', async () => {
    const { store, swap, statements } = setup()
    await store.put('key', 'value')
    statements.length = 0
    await store.get('key')
    await store.put('key', 'value')
    await swap('key', 'value', 'other')
    await swap('key', null, 'value')
    await store.list('k')
    await store.delete('key')
    expect(statements.map((sql) => /^\w+/.exec(sql)?.[0])).toEqual([
      'SELECT',
      'INSERT',
      'UPDATE',
      'INSERT',
      'SELECT',
      'DELETE',
    ])
  })

  it('searches no more of the table than it needs', async () => {
    const { database, store, swap, statements } = setup()
    await store.put('key', 'value')
    await swap('key', 'value', 'other')
    await store.get('key')
    await store.list('k')
    await store.delete('key')
    const plans = statements
      .filter((sql) => !sql.startsWith('INSERT'))
      .flatMap((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
      .map(({ detail }) => String(detail))
    expect(plans).toHaveLength(5)
    for (const plan of plans) expect(plan).toMatch(/^SEARCH oauth_entries USING .*INDEX/)
    expect(plans[0]).toContain('oauth_entries_by_expiry')
  })

  it('lists all keys for an empty prefix, and those of any alphabet', async () => {
    const { store } = setup()
    const keys = ['a', 'b/c', '__proto__', 'é', '\uFFFD', '🙂', '🙂/a']
    for (const key of keys) await store.put(key, 'value')
    expect([...(await store.list(''))].sort()).toEqual([...keys].sort())
    expect([...(await store.list('🙂'))].sort()).toEqual(['🙂', '🙂/a'])
    expect(await store.list('\uFFFD')).toEqual(['\uFFFD'])
  })

  it('lets the failure of the database through', async () => {
    const failure = new Error('D1_ERROR: the database is overloaded')
    const fail = () => {
      throw failure
    }
    const store = sqliteStore(fail)
    await expect(store.get('key')).rejects.toBe(failure)
    await expect(store.put('key', 'value')).rejects.toBe(failure)
    await expect(store.compareAndSwap?.('key', null, 'value')).rejects.toBe(failure)
    await expect(store.list('key')).rejects.toBe(failure)
    await expect(store.delete('key')).rejects.toBe(failure)
  })
})
