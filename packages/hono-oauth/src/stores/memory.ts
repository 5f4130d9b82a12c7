import type { Store } from './contract.ts'

/**
 * Keeps connections in the memory of this process: for tests and local play.
 *
 * @param options - `now`, the clock in milliseconds since the epoch
 * @returns the store
 * @example
 * ```ts
 * const store = memoryStore()
 * await store.put('greeting', 'hello', { ttlSeconds: 60 })
 * ```
 */
export function memoryStore({ now = Date.now }: { now?: () => number } = {}): Store {
  const entries = new Map<string, { value: string; expiresAt: number }>()
  return {
    guarantees: {
      consistency: 'strong',
      compareAndSwap: false,
      minTtlSeconds: 0,
      writesPerKeyPerSecond: null,
    },
    async get(key) {
      const entry = entries.get(key)
      if (!entry) return null
      if (entry.expiresAt > now()) return entry.value
      entries.delete(key)
      return null
    },
    async put(key, value, { ttlSeconds = Number.POSITIVE_INFINITY } = {}) {
      entries.set(key, { value, expiresAt: now() + ttlSeconds * 1000 })
    },
    async list(prefix) {
      const live = [...entries].filter(([, { expiresAt }]) => expiresAt > now())
      return live.map(([key]) => key).filter((key) => key.startsWith(prefix))
    },
    async delete(key) {
      entries.delete(key)
    },
  }
}
