import type { EngineStore } from '../connections/engine-contract.ts'
import { configurationError } from '../errors.ts'
import type { KeyPage } from '../stores/contract.ts'
import { sharedStore } from '../stores/shared-store.ts'
import { RemoteEngine } from './remote-engine.ts'
import { callObject, type ObjectNamespaceLike, objectName, type StorageOperation } from './wire.ts'

export type { ObjectNamespaceLike }

const TIMEOUT_MS = 10_000

/**
 * Keeps connections in Durable Objects, one for each owner: strongly consistent, and each renewed in one
 * place, once, however many isolates ask.
 *
 * The Worker exports the class {@link connectionsObject} and binds it in its configuration.
 *
 * @param namespace - the Durable Object binding
 * @returns the store
 * @throws OAuthError `configuration_invalid` when the binding is missing
 * @see {@link https://developers.cloudflare.com/durable-objects/ | Durable Objects}
 * @example
 * ```ts
 * createOAuth((env: Env) => ({ ...settings, store: durableObjectStore(env.CONNECTIONS) }))
 * ```
 */
export function durableObjectStore(namespace: ObjectNamespaceLike): EngineStore {
  if (!namespace)
    throw configurationError(
      'store',
      'has no Durable Object namespace. Bind it in the wrangler file: `"durable_objects": { "bindings": [{ "name": "CONNECTIONS", "class_name": "OAuthConnections" }] }`',
    )
  return sharedStore(namespace, namespace, 0, () => openStore(namespace))
}

function openStore(namespace: ObjectNamespaceLike): EngineStore {
  /** Only a swap cannot be repeated: after an unknown outcome the second swap would fail. */
  async function storage(operation: StorageOperation, key: string, ...args: unknown[]): Promise<unknown> {
    return callObject(namespace, objectName(key), (object) => object.storage(operation, [key, ...args]), {
      isRepeatable: operation !== 'compareAndSwap',
      timeoutMs: TIMEOUT_MS,
    })
  }

  return {
    get: async (key) => (await storage('get', key)) as string | null,
    async put(key, value, options) {
      await storage('put', key, value, options)
    },
    compareAndSwap: async (key, expected, value, options) =>
      (await storage('compareAndSwap', key, expected, value, options)) as boolean,
    list: async (prefix, options) => (await storage('list', prefix, options)) as KeyPage,
    async delete(key) {
      await storage('delete', key)
    },
    openEngine: (vault) => new RemoteEngine(namespace, vault),
  }
}
