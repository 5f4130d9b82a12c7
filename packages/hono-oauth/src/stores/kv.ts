import { configurationError } from '../errors.ts'
import type { Store } from './contract.ts'

const MIN_TTL_SECONDS = 60
const MAX_ATTEMPTS = 3
const PAUSE_MS = 1000

/** The part of a Workers KV namespace that the store uses. */
export interface KVNamespaceLike {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>
  list(options: { prefix: string; cursor?: string | null }): Promise<{
    keys: readonly { name: string }[]
    list_complete: boolean
    cursor?: string
  }>
  delete(key: string): Promise<void>
}

/**
 * Keeps connections in Workers KV.
 *
 * KV is eventually consistent: another location may see a disconnect up to a minute late. It takes
 * one write a second for each key; a write that comes too soon is tried again, three times in all.
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
  if (!namespace)
    throw configurationError('store', 'has no KV namespace, its binding may be missing')
  return {
    guarantees: {
      consistency: 'eventual',
      compareAndSwap: false,
      minTtlSeconds: MIN_TTL_SECONDS,
      writesPerKeyPerSecond: 1,
    },
    get: (key) => namespace.get(key),
    put(key, value, { ttlSeconds } = {}) {
      const options =
        ttlSeconds === undefined
          ? undefined
          : { expirationTtl: Math.max(MIN_TTL_SECONDS, Math.ceil(ttlSeconds)) }
      return patiently(() => namespace.put(key, value, options))
    },
    async list(prefix) {
      const names: string[] = []
      let cursor: string | undefined
      do {
        const page = await namespace.list({ prefix, cursor: cursor ?? null })
        names.push(...page.keys.map(({ name }) => name))
        cursor = page.list_complete ? undefined : page.cursor
      } while (cursor)
      return names
    },
    delete: (key) => namespace.delete(key),
  }
}

/** KV tells a write that came too soon by an error that says 429. */
async function patiently(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !/\b429\b/.test(String(error))) throw error
      const jitter = Math.random() * PAUSE_MS
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS + jitter))
    }
  }
}
