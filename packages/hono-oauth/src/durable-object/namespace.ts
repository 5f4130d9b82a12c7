import { LATE, untilDeadline } from '../deadline.ts'
import { isOAuthError, storeUnavailable } from '../errors.ts'
import { UnknownOutcome } from '../stores/guard.ts'
import { type Answer, type ConnectionsRpc, unpack } from './wire.ts'

/** The part of a Durable Object namespace that is used; a binding of any class type fits. */
export interface ObjectNamespaceLike {
  idFromName(name: string): unknown
  // biome-ignore lint/suspicious/noExplicitAny: ids and stubs are the runtime's own
  get(id: any): any
}

/** How an object is called. */
export interface CallOptions {
  /** Whether the call may be made again when nobody knows what became of it. */
  readonly isRepeatable: boolean
  /** How long its answer is waited for, in milliseconds. */
  readonly patienceMs: number
}

const MAX_ATTEMPTS = 3
const PAUSE_MS = 100

/**
 * Calls one object, and once more what failed only because the object moved or restarted.
 *
 * @throws OAuthError that the object answered with; `store_unavailable` when it did not answer
 * @see {@link https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ | Durable Objects - Error handling}
 */
export async function callObject(
  namespace: ObjectNamespaceLike,
  name: string,
  call: (object: ConnectionsRpc) => Promise<Answer>,
  { isRepeatable, patienceMs }: CallOptions,
): Promise<unknown> {
  const deadline = Date.now() + patienceMs
  for (let attempt = 1; ; attempt++) {
    try {
      // A stub is of no use after an exception, so each attempt takes a new one.
      const object = namespace.get(namespace.idFromName(name)) as ConnectionsRpc
      const answer = await untilDeadline(call(object), deadline)
      if (answer === LATE) throw new Error(`no answer within ${patienceMs} ms`)
      return unpack(answer)
    } catch (cause) {
      if (isOAuthError(cause)) throw cause
      if (!isRepeatable || attempt === MAX_ATTEMPTS || !mayPass(cause) || Date.now() > deadline) {
        // Whether the object did it, nobody knows.
        throw storeUnavailable(isRepeatable ? cause : new UnknownOutcome(String(cause), { cause }))
      }
      const pauseMs = PAUSE_MS * 2 ** attempt * Math.random()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/** Whether the runtime says that another try may succeed; one more would only add to an overload. */
function mayPass(error: unknown): boolean {
  const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean }
  return retryable === true && overloaded !== true
}
