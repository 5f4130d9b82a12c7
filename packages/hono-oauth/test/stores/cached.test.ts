import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cachedStore } from '../../src/stores/cached.ts'
import type { Store } from '../../src/stores/contract.ts'
import { d1Store } from '../../src/stores/d1.ts'
import { kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { faultyStore } from '../../src/testing/faulty-store.ts'
import { workersKv } from '../../src/testing/workers-kv.ts'
import { openBindings } from './bindings.ts'
import { testStore } from './store-suite.ts'

const { database, namespace } = openBindings()
const { compareAndSwap: _, ...plain } = memoryStore()

testStore('cachedStore of memory before memory', (options) => cachedStore(memoryStore(options), memoryStore(options)))
testStore('cachedStore of Workers KV before D1', async (options) =>
  cachedStore(d1Store(await database(), options), kvStore(await namespace())),
)
testStore('cachedStore before a store like KV', () => cachedStore(plain, memoryStore()), { swaps: false })

function setup(ttlSeconds?: number) {
  const clock = fakeClock(1_790_000_000_000)
  const [inner, copies] = [memoryStore(clock), memoryStore(clock)]
  const [origin, cache] = [faultyStore(inner), faultyStore(copies)]
  const store = cachedStore(origin.store, cache.store, { ttlSeconds })
  const write = {
    put: (value: string, options = {}) => store.put('key', value, options),
    compareAndSwap: async (value: string, options = {}) =>
      store.compareAndSwap?.('key', await inner.get('key'), value, options),
    delete: () => store.delete('key'),
  }
  return { clock, inner, copies, origin: origin.faults, cache: cache.faults, store, write }
}

const WRITES = ['put', 'compareAndSwap', 'delete'] as const

describe('cachedStore', () => {
  it('has the other members of its store, and is one for the same parts', () => {
    const [inner, cache] = [{ ...memoryStore(), wakeUp: () => 'awake' }, memoryStore()]
    const store = cachedStore(inner, cache)
    expect(store).toMatchObject({ wakeUp: inner.wakeUp })
    expect(cachedStore(inner, cache, { ttlSeconds: 60 })).toBe(store)
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
    [undefined, undefined, 60],
    [10, undefined, 60],
    [120, undefined, 120],
    [120, 3600, 120],
    [120, 90, 90],
    [120, 60, 60],
    [120, 59, 0],
    [120, -1, 0],
  ])('of %s seconds, keeps a copy of an entry of %s for %d', async (ttl, ttlSeconds, lifetime) => {
    for (const operation of ['read', 'put', 'compareAndSwap'] as const) {
      if (operation === 'read' && ttlSeconds !== undefined) continue
      const { clock, inner, copies, store, write } = setup(ttl)
      await (operation === 'read' ? inner.put('key', 'new') : store.put('key', 'old'))
      if (operation === 'read') await store.get('key')
      else expect(await write[operation]('new', { ttlSeconds })).toBe(operation === 'put' ? undefined : true)
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

  it.each(['fail', 'failAfter'] as const)('drops its copy when a write fails: %s', async (kind) => {
    for (const operation of WRITES) {
      const { inner, copies, origin, store, write } = setup()
      const error = new Error('D1_ERROR: Network connection lost.')
      await store.put('key', 'old')
      origin[kind](operation, { error })
      await expect(write[operation]('new')).rejects.toBe(error)
      expect(await copies.get('key')).toBeNull()
      expect(await store.get('key')).toBe(await inner.get('key'))
    }
  })

  it.each([
    ['read', 'write', false],
    ['write', 'read', false],
    ['read', 'write', true],
    ['write', 'read', true],
  ] as const)('copies no old value: %s before %s, fresh: %s', async (first, second, fresh) => {
    for (const operation of WRITES) {
      const { inner, copies, origin, store, write } = setup()
      await inner.put('key', 'old')
      const faults = { read: origin.answerLate('get', { times: 1 }), write: origin.hang(operation) }
      const run = { read: () => store.get('key', { fresh }), write: () => write[operation]('new') }
      const ended: { read?: Promise<unknown>; write?: Promise<unknown> } = {}
      for (const each of [first, second]) {
        ended[each] = run[each]()
        await vi.waitUntil(() => faults[each].held === 1)
      }
      expect(await copies.get('key')).toBeNull()
      for (const each of ['write', 'read'] as const) {
        faults[each].release()
        await ended[each]
      }
      expect(await ended.read).toBe('old')
      expect(await copies.get('key')).toBe(operation === 'delete' ? null : 'new')
    }
  })

  it('drops its copy after a lost swap and by forget, in a cache in front of it too', async () => {
    const { inner, copies, store } = setup()
    const outer = cachedStore(store, memoryStore())
    await store.put('key', 'old')
    await inner.put('key', 'new')
    expect(await store.compareAndSwap?.('key', 'old', 'mine')).toBe(false)
    expect([await copies.get('key'), await outer.get('key')]).toEqual([null, 'new'])
    await inner.put('key', 'newer')
    await outer.forget?.('key')
    expect(await outer.get('key')).toBe('newer')
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

  it.each(['fail', 'failAfter', 'hang', 'throw'] as const)('works on: %s', async (kind) => {
    const { store: cache, faults } = faultyStore(memoryStore())
    const fail = () => {
      throw new Error('no such binding')
    }
    const broken: Store = { ...cache, get: fail, put: fail, delete: fail }
    for (const operation of OPERATIONS) if (kind !== 'throw') faults[kind](operation)
    const store = cachedStore(memoryStore(), kind === 'throw' ? broken : cache)
    const use = async () => [
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
    ]
    const right = [null, undefined, 'first', 'first', false, true, 'second', undefined, undefined, null]
    const answers = use()
    if (kind === 'hang') await vi.runAllTimersAsync()
    expect(await answers).toEqual(right)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([false, true])('waits for it one second at most, fresh: %s', async (fresh) => {
    const { inner, cache, store } = setup()
    await inner.put('key', 'value')
    for (const operation of OPERATIONS) cache.hang(operation)
    const answered = vi.fn()
    const answer = store.get('key', { fresh }).then(answered)
    await vi.advanceTimersByTimeAsync(999)
    expect(answered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(answered).toHaveBeenCalledWith('value')
    await answer
  })

  it('leaves no timer behind when the store fails, and no copy where it could not read', async () => {
    const { inner, origin, cache, store } = setup()
    await inner.put('key', 'value')
    cache.fail('get', { times: 1 })
    expect(await store.get('key')).toBe('value')
    expect(cache.count('put')).toBe(0)
    origin.fail('get')
    cache.hang('get')
    await expect(store.get('key', { fresh: true })).rejects.toThrow('500')
    expect(vi.getTimerCount()).toBe(0)
  })
})
