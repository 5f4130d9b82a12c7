import { configurationError } from '../errors.ts'
import { DEFAULT_LIMIT, type Store } from './contract.ts'
import { readCacheOf } from './read-cache.ts'
import { sharedStore } from './shared-store.ts'

const MIN_TTL_SECONDS = 60
const MAX_LIMIT = 1000
const CACHE_SECONDS = 10
const MAX_ATTEMPTS = 3
const PAUSE_MS = 1000

/** The part of a Workers KV namespace that the store uses. */
export interface KVNamespaceLike {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>
  list(options: { prefix: string; cursor?: string | null; limit?: number }): Promise<{
    keys: readonly { name: string }[]
    list_complete: boolean
    cursor?: string
  }>
  delete(key: string): Promise<void>
}

/** The options of a store over Workers KV. */
export interface KVStoreOptions {
  /** How long this isolate serves a value without asking KV again, in seconds; 10 by default, `0` for never. */
  readonly cacheSeconds?: number | undefined
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/**
 * Keeps connections in Workers KV, with a cache in the isolate: a value may be `cacheSeconds` older than the
 * 60 seconds that KV allows itself, except after a read with `fresh`.
 *
 * @param namespace - the KV binding
 * @param options - `cacheSeconds` in seconds (10; `0`: no cache), and the clock `now` in milliseconds since the epoch
 * @returns the store; the same object for the same binding and options
 * @throws OAuthError `configuration_invalid` when the binding is missing or `cacheSeconds` is not a number
 *   from 0 up
 * @see {@link https://developers.cloudflare.com/kv/concepts/how-kv-works/ | How KV works}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({ ...settings, store: kvStore(env.TOKENS, { cacheSeconds: 5 }) }))
 * ```
 */
export function kvStore(
  namespace: KVNamespaceLike,
  { cacheSeconds = CACHE_SECONDS, now = Date.now }: KVStoreOptions = {},
): Store {
  if (!namespace)
    throw configurationError(
      'store',
      'has no KV namespace. Bind one in the wrangler file: `"kv_namespaces": [{ "binding": "TOKENS" }]`',
    )
  if (!Number.isFinite(cacheSeconds) || cacheSeconds < 0)
    throw configurationError('cacheSeconds', 'is not a number of seconds from 0 up')
  return sharedStore(namespace, now, cacheSeconds, () => openStore(namespace, cacheSeconds, now))
}

function openStore(namespace: KVNamespaceLike, cacheSeconds: number, now: () => number): Store {
  const cache = readCacheOf(namespace)

  async function write(key: string, value: string | null, work: () => Promise<void>, expiresAt?: number) {
    const begun = cache.beginWrite(key)
    try {
      await work()
    } catch (error) {
      // KV may have done the write although it failed to answer.
      cache.drop(key)
      throw error
    }
    cache.endWrite(key, begun, value, now(), expiresAt)
  }

  return {
    async get(key, { fresh = false } = {}) {
      const startedAt = now()
      const known = fresh ? undefined : cache.get(key, startedAt, cacheSeconds * 1000)
      if (known !== undefined) return known
      const slot = cache.beginRead(key, fresh)
      const value = await namespace.get(key)
      cache.endRead(key, slot, value, startedAt)
      return value
    },
    put(key, value, { ttlSeconds } = {}) {
      if (ttlSeconds === undefined) return write(key, value, () => retryPut(namespace, key, value))
      const expirationTtl = Math.max(MIN_TTL_SECONDS, Math.ceil(ttlSeconds))
      const put = () => retryPut(namespace, key, value, { expirationTtl })
      return write(key, value, put, now() + expirationTtl * 1000)
    },
    async list(prefix, { cursor, limit = DEFAULT_LIMIT } = {}) {
      const page = await namespace.list({ prefix, cursor: cursor ?? null, limit: Math.min(limit, MAX_LIMIT) })
      const keys = page.keys.map(({ name }) => name)
      return page.list_complete ? { keys } : { keys, cursor: page.cursor }
    },
    delete: (key) => write(key, null, () => namespace.delete(key)),
  }
}

/** Tries a write again after an error that says 429: KV takes one write a second for a key. */
async function retryPut(namespace: KVNamespaceLike, ...put: Parameters<KVNamespaceLike['put']>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await namespace.put(...put)
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !/\b429\b/.test(String(error))) throw error
      const jitter = Math.random() * PAUSE_MS
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS + jitter))
    }
  }
}
