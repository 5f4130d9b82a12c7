import { type Fault, runtimeError } from '../rig/watched-namespace.ts'
import type { Wire } from '../rig/wire.ts'
import type { FaultyPlace } from './places.ts'
import type { TARGETS } from './table.ts'

export type Target = Exclude<(typeof TARGETS)[number], 'store delete'>

/** What happens to each call while the fault lasts: `once` to the first alone, `partial` after it was done. */
export type FaultName =
  | 'throw'
  | '429'
  | '500'
  | 'hang'
  | 'partial'
  // From the second write on: the first one is the lease, or the removal.
  | 'throw later'
  | 'partial later'
  | 'partial once'
  | 'retryable'
  | 'retryable once'
  | 'overloaded'

const RETRY_AFTER = { 'retry-after': '2' }
const never = () => new Promise<never>(() => undefined)

/**
 * Breaks one thing, until the result is called.
 *
 * @param struck - is told of every call to an object that is struck
 */
export function breakAt(
  target: Target,
  fault: FaultName,
  { place, wire, struck }: { place: FaultyPlace; wire: Wire; struck: () => void },
): () => void {
  if (target === 'token endpoint') return breakEndpoint(wire, '/token', fault)
  if (target === 'revocation endpoint') return breakEndpoint(wire, '/revoke', fault)
  const { faults, calls } = place
  if (calls) {
    const method = target === 'object storage' ? 'storage' : 'connections'
    calls.lasting.set(method, objectFault(fault, struck))
    return () => calls.lasting.clear()
  }
  if (!faults) throw new Error('this place has no faults')
  const isRead = target === 'store get'
  const operations = isRead ? (['get'] as const) : (['put', 'compareAndSwap'] as const)
  const strike = () => {
    place.onWritten = undefined
    for (const operation of operations) {
      if (fault === 'hang') faults.hang(operation)
      else if (fault.startsWith('partial')) faults.failAfter(operation)
      else faults.fail(operation, { error: storeError(fault) })
    }
  }
  if (fault.endsWith('later')) place.onWritten = strike
  else strike()
  return () => {
    place.onWritten = undefined
    faults.clear()
  }
}

function storeError(fault: FaultName): Error {
  if (fault === '429') return new Error('KV PUT failed: 429 Too Many Requests')
  return new Error(fault === '500' ? 'KV PUT failed: 500 Internal Server Error' : 'Network lost')
}

/** How calls to a Durable Object fail. */
function objectFault(fault: FaultName, struck: () => void): Fault {
  let calls = 0
  const fail = (flags: object) => Promise.reject(runtimeError(flags, 'broken pipe'))
  return async (work) => {
    calls++
    if (fault === 'retryable once' && calls > 1) return work()
    struck()
    if (fault === 'hang') return never()
    if (fault === 'partial') await work()
    if (fault.startsWith('retryable')) return fail({ retryable: true, remote: true })
    return fail(fault === 'overloaded' ? { retryable: true, overloaded: true } : {})
  }
}

function breakEndpoint(wire: Wire, path: string, fault: FaultName): () => void {
  let isBroken = true
  wire.intercept(({ url }, forward) => {
    if (!isBroken || url.pathname !== path) return undefined
    if (fault === '429') return Response.json({ error: 'slow_down' }, { status: 429, headers: RETRY_AFTER })
    if (fault === '500') return Response.json({ error: 'server_error' }, { status: 500 })
    // One that does not even mind that the app waits no more.
    if (fault === 'hang') return never()
    if (fault === 'partial once') isBroken = false
    return fault.startsWith('partial') ? forward().then(lose) : lose()
  })
  return () => {
    isBroken = false
  }
}

const lose = () => Promise.reject(new TypeError('fetch failed: the connection was reset'))
