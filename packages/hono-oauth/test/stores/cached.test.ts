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

testStore('cachedStore of memory before memory', (options) =>
  cachedStore(memoryStore(options), memoryStore(options)),
)
testStore('cachedStore of Workers KV before D1', async (options) => {
  const namespace = (await miniflare.getKVNamespace('CACHE')) as KVNamespaceLike
  return cachedStore(d1Store(await miniflare.getD1Database('DB'), options), kvStore(namespace))
})
testStore(
  'cachedStore before a store that does not swap',
  () => cachedStore(plain(), memoryStore()),
  {
    swaps: false,
  },
)

/** A store as one was before there was compareAndSwap. */
function plain(): Store {
  const { compareAndSwap, ...store } = memoryStore()
  return { ...store, guarantees: { ...store.guarantees, compareAndSwap: false } }
}

function setup({ minTtlSeconds = 0, ttlSeconds = undefined as number | undefined } = {}) {
  const clock = fakeClock(1_790_000_000_000)
  const inner = memoryStore(clock)
  const copies = memoryStore(clock)
  const origin = faultyStore(inner)
  const cache = faultyStore({ ...copies, guarantees: { ...copies.guarantees, minTtlSeconds } })
  const store = cachedStore(origin.store, cache.store, { ttlSeconds })
  const swap = store.compareAndSwap
  const forget = store.forget
  if (!swap || !forget) throw new Error('the cached store lacks something')
  return { clock, inner, copies, origin: origin.faults, cache: cache.faults, store, swap, forget }
}

describe('cachedStore', () => {
  it('promises what its store does, and keeps whatever else that has', () => {
    const inner = { ...memoryStore(), wakeUp: () => 'awake' }
    const store = cachedStore(inner, memoryStore())
    expect(store).toMatchObject({ guarantees: inner.guarantees, wakeUp: inner.wakeUp })
    expect(cachedStore(plain(), memoryStore()).compareAndSwap).toBeUndefined()
  })

  it('asks the store once for what is there', async () => {
    const { inner, origin, store } = setup()
    await inner.put('key', 'value')
    for (let i = 0; i < 3; i++) expect(await store.get('key')).toBe('value')
    expect(origin.count('get')).toBe(1)
  })

  it('asks the store each time for what is not there', async () => {
    const { inner, origin, cache, store } = setup()
    for (let i = 0; i < 3; i++) expect(await store.get('key')).toBeNull()
    expect([origin.count('get'), cache.count('put')]).toEqual([3, 0])
    await inner.put('key', 'value')
    expect(await store.get('key')).toBe('value')
  })

  it.each([
    [undefined, 0, 60],
    [10, 0, 10],
    [600, 0, 600],
    [10, 60, 60],
    [120, 60, 120],
  ])('asked for %s seconds, keeps a copy in a cache of %d for %d', async (ttl, min, lifetime) => {
    const { clock, inner, store } = setup({ ttlSeconds: ttl, minTtlSeconds: min })
    await inner.put('key', 'old')
    await store.get('key')
    await inner.put('key', 'new')
    clock.advance(lifetime - 0.001)
    expect(await store.get('key')).toBe('old')
    clock.advance(0.001)
    expect(await store.get('key')).toBe('new')
  })

  it('reads afresh past the cache, and refreshes it', async () => {
    const { inner, copies, store } = setup()
    await inner.put('key', 'old')
    await store.get('key')
    await inner.put('key', 'new')
    expect(await store.get('key')).toBe('old')
    expect(await store.get('key', { fresh: true })).toBe('new')
    expect(await copies.get('key')).toBe('new')
    await inner.delete('key')
    expect(await store.get('key', { fresh: true })).toBeNull()
    expect(await copies.get('key')).toBeNull()
  })

  it('tells the store that the read is a fresh one', async () => {
    const get = vi.fn(async () => 'value')
    const store = cachedStore({ ...memoryStore(), get }, memoryStore())
    await store.get('key', { fresh: true })
    expect(get).toHaveBeenCalledWith('key', { fresh: true })
  })

  it('writes no copy that is right already', async () => {
    const { cache, store } = setup()
    await store.put('key', 'value')
    await store.get('key', { fresh: true })
    expect([cache.count('put'), cache.count('delete')]).toEqual([1, 0])
  })

  it('goes to the store first with everything that writes', async () => {
    const { copies, origin, store, swap } = setup()
    await store.put('key', 'old')
    const steps = [
      ['put', () => store.put('key', 'put'), 'old', 'put'],
      ['compareAndSwap', () => swap('key', 'put', 'swapped'), 'put', 'swapped'],
      ['delete', () => store.delete('key'), 'swapped', null],
    ] as const
    for (const [operation, run, before, after] of steps) {
      const fault = origin.hang(operation, { times: 1 })
      const done = run()
      await vi.waitUntil(() => fault.held === 1)
      expect(await copies.get('key')).toBe(before)
      fault.release()
      await done
      expect(await copies.get('key')).toBe(after)
    }
  })

  it('drops its copy when a swap is lost, or when it is told to', async () => {
    const { inner, copies, store, swap, forget } = setup()
    await store.put('key', 'old')
    await inner.put('key', 'new')
    expect(await swap('key', 'old', 'mine')).toBe(false)
    expect(await copies.get('key')).toBeNull()
    expect(await store.get('key')).toBe('new')
    await inner.put('key', 'newer')
    await forget('key')
    expect(await store.get('key')).toBe('newer')
  })

  it('has a cache behind it forget as well', async () => {
    const { inner, store } = setup()
    const twice = cachedStore(store, memoryStore())
    await twice.put('key', 'old')
    await inner.put('key', 'new')
    await twice.forget?.('key')
    expect(await twice.get('key')).toBe('new')
  })

  it.each(['fail', 'failAfter'] as const)(
    'drops its copy where nobody knows what a write did: %s',
    async (kind) => {
      const { inner, copies, origin, store, swap } = setup()
      const error = new Error('D1_ERROR: Network connection lost.')
      const writes = {
        put: () => store.put('key', 'new'),
        compareAndSwap: () => swap('key', 'old', 'new'),
        delete: () => store.delete('key'),
      }
      for (const operation of ['put', 'compareAndSwap', 'delete'] as const) {
        await store.put('key', 'old')
        origin[kind](operation, { error, times: 1 })
        await expect(writes[operation]()).rejects.toBe(error)
        expect(await copies.get('key')).toBeNull()
        expect(await store.get('key')).toBe(await inner.get('key'))
      }
    },
  )

  it.each([
    [undefined, 0, 60],
    [30, 0, 30],
    [3600, 0, 60],
    [59, 60, 0],
    [60, 60, 60],
    [0, 0, 0],
    [-1, 0, 0],
  ])('of an entry that lives %s seconds, a cache of %d has a copy for %d', async (...row) => {
    const [ttlSeconds, minTtlSeconds, lifetime] = row
    for (const write of ['put', 'swap'] as const) {
      const { clock, copies, store, swap } = setup({ minTtlSeconds })
      await store.put('key', 'old')
      if (write === 'put') await store.put('key', 'new', { ttlSeconds })
      else expect(await swap('key', 'old', 'new', { ttlSeconds })).toBe(true)
      if (lifetime > 0) {
        clock.advance(lifetime - 0.001)
        expect(await copies.get('key')).toBe('new')
        clock.advance(0.001)
      }
      expect(await copies.get('key')).toBeNull()
    }
  })

  it('lists what the store has', async () => {
    const { inner, copies, store } = setup()
    await inner.put('a/1', 'value')
    await copies.put('a/2', 'value')
    expect(await store.list('a/')).toEqual(['a/1'])
  })

  it('takes no 429 of Workers KV for swapping right after a fresh read', async () => {
    const clock = fakeClock()
    const kv = workersKv(clock).location('fra')
    const store = cachedStore(memoryStore(clock), kvStore(kv))
    await store.put('key', 'old')
    clock.advance(1)
    expect(await store.get('key', { fresh: true })).toBe('old')
    expect(await store.compareAndSwap?.('key', 'old', 'new')).toBe(true)
    expect(await kv.get('key')).toBe('new')
  })
})

describe('cachedStore before a cache that is not well', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const OPERATIONS = ['get', 'put', 'delete'] as const

  async function useAll({ store, swap, forget }: ReturnType<typeof setup>) {
    const answers: unknown[] = []
    answers.push(await store.get('key'))
    await store.put('key', 'first')
    answers.push(await store.get('key'), await store.get('key', { fresh: true }))
    answers.push(await swap('key', 'other', 'lost'), await swap('key', 'first', 'second'))
    answers.push(await store.get('key', { fresh: true }))
    await forget('key')
    await store.delete('key')
    answers.push(await store.get('key', { fresh: true }))
    return answers
  }
  const RIGHT = [null, 'first', 'first', false, true, 'second', null]

  it.each(['fail', 'failAfter'] as const)('works on when it errs: %s', async (kind) => {
    const parts = setup()
    for (const operation of OPERATIONS) parts.cache[kind](operation)
    expect(await useAll(parts)).toEqual(RIGHT)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('works on when it throws at once', async () => {
    const fail = () => {
      throw new Error('no such binding')
    }
    const cache = { ...memoryStore(), get: fail, put: fail, delete: fail }
    const store = cachedStore(memoryStore(), cache)
    await store.put('key', 'value')
    expect(await store.get('key')).toBe('value')
    expect(await store.get('key', { fresh: true })).toBe('value')
    await expect(store.delete('key')).resolves.toBeUndefined()
  })

  it('works on when it hangs', async () => {
    const parts = setup()
    for (const operation of OPERATIONS) parts.cache.hang(operation)
    const answers = useAll(parts)
    await vi.runAllTimersAsync()
    expect(await answers).toEqual(RIGHT)
  })

  it.each([
    ['get', {}],
    ['get', { fresh: true }],
  ] as const)('waits for it a second and no longer: %s %j', async (_, options) => {
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

  it('leaves no timer behind, also when the store fails', async () => {
    const parts = setup()
    expect(await useAll(parts)).toEqual(RIGHT)
    parts.origin.fail('get')
    parts.cache.hang('get')
    await expect(parts.store.get('key', { fresh: true })).rejects.toThrow('500')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('writes nothing into one that could not be read', async () => {
    const { inner, cache, store } = setup()
    await inner.put('key', 'value')
    cache.fail('get')
    expect(await store.get('key')).toBe('value')
    expect(cache.count('put')).toBe(0)
  })
})
