import { expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { testStore } from './store-suite.ts'

testStore('memoryStore', memoryStore)

it('memoryStore shares nothing with another, and lists all keys of an empty prefix', async () => {
  const [store, other] = [memoryStore(), memoryStore()]
  for (const key of ['b/c', 'a', '__proto__']) await store.put(key, 'value')
  expect(await store.list('')).toEqual({ keys: ['__proto__', 'a', 'b/c'] })
  expect(await other.list('')).toEqual({ keys: [] })
})
