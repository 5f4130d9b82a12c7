import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/stores/contract.ts'
import { testSwaps } from './swap-suite.ts'

/** Makes the store under test: anew, or again over what it wrote before. */
export type MakeStore = (options?: { readonly now: () => number }) => Store | Promise<Store>

/**
 * What every store has to do.
 *
 * @param makeStore - gets the clock in milliseconds, where a test needs one
 * @param options - `swaps`: whether the store has to have `compareAndSwap`
 */
export function testStore(
  name: string,
  makeStore: MakeStore,
  { swaps = true }: { readonly swaps?: boolean } = {},
): void {
  describe(name, () => {
    it('declares what it can promise', async () => {
      const { guarantees } = await makeStore()
      expect(Object.keys(guarantees).sort()).toEqual([
        'compareAndSwap',
        'consistency',
        'minTtlSeconds',
        'writesPerKeyPerSecond',
      ])
      expect(['strong', 'eventual']).toContain(guarantees.consistency)
      expect(guarantees.compareAndSwap).toBe(swaps)
      expect(guarantees.minTtlSeconds).toBeGreaterThanOrEqual(0)
      if (guarantees.writesPerKeyPerSecond !== null) {
        expect(guarantees.writesPerKeyPerSecond).toBeGreaterThan(0)
      }
    })

    it('has compareAndSwap where it is promised, and nowhere else', async () => {
      expect((await makeStore()).compareAndSwap).toBeTypeOf(swaps ? 'function' : 'undefined')
    })

    if (swaps) testSwaps(makeStore)

    it('has null where nothing was put', async () => {
      const store = await makeStore()
      expect(await store.get('missing')).toBeNull()
    })

    it('gives back what was put', async () => {
      const store = await makeStore()
      await store.put('key', 'value')
      expect(await store.get('key')).toBe('value')
      expect(await store.get('key')).toBe('value')
    })

    it('keeps the last of several values', async () => {
      const store = await makeStore()
      for (const value of ['first', 'second', 'third']) await store.put('overwritten', value)
      expect(await store.get('overwritten')).toBe('third')
    })

    it('sees the last write when it reads afresh', async () => {
      const store = await makeStore()
      expect(await store.get('fresh', { fresh: true })).toBeNull()
      for (const value of ['first', 'second']) {
        await store.put('fresh', value)
        expect(await store.get('fresh', { fresh: true })).toBe(value)
        expect(await store.get('fresh', { fresh: false })).toBe(value)
      }
      await store.delete('fresh')
      expect(await store.get('fresh', { fresh: true })).toBeNull()
    })

    it.each([0, 1_790_000_000, 1_790_000_000.5, undefined])(
      'takes a time to wake up at: %s',
      async (wakeAt) => {
        const store = await makeStore()
        await store.put(`wake-${wakeAt}`, 'value', { wakeAt })
        expect(await store.get(`wake-${wakeAt}`)).toBe('value')
        await store.put(`wake-${wakeAt}`, 'value', { ttlSeconds: 3600, wakeAt })
        expect(await store.get(`wake-${wakeAt}`)).toBe('value')
      },
    )

    it('keeps keys apart', async () => {
      const store = await makeStore()
      const keys = ['a', 'A', 'a/b', 'a/b/c', 'a:b', 'a b', 'é', '__proto__', 'constructor']
      for (const key of keys) await store.put(`apart-${key}`, key)
      for (const key of keys) expect(await store.get(`apart-${key}`)).toBe(key)
    })

    it('deletes', async () => {
      const store = await makeStore()
      await store.put('deleted', 'value')
      await store.put('kept', 'value')
      await store.delete('deleted')
      expect(await store.get('deleted')).toBeNull()
      expect(await store.get('kept')).toBe('value')
      await store.put('deleted', 'again')
      expect(await store.get('deleted')).toBe('again')
    })

    it('deletes what is not there without a word', async () => {
      const store = await makeStore()
      await expect(store.delete('never-put')).resolves.toBeUndefined()
      await expect(store.delete('never-put')).resolves.toBeUndefined()
    })

    it('lists the keys of a prefix, whatever characters stand in it', async () => {
      const store = await makeStore()
      const inside = ['list/a/1', 'list/a/2', 'list/a/é', 'list/a/*', 'list/a/b/c', 'list/a/']
      const outside = [
        'list/A/1',
        'list/ab',
        'list/a',
        'list',
        'x/list/a/1',
        'list/%/1',
        'list/_/1',
      ]
      for (const key of [...inside, ...outside]) await store.put(key, 'value')
      expect([...(await store.list('list/a/'))].sort()).toEqual(inside.sort())
      for (const prefix of ['list/A/', 'list/%/', 'list/_/']) {
        expect(await store.list(prefix)).toEqual([`${prefix}1`])
      }
    })

    it('lists a key once, and no more when it is deleted', async () => {
      const store = await makeStore()
      for (const value of ['first', 'second']) await store.put('once/key', value)
      await store.put('once/other', 'value')
      await store.delete('once/other')
      expect(await store.list('once/')).toEqual(['once/key'])
      expect(await store.list('once/other')).toEqual([])
    })

    it('lists nothing where nothing begins so', async () => {
      expect(await (await makeStore()).list('nothing-begins-so/')).toEqual([])
    })

    it.each([
      ['an empty text', ''],
      ['unicode', 'é🙂\u2028\u0000"\\\n'],
      ['JSON', '{"a":[1,null]}'],
      ['100 KB', 'x'.repeat(100 * 1024)],
      ['100 KB of unicode', '🙂'.repeat(25 * 1024)],
    ])('keeps a value as it is: %s', async (what, value) => {
      const store = await makeStore()
      await store.put(`value-${what}`, value)
      expect(await store.get(`value-${what}`)).toBe(value)
    })

    it('takes a storage key of the longest kind', async () => {
      const store = await makeStore()
      const key = `connections/${'p'.repeat(32)}/${'o'.repeat(32)}`
      await store.put(key, 'value')
      expect(await store.get(key)).toBe('value')
    })

    it.each([1, 30, 59, 59.5, 60, 3600, 2_592_000, undefined])(
      'takes a lifetime of any length: %s seconds',
      async (ttlSeconds) => {
        const store = await makeStore()
        await store.put(`ttl-${ttlSeconds}`, 'value', { ttlSeconds })
        expect(await store.get(`ttl-${ttlSeconds}`)).toBe('value')
      },
    )
  })
}
