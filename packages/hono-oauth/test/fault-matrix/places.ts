import type { Store } from 'hono-oauth'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { type KVNamespaceLike, kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { type Faults, faultyStore, workersKv } from 'hono-oauth/testing'
import type { App } from '../rig/app.ts'
import { keysOf } from '../rig/dump.ts'
import { fakeNamespace } from '../rig/objects.ts'
import { type WatchedNamespace, watchNamespace } from '../rig/watched-namespace.ts'

/** Where connections are kept, and the provider of the app that keeps its connections there. */
export const PROVIDERS = { memory: 'ex-memory', kv: 'ex-kv', object: 'ex-object' } as const
export type PlaceName = keyof typeof PROVIDERS

/** A store for the app, and what can happen to it. */
export interface FaultyPlace {
  readonly store: Store
  readonly faults?: Faults
  readonly calls?: WatchedNamespace
  /** Runs once something was written. */
  onWritten?: (() => void) | undefined
  /** Lets objects do what is due. */
  ring(): Promise<void>
}

export function openPlace(name: PlaceName, now: () => number, app: () => App): FaultyPlace {
  if (name === 'object') {
    const namespace = fakeNamespace(() => app().oauth)
    const calls = watchNamespace(namespace)
    return {
      store: durableObjectStore(calls.namespace),
      calls,
      async ring() {
        for (const object of namespace.objects.values()) await object.alarm()
      },
    }
  }
  const inner = name === 'kv' ? bareKv(workersKv({ now }).location('here')) : memoryStore({ now })
  const { store: faulty, faults } = faultyStore(inner)
  const store = watchWrites(faulty, () => place.onWritten?.())
  const place: FaultyPlace = {
    store: name === 'kv' ? kvStore(namespaceOver(store), { cacheSeconds: 0 }) : store,
    faults,
    ring: async () => undefined,
  }
  return place
}

function watchWrites(store: Store, written: () => void): Store {
  const { put, compareAndSwap } = store
  const watched =
    <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
    (...args: Args) =>
      write(...args).then((result) => {
        written()
        return result
      })
  return { ...store, put: watched(put), ...(compareAndSwap && { compareAndSwap: watched(compareAndSwap) }) }
}

/** A namespace as a store that tries nothing again, so that faults can be put between the two. */
function bareKv(namespace: KVNamespaceLike): Store {
  return {
    ...kvStore(namespace, { cacheSeconds: 0 }),
    put(key, value, { ttlSeconds } = {}) {
      const options = ttlSeconds === undefined ? undefined : { expirationTtl: ttlSeconds }
      return namespace.put(key, value, options)
    },
  }
}

function namespaceOver(store: Store): KVNamespaceLike {
  return {
    get: (key) => store.get(key),
    put: (key, value, { expirationTtl } = {}) => store.put(key, value, { ttlSeconds: expirationTtl }),
    list: async ({ prefix }) => ({
      keys: (await keysOf(store, prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
    delete: (key) => store.delete(key),
  }
}
