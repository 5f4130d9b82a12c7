import { describe, expect, it, vi } from 'vitest'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { faultyStore } from '../../src/testing/faulty-store.ts'

/** A store over a namespace that others write to directly, as `kv`, and that can hang and fail. */
function setup({ cacheSeconds }: { readonly cacheSeconds?: number } = {}) {
  const { now, advance } = fakeClock(1_790_000_000_000)
  const kv = memoryStore({ now })
  const { store: faulty, faults } = faultyStore(kv)
  const namespace: KVNamespaceLike = {
    get: (key) => faulty.get(key),
    put: (key, value, { expirationTtl } = {}) =>
      faulty.put(key, value, { ttlSeconds: expirationTtl }),
    list: async () => ({ keys: [], list_complete: true }),
    delete: (key) => faulty.delete(key),
  }
  const open = (seconds?: number) => kvStore(namespace, { cacheSeconds: seconds, now })
  const store = open(cacheSeconds)
  const reads = () => faults.count('get')
  return { kv, namespace, open, store, faults, reads, advance, now }
}

describe('the read cache of kvStore', () => {
  it.each([
    ['a value', 'old'],
    ['that nothing is there', null],
  ])('serves %s for 10 seconds, or as long as it is told', async (_name, old) => {
    for (const cacheSeconds of [undefined, 10, 3, 0.5]) {
      const { kv, store, reads, advance } = setup({ cacheSeconds })
      if (old !== null) await kv.put('key', old)
      expect(await store.get('key')).toBe(old)
      await kv.put('key', 'new')
      advance((cacheSeconds ?? 10) - 0.001)
      expect([await store.get('key'), reads()]).toEqual([old, 1])
      advance(0.001)
      expect([await store.get('key'), await store.get('key'), reads()]).toEqual(['new', 'new', 2])
    }
  })

  it('counts from the beginning of the read', async () => {
    const { store, faults, reads, advance } = setup()
    const fault = faults.answerLate('get', { times: 1 })
    const read = store.get('key')
    advance(10)
    fault.release()
    await read
    await store.get('key')
    expect(reads()).toBe(2)
  })

  it('serves nothing with 0 seconds, and nothing after the clock was set back', async () => {
    const { store, open, reads, advance } = setup()
    await store.put('key', 'value')
    for (let i = 0; i < 3; i++) await open(0).get('key')
    expect(reads()).toBe(3)
    advance(-1)
    await store.get('key')
    expect(reads()).toBe(4)
  })

  it('goes to KV for a fresh read, and serves its value afterwards', async () => {
    const { kv, store, reads } = setup()
    await kv.put('key', 'old')
    await store.get('key')
    for (const value of ['new', null]) {
      if (value === null) await kv.delete('key')
      else await kv.put('key', value)
      expect(await store.get('key', { fresh: true })).toBe(value)
      expect(await store.get('key')).toBe(value)
    }
    expect(reads()).toBe(3)
  })

  it.each(['put', 'delete'] as const)('serves what this isolate wrote: %s', async (operation) => {
    const { kv, store, reads, advance } = setup()
    await kv.put('key', 'old')
    await store.get('key')
    const written = operation === 'put' ? 'mine' : null
    await (operation === 'put' ? store.put('key', 'mine') : store.delete('key'))
    await kv.put('key', 'theirs')
    advance(9.999)
    expect([await store.get('key'), reads()]).toEqual([written, 1])
    advance(0.001)
    expect(await store.get('key')).toBe('theirs')
  })

  it.each(['fail', 'failAfter'] as const)('drops a value whose write failed: %s', async (kind) => {
    for (const operation of ['put', 'delete'] as const) {
      const { kv, store, faults } = setup()
      await store.put('key', 'old')
      faults[kind](operation)
      await expect(store[operation]('key', 'new')).rejects.toThrow('500')
      expect(await store.get('key')).toBe(await kv.get('key'))
    }
  })

  it('ends a value with its entry', async () => {
    const { store, kv, advance } = setup({ cacheSeconds: 3600 })
    await store.put('key', 'value', { ttlSeconds: 90 })
    await kv.put('key', 'later')
    advance(89.999)
    expect(await store.get('key')).toBe('value')
    advance(0.001)
    expect(await store.get('key')).toBe('later')
  })

  it.each([
    ['a write', 'get', {}, 'put'],
    ['a delete', 'get', {}, 'delete'],
    ['a fresh read', 'get', {}, 'get'],
    ['a write, for a fresh read', 'get', { fresh: true }, 'put'],
  ] as const)('keeps no value of a read that began before %s', async (_n, _o, options, change) => {
    for (const endsFirst of ['read', 'change']) {
      const { kv, store, faults } = setup()
      await kv.put('key', 'old')
      const late = faults.answerLate('get', { times: 1 })
      const read = store.get('key', options)
      await vi.waitUntil(() => late.held === 1)
      if (change === 'get') await kv.put('key', 'new')
      const slow = faults.answerLate(change, { times: 1 })
      const changed =
        change === 'get' ? store.get('key', { fresh: true }) : store[change]('key', 'new')
      await vi.waitUntil(() => slow.held === 1)
      for (const fault of endsFirst === 'read' ? [late, slow] : [slow, late]) {
        fault.release()
        await (fault === late ? read : changed)
      }
      expect(await read).toBe('old')
      expect(await store.get('key')).toBe(change === 'delete' ? null : 'new')
    }
  })

  it.each(['read', 'write'])(
    'serves a write, not a read that began during it: %s ends first',
    async (first) => {
      const { kv, store, faults, reads } = setup()
      await kv.put('key', 'old')
      const write = faults.hang('put', { times: 1 })
      const written = store.put('key', 'new')
      await vi.waitUntil(() => write.held === 1)
      const read = faults.answerLate('get', { times: 1 })
      const seen = store.get('key')
      await vi.waitUntil(() => read.held === 1)
      for (const fault of first === 'read' ? [read, write] : [write, read]) {
        fault.release()
        await (fault === read ? seen : written)
      }
      expect([await seen, await store.get('key'), reads()]).toEqual(['old', 'new', 1])
    },
  )

  it('asks KV after two writes at once, whose order is unknown', async () => {
    const { store, faults } = setup()
    const hung = faults.hang('put', { times: 1 })
    const first = store.put('key', 'first')
    await vi.waitUntil(() => hung.held === 1)
    await store.put('key', 'second')
    hung.release()
    await first
    expect(await store.get('key')).toBe('first')
  })

  it('is one for a binding, whatever the lifetimes, and none of another binding', async () => {
    const { kv, namespace, store, open, reads, advance, now } = setup()
    await store.put('key', 'mine')
    await kv.put('key', 'theirs')
    advance(5)
    expect([await store.get('key'), await open(6).get('key'), reads()]).toEqual(['mine', 'mine', 0])
    expect(await kvStore({ ...namespace }, { now }).get('key')).toBe('theirs')
    expect([await open(5).get('key'), await store.get('key')]).toEqual(['theirs', 'theirs'])
  })

  it('comes with one store for the same binding and options', () => {
    const { namespace, store, open } = setup()
    expect(open()).toBe(store)
    expect(open(10)).toBe(store)
    expect(kvStore(namespace)).toBe(kvStore(namespace, {}))
    expect(new Set([store, open(9), kvStore(namespace), kvStore({ ...namespace })]).size).toBe(4)
  })

  it('holds a mebibyte of keys and values, and lets the oldest go first', async () => {
    const { store, reads } = setup()
    const value = 'x'.repeat(1024 ** 2 / 8 - 1)
    for (const key of 'abcdefgh') await store.put(key, value)
    for (const key of 'abcdefgh') await store.get(key)
    expect(reads()).toBe(0)
    await store.put('i', '')
    await store.get('b')
    expect(reads()).toBe(0)
    await store.get('a')
    expect(reads()).toBe(1)
    await store.put('large', 'x'.repeat(1024 ** 2))
    await store.get('i')
    await store.get('large')
    expect(reads()).toBe(2)
  })
})
