import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/stores/contract.ts'
import { fakeClock } from '../../src/testing/clock.ts'

/** Makes the store under test: a new one, or one over what earlier tests wrote. */
export type MakeStore = (options?: { readonly now: () => number }) => Store | Promise<Store>

/**
 * Holds a store to the contract.
 *
 * @param makeStore - gets the clock in milliseconds, where a test needs one
 * @param options - `swaps`: whether the store has `compareAndSwap`, and so is strongly consistent
 */
export function testStore(
  name: string,
  makeStore: MakeStore,
  { swaps = true }: { readonly swaps?: boolean } = {},
): void {
  describe(name, () => {
    testAnyStore(makeStore, swaps)
    if (swaps) testStrongStore(makeStore)
  })
}

function testAnyStore(makeStore: MakeStore, swaps: boolean): void {
  it('has compareAndSwap if it is strongly consistent', async () => {
    expect((await makeStore()).compareAndSwap).toBeTypeOf(swaps ? 'function' : 'undefined')
  })

  it('reads its own writes and deletes, with and without fresh', async () => {
    const store = await makeStore()
    await store.put('own/other', 'value')
    for (const value of [null, 'first', 'second', 'second', null, null, 'again']) {
      if (value === null) await expect(store.delete('own')).resolves.toBeUndefined()
      else await store.put('own', value)
      expect([await store.get('own'), await store.get('own', { fresh: true })]).toEqual([value, value])
    }
    expect(await store.get('own/other')).toBe('value')
  })

  it.each([
    ['an empty text', ''],
    ['unicode', 'é🙂\u2028\u0000"\\\n'],
    ['100 KB of unicode', '🙂'.repeat(25 * 1024)],
  ])('keeps a value as it is: %s', async (what, value) => {
    const store = await makeStore()
    await store.put(`value-${what}`, value)
    expect(await store.get(`value-${what}`, { fresh: true })).toBe(value)
  })

  it('keeps keys apart, long keys too', async () => {
    const store = await makeStore()
    const long = `connections/${'p'.repeat(32)}/${'o'.repeat(32)}`
    const keys = ['a', 'A', 'a/b', 'a/b/c', 'a:b', 'a b', 'é', '__proto__', 'constructor', long]
    for (const key of keys) await store.put(`apart/${key}`, key)
    for (const key of keys) expect(await store.get(`apart/${key}`)).toBe(key)
  })

  it.each([
    { ttlSeconds: undefined, wakeAt: undefined },
    ...[1, 59.5, 2_592_000].map((ttlSeconds) => ({ ttlSeconds, wakeAt: 1_790_000_000.5 })),
  ])('takes a lifetime and a time of work: %j', async (options) => {
    const store = await makeStore()
    await store.put(`options/${options.ttlSeconds}`, 'value', options)
    expect(await store.get(`options/${options.ttlSeconds}`)).toBe('value')
  })

  it('lists the keys of a prefix in order, page by page', async () => {
    const store = await makeStore()
    const inside = ['', '*', '1', '10', '2', 'b/c', 'é'].map((end) => `list/a/${end}`)
    const outside = ['list/a', 'list/ab', 'list/A/1', 'list/%/1', 'list/_/1', 'x/list/a/1']
    for (const key of [...outside, ...inside.toReversed(), 'list/a/1']) await store.put(key, 'value')
    for (const limit of [undefined, 1, 3, 6, 7, 8]) {
      const pages = []
      let cursor: string | undefined
      do {
        const page = await store.list('list/a/', { cursor, limit })
        pages.push(page.keys)
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(pages.flat()).toEqual(inside)
      expect(pages[0]).toHaveLength(Math.min(limit ?? 7, 7))
      expect(pages).toHaveLength(Math.ceil(7 / (limit ?? 7)))
    }
    for (const key of outside.slice(2)) expect(await store.list(key.slice(0, -1))).toEqual({ keys: [key] })
  })

  it('goes on behind a key that was deleted, and lists deleted keys no more', async () => {
    const store = await makeStore()
    for (const key of ['a', 'b', 'c', 'd']) await store.put(`gone/${key}`, 'value')
    const { keys, cursor } = await store.list('gone/', { limit: 2 })
    for (const key of [...keys, 'gone/c']) await store.delete(key)
    expect([keys, (await store.list('gone/', { cursor, limit: 2 })).keys]).toEqual([['gone/a', 'gone/b'], ['gone/d']])
    expect(await store.list('gone/a')).toEqual({ keys: [] })
  })
}

function testStrongStore(makeStore: MakeStore): void {
  async function setup() {
    const clock = fakeClock()
    const store = await makeStore({ now: clock.now })
    const swap = store.compareAndSwap
    if (!swap) throw new Error('the store does not swap')
    const read = (key: string) => store.get(key, { fresh: true })
    return { store, swap, read, wait: clock.advance }
  }

  it.each([1, 59.5, 3600])('ends an entry after %d seconds, and not before', async (ttlSeconds) => {
    const { store, read, wait } = await setup()
    const prefix = `ttl/${ttlSeconds}/`
    const [key, kept] = [`${prefix}a`, `${prefix}b`]
    await store.put(key, 'first', { ttlSeconds: 2 })
    wait(1)
    await store.put(key, 'second', { ttlSeconds })
    await store.put(kept, 'first', { ttlSeconds })
    await store.put(kept, 'second')
    wait(ttlSeconds - 0.001)
    expect([await read(key), await store.list(prefix)]).toEqual(['second', { keys: [key, kept] }])
    wait(0.001)
    expect([await read(key), await store.list(prefix)]).toEqual([null, { keys: [kept] }])
    wait(100 * 365 * 86_400)
    expect(await read(kept)).toBe('second')
  })

  it.each([0, -60])('ends an entry of %d seconds at once', async (ttlSeconds) => {
    const { store, read } = await setup()
    for (const options of [{}, { ttlSeconds }]) await store.put('over', 'value', options)
    expect(await read('over')).toBeNull()
  })

  it.each([
    ['first', 'first', true],
    ...['other', 'FIRST', 'first ', '', null].map((each) => ['first', each, false] as const),
    [null, null, true],
    [null, 'first', false],
    [null, '', false],
    ['', '', true],
    ['', null, false],
  ] as const)('of %j swaps %j: %s', async (stored, expected, written) => {
    const { store, swap, read } = await setup()
    const key = `swap/${stored}/${expected}/`
    await store.put(key, stored ?? 'deleted')
    if (stored === null) await store.delete(key)
    expect(await swap(key, expected, 'second')).toBe(written)
    expect(await read(key)).toBe(written ? 'second' : stored)
    expect((await store.list(key)).keys).toEqual(stored !== null || written ? [key] : [])
    if (written) expect(await swap(key, 'second', 'third', { wakeAt: 1 })).toBe(true)
  })

  it('takes an expired value for absent, from the exact time on', async () => {
    const { store, swap, read, wait } = await setup()
    for (const key of ['a', 'b']) await store.put(`swap-old/${key}`, 'first', { ttlSeconds: 100 })
    wait(99.999)
    expect(await swap('swap-old/a', null, 'second')).toBe(false)
    expect(await swap('swap-old/b', 'first', 'second', { ttlSeconds: 0.001 })).toBe(true)
    wait(0.001)
    for (const key of ['swap-old/a', 'swap-old/b']) {
      expect(await read(key)).toBeNull()
      for (const old of ['first', 'second']) expect(await swap(key, old, 'third')).toBe(false)
      expect(await swap(key, null, 'third')).toBe(true)
      expect(await read(key)).toBe('third')
    }
  })

  it.each([null, 'first'])('gives a swapped value a lifetime of its own, over %j', async (old) => {
    const { store, swap, read, wait } = await setup()
    const prefix = `swap-ttl/${old}`
    const [short, long, lost] = [`${prefix}/a`, `${prefix}/b`, `${prefix}/c`]
    if (old !== null) await store.put(short, old)
    if (old !== null) await store.put(long, old, { ttlSeconds: 100 })
    await store.put(lost, 'value', { ttlSeconds: 100 })
    expect(await swap(short, old, 'second', { ttlSeconds: 200 })).toBe(true)
    expect(await swap(long, old, 'second')).toBe(true)
    expect(await swap(lost, 'other', 'second', { ttlSeconds: 1000 })).toBe(false)
    wait(199.999)
    const values = async () => [await read(short), await read(long), await read(lost)]
    expect(await values()).toEqual(['second', 'second', null])
    wait(0.001)
    expect(await values()).toEqual([null, 'second', null])
  })

  it.each(['absent', 'stored', 'expired'])('has one winner among fifty: %s', async (state) => {
    const { store, swap, read, wait } = await setup()
    const key = `swap-race/${state}`
    if (state !== 'absent') await store.put(key, 'first', { ttlSeconds: 100 })
    if (state === 'expired') wait(100)
    const expected = state === 'stored' ? 'first' : null
    const written = await Promise.all(Array.from({ length: 50 }, (_, i) => swap(key, expected, `writer ${i}`)))
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(await read(key)).toBe(`writer ${written.indexOf(true)}`)
  })
}
