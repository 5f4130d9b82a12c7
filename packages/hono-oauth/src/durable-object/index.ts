/**
 * The home of connections across isolates: Durable Objects, one for each owner.
 *
 * @module
 */
export type { ObjectNamespaceLike } from './namespace.ts'
export { type ConnectionsObjectClass, connectionsObject } from './object.ts'
export type { EngineSource, ObjectStorageLike } from './object-host.ts'
export { durableObjectStore } from './store.ts'
