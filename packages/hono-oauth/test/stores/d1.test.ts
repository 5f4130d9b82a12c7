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

/** A database that keeps the statements it gets, and fails as often as it is told. */
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
const NOW = 1_790_000_000
const options = { now: () => NOW * 1000 }

describe('d1Store', () => {
  it('promises what D1 does', () => {
    expect(d1Store(spyDatabase().database).guarantees).toEqual({
      consistency: 'strong',
      compareAndSwap: true,
      minTtlSeconds: 0,
      writesPerKeyPerSecond: null,
    })
  })

  it('creates its table when there is none, whatever comes first', async () => {
    const database = await realDatabase()
    const drop = () => database.prepare('DROP TABLE IF EXISTS oauth_entries').run()
    const first = [
      ['get', (key: string) => d1Store(database).get(key)],
      ['put', (key: string) => d1Store(database).put(key, 'value')],
      ['swap', (key: string) => d1Store(database).compareAndSwap?.(key, null, 'value')],
      ['list', (key: string) => d1Store(database).list(key)],
      ['delete', (key: string) => d1Store(database).delete(key)],
    ] as const
    const answers = []
    for (const [name, run] of first) {
      await drop()
      answers.push([name, await run('key'), await d1Store(database).get('key')])
    }
    expect(answers).toEqual([
      ['get', null, null],
      ['put', undefined, 'value'],
      ['swap', true, 'value'],
      ['list', [], null],
      ['delete', undefined, null],
    ])
  })

  it('creates its table once when all come at once', async () => {
    const database = await realDatabase()
    await database.prepare('DROP TABLE IF EXISTS oauth_entries').run()
    const stores = Array.from({ length: 20 }, () => d1Store(database))
    const written = await Promise.all(
      stores.map((store, index) => store.compareAndSwap?.('key', null, `writer ${index}`)),
    )
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(await stores[0]?.get('key')).toBe(`writer ${written.indexOf(true)}`)
  })

  it('tries a statement again once when the table is missing', async () => {
    const { calls, database } = spyDatabase(NO_TABLE)
    expect(await d1Store(database, options).get('key')).toBeNull()
    expect(calls).toEqual([['SELECT', 'key', NOW], ['CREATE'], ['CREATE'], ['SELECT', 'key', NOW]])
  })

  it('gives up when the table is missing still', async () => {
    const again = new Error('D1_ERROR: no such table: oauth_entries')
    const { calls, database } = spyDatabase(NO_TABLE, undefined, undefined, again)
    await expect(d1Store(database, options).get('key')).rejects.toBe(again)
    expect(calls).toHaveLength(4)
  })

  it('fails at once with any other error', async () => {
    const failure = new Error('D1_ERROR: database is locked')
    const { calls, database } = spyDatabase(failure)
    await expect(d1Store(database, options).get('key')).rejects.toBe(failure)
    expect(calls).toEqual([['SELECT', 'key', NOW]])
  })

  it('asks the primary anew with each statement, where there are replicas', async () => {
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

  it('removes what expired along with later writes', async () => {
    const database = await realDatabase()
    await d1Store(database).put('sweep/old', 'value', { ttlSeconds: -1 })
    const count = async () => {
      const statement = database.prepare("SELECT key FROM oauth_entries WHERE key = 'sweep/old'")
      return (await statement.all()).results.length
    }
    await expect.poll(count, { timeout: 30_000 }).toBe(0)
  })

  it.each([undefined, null])('is not made without a binding: %s', async (binding) => {
    const error = await refusal(() => d1Store(binding as unknown as D1DatabaseLike))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^store has no D1 database\b/)
    expect(error.message).toMatch(/[^.?!]\.$/)
  })
})

describe('d1Store in a Worker', () => {
  async function run(...operation: unknown[]): Promise<unknown> {
    const body = JSON.stringify(operation)
    const response = await miniflare.dispatchFetch('https://worker.example', {
      method: 'POST',
      body,
    })
    return response.json()
  }

  it('has one winner among fifty requests at once', async () => {
    const database = await realDatabase()
    await database.prepare('DROP TABLE IF EXISTS oauth_entries').run()
    for (const expected of [null, 'first'] as const) {
      const key = `worker/${expected}`
      if (expected) expect(await run('compareAndSwap', key, null, expected)).toBe(true)
      const written = await Promise.all(
        Array.from({ length: 50 }, (_, i) => run('compareAndSwap', key, expected, `writer ${i}`)),
      )
      expect(written.filter((each) => each === true)).toHaveLength(1)
      expect(await run('get', key)).toBe(`writer ${written.indexOf(true)}`)
    }
  })
})
