import type { KVNamespaceLike } from '../stores/kv.ts'
import { kvError, PAGE_SIZE, requireKey, requireTtl } from './kv-limits.ts'

const STALENESS_SECONDS = 60
const WRITE_INTERVAL_MS = 1000

interface Entry {
  readonly value: string
  /** In milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What a location holds of something it read, until it asks again. */
interface Copy<T> {
  readonly held: T
  readonly until: number
}

/** Workers KV, seen from as many places as a test needs. */
export interface WorkersKVDouble {
  /** The namespace as a Worker at a location sees it; the same name is the same location. */
  location(name: string): KVNamespaceLike
}

/** How a double of Workers KV behaves. */
export interface WorkersKVOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined
  /** How long a location goes on with what it has read, in seconds. */
  readonly stalenessSeconds?: number | undefined
  /** Makes each copy last a part of that time instead of all of it: a number from 0 up to but not 1. */
  readonly random?: (() => number) | undefined
}

/**
 * Stands in for Workers KV at its worst, over one storage that several locations share.
 *
 * A location keeps what it read, also that there was nothing, and sees the writes of others only
 * after; its own writes it sees at once. Lists are as old. Lifetimes end on time everywhere. A key
 * takes one write a second, wherever it comes from; deleting counts as none, for Cloudflare limits
 * writes alone. What KV refuses is refused with KV's words.
 *
 * @param options - the clock `now` in milliseconds, `stalenessSeconds` in seconds (60), and `random`
 *   to let each copy last a part of that time
 * @returns the double
 * @see {@link https://developers.cloudflare.com/kv/concepts/how-kv-works/ | How KV works}
 * @see {@link https://developers.cloudflare.com/kv/platform/limits/ | Limits}
 * @example
 * ```ts
 * const clock = fakeClock()
 * const kv = workersKv({ now: clock.now })
 * const [frankfurt, sydney] = [kvStore(kv.location('fra')), kvStore(kv.location('syd'))]
 * await sydney.get('greeting') // null, and so for a minute
 * await frankfurt.put('greeting', 'hello')
 * clock.advance(60)
 * await sydney.get('greeting') // hello
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

  const isLive = (entry: Entry | null | undefined) => !!entry && entry.expiresAt > now()
  const keep = <T>(held: T): Copy<T> => ({
    held,
    until: now() + stalenessSeconds * 1000 * (random?.() ?? 1),
  })

  function open(): KVNamespaceLike {
    const values = new Map<string, Copy<Entry | null>>()
    const lists = new Map<string, Copy<Map<string, Entry>>>()

    /** The writer sees its own writes at once, in lists too. */
    function notice(key: string, entry: Entry | null): void {
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
        let copy = values.get(key)
        if (!copy || copy.until <= now()) {
          copy = keep(storage.get(key) ?? null)
          values.set(key, copy)
        }
        return copy.held && isLive(copy.held) ? copy.held.value : null
      },
      async put(key, value, { expirationTtl } = {}) {
        requireKey('PUT', key)
        requireTtl(expirationTtl)
        const sinceLast = now() - (writtenAt.get(key) ?? Number.NEGATIVE_INFINITY)
        if (sinceLast < WRITE_INTERVAL_MS) throw kvError('PUT', '429 Too Many Requests')
        const entry = {
          value,
          expiresAt: now() + (expirationTtl ?? Number.POSITIVE_INFINITY) * 1000,
        }
        writtenAt.set(key, now())
        storage.set(key, entry)
        notice(key, entry)
      },
      async list({ prefix, cursor }) {
        let copy = lists.get(prefix)
        if (!copy || copy.until <= now()) {
          copy = keep(new Map([...storage].filter(([key]) => key.startsWith(prefix))))
          lists.set(prefix, copy)
        }
        const names = [...copy.held].filter(([, entry]) => isLive(entry)).map(([key]) => key)
        const rest = names.sort().filter((name) => !cursor || name > cursor)
        const page = rest.slice(0, PAGE_SIZE)
        const keys = page.map((name) => ({ name }))
        const last = page.at(-1)
        return rest.length > PAGE_SIZE && last !== undefined
          ? { keys, list_complete: false, cursor: last }
          : { keys, list_complete: true }
      },
      async delete(key) {
        requireKey('DELETE', key)
        storage.delete(key)
        notice(key, null)
      },
    }
  }

  return {
    location(name) {
      const namespace = locations.get(name) ?? open()
      locations.set(name, namespace)
      return namespace
    },
  }
}
