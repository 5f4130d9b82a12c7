import type { Store } from 'hono-oauth'

/** A store, and what was written to it and not deleted. */
export function notedStore(store: Store) {
  const entries = new Map<string, string>()
  const { compareAndSwap } = store
  const noted: Store = {
    ...store,
    async put(key, value, options) {
      await store.put(key, value, options)
      entries.set(key, value)
    },
    ...(compareAndSwap && {
      async compareAndSwap(key, expected, value, options) {
        const isWritten = await compareAndSwap(key, expected, value, options)
        if (isWritten) entries.set(key, value)
        return isWritten
      },
    }),
    async delete(key) {
      await store.delete(key)
      entries.delete(key)
    },
  }
  return { store: noted, entries }
}

/** Entries under names of their own, beside those of another store. */
export function under(place: string, entries: Iterable<readonly [string, string]>) {
  return Object.fromEntries([...entries].map(([key, value]) => [`${place}: ${key}`, value]))
}
