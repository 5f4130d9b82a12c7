import { LATE, untilDeadline } from '../deadline.ts'
import type { PutOptions, Store } from './contract.ts'

const DEFAULT_TTL_SECONDS = 60
const PATIENCE_MS = 1000

/**
 * Puts a read cache in front of a store that is far away.
 *
 * What it costs: somebody elsewhere may be served an old value, or one that was deleted or has
 * expired, for as long as `ttlSeconds` and the cache's own lag together; Workers KV adds up to a
 * minute. A read with `fresh` and everything that writes goes to the store itself, so nothing is ever
 * decided by an old value, and what the store guarantees holds for those. The cache is a help and no
 * more: its failures are ignored, and it is waited for a second at most.
 *
 * @param store - what has the last word
 * @param cache - holds copies, under the same keys: nothing else may be kept in it
 * @param options - `ttlSeconds`, how long a copy lives, in seconds; raised to what the cache can do
 * @returns the store, with `forget`
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
  const { minTtlSeconds } = cache.guarantees
  const longest = Math.max(ttlSeconds, minTtlSeconds)
  const swap = store.compareAndSwap

  /** A copy does not outlive its entry, so there is none where the cache would raise its lifetime. */
  function copy(key: string, value: string, { ttlSeconds }: PutOptions = {}): Promise<void> {
    const lifetime = Math.min(longest, ttlSeconds ?? longest)
    if (lifetime < minTtlSeconds) return cache.delete(key)
    return cache.put(key, value, { ttlSeconds: lifetime })
  }

  const drop = (key: string) => inTime(attempt(() => cache.delete(key)))

  /** Counts what this isolate changed: a read that began before must not put its old value back. */
  let changes = 0

  /** What became of a write that failed is not known: it may have been done. */
  async function write<T>(key: string, work: () => Promise<T>): Promise<T> {
    changes++
    try {
      return await work()
    } catch (error) {
      await drop(key)
      throw error
    }
  }

  async function readAfresh(key: string): Promise<string | null> {
    const asked = attempt(() => cache.get(key))
    const value = await store.get(key, { fresh: true })
    const refresh = async () => {
      // What is right is left alone: Workers KV takes one write a second, and the next is the caller's.
      if ((await asked) === value) return
      await (value === null ? cache.delete(key) : copy(key, value))
    }
    await inTime(attempt(refresh))
    return value
  }

  return {
    ...store,
    async get(key, options) {
      if (options?.fresh) return readAfresh(key)
      const cached = await inTime(attempt(() => cache.get(key)))
      if (typeof cached === 'string') return cached
      const before = changes
      const value = await store.get(key, options)
      // Waited for, because a Worker may be stopped once it has answered. A cache that could not be
      // read is left alone.
      const isNewest = changes === before
      if (value !== null && cached === null && isNewest) {
        await inTime(attempt(() => copy(key, value)))
      }
      return value
    },
    async put(key, value, options) {
      await write(key, () => store.put(key, value, options))
      await inTime(attempt(() => copy(key, value, options)))
    },
    ...(swap && {
      async compareAndSwap(key, expected, value, options) {
        const written = await write(key, () => swap(key, expected, value, options))
        await (written ? inTime(attempt(() => copy(key, value, options))) : drop(key))
        return written
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

/** What the work gives; nothing when it fails. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    return undefined
  }
}

/** What the work gives; nothing when it takes too long. The work itself goes on. */
async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  const result = await untilDeadline(work, Date.now() + PATIENCE_MS)
  return result === LATE ? undefined : result
}
