import type { Store } from '../stores/contract.ts'

/** The operations of a store that can be made to fail. */
export type StoreOperation = 'get' | 'put' | 'compareAndSwap' | 'list' | 'delete'

/** Which calls a fault strikes; without any of these, every one until it is ended. */
export interface FaultOptions {
  /** How many calls, from now on. */
  readonly times?: number | undefined
  /** Only calls whose key, or whose prefix to list, begins so. */
  readonly prefix?: string | undefined
}

/** A fault whose calls end in an error. */
export interface FailureOptions extends FaultOptions {
  /** What is thrown; `500 Internal Server Error` without it. */
  readonly error?: unknown
}

/** A fault at work. */
export interface Fault {
  /** How many calls it has struck. */
  readonly struck: number
  /** How many calls it holds back at the moment. */
  readonly held: number
  /** Lets go what it holds back; the next call is held again, unless the fault was ended. */
  release(): void
  /** Strikes no more; what it holds back stays so. */
  end(): void
}

/** What can be done to the operations of a store. */
export interface Faults {
  /** Nothing is done, and the caller gets an error. */
  fail(operation: StoreOperation, options?: FailureOptions): Fault
  /** It is done, and the caller gets an error all the same. */
  failAfter(operation: StoreOperation, options?: FailureOptions): Fault
  /** Nothing is done or answered, unless it is released: then it is done. */
  hang(operation: StoreOperation, options?: FaultOptions): Fault
  /** It is done at once; the answer comes when it is released. */
  answerLate(operation: StoreOperation, options?: FaultOptions): Fault
  /** Ends every fault, and releases what they hold. */
  clear(): void
  /** How often an operation was asked for, whatever became of it. */
  count(operation: StoreOperation): number
}

/** What becomes of a call; whoever waits for `released` is held back. */
type Strike = <T>(work: () => Promise<T>, released: () => Promise<void>) => Promise<T>

interface ActiveFault extends Fault {
  /** Whether the fault takes the next call for itself. */
  takes(operation: StoreOperation, key: string): boolean
  strike<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Puts faults between a store and whoever uses it.
 *
 * Of several faults that fit a call, the one that was set first strikes, alone.
 *
 * @param store - what does the work where no fault strikes
 * @returns `store`, to be used in its place, and `faults`, which has it fail
 * @example
 * ```ts
 * const { store, faults } = faultyStore(memoryStore())
 * faults.fail('put', { error: new Error('KV PUT failed: 429 Too Many Requests'), times: 2 })
 * const late = faults.answerLate('get', { prefix: 'connections/' })
 * const value = store.get('connections/webflow/somebody')
 * late.release()
 * await value
 * ```
 */
export function faultyStore(store: Store): { readonly store: Store; readonly faults: Faults } {
  const active = new Set<ActiveFault>()
  const counts = new Map<StoreOperation, number>()
  const swap = store.compareAndSwap

  async function run<T>(operation: StoreOperation, key: string, work: () => Promise<T>) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    for (const fault of active) if (fault.takes(operation, key)) return fault.strike(work)
    return work()
  }

  function set(operation: StoreOperation, options: FaultOptions, strike: Strike): Fault {
    const fault = activeFault(operation, options, strike)
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
      list: (prefix) => run('list', prefix, () => store.list(prefix)),
      delete: (key) => run('delete', key, () => store.delete(key)),
    },
    faults,
  }
}

function activeFault(
  operation: StoreOperation,
  { times = Number.POSITIVE_INFINITY, prefix = '' }: FaultOptions,
  strike: Strike,
): ActiveFault {
  const waiting = new Set<() => void>()
  const released = () => new Promise<void>((resolve) => void waiting.add(resolve))
  let remaining = times
  let struck = 0
  return {
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
}

function failureOf(operation: StoreOperation): Error {
  return new Error(`store ${operation} failed: 500 Internal Server Error`)
}
