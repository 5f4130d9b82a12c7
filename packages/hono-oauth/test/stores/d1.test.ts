import { describe, expect, it } from 'vitest'
import { type D1DatabaseLike, d1Store } from '../../src/stores/d1.ts'
import { refusal } from '../protocol/refusal.ts'
import { openBindings } from './bindings.ts'
import { testStore } from './store-suite.ts'

const { database: realDatabase } = openBindings()

testStore('d1Store over D1', async (options) => d1Store(await realDatabase(), options))

/** A database that keeps the statements it gets; each failure is the outcome of one statement. */
function spyDatabase(...failures: (Error | undefined)[]) {
  const calls: (string | undefined)[] = []
  async function all() {
    const failure = failures.shift()
    if (failure) throw failure
    return { results: [] }
  }
  function prepare(sql: string) {
    const bind = () => {
      calls.push(/^\w+/.exec(sql)?.[0])
      return { bind, all }
    }
    return { bind, all }
  }
  return { calls, database: { prepare } satisfies D1DatabaseLike }
}

describe('d1Store', () => {
  it.each([
    ['get', [], null, null],
    ['put', ['value'], undefined, 'value'],
    ['compareAndSwap', [null, 'value'], true, 'value'],
    ['list', [], { keys: [] }, null],
    ['delete', [], undefined, null],
  ] as const)('creates its table when %s comes first', async (operation, args, answer, left) => {
    const database = await realDatabase()
    await database.prepare('DROP TABLE IF EXISTS oauth_entries').run()
    const store = d1Store(database)
    const run = store[operation] as (...args: unknown[]) => Promise<unknown>
    expect(await run('key', ...args)).toEqual(answer)
    expect(await store.get('key')).toBe(left)
  })

  const NO_TABLE = new Error('D1_ERROR: no such table: oauth_entries: SQLITE_ERROR')
  const AGAIN = new Error('D1_ERROR: no such table: oauth_entries')
  const LOCKED = new Error('D1_ERROR: database is locked')
  it.each([
    ['once for a missing table', [NO_TABLE], ['CREATE', 'CREATE', 'SELECT'], null],
    ['no second time', [NO_TABLE, undefined, undefined, AGAIN], ['CREATE', 'CREATE', 'SELECT'], AGAIN],
    ['not for any other error', [LOCKED], [], LOCKED],
  ])('repeats a statement %s', async (_name, failures, more, outcome) => {
    const { calls, database } = spyDatabase(...failures)
    const answer = await d1Store(database)
      .get('key')
      .catch((error: unknown) => error)
    expect([answer, ...calls]).toEqual([outcome, 'SELECT', ...more])
  })

  it('asks the primary with each statement, where there are replicas', async () => {
    const { calls, database } = spyDatabase()
    const constraints: string[] = []
    const store = d1Store({
      prepare() {
        throw new Error('a statement outside a session')
      },
      withSession(constraint) {
        constraints.push(constraint)
        return database
      },
    })
    await store.get('key')
    await store.compareAndSwap?.('key', 'value', 'other')
    expect(calls).toEqual(['SELECT', 'UPDATE', 'DELETE'])
    expect(constraints).toEqual(calls.map(() => 'first-primary'))
  })

  it('is one store for the same database and clock', () => {
    const [one, two, now] = [spyDatabase().database, spyDatabase().database, () => 0]
    const same = [d1Store(one), d1Store(one, {}), d1Store(one, { now: Date.now })]
    expect(new Set(same).size).toBe(1)
    const others = [d1Store(two), d1Store(one, { now }), d1Store(one, { now })]
    expect(new Set([...same, ...others]).size).toBe(3)
  })

  it.each([undefined, null])('is not made without a binding: %s', async (binding) => {
    const error = await refusal(() => d1Store(binding as unknown as D1DatabaseLike))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^store has no D1 database\b.*[^.?!]\.$/)
  })
})
