import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { testStore } from './store-suite.ts'

testStore('memoryStore', memoryStore)

describe('memoryStore', () => {
  const START = 1_790_000_000_000

  function storeWithClock() {
    let now = START
    const store = memoryStore({ now: () => now })
    return { store, wait: (ms: number) => (now += ms) }
  }

  it('promises that a read sees the last write', () => {
    expect(memoryStore().guarantees).toMatchObject({ consistency: 'strong', minTtlSeconds: 0 })
  })

  it.each([1, 30, 60, 3600])(
    'forgets a value after %d seconds, and not before',
    async (ttlSeconds) => {
      const { store, wait } = storeWithClock()
      await store.put('key', 'value', { ttlSeconds })
      wait(ttlSeconds * 1000 - 1)
      expect(await store.get('key')).toBe('value')
      wait(1)
      expect(await store.get('key')).toBeNull()
      wait(-1000)
      expect(await store.get('key')).toBeNull()
    },
  )

  it('keeps a value without a lifetime', async () => {
    const { store, wait } = storeWithClock()
    await store.put('key', 'value')
    await store.put('other', 'value', { ttlSeconds: undefined })
    wait(100 * 365 * 86_400_000)
    expect(await store.get('key')).toBe('value')
    expect(await store.get('other')).toBe('value')
  })

  it('counts the lifetime from the last write', async () => {
    const { store, wait } = storeWithClock()
    await store.put('key', 'first', { ttlSeconds: 10 })
    wait(9000)
    await store.put('key', 'second', { ttlSeconds: 10 })
    wait(9000)
    expect(await store.get('key')).toBe('second')
    await store.put('key', 'third')
    wait(60_000)
    expect(await store.get('key')).toBe('third')
  })

  it.each([0, -1, -60])('keeps nothing whose time is over: %d', async (ttlSeconds) => {
    const { store } = storeWithClock()
    await store.put('key', 'before')
    await store.put('key', 'value', { ttlSeconds })
    expect(await store.get('key')).toBeNull()
  })

  it('lists only what is not over yet', async () => {
    const { store, wait } = storeWithClock()
    await store.put('a/short', 'value', { ttlSeconds: 10 })
    await store.put('a/long', 'value', { ttlSeconds: 20 })
    await store.put('a/ever', 'value')
    wait(9999)
    expect([...(await store.list('a/'))].sort()).toEqual(['a/ever', 'a/long', 'a/short'])
    wait(1)
    expect([...(await store.list('a/'))].sort()).toEqual(['a/ever', 'a/long'])
    wait(10_000)
    expect(await store.list('a/')).toEqual(['a/ever'])
  })

  it('lists all keys for an empty prefix', async () => {
    const { store } = storeWithClock()
    for (const key of ['a', 'b/c', '__proto__']) await store.put(key, 'value')
    expect([...(await store.list(''))].sort()).toEqual(['__proto__', 'a', 'b/c'])
  })

  it('shares nothing with another store', async () => {
    const [a, b] = [memoryStore(), memoryStore()]
    await a.put('key', 'value')
    expect(await b.get('key')).toBeNull()
  })
})
