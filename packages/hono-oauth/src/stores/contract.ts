/** What a store can promise. */
export interface StoreGuarantees {
  /** `eventual`: a read may miss a write of up to a minute ago. */
  readonly consistency: 'strong' | 'eventual'
  /** Whether a write can be made to depend on what is stored. */
  readonly compareAndSwap: boolean
  /** The shortest lifetime an entry can have, in seconds; a shorter one is raised to it. */
  readonly minTtlSeconds: number
  /** How often one key may be written, per second; `null` for no limit. */
  readonly writesPerKeyPerSecond: number | null
}

/** How long an entry lives. */
export interface PutOptions {
  /** Lifetime in seconds; without it the entry stays until it is deleted. */
  readonly ttlSeconds?: number | undefined
  /**
   * When the entry has work to do, in seconds since the epoch: a store that can wake somebody up does
   * it then, the others pay no attention.
   */
  readonly wakeAt?: number | undefined
}

/** How a value is read. */
export interface GetOptions {
  /** Past every cache, for whoever is about to change what is read. */
  readonly fresh?: boolean | undefined
}

/** Where connections are kept. Values are sealed before they get here. */
export interface Store {
  readonly guarantees: StoreGuarantees
  /** The value of a key, or `null`. */
  get(key: string, options?: GetOptions): Promise<string | null>
  put(key: string, value: string, options?: PutOptions): Promise<void>
  /**
   * Writes a value only while the stored one is still the expected one, in one step; absent where
   * `guarantees.compareAndSwap` is false.
   *
   * @param expected - the value that was read; `null` where there was none
   * @returns whether it was written
   */
  compareAndSwap?(
    key: string,
    expected: string | null,
    value: string,
    options?: PutOptions,
  ): Promise<boolean>
  /** The keys that begin with a prefix, in no particular order. */
  list(prefix: string): Promise<readonly string[]>
  /** Deletes a key; one that is not there is no error. */
  delete(key: string): Promise<void>
  /** Drops what a cache holds of a key; absent where there is no cache. */
  forget?(key: string): Promise<void>
}
