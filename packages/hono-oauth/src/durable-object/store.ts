import type { HostingStore } from '../connections/home.ts'
import { configurationError } from '../errors.ts'
import type { KeyPage } from '../stores/contract.ts'
import { callObject, type ObjectNamespaceLike } from './namespace.ts'
import { objectName } from './object-name.ts'
import { RemoteHome } from './remote-home.ts'
import type { StorageOperation } from './wire.ts'

export type { ObjectNamespaceLike }

const PATIENCE_MS = 10_000

/**
 * Keeps connections in Durable Objects, one for each owner: strongly consistent, and each renewed in one
 * place, once, however many isolates ask.
 *
 * The class is {@link connectionsObject}; it is exported by the Worker and bound in its configuration.
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
export function durableObjectStore(namespace: ObjectNamespaceLike): HostingStore {
  if (!namespace) {
    throw configurationError('store', 'has no Durable Object namespace, its binding may be missing')
  }

  /** Only a swap cannot be made again: nobody would know whether the first one was made. */
  async function storage(
    operation: StorageOperation,
    key: string,
    ...args: unknown[]
  ): Promise<unknown> {
    return callObject(
      namespace,
      objectName(key),
      (object) => object.storage(operation, [key, ...args]),
      { isRepeatable: operation !== 'compareAndSwap', patienceMs: PATIENCE_MS },
    )
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
    openHome: (documents) => new RemoteHome(namespace, documents),
  }
}
