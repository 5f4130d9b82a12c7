import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { SQLITE_SCHEMA, type SqlExecute, sqliteStore } from '../../src/stores/sqlite.ts'
import { fakeClock } from '../../src/testing/clock.ts'
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

testStore('sqliteStore over a database that answers at once', (options) => sqliteStore(openDatabase().execute, options))
testStore('sqliteStore over a database that answers later', (options) => {
  const { execute } = openDatabase()
  return sqliteStore(async (...statement) => execute(...statement), options)
})

describe('sqliteStore', () => {
  const START = 1_790_000_000

  function setup() {
    const opened = openDatabase()
    const { now, advance } = fakeClock(START * 1000)
    const store = sqliteStore(opened.execute, { now })
    const rows = () => opened.database.prepare('SELECT * FROM oauth_entries ORDER BY key').all()
    const swap = store.compareAndSwap
    if (!swap) throw new Error('the store does not swap')
    const keys = () => rows().map((row) => row['key'])
    return { ...opened, store, swap, rows, keys, wait: advance }
  }

  it('has a schema that can be run again, and keeps when an entry expires and has work', async () => {
    const { database, store, swap, rows } = setup()
    await store.put('a', 'value', { ttlSeconds: 10, wakeAt: START + 5 })
    await store.put('b', 'value')
    await swap('c', null, 'value', { ttlSeconds: 20.5, wakeAt: START + 6 })
    await store.put('d', 'value', { ttlSeconds: 10, wakeAt: START + 5 })
    for (const statement of SQLITE_SCHEMA) database.exec(statement)
    await swap('d', 'value', 'other')
    expect(rows()).toEqual([
      { key: 'a', value: 'value', expires_at: START + 10, wake_at: START + 5, read_at: null },
      { key: 'b', value: 'value', expires_at: null, wake_at: null, read_at: null },
      { key: 'c', value: 'value', expires_at: START + 20.5, wake_at: START + 6, read_at: null },
      { key: 'd', value: 'other', expires_at: null, wake_at: null, read_at: null },
    ])
  })

  it('keeps the time of the last read until the entry expires', async () => {
    const { database, store, swap, rows, wait } = setup()
    await store.put('key', 'first', { ttlSeconds: 10 })
    database.exec(`UPDATE oauth_entries SET read_at = ${START}`)
    await store.put('key', 'second', { ttlSeconds: 10 })
    await swap('key', 'second', 'third', { ttlSeconds: 10 })
    expect(rows()).toMatchObject([{ value: 'third', read_at: START }])
    wait(10)
    await swap('key', null, 'new')
    expect(rows()).toMatchObject([{ value: 'new', read_at: null }])
  })

  it('removes expired entries after a write, once a minute', async () => {
    const { store, swap, keys, wait } = setup()
    await store.put('ever', 'value')
    await store.put('short', 'value', { ttlSeconds: 10 })
    await store.put('long', 'value', { ttlSeconds: 600 })
    const steps = [
      [59.999, () => store.put('ever', 'value'), ['ever', 'long', 'short']],
      [0.001, () => store.list(''), ['ever', 'long', 'short']],
      [0, () => store.put('ever', 'value'), ['ever', 'long']],
      [540, () => swap('ever', 'value', 'other'), ['ever']],
    ] as const
    for (const [seconds, run, left] of steps) {
      wait(seconds)
      await run()
      expect(keys()).toEqual(left)
    }
  })

  it.each([false, true])('writes although the removal fails, later: %s', async (failsLater) => {
    const { execute } = openDatabase()
    const store = sqliteStore((sql, ...params) => {
      if (!/^DELETE.*expires_at/.test(sql)) return execute(sql, ...params)
      const failure = new Error('the database is busy')
      if (failsLater) return Promise.reject(failure)
      throw failure
    })
    await store.put('key', 'value')
    expect(await store.get('key')).toBe('value')
  })

  it('does each operation in one statement, which searches an index', async () => {
    const { database, store, swap, statements } = setup()
    const operations = [
      ['INSERT', () => store.put('key', 'value')],
      ['SELECT', () => store.get('key')],
      ['UPDATE', () => swap('key', 'value', 'other')],
      ['INSERT', () => swap('key', null, 'value')],
      ['SELECT', () => store.list('k')],
      ['SELECT', () => store.list('k', { cursor: 'kex', limit: 1 })],
      ['DELETE', () => store.delete('key')],
    ] as const
    await store.put('key', 'value')
    for (const [verb, run] of operations) {
      const [sweep = ''] = statements.splice(0).filter((sql) => /^DELETE.*expires_at/.test(sql))
      await run()
      expect(statements.map((sql) => /^\w+/.exec(sql)?.[0])).toEqual([verb])
      for (const sql of [sweep, ...statements].filter((each) => /^(?!INSERT)\w/.test(each))) {
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
        expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH oauth_entries USING .*INDEX/)])
      }
    }
  })
})
