import { describe, expect, it, vi } from 'vitest'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { faultyStore } from '../../src/testing/faulty-store.ts'

/** A store over a namespace to which others write directly, as `kv`, and which can hang and fail. */
function setup(cacheSeconds?: number) {
  const { now, advance } = fakeClock(1_790_000_000_000)
  const kv = memoryStore({ now })
  const { store: faulty, faults } = faultyStore(kv)
  const namespace: KVNamespaceLike = {
    ...faulty,
    put: (key, value, put) => faulty.put(key, value, { ttlSeconds: put?.expirationTtl }),
    list: async () => ({ keys: [], list_complete: true }),
  }
  const open = (seconds?: number) => kvStore(namespace, { cacheSeconds: seconds, now })
  return { kv, namespace, open, store: open(cacheSeconds), faults, reads: () => faults.count('get'), advance, now }
}

describe('the read cache of kvStore', () => {
  it.each([undefined, 10, 3, 0.5])('serves a value for its seconds: %s', async (cacheSeconds) => {
    const { kv, store, reads, advance } = setup(cacheSeconds)
    await kv.put('key', 'old')
    expect(await store.get('key')).toBe('old')
    await kv.put('key', 'new')
    advance((cacheSeconds ?? 10) - 0.001)
    expect([await store.get('key'), reads()]).toEqual(['old', 1])
    advance(0.001)
    expect([await store.get('key'), await store.get('key'), reads()]).toEqual(['new', 'new', 2])
  })

  it('counts from the beginning of the read, and serves nothing with 0 or a clock set back', async () => {
    const { kv, open, store, faults, reads, advance } = setup()
    await kv.put('key', 'old')
    const fault = faults.answerLate('get', { times: 1 })
    const read = store.get('key')
    advance(10)
    fault.release()
    await read
    expect([await store.get('key'), reads()]).toEqual(['old', 2])
    expect([await open(0).get('key'), await open(0).get('key'), reads()]).toEqual(['old', 'old', 4])
    advance(-1)
    expect([await store.get('key'), reads()]).toEqual(['old', 5])
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
    // An absence is read again: what another isolate stores then is found at once.
    expect(reads()).toBe(4)
    await kv.put('key', 'theirs')
    expect(await store.get('key')).toBe('theirs')
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

  it('drops a value that was read during a write that failed after all', async () => {
    const { kv, store, faults } = setup()
    await kv.put('key', 'old')
    const [hung, error] = [faults.hang('put'), new Error('KV PUT failed: 500')]
    vi.spyOn(kv, 'put').mockRejectedValue(error)
    const written = store.put('key', 'new').catch((cause: unknown) => cause)
    await vi.waitUntil(() => hung.held === 1)
    expect(await store.get('key')).toBe('old')
    await kv.delete('key')
    hung.release()
    expect([await written, await store.get('key')]).toEqual([error, null])
  })

  it('ends a value with its entry, and not the value that follows', async () => {
    const { store, kv, reads, advance } = setup(3600)
    await store.put('key', 'value', { ttlSeconds: 90 })
    await kv.put('key', 'later')
    advance(89.999)
    expect([await store.get('key'), reads()]).toEqual(['value', 0])
    advance(0.001)
    expect([await store.get('key'), await store.get('key'), reads()]).toEqual(['later', 'later', 1])
  })

  it.each([
    ['read', 'put', 'new'],
    ['read', 'delete', null],
    ['read', 'fresh read', 'new'],
    ['fresh read', 'put', 'new'],
    ['put', 'read', 'new'],
    ['put', 'fresh read', 'new'],
    ['delete', 'read', null],
  ] as const)('serves no old value after a %s and a %s at once', async (first, second, served) => {
    for (const endsFirst of [first, second]) {
      const { kv, store, faults, reads } = setup()
      async function begin(name: typeof first | typeof second) {
        const isRead = name === 'read' || name === 'fresh read'
        const fault = isRead ? faults.answerLate('get', { times: 1 }) : faults.hang(name, { times: 1 })
        const fresh = name === 'fresh read'
        const ended = isRead ? store.get('key', { fresh }) : store[name]('key', 'new')
        await vi.waitUntil(() => fault.held === 1)
        return { fault, ended }
      }
      await kv.put('key', 'old')
      const begun = [await begin(first)]
      if (first === 'read' && second === 'fresh read') await kv.put('key', 'new')
      begun.push(await begin(second))
      for (const { fault, ended } of endsFirst === first ? begun : begun.toReversed()) {
        fault.release()
        await ended
      }
      const before = reads()
      expect([await store.get('key'), reads() - before]).toEqual([served, 0])
    }
  })

  it.each(['ab', 'ba'])('asks KV after two writes at once, whose order is unknown: %s', async (ends) => {
    const { store, faults } = setup()
    // KV does the first write before the second, and may answer in any order.
    const hung = { a: faults.answerLate('put', { times: 1 }), b: faults.hang('put', { times: 1 }) }
    const ended = { a: store.put('key', 'a'), b: store.put('key', 'b') }
    for (const each of ends.split('') as ('a' | 'b')[]) {
      hung[each].release()
      await ended[each]
    }
    expect(await store.get('key')).toBe('b')
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
    const others = [open(9), kvStore(namespace), kvStore({ ...namespace })]
    expect(new Set([store, open(), open(10), kvStore(namespace, {}), ...others]).size).toBe(4)
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
