import type { Store } from '../stores/contract.ts'
import { type MakeStore, requireSame, type StoreCase } from './store-case.ts'
import { strongStoreCases } from './strong-store-contract.ts'

/** What kind of store is held to the contract. */
export interface StoreContractOptions {
  /** Whether the store has `compareAndSwap`, and so is strongly consistent; true by default. */
  readonly swaps?: boolean | undefined
  /**
   * Whether the store takes the time from `now`; true by default. With false the cases that let entries expire are left
   * out.
   */
  readonly clock?: boolean | undefined
}

/**
 * The contract of a store as cases, for any test runner.
 *
 * No two cases use the same keys, so all of them may share one database. Begin each run with an empty one.
 *
 * @param makeStore - makes the store; it gets the clock in milliseconds, where a case needs one
 * @param options - `swaps`, whether the store is strongly consistent; `clock`, whether it takes `now`
 * @returns the cases, each with its name
 * @example
 * ```ts
 * for (const { name, run } of storeContract((options) => myStore(options))) it(name, run)
 * ```
 */
export function storeContract(
  makeStore: MakeStore,
  { swaps = true, clock = true }: StoreContractOptions = {},
): StoreCase[] {
  const any = anyStoreCases(makeStore, swaps)
  return swaps ? [...any, ...strongStoreCases(makeStore, clock)] : any
}

function anyStoreCases(makeStore: MakeStore, swaps: boolean): StoreCase[] {
  return [
    {
      name: 'has compareAndSwap if it is strongly consistent',
      async run() {
        const { compareAndSwap } = await makeStore()
        requireSame('the type of compareAndSwap', typeof compareAndSwap, swaps ? 'function' : 'undefined')
      },
    },
    {
      name: 'reads its own writes and deletes, with and without fresh',
      async run() {
        const store = await makeStore()
        await store.put('own/other', 'value')
        for (const value of [null, 'first', 'second', 'second', null, null, 'again']) {
          if (value === null) requireSame('the result of delete', await store.delete('own'), undefined)
          else await store.put('own', value)
          const did = value === null ? 'delete' : `put of "${value}"`
          requireSame(`the value after ${did}`, await store.get('own'), value)
          requireSame(`the fresh value after ${did}`, await store.get('own', { fresh: true }), value)
        }
        requireSame('the value of another key', await store.get('own/other'), 'value')
      },
    },
    ...VALUES.map(([what, value]) => ({
      name: `keeps a value as it is: ${what}`,
      async run() {
        const store = await makeStore()
        await store.put(`value-${what}`, value)
        requireSame('the value', await store.get(`value-${what}`, { fresh: true }), value)
      },
    })),
    {
      name: 'keeps keys apart, long keys too',
      async run() {
        const store = await makeStore()
        const long = `connections/${'p'.repeat(32)}/${'o'.repeat(32)}`
        const keys = ['a', 'A', 'a/b', 'a/b/c', 'a:b', 'a b', 'é', '__proto__', 'constructor', long]
        for (const key of keys) await store.put(`apart/${key}`, key)
        for (const key of keys) requireSame(`the value of "apart/${key}"`, await store.get(`apart/${key}`), key)
      },
    },
    ...[undefined, 1, 59.5, 2_592_000].map((ttlSeconds) => ({
      name: `takes a lifetime and a time of work: ${ttlSeconds ?? 'none'}`,
      async run() {
        const store = await makeStore()
        const wakeAt = ttlSeconds && 1_790_000_000.5
        await store.put(`options/${ttlSeconds}`, 'value', { ttlSeconds, wakeAt })
        requireSame('the value', await store.get(`options/${ttlSeconds}`), 'value')
      },
    })),
    {
      name: 'lists the keys of a prefix in order, page by page',
      async run() {
        const store = await makeStore()
        const inside = ['', '*', '1', '10', '2', 'b/c', 'é'].map((end) => `list/a/${end}`)
        const outside = ['list/a', 'list/ab', 'list/A/1', 'list/%/1', 'list/_/1', 'x/list/a/1']
        for (const key of [...outside, ...[...inside].reverse(), 'list/a/1']) await store.put(key, 'value')
        for (const limit of [undefined, 1, 3, 6, 7, 8]) {
          const pages = await pagesOf(store, 'list/a/', limit)
          const size = limit ?? inside.length
          requireSame(`the keys in pages of ${limit ?? 'no'} limit`, pages.flat(), inside)
          requireSame(`the first page of ${limit ?? 'no'} limit`, pages[0], inside.slice(0, size))
          requireSame(`the number of pages of ${limit ?? 'no'} limit`, pages.length, Math.ceil(inside.length / size))
        }
        for (const key of outside.slice(2)) {
          const { keys, cursor } = await store.list(key.slice(0, -1))
          requireSame(`the keys and the cursor under "${key.slice(0, -1)}"`, [keys, cursor], [[key], undefined])
        }
      },
    },
    {
      name: 'goes on behind a key that was deleted, and lists deleted keys no more',
      async run() {
        const store = await makeStore()
        for (const key of ['a', 'b', 'c', 'd']) await store.put(`gone/${key}`, 'value')
        const { keys, cursor } = await store.list('gone/', { limit: 2 })
        requireSame('the first page', keys, ['gone/a', 'gone/b'])
        for (const key of [...keys, 'gone/c']) await store.delete(key)
        requireSame('the second page', (await store.list('gone/', { cursor, limit: 2 })).keys, ['gone/d'])
        const none = await store.list('gone/a')
        requireSame('the keys and the cursor of a deleted key', [none.keys, none.cursor], [[], undefined])
      },
    },
  ]
}

const VALUES: readonly (readonly [what: string, value: string])[] = [
  ['an empty text', ''],
  ['unicode', 'é🙂\u2028\u0000"\\\n'],
  ['100 KB of unicode', /* @__PURE__ */ '🙂'.repeat(25 * 1024)],
]

const MAX_PAGES = 20

async function pagesOf(store: Store, prefix: string, limit: number | undefined): Promise<(readonly string[])[]> {
  const pages: (readonly string[])[] = []
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, { cursor, limit })
    pages.push(page.keys)
    cursor = page.cursor
    if (pages.length > MAX_PAGES) throw new Error(`expected the last page to have no cursor, got ${MAX_PAGES} pages`)
  } while (cursor !== undefined)
  return pages
}
