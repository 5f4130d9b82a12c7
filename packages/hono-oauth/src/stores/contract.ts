/** The lifetime of an entry, and the time of its next work. */
export interface PutOptions {
  /** Lifetime in seconds; without it the entry stays until it is deleted. */
  readonly ttlSeconds?: number | undefined
  /**
   * When there is work to do for the entry, in seconds since the epoch. A Durable Object sets its alarm to this
   * time; the other stores ignore it.
   */
  readonly wakeAt?: number | undefined
}

/** The options of a read. */
export interface GetOptions {
  /** Whether to read past every cache: a caller that writes back a changed value needs this. */
  readonly fresh?: boolean | undefined
}

/** Which page of keys to list. */
export interface ListOptions {
  /** The `cursor` of the previous page of the same prefix; absent for the first page. */
  readonly cursor?: string | undefined
  /** How many keys the page has at most; 1000 by default, which is the most that Workers KV lists. */
  readonly limit?: number | undefined
}

/** How many keys a page has at most by default. */
export const DEFAULT_LIMIT = 1000

/** One page of keys, in ascending order. */
export interface KeyPage {
  readonly keys: readonly string[]
  /** The start of the next page; absent on the last page. A page with a cursor may still have few keys, or none. */
  readonly cursor?: string | undefined
}

/**
 * Makes a page whose cursor is its last key.
 *
 * @param keys - in ascending order; more than `limit` when another page follows
 * @param limit - how many keys the page has at most
 */
export function keyPage(keys: readonly string[], limit: number): KeyPage {
  const page = keys.slice(0, limit)
  return keys.length > limit ? { keys: page, cursor: page.at(-1) } : { keys: page }
}

/**
 * Keeps connections. The values are sealed before a store gets them.
 *
 * A store with `compareAndSwap` is strongly consistent: each read sees the last write. A store without it
 * counts as eventually consistent and slow to write, like Workers KV: a read may miss a write of the
 * last minute, and a key takes one write a second.
 */
export interface Store {
  /** Whether the values are lost with this object: it must be made once, not for each configuration. */
  readonly isVolatile?: boolean | undefined
  /** The value of a key, or `null`. */
  get(key: string, options?: GetOptions): Promise<string | null>
  put(key: string, value: string, options?: PutOptions): Promise<void>
  /**
   * Writes a value only while the stored value is the expected one, in one step.
   *
   * @param expected - the value that the caller has read, or `null` for an absent key
   * @returns whether the value was written
   */
  compareAndSwap?(key: string, expected: string | null, value: string, options?: PutOptions): Promise<boolean>
  /** The keys that begin with a prefix, in ascending order, page by page. */
  list(prefix: string, options?: ListOptions): Promise<KeyPage>
  /** Deletes a key; a key that is absent is no error. */
  delete(key: string): Promise<void>
  /** Drops the cached copy of a key; only a store with a cache in front has this. */
  forget?(key: string): Promise<void>
}
