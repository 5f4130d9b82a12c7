import type { Store } from './contract.ts'

const stores = new WeakMap<object, WeakMap<object, Map<number, Store>>>()

/**
 * Returns the store that was made of the same parts before, or makes it.
 *
 * An app makes its stores in a function of `env`, which runs more than once in an isolate. What the
 * isolate remembers of a store belongs to the store object, so equal parts have to give the same object.
 *
 * @param binding - the binding, or the store below
 * @param part - what else the store is made of: its clock, or its cache
 * @param seconds - its setting
 * @param make - makes the store the first time
 */
export function sharedStore(
  binding: object,
  part: object,
  seconds: number,
  make: () => Store,
): Store {
  const byPart = stores.get(binding) ?? new WeakMap<object, Map<number, Store>>()
  const bySeconds = byPart.get(part) ?? new Map<number, Store>()
  const store = bySeconds.get(seconds) ?? make()
  stores.set(binding, byPart.set(part, bySeconds.set(seconds, store)))
  return store
}
