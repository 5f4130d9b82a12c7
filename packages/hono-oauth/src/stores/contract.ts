/** How long an entry lives, and when it has work to do. */
export interface PutOptions {
  /** Lifetime in seconds; without it the entry stays until it is deleted. */
  readonly ttlSeconds?: number | undefined
  /**
   * When the entry has work to do, in seconds since the epoch. A Durable Object sets its alarm to this
   * time; the other stores ignore it.
   */
  readonly wakeAt?: number | undefined
}

/** How a value is read. */
export interface GetOptions {
  /** Reads past every cache. A caller that changes what it has read needs this. */
  readonly fresh?: boolean | undefined
}

/** Which page of keys to list. */
export interface ListOptions {
  /** The `cursor` of the page before, for the same prefix; without it the first page. */
  readonly cursor?: string | undefined
  /** How many keys the page has at most; 1000 without it. Workers KV lists 1000 at most. */
  readonly limit?: number | undefined
}

/** Some keys, in ascending order. */
export interface KeyPage {
  readonly keys: readonly string[]
  /** Where the next page begins; absent on the last page. A page with a cursor may have few keys, or none. */
  readonly cursor?: string | undefined
}

/**
 * Where connections are kept. Values are sealed before a store gets them.
 *
 * A store with `compareAndSwap` is strongly consistent: each read sees the last write. A store without it
 * counts as eventually consistent and slow to write, like Workers KV: a read may miss a write of the
 * last minute, and a key takes one write a second.
 */
export interface Store {
  /** The value of a key, or `null`. */
  get(key: string, options?: GetOptions): Promise<string | null>
  put(key: string, value: string, options?: PutOptions): Promise<void>
  /**
   * Writes a value only while the stored value is the expected one, in one step.
   *
   * @param expected - the value that was read; `null` where there was none
   * @returns whether the value was written
   */
  compareAndSwap?(
    key: string,
    expected: string | null,
    value: string,
    options?: PutOptions,
  ): Promise<boolean>
  /** The keys that begin with a prefix, in ascending order, page by page. */
  list(prefix: string, options?: ListOptions): Promise<KeyPage>
  /** Deletes a key; a key that is absent is no error. */
  delete(key: string): Promise<void>
  /** Drops the cached copy of a key. Only a cache in front of another store has this. */
  forget?(key: string): Promise<void>
}
