import type { Store } from '../stores/contract.ts'

/** The operations of a store that can have faults. */
export type StoreOperation = 'get' | 'put' | 'compareAndSwap' | 'list' | 'delete'

/** Which calls a fault strikes: by default every call until the fault is ended. */
export interface FaultOptions {
  /** How many calls the fault strikes. */
  readonly times?: number | undefined
  /** The start of the keys, and of the prefixes to list, whose calls the fault strikes. */
  readonly prefix?: string | undefined
}

/** A fault whose calls end in an error. */
export interface FailureOptions extends FaultOptions {
  /** The error that the call throws; one that says `500 Internal Server Error` by default. */
  readonly error?: unknown
}

/** A fault of a store. */
export interface Fault {
  /** How many calls the fault has struck. */
  readonly struck: number
  /** How many calls are waiting for {@link Fault.release}. */
  readonly held: number
  /** Lets the waiting calls go on. The next call waits again, unless the fault is ended. */
  release(): void
  /** Ends the fault: it strikes no more calls. Waiting calls still wait for the release. */
  end(): void
}

/** Sets the faults of a store, and counts its operations. */
export interface Faults {
  /** Does not do the operation, and gives the caller an error. */
  fail(operation: StoreOperation, options?: FailureOptions): Fault
  /** Does the operation, and still gives the caller an error. */
  failAfter(operation: StoreOperation, options?: FailureOptions): Fault
  /** Does the operation after the fault is released. */
  hang(operation: StoreOperation, options?: FaultOptions): Fault
  /** Does the operation at once, and gives its answer after the fault is released. */
  answerLate(operation: StoreOperation, options?: FaultOptions): Fault
  /** Ends and releases every fault. */
  clear(): void
  /** How many calls an operation got, failed calls included. */
  count(operation: StoreOperation): number
}

/** Handles a call that a fault strikes; a call that awaits `released` waits for the release. */
type Strike = <T>(work: () => Promise<T>, released: () => Promise<void>) => Promise<T>

interface ActiveFault extends Fault {
  /** Whether the fault strikes this call. */
  takes(operation: StoreOperation, key: string): boolean
  strike<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Puts faults between a store and its caller; when several faults fit a call, the earliest one strikes.
 *
 * @param store - does every operation that no fault strikes
 * @returns `store` to use in place of the given one, and `faults`, which sets its faults
 * @example
 * ```ts
 * const { store, faults } = faultyStore(memoryStore())
 * faults.fail('put', { error: new Error('KV PUT failed: 429 Too Many Requests'), times: 2 })
 * const late = faults.answerLate('get', { prefix: 'connections/' })
 * const value = store.get('connections/webflow/owner')
 * late.release()
 * await value
 * ```
 */
export function faultyStore(store: Store): { readonly store: Store; readonly faults: Faults } {
  const active = new Set<ActiveFault>()
  const counts = new Map<StoreOperation, number>()
  const swap = store.compareAndSwap?.bind(store)

  async function run<T>(operation: StoreOperation, key: string, work: () => Promise<T>) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    for (const fault of active) if (fault.takes(operation, key)) return fault.strike(work)
    return work()
  }

  function set(
    operation: StoreOperation,
    { times = Number.POSITIVE_INFINITY, prefix = '' }: FaultOptions,
    strike: Strike,
  ): Fault {
    const waiting = new Set<() => void>()
    const released = () => new Promise<void>((resolve) => void waiting.add(resolve))
    let remaining = times
    let struck = 0
    const fault: ActiveFault = {
      get struck() {
        return struck
      },
      get held() {
        return waiting.size
      },
      release() {
        for (const letGo of waiting) letGo()
        waiting.clear()
      },
      end() {
        remaining = 0
      },
      takes: (asked, key) => remaining > 0 && asked === operation && key.startsWith(prefix),
      strike(work) {
        remaining--
        struck++
        return strike(work, released)
      },
    }
    active.add(fault)
    return fault
  }

  const faults: Faults = {
    fail(operation, { error = failureOf(operation), ...options } = {}) {
      return set(operation, options, () => Promise.reject(error))
    },
    failAfter(operation, { error = failureOf(operation), ...options } = {}) {
      return set(operation, options, async (work) => {
        await work()
        throw error
      })
    },
    hang(operation, options = {}) {
      return set(operation, options, async (work, released) => {
        await released()
        return work()
      })
    },
    answerLate(operation, options = {}) {
      return set(operation, options, async (work, released) => {
        const [answer] = await Promise.allSettled([work(), released()])
        if (answer.status === 'rejected') throw answer.reason
        return answer.value
      })
    },
    clear() {
      for (const fault of active) {
        fault.end()
        fault.release()
      }
      active.clear()
    },
    count: (operation) => counts.get(operation) ?? 0,
  }

  return {
    store: {
      ...store,
      get: (key, options) => run('get', key, () => store.get(key, options)),
      put: (key, value, options) => run('put', key, () => store.put(key, value, options)),
      ...(swap && {
        compareAndSwap: (key, expected, value, options) =>
          run('compareAndSwap', key, () => swap(key, expected, value, options)),
      }),
      list: (prefix, options) => run('list', prefix, () => store.list(prefix, options)),
      delete: (key) => run('delete', key, () => store.delete(key)),
    },
    faults,
  }
}

function failureOf(operation: StoreOperation): Error {
  return new Error(`store ${operation} failed: 500 Internal Server Error`)
}
