import { LATE, untilDeadline } from '../deadline.ts'
import type { PutOptions, Store } from './contract.ts'
import { sharedStore } from './shared-store.ts'

const DEFAULT_TTL_SECONDS = 60
/** The shortest lifetime that Workers KV gives an entry. */
const MIN_TTL_SECONDS = 60
const TIMEOUT_MS = 1000

/**
 * Puts a read cache in front of a distant store; writes, and reads with `fresh`, go to the store itself.
 *
 * @param store - keeps the values
 * @param cache - keeps copies under the same keys, and nothing else
 * @param options - `ttlSeconds`, how long a copy lives, in seconds (60, the least). Another location may
 *   serve an old value for that time and the delay of the cache: up to 70 seconds more with `kvStore`
 * @returns the store, with `forget`; the same object for the same stores and `ttlSeconds`
 * @example
 * ```ts
 * const store = cachedStore(d1Store(env.DB), kvStore(env.CACHE), { ttlSeconds: 120 })
 * const newest = await store.get('greeting', { fresh: true })
 * ```
 */
export function cachedStore(
  store: Store,
  cache: Store,
  { ttlSeconds = DEFAULT_TTL_SECONDS }: { readonly ttlSeconds?: number | undefined } = {},
): Store {
  const lifetime = Math.max(ttlSeconds, MIN_TTL_SECONDS)
  return sharedStore(store, cache, lifetime, () => putInFront(cache, store, lifetime))
}

function putInFront(cache: Store, store: Store, longest: number): Store {
  const swap = store.compareAndSwap?.bind(store)
  /** Counts the starts and ends of this isolate's writes: a read during a write makes no copy. */
  let changes = 0

  /** A copy must not outlive its entry, so an entry with less than a minute to live gets no copy. */
  function copy(key: string, value: string, { ttlSeconds }: PutOptions = {}): Promise<void> {
    const lifetime = Math.min(longest, ttlSeconds ?? longest)
    if (lifetime < MIN_TTL_SECONDS) return cache.delete(key)
    return cache.put(key, value, { ttlSeconds: lifetime })
  }

  const drop = (key: string) => inTime(() => cache.delete(key))

  async function write<T>(key: string, work: () => Promise<T>): Promise<T> {
    changes++
    try {
      return await work()
    } catch (error) {
      // The store may have done the write although it failed to answer.
      await drop(key)
      throw error
    } finally {
      changes++
    }
  }

  async function readFresh(key: string): Promise<string | null> {
    const before = changes
    const asked = attempt(() => cache.get(key, { fresh: true }))
    const value = await store.get(key, { fresh: true })
    const refresh = async () => {
      // A correct copy is not written again: Workers KV takes one write a second for a key, and after a fresh
      // read the caller writes.
      if ((await asked) === value || changes !== before) return
      await (value === null ? cache.delete(key) : copy(key, value))
    }
    await inTime(refresh)
    return value
  }

  return {
    ...store,
    async get(key, options) {
      if (options?.fresh) return readFresh(key)
      const cached = await inTime(() => cache.get(key))
      if (typeof cached === 'string') return cached
      const before = changes
      const value = await store.get(key, options)
      // A cache that could not be read gets no copy. The copy is awaited, because a Worker may be stopped
      // after its answer.
      if (value !== null && cached === null && changes === before) {
        await inTime(() => copy(key, value))
      }
      return value
    },
    async put(key, value, options) {
      await write(key, () => store.put(key, value, options))
      await inTime(() => copy(key, value, options))
    },
    ...(swap && {
      async compareAndSwap(key, expected, value, options) {
        const isWritten = await write(key, () => swap(key, expected, value, options))
        await (isWritten ? inTime(() => copy(key, value, options)) : drop(key))
        return isWritten
      },
    }),
    async delete(key) {
      await write(key, () => store.delete(key))
      await drop(key)
    },
    async forget(key) {
      changes++
      await store.forget?.(key)
      await drop(key)
    },
  }
}

/** The result of work with the cache; `undefined` when it fails. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}

/** The same, but `undefined` also after one second without a result: the store works on without the cache. */
async function inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
  const result = await untilDeadline(attempt(work), Date.now() + TIMEOUT_MS)
  return result === LATE ? undefined : result
}
