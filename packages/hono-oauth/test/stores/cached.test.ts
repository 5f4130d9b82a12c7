import { Miniflare } from 'miniflare'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { cachedStore } from '../../src/stores/cached.ts'
import type { Store } from '../../src/stores/contract.ts'
import { d1Store } from '../../src/stores/d1.ts'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { faultyStore } from '../../src/testing/faulty-store.ts'
import { workersKv } from '../../src/testing/workers-kv.ts'
import { testStore } from './store-suite.ts'

let miniflare: Miniflare

beforeAll(() => {
  miniflare = new Miniflare({
    modules: true,
    script: 'export default {}',
    compatibilityDate: '2026-07-01',
    d1Databases: ['DB'],
    kvNamespaces: ['CACHE'],
  })
})

afterAll(() => miniflare.dispose())

const { compareAndSwap: _, ...plain } = memoryStore()

testStore('cachedStore of memory before memory', (options) =>
  cachedStore(memoryStore(options), memoryStore(options)),
)
testStore('cachedStore of Workers KV before D1', async (options) => {
  const namespace = (await miniflare.getKVNamespace('CACHE')) as KVNamespaceLike
  return cachedStore(d1Store(await miniflare.getD1Database('DB'), options), kvStore(namespace))
})
testStore(
  'cachedStore before a store that does not swap',
  () => cachedStore(plain, memoryStore()),
  {
    swaps: false,
  },
)

function setup({ ttlSeconds }: { readonly ttlSeconds?: number | undefined } = {}) {
  const clock = fakeClock(1_790_000_000_000)
  const inner = memoryStore(clock)
  const copies = memoryStore(clock)
  const origin = faultyStore(inner)
  const cache = faultyStore(copies)
  const store = cachedStore(origin.store, cache.store, { ttlSeconds })
  const { compareAndSwap: swap, forget } = store
  if (!swap || !forget) throw new Error('the cached store lacks something')
  const write = {
    put: (value: string) => store.put('key', value),
    compareAndSwap: async (value: string) => swap('key', await inner.get('key'), value),
    delete: () => store.delete('key'),
  }
  const parts = { clock, inner, copies, origin: origin.faults, cache: cache.faults }
  return { ...parts, store, swap, forget, write }
}

const WRITES = ['put', 'compareAndSwap', 'delete'] as const

describe('cachedStore', () => {
  it('keeps whatever else its store has, and is one for the same parts', () => {
    const inner = { ...memoryStore(), wakeUp: () => 'awake' }
    const cache = memoryStore()
    const store = cachedStore(inner, cache)
    expect(store).toMatchObject({ wakeUp: inner.wakeUp })
    expect([cachedStore(inner, cache, {}), cachedStore(inner, cache, { ttlSeconds: 60 })]).toEqual([
      store,
      store,
    ])
    expect(cachedStore(inner, cache, { ttlSeconds: 61 })).not.toBe(store)
    expect(cachedStore(inner, memoryStore())).not.toBe(store)
  })

  it('asks the store once for a value, and each time for an absent one', async () => {
    const { inner, origin, cache, store } = setup()
    for (let i = 0; i < 3; i++) expect(await store.get('key')).toBeNull()
    expect([origin.count('get'), cache.count('put')]).toEqual([3, 0])
    await inner.put('key', 'value')
    for (let i = 0; i < 3; i++) expect(await store.get('key')).toBe('value')
    expect(origin.count('get')).toBe(4)
  })

  it.each([
    [undefined, 60],
    [10, 60],
    [120, 120],
  ])('asked for %s seconds, keeps a copy for %d', async (ttlSeconds, lifetime) => {
    const { clock, inner, store } = setup({ ttlSeconds })
    await inner.put('key', 'old')
    await store.get('key')
    await inner.put('key', 'new')
    clock.advance(lifetime - 0.001)
    expect(await store.get('key')).toBe('old')
    clock.advance(0.001)
    expect(await store.get('key')).toBe('new')
  })

  it.each([
    [undefined, 120],
    [3600, 120],
    [90, 90],
    [60, 60],
    [59, 0],
    [-1, 0],
  ])('of an entry that lives %s seconds keeps a copy for %d', async (ttlSeconds, lifetime) => {
    for (const operation of ['put', 'swap'] as const) {
      const { clock, copies, store, swap } = setup({ ttlSeconds: 120 })
      await store.put('key', 'old')
      if (operation === 'put') await store.put('key', 'new', { ttlSeconds })
      else expect(await swap('key', 'old', 'new', { ttlSeconds })).toBe(true)
      clock.advance(Math.max(0, lifetime - 0.001))
      expect(await copies.get('key')).toBe(lifetime > 0 ? 'new' : null)
      clock.advance(0.001)
      expect(await copies.get('key')).toBeNull()
    }
  })

  it('reads past the cache with fresh, in the store too, and refreshes the copy', async () => {
    const { inner, copies, store } = setup()
    const get = vi.spyOn(inner, 'get')
    for (const value of ['old', 'new', null]) {
      if (value === null) await inner.delete('key')
      else await inner.put('key', value)
      expect(await store.get('key', { fresh: true })).toBe(value)
      expect(get).toHaveBeenLastCalledWith('key', { fresh: true })
      expect(await copies.get('key')).toBe(value)
    }
  })

  it.each(WRITES)('writes to the store first: %s', async (operation) => {
    const { copies, origin, store, write } = setup()
    await store.put('key', 'old')
    const fault = origin.hang(operation, { times: 1 })
    const done = write[operation]('new')
    await vi.waitUntil(() => fault.held === 1)
    expect(await copies.get('key')).toBe('old')
    fault.release()
    await done
    expect(await copies.get('key')).toBe(operation === 'delete' ? null : 'new')
  })

  it.each(WRITES)(
    'drops its copy when the outcome of a write is unknown: %s',
    async (operation) => {
      for (const kind of ['fail', 'failAfter'] as const) {
        const { inner, copies, origin, store, write } = setup()
        const error = new Error('D1_ERROR: Network connection lost.')
        await store.put('key', 'old')
        origin[kind](operation, { error })
        await expect(write[operation]('new')).rejects.toBe(error)
        expect(await copies.get('key')).toBeNull()
        expect(await store.get('key')).toBe(await inner.get('key'))
      }
    },
  )

  it.each([
    ['read', 'write', {}],
    ['write', 'read', {}],
    ['read', 'write', { fresh: true }],
    ['write', 'read', { fresh: true }],
  ] as const)(
    'copies no value of a read that met a write: %s, then %s, %j',
    async (first, second, options) => {
      for (const operation of WRITES) {
        const { inner, copies, origin, store, write } = setup()
        await inner.put('key', 'old')
        const faults = {
          read: origin.answerLate('get', { times: 1 }),
          write: origin.hang(operation),
        }
        const run = { read: () => store.get('key', options), write: () => write[operation]('new') }
        const ended: { read?: Promise<unknown>; write?: Promise<unknown> } = {}
        for (const each of [first, second]) {
          ended[each] = run[each]()
          await vi.waitUntil(() => faults[each].held === 1)
        }
        for (const each of ['write', 'read'] as const) {
          faults[each].release()
          await ended[each]
        }
        expect(await ended.read).toBe('old')
        expect(await copies.get('key')).toBe(operation === 'delete' ? null : 'new')
      }
    },
  )

  it('drops its copy after a lost swap and when it is told to, in a cache behind it too', async () => {
    const { inner, copies, store, swap } = setup()
    const outer = cachedStore(store, memoryStore())
    await store.put('key', 'old')
    await inner.put('key', 'new')
    expect(await swap('key', 'old', 'mine')).toBe(false)
    expect([await copies.get('key'), await outer.get('key')]).toEqual([null, 'new'])
    await inner.put('key', 'newer')
    await outer.forget?.('key')
    expect(await outer.get('key')).toBe('newer')
  })

  it('lists what the store has', async () => {
    const { inner, copies, store } = setup()
    for (const key of ['a/1', 'a/2']) await inner.put(key, 'value')
    await copies.put('a/0', 'value')
    expect(await store.list('a/', { limit: 1 })).toEqual({ keys: ['a/1'], cursor: 'a/1' })
  })

  it('writes no copy that is right already, so that KV takes the next write', async () => {
    const clock = fakeClock()
    const kv = workersKv(clock).location('fra')
    const store = cachedStore(memoryStore(clock), kvStore(kv, clock))
    await store.put('key', 'old')
    clock.advance(1)
    expect(await store.get('key', { fresh: true })).toBe('old')
    expect(await store.compareAndSwap?.('key', 'old', 'new')).toBe(true)
    expect(await kv.get('key')).toBe('new')
  })
})

describe('cachedStore before a cache that fails', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const OPERATIONS = ['get', 'put', 'delete'] as const
  const throwing = () => {
    throw new Error('no such binding')
  }

  it.each(['works', 'fail', 'failAfter', 'hang', 'throws'] as const)('works: %s', async (kind) => {
    const { store: origin } = faultyStore(memoryStore())
    const { store: faulty, faults } = faultyStore(memoryStore())
    if (kind === 'fail' || kind === 'failAfter' || kind === 'hang') {
      for (const operation of OPERATIONS) faults[kind](operation)
    }
    const broken: Store = { ...faulty, get: throwing, put: throwing, delete: throwing }
    const store = cachedStore(origin, kind === 'throws' ? broken : faulty)
    const answers = (async () => [
      await store.get('key'),
      await store.put('key', 'first'),
      await store.get('key'),
      await store.get('key', { fresh: true }),
      await store.compareAndSwap?.('key', 'other', 'lost'),
      await store.compareAndSwap?.('key', 'first', 'second'),
      await store.get('key', { fresh: true }),
      await store.forget?.('key'),
      await store.delete('key'),
      await store.get('key', { fresh: true }),
    ])()
    if (kind === 'hang') await vi.runAllTimersAsync()
    const right = [
      null,
      undefined,
      'first',
      'first',
      false,
      true,
      'second',
      undefined,
      undefined,
      null,
    ]
    expect(await answers).toEqual(right)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([{}, { fresh: true }])('waits for it one second at most: %j', async (options) => {
    const { inner, cache, store } = setup()
    await inner.put('key', 'value')
    for (const operation of OPERATIONS) cache.hang(operation)
    const answered = vi.fn()
    const answer = store.get('key', options).then(answered)
    await vi.advanceTimersByTimeAsync(999)
    expect(answered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(answered).toHaveBeenCalledWith('value')
    await answer
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when the store fails', async () => {
    const { origin, cache, store } = setup()
    origin.fail('get')
    cache.hang('get')
    await expect(store.get('key', { fresh: true })).rejects.toThrow('500')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes no copy into a cache that could not be read', async () => {
    const { inner, cache, store } = setup()
    await inner.put('key', 'value')
    cache.fail('get')
    expect(await store.get('key')).toBe('value')
    expect(cache.count('put')).toBe(0)
  })
})
