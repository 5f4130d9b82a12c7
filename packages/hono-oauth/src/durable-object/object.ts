import { DurableObject } from 'cloudflare:workers'
import { type EngineSource, ObjectHost, type ObjectStorageLike } from './object-host.ts'
import type { ConnectionsRpc } from './wire.ts'

/** A Durable Object class that the Worker exports. */
export type ConnectionsObjectClass<E> = new (
  state: { readonly storage: ObjectStorageLike },
  env: E,
) => DurableObject<E> & ConnectionsRpc & { alarm(): Promise<void> }

/**
 * Creates the class of the Durable Objects that hold connections, one object for each owner.
 *
 * The Worker exports the class, binds it, and gives it SQLite storage:
 *
 * ```jsonc
 * "durable_objects": { "bindings": [{ "name": "CONNECTIONS", "class_name": "OAuthConnections" }] },
 * "migrations": [{ "tag": "v1", "new_sqlite_classes": ["OAuthConnections"] }]
 * ```
 *
 * @param oauth - what `createOAuth` returned: the objects use the same configuration
 * @returns the class
 * @see {@link https://developers.cloudflare.com/durable-objects/get-started/ | Durable Objects - Get started}
 * @example
 * ```ts
 * export class OAuthConnections extends connectionsObject(oauth) {}
 * ```
 */
export function connectionsObject<E>(oauth: EngineSource<E>): ConnectionsObjectClass<E> {
  return class extends DurableObject<E> implements ConnectionsRpc {
    readonly host: ObjectHost<E>

    constructor(state: { readonly storage: ObjectStorageLike }, env: E) {
      super(state as never, env)
      this.host = new ObjectHost(state.storage, oauth, env)
    }

    storage(...args: Parameters<ConnectionsRpc['storage']>) {
      return this.host.storage(...args)
    }

    connections(...args: Parameters<ConnectionsRpc['connections']>) {
      return this.host.connections(...args)
    }

    override alarm(): Promise<void> {
      return this.host.alarm()
    }
  }
}
