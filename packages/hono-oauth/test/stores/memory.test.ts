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

  it('shares nothing with another store', async () => {
    const [a, b] = [memoryStore(), memoryStore()]
    await a.put('key', 'value')
    expect(await b.get('key')).toBeNull()
  })
})
