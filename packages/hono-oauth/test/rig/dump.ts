import type { Store } from 'hono-oauth'
import { listAll } from '../../src/stores/guard.ts'

/** The keys of a store that begin with a prefix. */
export function keysOf(store: Store, prefix = ''): Promise<string[]> {
  return listAll(store, prefix)
}

/** What a store holds, by key. */
export async function entriesOf(store: Store): Promise<Record<string, string>> {
  const entries = (await keysOf(store)).map(async (key) => [key, (await store.get(key)) ?? ''])
  return Object.fromEntries(await Promise.all(entries))
}

/** Entries under names of their own, beside those of another store. */
export function under(place: string, entries: Iterable<readonly [string, string]>) {
  return Object.fromEntries([...entries].map(([key, value]) => [`${place}: ${key}`, value]))
}
