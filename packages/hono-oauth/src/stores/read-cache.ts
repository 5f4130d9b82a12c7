const MAX_BYTES = 1024 * 1024

/** What the cache knows of a key. A slot never changes: each step of a read or a write replaces it. */
interface Slot {
  /** `null` where nothing is stored; `undefined` while the value is unknown. */
  readonly value: string | null | undefined
  /** When the value was read or written, in milliseconds since the epoch. */
  readonly since: number
  /** When the stored entry ends, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** The last write of the key that began. */
  readonly write: number
}

const NEVER = Number.POSITIVE_INFINITY
const UNKNOWN: Slot = { value: undefined, since: 0, expiresAt: NEVER, write: 0 }

/**
 * Remembers, in this isolate, what was read from a store and written to it.
 *
 * A read keeps its value only if no write and no fresh read of the key began meanwhile. A write keeps
 * its value only if no other write of the key began meanwhile: the order of the two is unknown.
 */
export class ReadCache {
  readonly #slots = new Map<string, Slot>()
  #bytes = 0
  #writes = 0

  /** The value of a key, unless it is unknown, older than `maxAgeMs`, or at its end. */
  get(key: string, now: number, maxAgeMs: number): string | null | undefined {
    const slot = this.#slots.get(key)
    if (!slot || now >= slot.expiresAt) return undefined
    const age = now - slot.since
    // A clock that was set back makes ages negative.
    return age >= 0 && age < maxAgeMs ? slot.value : undefined
  }

  /** Begins a read; a fresh one takes the place of the reads that began before it. */
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
    this.#set(key, { ...slot, value, since, expiresAt: NEVER })
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

  /** Puts a slot behind all others; the oldest make room. A slot that never fits is left out. */
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

/** The cache of a binding: one in each isolate, however many stores read through it. */
export function readCacheOf(binding: object): ReadCache {
  const cache = caches.get(binding) ?? new ReadCache()
  caches.set(binding, cache)
  return cache
}
