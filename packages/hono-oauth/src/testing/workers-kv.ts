import { keyPage } from '../stores/contract.ts'
import type { KVNamespaceLike } from '../stores/kv.ts'

const MAX_KEY_BYTES = 512
const MIN_TTL_SECONDS = 60
const MAX_LIMIT = 1000
const STALENESS_SECONDS = 60
const WRITE_INTERVAL_MS = 1000

interface Entry {
  readonly value: string
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What a location has read, and serves until it reads the storage again. */
interface Copy<T> {
  readonly held: T
  /** In milliseconds since the epoch. */
  readonly until: number
}

/** Workers KV, seen from as many locations as a test needs. */
export interface WorkersKVDouble {
  /**
   * Makes the binding of an isolate at a location. The same name is the same location. Each call makes a new
   * binding, as each isolate has its own read cache in `kvStore`.
   */
  location(name: string): KVNamespaceLike
}

/** The options of a double of Workers KV. */
export interface WorkersKVOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
  /** How long a location serves what it has read, in seconds. */
  readonly stalenessSeconds?: number | undefined
  /** Gives the part of `stalenessSeconds` that each copy lasts: at least 0 and less than 1. */
  readonly random?: (() => number) | undefined
}

/**
 * Stands in for Workers KV at its slowest: a location sees the writes of other locations a minute late.
 *
 * @param options - the clock `now` in milliseconds, `stalenessSeconds` in seconds (60), and `random`, which
 *   shortens the life of each copy
 * @returns the double
 * @see {@link https://developers.cloudflare.com/kv/concepts/how-kv-works/ | How KV works}
 * @see {@link https://developers.cloudflare.com/kv/platform/limits/ | Limits}
 * @example
 * ```ts
 * const { now, advance } = fakeClock()
 * const kv = workersKv({ now })
 * const [frankfurt, sydney] = [kvStore(kv.location('fra')), kvStore(kv.location('syd'))]
 * await sydney.get('greeting') // null, and so for a minute
 * await frankfurt.put('greeting', 'hello')
 * advance(60)
 * await sydney.get('greeting', { fresh: true }) // hello
 * ```
 */
export function workersKv({
  now = Date.now,
  stalenessSeconds = STALENESS_SECONDS,
  random,
}: WorkersKVOptions = {}): WorkersKVDouble {
  const storage = new Map<string, Entry>()
  const writtenAt = new Map<string, number>()
  const locations = new Map<string, KVNamespaceLike>()

  const isLive = (entry: Entry) => entry.expiresAt > now()
  const keep = <T>(held: T): Copy<T> => ({ held, until: now() + stalenessSeconds * 1000 * (random?.() ?? 1) })

  /** What a location holds of a key; it reads the key anew after its copy has ended. */
  function hold<T>(copies: Map<string, Copy<T>>, key: string, read: () => T): T {
    const known = copies.get(key)
    const copy = known && known.until > now() ? known : keep(read())
    copies.set(key, copy)
    return copy.held
  }

  // A location serves what it has read, absent values and lists included, until the copy ends. It sees its own
  // writes at once. Entries expire on time everywhere. A key takes one write a second from all locations together;
  // deletes do not count.
  function open(): KVNamespaceLike {
    const values = new Map<string, Copy<Entry | null>>()
    const lists = new Map<string, Copy<Map<string, Entry>>>()

    /** Shows the location its own write, in its lists too. */
    function show(key: string, entry: Entry | null): void {
      values.set(key, keep(entry))
      for (const [prefix, { held }] of lists) {
        if (!key.startsWith(prefix)) continue
        if (entry) held.set(key, entry)
        else held.delete(key)
      }
    }

    return {
      async get(key) {
        requireKey('GET', key)
        const entry = hold(values, key, () => storage.get(key) ?? null)
        return entry && isLive(entry) ? entry.value : null
      },
      async put(key, value, { expirationTtl } = {}) {
        requireKey('PUT', key)
        requireTtl(expirationTtl)
        const sinceLast = now() - (writtenAt.get(key) ?? Number.NEGATIVE_INFINITY)
        if (sinceLast < WRITE_INTERVAL_MS) throw kvError('PUT', '429 Too Many Requests')
        const entry = { value, expiresAt: now() + (expirationTtl ?? Number.POSITIVE_INFINITY) * 1000 }
        writtenAt.set(key, now())
        storage.set(key, entry)
        show(key, entry)
      },
      async list({ prefix, cursor, limit = MAX_LIMIT }) {
        requireLimit(limit)
        const held = hold(lists, prefix, () => new Map([...storage].filter(([key]) => key.startsWith(prefix))))
        const names = [...held].filter(([, entry]) => isLive(entry)).map(([key]) => key)
        const rest = names.sort().filter((name) => !cursor || name > cursor)
        const page = keyPage(rest, limit)
        const keys = page.keys.map((name) => ({ name }))
        return page.cursor ? { keys, list_complete: false, cursor: page.cursor } : { keys, list_complete: true }
      },
      async delete(key) {
        requireKey('DELETE', key)
        storage.delete(key)
        show(key, null)
      },
    }
  }

  return {
    location(name) {
      const namespace = locations.get(name) ?? open()
      locations.set(name, namespace)
      return { ...namespace }
    },
  }
}

/** An error with the text of Workers KV. */
function kvError(method: 'GET' | 'PUT' | 'DELETE', reason: string): Error {
  return new Error(`KV ${method} failed: ${reason}`)
}

function requireKey(method: 'GET' | 'PUT' | 'DELETE', key: string): void {
  const { length } = new TextEncoder().encode(key)
  if (length <= MAX_KEY_BYTES) return
  const reason = `UTF-8 encoded length of ${length} exceeds key length limit of ${MAX_KEY_BYTES}.`
  throw kvError(method, `414 ${reason}`)
}

function requireTtl(seconds: number | undefined): void {
  if (seconds === undefined) return
  const invalid = `400 Invalid expiration_ttl of ${seconds}.`
  if (!Number.isInteger(seconds) || seconds <= 0) {
    throw kvError('PUT', `${invalid} Please specify integer greater than 0.`)
  }
  if (seconds < MIN_TTL_SECONDS) {
    throw kvError('PUT', `${invalid} Expiration TTL must be at least ${MIN_TTL_SECONDS}.`)
  }
}

function requireLimit(limit: number): void {
  const invalid = `400 Invalid key_count_limit of ${limit}.`
  if (!Number.isInteger(limit) || limit < 1) {
    throw kvError('GET', `${invalid} Please specify an integer greater than 0.`)
  }
  if (limit > MAX_LIMIT) {
    throw kvError('GET', `${invalid} Please specify an integer less than ${MAX_LIMIT}.`)
  }
}
