import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type D1DatabaseLike, d1Store } from '../../src/stores/d1.ts'
import { refusal } from '../protocol/refusal.ts'
import { testStore } from './store-suite.ts'

let miniflare: Miniflare

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./d1-worker.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    write: false,
  })
  miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
    d1Databases: ['DB'],
  })
})

afterAll(() => miniflare.dispose())

const realDatabase = () => miniflare.getD1Database('DB')

testStore('d1Store over D1', async (options) => d1Store(await realDatabase(), options))

/** A database that keeps the statements it gets; each failure is the outcome of one statement. */
function spyDatabase(...failures: (Error | undefined)[]) {
  const calls: unknown[][] = []
  const prepare = (sql: string) => {
    const statement = {
      bind(...params: unknown[]) {
        calls.push([/^\w+/.exec(sql)?.[0], ...params])
        return statement
      },
      async all() {
        const failure = failures.shift()
        if (failure) throw failure
        return { results: [] }
      },
    }
    return statement
  }
  return { calls, database: { prepare } satisfies D1DatabaseLike }
}

const NO_TABLE = new Error('D1_ERROR: no such table: oauth_entries: SQLITE_ERROR')
const AGAIN = new Error('D1_ERROR: no such table: oauth_entries')
const LOCKED = new Error('D1_ERROR: database is locked')
const NOW = 1_790_000_000
const options = { now: () => NOW * 1000 }

describe('d1Store', () => {
  it.each([
    ['get', null, null],
    ['put', undefined, 'value'],
    ['compareAndSwap', true, 'value'],
    ['list', { keys: [] }, null],
    ['delete', undefined, null],
  ] as const)('creates its table when %s comes first', async (operation, answer, left) => {
    const database = await realDatabase()
    await database.prepare('DROP TABLE IF EXISTS oauth_entries').run()
    const store = d1Store(database)
    const operations = {
      get: () => store.get('key'),
      put: () => store.put('key', 'value'),
      compareAndSwap: async () => store.compareAndSwap?.('key', null, 'value'),
      list: () => store.list('key'),
      delete: () => store.delete('key'),
    }
    expect(await operations[operation]()).toEqual(answer)
    expect(await store.get('key')).toBe(left)
  })

  const create = ['CREATE', 'CREATE']
  it.each([
    ['creates a missing table and repeats the statement', [NO_TABLE], [...create, 'SELECT'], null],
    [
      'gives up on a table that stays away',
      [NO_TABLE, undefined, undefined, AGAIN],
      [...create, 'SELECT'],
      AGAIN,
    ],
    ['fails at once with any other error', [LOCKED], [], LOCKED],
  ] as const)('%s', async (_name, failures, more, outcome) => {
    const { calls, database } = spyDatabase(...failures)
    expect(
      await d1Store(database, options)
        .get('key')
        .catch((error) => error),
    ).toBe(outcome)
    expect(calls[0]).toEqual(['SELECT', 'key', NOW])
    expect(calls.slice(1).map(([verb]) => verb)).toEqual(more)
  })

  it('asks the primary with each statement, where there are replicas', async () => {
    const { calls, database } = spyDatabase()
    const constraints: string[] = []
    const replicated: D1DatabaseLike = {
      prepare() {
        throw new Error('a statement outside a session')
      },
      withSession(constraint) {
        constraints.push(constraint)
        return database
      },
    }
    const store = d1Store(replicated, options)
    await store.get('key')
    await store.compareAndSwap?.('key', 'value', 'other')
    expect(calls.map(([verb]) => verb)).toEqual(['SELECT', 'UPDATE', 'DELETE'])
    expect(constraints).toEqual(['first-primary', 'first-primary', 'first-primary'])
  })

  it('is one store for the same database and clock', () => {
    const { database } = spyDatabase()
    expect(d1Store(database)).toBe(d1Store(database, {}))
    expect(d1Store(database, options)).toBe(d1Store(database, { ...options }))
    expect(d1Store(database, options)).not.toBe(d1Store(database))
    expect(d1Store(spyDatabase().database)).not.toBe(d1Store(database))
  })

  it.each([undefined, null])('is not made without a binding: %s', async (binding) => {
    const error = await refusal(() => d1Store(binding as unknown as D1DatabaseLike))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^store has no D1 database\b.*[^.?!]\.$/)
  })

  it('has one winner among fifty requests to a Worker', async () => {
    await (await realDatabase()).prepare('DROP TABLE IF EXISTS oauth_entries').run()
    async function run(...operation: unknown[]): Promise<unknown> {
      const init = { method: 'POST', body: JSON.stringify(operation) }
      return (await miniflare.dispatchFetch('https://worker.example', init)).json()
    }
    for (const expected of [null, 'first'] as const) {
      const key = `worker/${expected}`
      if (expected) expect(await run('compareAndSwap', key, null, expected)).toBe(true)
      const race = Array.from({ length: 50 }, (_, i) =>
        run('compareAndSwap', key, expected, `writer ${i}`),
      )
      const written = await Promise.all(race)
      expect(written.filter((each) => each === true)).toHaveLength(1)
      expect(await run('get', key)).toBe(`writer ${written.indexOf(true)}`)
    }
  })
})
