import type { ObjectNamespaceLike } from 'hono-oauth/durable-object'
import type { Answer, ConnectionsRpc } from '../../src/durable-object/wire.ts'

/** What the runtime says of a call that failed. */
export interface Strike {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** What becomes of a call, given the work that it asks for. */
export type Fault = (work: () => Promise<Answer>) => Promise<Answer>

/** An error as the runtime throws it for a call that it could not make, or not finish. */
export const runtimeError = (strike: Strike = {}, message = 'the object was reset') =>
  Object.assign(new Error(message), strike)

/**
 * Durable Objects whose calls are counted, and can fail as the runtime lets them fail.
 *
 * @param trace - gets the name of each operation
 */
export function watchNamespace(namespace: ObjectNamespaceLike, trace: string[] = []) {
  const names = new Set<string>()
  const faults: Fault[] = []
  const lasting = new Map<keyof ConnectionsRpc, Fault>()
  // `onBroken`: calls on a stub that had thrown before.
  let count = { calls: 0, stubs: 0, onBroken: 0 }

  function get(id: never): ConnectionsRpc {
    count.stubs++
    const object = namespace.get(id) as ConnectionsRpc
    let isBroken = false
    async function call(method: keyof ConnectionsRpc, operation: string, work: Parameters<Fault>[0]) {
      count.calls++
      trace.push(operation)
      if (isBroken) count.onBroken++
      const fault = faults.shift() ?? lasting.get(method)
      try {
        return await (fault ? fault(work) : work())
      } catch (error) {
        isBroken = true
        throw error
      }
    }
    return {
      storage: (...args) => call('storage', args[0], () => object.storage(...args)),
      connections: (...args) => call('connections', args[0], () => object.connections(...args)),
    }
  }

  return {
    namespace: {
      idFromName(name) {
        names.add(name)
        return namespace.idFromName(name)
      },
      get,
    } satisfies ObjectNamespaceLike as ObjectNamespaceLike,
    /** Of all objects that there are. */
    names,
    /** What the next calls end in, one after the other. */
    faults,
    /** What calls of a method end in, until it is taken away. */
    lasting,
    /** Forgets what was counted, and has the next calls fail. */
    strike(strikes: readonly Strike[]): void {
      faults.splice(0, faults.length, ...strikes.map((each) => () => Promise.reject(runtimeError(each))))
      count = { calls: 0, stubs: 0, onBroken: 0 }
    },
    calls: () => count,
  }
}

export type WatchedNamespace = ReturnType<typeof watchNamespace>
