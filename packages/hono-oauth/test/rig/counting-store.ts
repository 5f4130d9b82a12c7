import type { PutOptions, Store } from 'hono-oauth'

/** How often a store was asked; `put` of both kinds, with a condition and without. */
export type Operations = Record<'get' | 'put' | 'list' | 'delete', number>

/**
 * Counts the operations on a store; one that is told to fail throws instead. A state can be marked all the same: without
 * its mark a login would end before its code is sent.
 *
 * @param trace - gets the name of each operation
 */
export function countingStore(store: Store, trace: string[] = []) {
  const operations: Operations = { get: 0, put: 0, list: 0, delete: 0 }
  const failing = new Set<keyof Operations>()
  async function count<T>(operation: keyof Operations, run: () => Promise<T>, key = ''): Promise<T> {
    operations[operation]++
    trace.push(operation)
    if (failing.has(operation) && !key.startsWith('states/')) throw new Error(`${operation} failed: 429`)
    return run()
  }
  const { compareAndSwap } = store
  const counted: Store = {
    ...store,
    get: (key, options) => count('get', () => store.get(key, options)),
    put: (key, value, options) => count('put', () => store.put(key, value, options)),
    ...(compareAndSwap && {
      compareAndSwap: (key: string, old: string | null, value: string, options?: PutOptions) =>
        count('put', () => compareAndSwap(key, old, value, options), key),
    }),
    list: (prefix, options) => count('list', () => store.list(prefix, options)),
    delete: (key) => count('delete', () => store.delete(key)),
  }
  return { store: counted, operations, failing }
}
