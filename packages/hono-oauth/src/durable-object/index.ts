/**
 * Connections in Durable Objects, one for each owner.
 *
 * @module
 */
export { type ConnectionsObjectClass, connectionsObject } from './object.ts'
export type { EngineSource, ObjectStorageLike } from './object-host.ts'
// Also `hono-oauth/stores/durable-object`, which can be loaded where there are no Durable Objects.
export { durableObjectStore, type ObjectNamespaceLike } from './store.ts'
