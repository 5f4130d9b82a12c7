import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/stores/contract.ts'
import type { MakeStore } from './store-suite.ts'

/** What every store that swaps has to do beside the rest. */
export function testSwaps(makeStore: MakeStore): void {
  describe('compareAndSwap', () => {
    /** Reads are fresh, for whoever swaps is about to change what is read. */
    async function setup() {
      let now = Date.now()
      const store = await makeStore({ now: () => now })
      const swap = store.compareAndSwap
      if (!swap) throw new Error('the store does not swap')
      const read = (key: string) => store.get(key, { fresh: true })
      return { store, swap, read, wait: (seconds: number) => (now += seconds * 1000) }
    }

    const swapConcurrently = (
      swap: NonNullable<Store['compareAndSwap']>,
      key: string,
      expected: string | null,
    ) => Promise.all(Array.from({ length: 50 }, (_, i) => swap(key, expected, `writer ${i}`)))

    it('writes where the value is the expected one', async () => {
      const { store, swap, read } = await setup()
      await store.put('swap/right', 'first')
      expect(await swap('swap/right', 'first', 'second')).toBe(true)
      expect(await read('swap/right')).toBe('second')
      expect(await store.get('swap/right')).toBe('second')
      expect(await swap('swap/right', 'second', 'third')).toBe(true)
      expect(await read('swap/right')).toBe('third')
    })

    it.each(['other', 'FIRST', 'first ', '', null])(
      'changes nothing where the value is another one than %j',
      async (expected) => {
        const { store, swap, read } = await setup()
        await store.put('swap/wrong', 'first')
        expect(await swap('swap/wrong', expected, 'second')).toBe(false)
        expect(await read('swap/wrong')).toBe('first')
      },
    )

    it('writes where nothing is, if nothing was expected', async () => {
      const { swap, read } = await setup()
      expect(await swap('swap/absent', null, 'first')).toBe(true)
      expect(await read('swap/absent')).toBe('first')
      expect(await swap('swap/absent', null, 'second')).toBe(false)
      expect(await read('swap/absent')).toBe('first')
    })

    it('writes nothing where nothing is, if something was expected', async () => {
      const { store, swap, read } = await setup()
      expect(await swap('swap/missing', 'first', 'second')).toBe(false)
      expect(await swap('swap/missing', '', 'second')).toBe(false)
      expect(await read('swap/missing')).toBeNull()
      expect(await store.list('swap/missing')).toEqual([])
    })

    it('tells an empty text from nothing', async () => {
      const { store, swap, read } = await setup()
      await store.put('swap/empty', '')
      expect(await swap('swap/empty', null, 'second')).toBe(false)
      expect(await swap('swap/empty', '', 'second')).toBe(true)
      expect(await read('swap/empty')).toBe('second')
    })

    it('takes what was deleted for nothing', async () => {
      const { store, swap, read } = await setup()
      await store.put('swap/deleted', 'first')
      await store.delete('swap/deleted')
      expect(await swap('swap/deleted', 'first', 'second')).toBe(false)
      expect(await read('swap/deleted')).toBeNull()
      expect(await swap('swap/deleted', null, 'second')).toBe(true)
      expect(await read('swap/deleted')).toBe('second')
    })

    it('takes what expired for nothing, from the very moment on', async () => {
      const { store, swap, read, wait } = await setup()
      for (const key of ['a', 'b']) await store.put(`swap/old/${key}`, 'first', { ttlSeconds: 100 })
      wait(99.999)
      expect(await swap('swap/old/a', null, 'second')).toBe(false)
      expect(await swap('swap/old/b', 'first', 'second', { ttlSeconds: 0.001 })).toBe(true)
      wait(0.001)
      for (const key of ['a', 'b']) {
        expect(await read(`swap/old/${key}`)).toBeNull()
        expect(await swap(`swap/old/${key}`, 'first', 'third')).toBe(false)
        expect(await swap(`swap/old/${key}`, 'second', 'third')).toBe(false)
        expect(await swap(`swap/old/${key}`, null, 'third')).toBe(true)
        expect(await read(`swap/old/${key}`)).toBe('third')
      }
    })

    it.each([null, 'first'])(
      'gives the new value a lifetime of its own: over %j',
      async (expected) => {
        const { store, swap, read, wait } = await setup()
        const [limited, unlimited] = [`swap/ttl/${expected}/a`, `swap/ttl/${expected}/b`]
        if (expected !== null) {
          await store.put(limited, expected)
          await store.put(unlimited, expected, { ttlSeconds: 100 })
        }
        expect(await swap(limited, expected, 'second', { ttlSeconds: 200 })).toBe(true)
        expect(await swap(unlimited, expected, 'second')).toBe(true)
        wait(199.999)
        expect(await read(limited)).toBe('second')
        wait(0.001)
        expect(await read(limited)).toBeNull()
        expect(await read(unlimited)).toBe('second')
        expect(await store.list(`swap/ttl/${expected}/`)).toEqual([unlimited])
      },
    )

    it('leaves the lifetime alone when it loses', async () => {
      const { store, swap, read, wait } = await setup()
      await store.put('swap/lost', 'first', { ttlSeconds: 100 })
      expect(await swap('swap/lost', 'other', 'second')).toBe(false)
      expect(await swap('swap/lost', null, 'second', { ttlSeconds: 1000 })).toBe(false)
      wait(100)
      expect(await read('swap/lost')).toBeNull()
    })

    it('takes a time to wake up at', async () => {
      const { swap, read } = await setup()
      const options = { ttlSeconds: 3600, wakeAt: Math.floor(Date.now() / 1000) + 60 }
      expect(await swap('swap/wake', null, 'first', options)).toBe(true)
      expect(await swap('swap/wake', 'first', 'second', options)).toBe(true)
      expect(await read('swap/wake')).toBe('second')
    })

    it.each([null, 'first'])('has one winner among fifty at once: over %j', async (expected) => {
      const { store, swap, read } = await setup()
      const key = `swap/race/${expected}`
      if (expected !== null) await store.put(key, expected)
      const written = await swapConcurrently(swap, key, expected)
      expect(written.filter(Boolean)).toHaveLength(1)
      expect(await read(key)).toBe(`writer ${written.indexOf(true)}`)
    })

    it('has one winner among fifty at once over what expired', async () => {
      const { store, swap, read, wait } = await setup()
      await store.put('swap/race-old', 'first', { ttlSeconds: 100 })
      wait(100)
      const lost = await swapConcurrently(swap, 'swap/race-old', 'first')
      expect(lost.some(Boolean)).toBe(false)
      const written = await swapConcurrently(swap, 'swap/race-old', null)
      expect(written.filter(Boolean)).toHaveLength(1)
      expect(await read('swap/race-old')).toBe(`writer ${written.indexOf(true)}`)
    })
  })
}
