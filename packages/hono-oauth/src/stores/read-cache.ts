const MAX_BYTES = 1024 * 1024

/** What the cache knows of a key. A slot is immutable: each step of a read or a write replaces the slot. */
interface Slot {
  /** `null` where nothing is stored; `undefined` while the value is unknown. */
  readonly value: string | null | undefined
  /** When the value was read or written, in milliseconds since the epoch. */
  readonly since: number
  /** When the stored entry expires, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** The number of the key's latest write. */
  readonly write: number
}

const NEVER = Number.POSITIVE_INFINITY
const UNKNOWN: Slot = { value: undefined, since: 0, expiresAt: NEVER, write: 0 }

/**
 * Caches, in this isolate, the values that it reads from a store and writes to the store.
 *
 * The value of a read is cached only if no write and no fresh read of the key begins during the read. The value of
 * a write is cached only if no other write of the key begins during the write: the order of the two is unknown.
 */
export class ReadCache {
  readonly #slots = new Map<string, Slot>()
  #bytes = 0
  #writes = 0

  /** The value of a key; `undefined` when it is unknown, older than `maxAgeMs`, or expired. */
  get(key: string, now: number, maxAgeMs: number): string | null | undefined {
    const slot = this.#slots.get(key)
    if (!slot || now >= slot.expiresAt) return undefined
    const age = now - slot.since
    // A clock that is set back makes the age negative.
    return age >= 0 && age < maxAgeMs ? slot.value : undefined
  }

  /** Begins a read. The values of earlier reads are not cached after a fresh read began. */
  beginRead(key: string, fresh: boolean): Slot {
    const slot = this.#slots.get(key)
    if (slot && !fresh) return slot
    return this.#set(key, { ...UNKNOWN, write: slot?.write ?? UNKNOWN.write })
  }

  /**
   * @param slot - what {@link beginRead} returned
   * @param since - when the read began
   */
  endRead(key: string, slot: Slot, value: string | null, since: number): void {
    if (this.#slots.get(key) !== slot) return
    // An absent value is not cached: the page after a first login in another isolate must find the connection.
    if (value === null) this.drop(key)
    else this.#set(key, { ...slot, value, since, expiresAt: NEVER })
  }

  beginWrite(key: string): number {
    const write = ++this.#writes
    this.#set(key, { ...UNKNOWN, write })
    return write
  }

  /** @param write - what {@link beginWrite} returned */
  endWrite(key: string, write: number, value: string | null, since: number, expiresAt = NEVER) {
    if (this.#slots.get(key)?.write !== write) this.drop(key)
    else this.#set(key, { value, since, expiresAt, write })
  }

  drop(key: string): void {
    const slot = this.#slots.get(key)
    if (!slot) return
    this.#slots.delete(key)
    this.#bytes -= sizeOf(key, slot)
  }

  /** Adds a slot as the newest, and drops the oldest ones for it. A slot that is too large is not added. */
  #set(key: string, slot: Slot): Slot {
    this.drop(key)
    const bytes = sizeOf(key, slot)
    if (bytes > MAX_BYTES) return slot
    this.#slots.set(key, slot)
    this.#bytes += bytes
    for (const oldest of this.#slots.keys()) {
      if (this.#bytes <= MAX_BYTES) break
      this.drop(oldest)
    }
    return slot
  }
}

/** Keys and sealed values are ASCII: a character is a byte. */
function sizeOf(key: string, { value }: Slot): number {
  return key.length + (value?.length ?? 0)
}

const caches = new WeakMap<object, ReadCache>()

/** The cache of a binding, which all stores of the isolate over this binding share. */
export function readCacheOf(binding: object): ReadCache {
  const cache = caches.get(binding) ?? new ReadCache()
  caches.set(binding, cache)
  return cache
}
