import type { Fetch } from '../../src/protocol/back-channel.ts'
import type { Strike } from './objects.ts'
import type { Place } from './places.ts'

export const STORE_TARGETS = ['store get', 'store write'] as const
export const OBJECT_TARGETS = ['object storage', 'object connections'] as const
export const ENDPOINTS = ['token endpoint', 'revocation endpoint'] as const
export type Target =
  | (typeof STORE_TARGETS)[number]
  | (typeof OBJECT_TARGETS)[number]
  | (typeof ENDPOINTS)[number]

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

const PATHS = { 'token endpoint': '/token', 'revocation endpoint': '/revoke' } as const
const RETRY_AFTER_SECONDS = 2

const never = () => new Promise<never>(() => undefined)
const network = () => new TypeError('fetch failed: the connection was reset')

/**
 * Breaks one thing, until the result is called.
 *
 * @param struck - is told of every call to an object that is struck
 */
export function breakPlace(
  place: Place,
  target: Target,
  fault: FaultName,
  struck: () => void,
): () => void {
  const { faults, strikes } = place
  if (strikes) {
    const strike = objectStrike(fault, struck)
    strikes.set(target === 'object storage' ? 'storage' : 'connections', strike)
    return () => strikes.clear()
  }
  if (!faults) throw new Error('this place has no faults')
  const operations =
    target === 'store get' ? (['get'] as const) : (['put', 'compareAndSwap'] as const)
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

/** The errors that calls to a Durable Object fail with. */
function objectStrike(fault: FaultName, struck: () => void): Strike {
  let calls = 0
  const fail = (flags: object) => Promise.reject(Object.assign(new Error('broken pipe'), flags))
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

/** A way to the provider on which one endpoint can be broken. */
export function breakableFetch(inner: Fetch) {
  const broken = new Map<string, FaultName>()
  const bodies: string[] = []
  const fetch: Fetch = async (url, init) => {
    bodies.push(String(init.body))
    const fault = broken.get(new URL(url).pathname)
    const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) }
    switch (fault) {
      case undefined:
        return inner(url, init)
      case '429':
        return Response.json({ error: 'slow_down' }, { status: 429, headers })
      case '500':
        return Response.json({ error: 'server_error' }, { status: 500 })
      case 'hang':
        // One that does not even mind that nobody waits any more.
        return never()
      case 'partial':
      case 'partial once':
        if (fault === 'partial once') broken.clear()
        await inner(url, init)
        throw network()
      default:
        throw network()
    }
  }
  return {
    fetch,
    /** How many requests of a grant type were sent, whatever became of them. */
    sent: (grantType: string) =>
      bodies.filter((body) => body.includes(`grant_type=${grantType}`)).length,
    break(target: (typeof ENDPOINTS)[number], fault: FaultName) {
      broken.set(PATHS[target], fault)
      return () => broken.clear()
    },
  }
}
