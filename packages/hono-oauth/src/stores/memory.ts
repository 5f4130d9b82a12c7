import { DEFAULT_LIMIT, keyPage, type PutOptions, type Store } from './contract.ts'

/**
 * Keeps connections in the memory of this process, for tests and local development.
 *
 * @param options - `now`, the clock in milliseconds since the epoch
 * @returns the store
 * @example
 * ```ts
 * const store = memoryStore()
 * await store.put('greeting', 'hello', { ttlSeconds: 60 })
 * ```
 */
export function memoryStore({ now = Date.now }: { readonly now?: (() => number) | undefined } = {}): Store {
  const entries = new Map<string, { value: string; expiresAt: number }>()

  function read(key: string): string | null {
    const entry = entries.get(key)
    if (!entry) return null
    if (entry.expiresAt > now()) return entry.value
    entries.delete(key)
    return null
  }

  function write(key: string, value: string, { ttlSeconds }: PutOptions = {}): void {
    entries.set(key, { value, expiresAt: now() + (ttlSeconds ?? Number.POSITIVE_INFINITY) * 1000 })
  }

  return {
    isVolatile: true,
    get: async (key) => read(key),
    put: async (key, value, options) => write(key, value, options),
    // Atomic, because there is no `await` between the read and the write.
    async compareAndSwap(key, expected, value, options) {
      if (read(key) !== expected) return false
      write(key, value, options)
      return true
    },
    async list(prefix, { cursor, limit = DEFAULT_LIMIT } = {}) {
      const isListed = (key: string) =>
        key.startsWith(prefix) && (cursor === undefined || key > cursor) && read(key) !== null
      return keyPage([...entries.keys()].filter(isListed).sort(), limit)
    },
    async delete(key) {
      entries.delete(key)
    },
  }
}
