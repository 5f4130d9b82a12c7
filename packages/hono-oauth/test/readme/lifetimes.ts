import type { PutOptions, Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'

/** A store in memory that keeps how long each of its entries was to live, in seconds. */
export function recordLifetimes() {
  const memory = memoryStore()
  const lifetimes = new Map<string, (number | undefined)[]>()
  const note = (key: string, { ttlSeconds }: PutOptions = {}) => {
    lifetimes.set(key, [...(lifetimes.get(key) ?? []), ttlSeconds])
  }
  const store: Store = {
    ...memory,
    put(key, value, options) {
      note(key, options)
      return memory.put(key, value, options)
    },
    async compareAndSwap(key, expected, value, options) {
      note(key, options)
      return (await memory.compareAndSwap?.(key, expected, value, options)) ?? false
    },
  }
  return { store, lifetimes }
}
