import type { Store } from '../stores/contract.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { type MakeStore, requireSame, type StoreCase } from './store-case.ts'

const YEARS = 100 * 365 * 86_400

/**
 * The cases of a store with `compareAndSwap`.
 *
 * @param takesClock - whether the store takes the time from `now`; without that no case lets an entry expire
 */
export function strongStoreCases(makeStore: MakeStore, takesClock: boolean): StoreCase[] {
  const setup = async () => openStore(makeStore)
  return [...swapCases(setup), ...(takesClock ? expiryCases(setup) : [])]
}

/** A store under test, with its clock. */
interface Opened {
  readonly store: Store
  readonly swap: NonNullable<Store['compareAndSwap']>
  readonly read: (key: string) => Promise<string | null>
  readonly wait: FakeClock['advance']
}

async function openStore(makeStore: MakeStore): Promise<Opened> {
  const clock = fakeClock()
  const store = await makeStore({ now: clock.now })
  if (!store.compareAndSwap) throw new Error('expected the store to have compareAndSwap')
  return {
    store,
    swap: store.compareAndSwap.bind(store),
    read: (key) => store.get(key, { fresh: true }),
    wait: clock.advance,
  }
}

const SWAPS: readonly (readonly [stored: string | null, expected: string | null, written: boolean])[] = [
  ['first', 'first', true],
  ['first', 'other', false],
  ['first', 'FIRST', false],
  ['first', 'first ', false],
  ['first', '', false],
  ['first', null, false],
  [null, null, true],
  [null, 'first', false],
  [null, '', false],
  ['', '', true],
  ['', null, false],
]

function swapCases(setup: () => Promise<Opened>): StoreCase[] {
  return [
    ...SWAPS.map(([stored, expected, written]) => ({
      name: `of ${JSON.stringify(stored)} swaps ${JSON.stringify(expected)}: ${written}`,
      async run() {
        const { store, swap, read } = await setup()
        const key = `swap/${stored}/${expected}/`
        await store.put(key, stored ?? 'deleted')
        if (stored === null) await store.delete(key)
        requireSame('the result of compareAndSwap', await swap(key, expected, 'second'), written)
        requireSame('the value after compareAndSwap', await read(key), written ? 'second' : stored)
        const listed = stored !== null || written ? [key] : []
        requireSame('the keys after compareAndSwap', (await store.list(key)).keys, listed)
        if (!written) return
        const again = await swap(key, 'second', 'third', { wakeAt: 1 })
        requireSame('the result of the next compareAndSwap', again, true)
      },
    })),
    raceCase(setup, 'absent'),
    raceCase(setup, 'stored'),
  ]
}

function raceCase(setup: () => Promise<Opened>, state: 'absent' | 'stored' | 'expired'): StoreCase {
  return {
    name: `has one winner among fifty: ${state}`,
    async run() {
      const { store, swap, read, wait } = await setup()
      const key = `swap-race/${state}`
      if (state !== 'absent') await store.put(key, 'first', { ttlSeconds: 100 })
      if (state === 'expired') wait(100)
      const expected = state === 'stored' ? 'first' : null
      const written = await Promise.all(Array.from({ length: 50 }, (_, i) => swap(key, expected, `writer ${i}`)))
      requireSame('the number of winners among fifty', written.filter(Boolean).length, 1)
      requireSame('the value after the race', await read(key), `writer ${written.indexOf(true)}`)
    },
  }
}

function expiryCases(setup: () => Promise<Opened>): StoreCase[] {
  return [
    ...[1, 59.5, 3600].map((ttlSeconds) => ({
      name: `ends an entry after ${ttlSeconds} seconds, and not before`,
      async run() {
        const { store, read, wait } = await setup()
        const prefix = `ttl/${ttlSeconds}/`
        const [key, kept] = [`${prefix}a`, `${prefix}b`]
        const seen = async () => [await read(key), (await store.list(prefix)).keys]
        await store.put(key, 'first', { ttlSeconds: 2 })
        wait(1)
        await store.put(key, 'second', { ttlSeconds })
        await store.put(kept, 'first', { ttlSeconds })
        await store.put(kept, 'second')
        wait(ttlSeconds - 0.001)
        requireSame('the value and the keys just before the end', await seen(), ['second', [key, kept]])
        wait(0.001)
        requireSame('the value and the keys at the end', await seen(), [null, [kept]])
        wait(YEARS)
        requireSame('the value of an entry without an end', await read(kept), 'second')
      },
    })),
    ...[0, -60].map((ttlSeconds) => ({
      name: `ends an entry of ${ttlSeconds} seconds at once`,
      async run() {
        const { store, read } = await setup()
        for (const options of [{}, { ttlSeconds }]) await store.put('over', 'value', options)
        requireSame('the value', await read('over'), null)
      },
    })),
    {
      name: 'takes an expired value for absent, from the exact time on',
      async run() {
        const { store, swap, read, wait } = await setup()
        for (const key of ['a', 'b']) await store.put(`swap-old/${key}`, 'first', { ttlSeconds: 100 })
        wait(99.999)
        requireSame('a swap of null just before the end', await swap('swap-old/a', null, 'second'), false)
        const short = { ttlSeconds: 0.001 }
        requireSame('a swap of the value just before the end', await swap('swap-old/b', 'first', 'second', short), true)
        wait(0.001)
        for (const key of ['swap-old/a', 'swap-old/b']) {
          requireSame('the value at the end', await read(key), null)
          for (const old of ['first', 'second']) {
            requireSame('a swap of the value at the end', await swap(key, old, 'third'), false)
          }
          requireSame('a swap of null at the end', await swap(key, null, 'third'), true)
          requireSame('the value after the swap', await read(key), 'third')
        }
      },
    },
    ...[null, 'first'].map((old) => ({
      name: `gives a swapped value a lifetime of its own, over ${JSON.stringify(old)}`,
      async run() {
        const { store, swap, read, wait } = await setup()
        const prefix = `swap-ttl/${old}`
        const [short, long, lost] = [`${prefix}/a`, `${prefix}/b`, `${prefix}/c`]
        if (old !== null) await store.put(short, old)
        if (old !== null) await store.put(long, old, { ttlSeconds: 100 })
        await store.put(lost, 'value', { ttlSeconds: 100 })
        const swaps = [
          await swap(short, old, 'second', { ttlSeconds: 200 }),
          await swap(long, old, 'second'),
          await swap(lost, 'other', 'second', { ttlSeconds: 1000 }),
        ]
        requireSame('the results of compareAndSwap', swaps, [true, true, false])
        const values = async () => [await read(short), await read(long), await read(lost)]
        wait(199.999)
        requireSame('the values just before the end', await values(), ['second', 'second', null])
        wait(0.001)
        requireSame('the values at the end', await values(), [null, 'second', null])
      },
    })),
    raceCase(setup, 'expired'),
  ]
}
