import type { Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { fakeClock, storeContract } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

type Memory = Required<Pick<Store, 'compareAndSwap'>> & Store

/** A store in memory that is changed in one way. */
const broken =
  (change: (store: Memory) => Partial<Store>) =>
  (options?: { now: () => number }): Store => {
    const store = memoryStore(options) as Memory
    return { ...store, ...change(store) }
  }

/** The names of the cases that fail, with their errors. */
async function failuresOf(cases: ReturnType<typeof storeContract>): Promise<Record<string, string>> {
  const failures: Record<string, string> = {}
  for (const { name, run } of cases) {
    await run().catch((error: unknown) => {
      failures[name] = error instanceof Error ? error.message : 'not an Error'
    })
  }
  return failures
}

const tick = () => Promise.resolve()

describe('storeContract', () => {
  it.each<[string, (store: Memory) => Partial<Store>, string, RegExp]>([
    [
      'answers undefined for an absent key',
      (store) => ({ get: async (key) => (await store.get(key)) ?? (undefined as unknown as null) }),
      'reads its own writes and deletes, with and without fresh',
      /^expected the value after delete to be null, got undefined$/,
    ],
    [
      'takes keys without their case',
      (store) => ({
        get: (key) => store.get(key.toLowerCase()),
        put: (key, ...args) => store.put(key.toLowerCase(), ...args),
      }),
      'keeps keys apart, long keys too',
      /^expected the value of "apart\/a" to be "a", got "A"$/,
    ],
    [
      'lists the newest key first',
      (store) => ({
        list: async (...args) => {
          const { keys, cursor } = await store.list(...args)
          return { keys: keys.toReversed(), cursor }
        },
      }),
      'lists the keys of a prefix in order, page by page',
      /^expected the keys in pages of no limit to be \["list\/a\/", "list\/a\/\*"/,
    ],
    [
      'counts how many keys it has listed, and forgets that some were deleted',
      (store) => ({
        list: async (prefix, { cursor = '0', limit = 1000 } = {}) => {
          const { keys } = await store.list(prefix)
          const end = Number(cursor) + limit
          return { keys: keys.slice(Number(cursor), end), ...(keys.length > end && { cursor: String(end) }) }
        },
      }),
      'goes on behind a key that was deleted, and lists deleted keys no more',
      /^expected the second page to be \["gone\/d"\], got \[\]$/,
    ],
    [
      'compares and swaps in two steps',
      (store) => ({
        compareAndSwap: async (key, expected, value, options) => {
          if ((await store.get(key)) !== expected) return false
          await tick()
          await store.put(key, value, options)
          return true
        },
      }),
      'has one winner among fifty: stored',
      /^expected the number of winners among fifty to be 1, got 50$/,
    ],
    [
      'swaps an absent key whatever was expected',
      (store) => ({
        compareAndSwap: async (key, expected, value, options) => {
          const found = await store.get(key)
          return store.compareAndSwap(key, found === null ? null : expected, value, options)
        },
      }),
      'of null swaps "first": false',
      /^expected the result of compareAndSwap to be false, got true$/,
    ],
    [
      'keeps the lifetime of the earlier value',
      (store) => {
        const lifetimes = new Map<string, number | undefined>()
        return {
          put: (key, value, { ttlSeconds = lifetimes.get(key) } = {}) => {
            lifetimes.set(key, ttlSeconds)
            return store.put(key, value, { ttlSeconds })
          },
        }
      },
      'ends an entry after 3600 seconds, and not before',
      /^expected the value and the keys at the end to be \[null, \["ttl\/3600\/b"\]\], got \[null, \[\]\]$/,
    ],
    [
      'has no compareAndSwap',
      () => ({ compareAndSwap: undefined as never }),
      'has compareAndSwap if it is strongly consistent',
      /^expected the type of compareAndSwap to be "function", got "undefined"$/,
    ],
  ])('catches a store that %s', async (_what, change, name, message) => {
    const failures = await failuresOf(storeContract(broken(change)))
    expect(failures[name]).toMatch(message)
  })

  it('finds nothing wrong with a store that keeps the contract, and gives each case a name of its own', async () => {
    const cases = storeContract(memoryStore)
    expect(await failuresOf(cases)).toEqual({})
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it('holds a store without compareAndSwap to the part that such a store can keep', async () => {
    const weak = storeContract(
      broken(() => ({ compareAndSwap: undefined as never })),
      { swaps: false },
    )
    expect(await failuresOf(weak)).toEqual({})
    expect(weak.length).toBeGreaterThan(10)
    expect(await failuresOf(storeContract(memoryStore, { swaps: false }))).toEqual({
      'has compareAndSwap if it is strongly consistent':
        'expected the type of compareAndSwap to be "undefined", got "function"',
    })
  })

  it('lets no entry expire at a store that takes no clock', async () => {
    const { now } = fakeClock()
    const cases = storeContract(() => memoryStore({ now }), { clock: false })
    expect(await failuresOf(cases)).toEqual({})
    expect(Object.keys(await failuresOf(storeContract(() => memoryStore({ now })))).length).toBeGreaterThan(3)
  })

  it('ends with an error at a store whose pages never end', async () => {
    const endless = broken(() => ({ list: async () => ({ keys: [], cursor: 'again' }) }))
    const failures = await failuresOf(storeContract(endless))
    expect(failures['lists the keys of a prefix in order, page by page']).toBe(
      'expected the last page to have no cursor, got 20 pages',
    )
  })
})
