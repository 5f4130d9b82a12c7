import { configurationError } from '../errors.ts'
import type { Store } from './contract.ts'

const MIN_TTL_SECONDS = 60

/** The part of a Workers KV namespace that the store uses. */
export interface KVNamespaceLike {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * Keeps connections in Workers KV.
 *
 * KV is eventually consistent: another location may see a disconnect up to a minute late.
 *
 * @param namespace - the KV binding
 * @returns the store
 * @throws OAuthError `configuration_invalid` when the binding is missing
 * @see {@link https://developers.cloudflare.com/kv/concepts/how-kv-works/ | How KV works}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({ ...settings, store: kvStore(env.TOKENS) }))
 * ```
 */
export function kvStore(namespace: KVNamespaceLike): Store {
  if (!namespace) throw configurationError('store', 'has no KV namespace: is the binding missing?')
  return {
    guarantees: {
      consistency: 'eventual',
      compareAndSwap: false,
      minTtlSeconds: MIN_TTL_SECONDS,
      writesPerKeyPerSecond: 1,
    },
    get: (key) => namespace.get(key),
    put: (key, value, { ttlSeconds } = {}) =>
      namespace.put(
        key,
        value,
        ttlSeconds === undefined
          ? undefined
          : { expirationTtl: Math.max(MIN_TTL_SECONDS, Math.ceil(ttlSeconds)) },
      ),
    delete: (key) => namespace.delete(key),
  }
}
