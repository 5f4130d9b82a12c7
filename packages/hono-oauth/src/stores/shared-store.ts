import type { Store } from './contract.ts'

const stores = new WeakMap<object, WeakMap<object, Map<number, Store>>>()

/**
 * Returns the same store object for the same parts, and makes it the first time.
 *
 * An app makes its stores in a function of `env`, which may run several times in an isolate. The isolate keeps
 * what it remembers of a store under the store object.
 *
 * @param binding - the binding, or the store behind a cache
 * @param part - the clock, or the cache; the binding again for a store without either
 * @param seconds - the setting of the store; 0 for a store without one
 * @param make - makes the store
 */
export function sharedStore<S extends Store>(binding: object, part: object, seconds: number, make: () => S): S {
  const byPart = stores.get(binding) ?? new WeakMap<object, Map<number, Store>>()
  const bySeconds = byPart.get(part) ?? new Map<number, Store>()
  const store = bySeconds.get(seconds) ?? make()
  stores.set(binding, byPart.set(part, bySeconds.set(seconds, store)))
  // Each kind of binding has its own kind of store.
  return store as S
}
