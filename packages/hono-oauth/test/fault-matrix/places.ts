import type { Store } from 'hono-oauth'
import { type KVNamespaceLike, kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { type Faults, faultyStore, workersKv } from 'hono-oauth/testing'
import type { EngineSource } from '../../src/durable-object/object-host.ts'
import { durableObjectStore } from '../../src/durable-object/store.ts'
import { type ObjectMethod, objectNamespace, type Strike } from './objects.ts'

export const PLACES = ['memory', 'kv', 'object'] as const
/** Where connections are kept. */
export type PlaceName = (typeof PLACES)[number]

/** A store for the app, and what can happen to it. */
export interface Place {
  readonly store: Store
  readonly faults?: Faults
  readonly strikes?: Map<ObjectMethod, Strike>
  /** Runs once something was written. */
  onWritten?: (() => void) | undefined
  /** Another location of the same Workers KV. */
  readonly other?: () => Store
  /** Wakes whoever has work to do. */
  ring(): Promise<void>
}

export function openPlace(
  name: PlaceName,
  now: () => number,
  source: () => EngineSource<object>,
): Place {
  if (name === 'object') {
    const { namespace, strikes, ring } = objectNamespace(source)
    return { store: durableObjectStore(namespace), strikes, ring }
  }
  const kv = workersKv({ now })
  const inner = name === 'kv' ? bareKv(kv.location('here')) : memoryStore({ now })
  const { store: faulty, faults } = faultyStore(inner)
  const store = watchWrites(faulty, () => place.onWritten?.())
  const place: Place = {
    store: name === 'kv' ? kvStore(namespaceOver(store)) : store,
    faults,
    other: () => kvStore(kv.location('there')),
    ring: async () => undefined,
  }
  return place
}

function watchWrites(store: Store, written: () => void): Store {
  const swap = store.compareAndSwap
  return {
    ...store,
    async put(key, value, options) {
      await store.put(key, value, options)
      written()
    },
    ...(swap && {
      async compareAndSwap(key, expected, value, options) {
        const isWritten = await swap(key, expected, value, options)
        written()
        return isWritten
      },
    }),
  }
}

/** A namespace as a store that tries nothing again, so that faults can be put between the two. */
function bareKv(namespace: KVNamespaceLike): Store {
  return {
    ...kvStore(namespace),
    put: (key, value, { ttlSeconds } = {}) =>
      namespace.put(
        key,
        value,
        ttlSeconds === undefined ? undefined : { expirationTtl: ttlSeconds },
      ),
  }
}

function namespaceOver(store: Store): KVNamespaceLike {
  return {
    get: (key) => store.get(key),
    put: (key, value, { expirationTtl } = {}) =>
      store.put(key, value, { ttlSeconds: expirationTtl }),
    list: async ({ prefix }) => ({
      keys: (await store.list(prefix)).keys.map((name) => ({ name })),
      list_complete: true,
    }),
    delete: (key) => store.delete(key),
  }
}
