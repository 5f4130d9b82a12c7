import type { Engine } from '../connections/engine-contract.ts'
import { LATE, untilDeadline } from '../deadline.ts'
import { isOAuthError, OAuthError, type OAuthErrorCode, type OAuthErrorOptions, storeUnavailable } from '../errors.ts'
import type { CallbackRequest } from '../providers/contract.ts'
import { UnknownOutcome } from '../stores/guard.ts'
import type { DocumentAddress } from '../vault/address.ts'

const MAX_ATTEMPTS = 3
const PAUSE_MS = 100

/** The operations on the storage of an object. */
export const STORAGE_OPERATIONS = ['get', 'put', 'compareAndSwap', 'list', 'delete'] as const
export type StorageOperation = (typeof STORAGE_OPERATIONS)[number]

/** The operations of the engine in an object. Workers list connections from the object's storage instead. */
export type EngineOperation = Exclude<keyof Engine, 'list'>

/** The methods of an object that Workers call. Arguments and results must be cloneable. */
export interface ConnectionsRpc {
  storage(operation: StorageOperation, args: readonly unknown[]): Promise<Answer>
  connections(operation: EngineOperation, address: DocumentAddress, args: readonly unknown[]): Promise<Answer>
}

/** The answer of an object. It returns our errors, because a thrown error loses its members between isolates. */
export type Answer =
  | { readonly value: unknown }
  | {
      readonly failure: OAuthErrorOptions & {
        readonly code: OAuthErrorCode
        readonly cause?: string | undefined
        /** Whether the outcome of a write is unknown. */
        readonly isOutcomeUnknown?: boolean | undefined
      }
    }

/** Packs the result of some work, or the `OAuthError` that the work throws. */
export async function pack(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!isOAuthError(error)) throw error
    const { code, message: detail, retryAfterSeconds, missingScopes, providerError } = error
    const cause = error.cause === undefined ? undefined : String(error.cause)
    const isOutcomeUnknown = error.cause instanceof UnknownOutcome
    return { failure: { code, detail, cause, isOutcomeUnknown, retryAfterSeconds, missingScopes, providerError } }
  }
}

/**
 * Unpacks an answer.
 *
 * @throws OAuthError that was packed
 */
export function unpack(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  const { code, cause, isOutcomeUnknown, ...options } = answer.failure
  const packedCause = cause && { cause: isOutcomeUnknown ? new UnknownOutcome(cause) : new Error(cause) }
  throw new OAuthError(code, { ...options, ...packedCause })
}

/** A callback without the members that cannot be cloned. */
export function packCallback(callback: CallbackRequest): Record<string, unknown> {
  return { ...callback, parameters: callback.parameters.toString() }
}

/** The callback that {@link packCallback} packed. */
export function unpackCallback(packed: Record<string, unknown>): CallbackRequest {
  const parameters = new URLSearchParams(String(packed['parameters']))
  return { ...(packed as unknown as CallbackRequest), parameters }
}

/** The used part of a Durable Object namespace; a binding of any class fits. */
export interface ObjectNamespaceLike {
  idFromName(name: string): unknown
  // biome-ignore lint/suspicious/noExplicitAny: the runtime alone knows the types of ids and stubs
  get(id: any): any
}

/** How an object is called. */
export interface CallOptions {
  /** Whether the call may be repeated when its outcome is unknown. */
  readonly isRepeatable: boolean
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Calls one object, and repeats the call when the object has moved or restarted.
 *
 * @throws OAuthError that the object answered with; `store_unavailable` when it did not answer
 * @see {@link https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ | Durable Objects - Error handling}
 */
export async function callObject(
  namespace: ObjectNamespaceLike,
  name: string,
  call: (object: ConnectionsRpc) => Promise<Answer>,
  { isRepeatable, timeoutMs }: CallOptions,
): Promise<unknown> {
  const deadline = Date.now() + timeoutMs
  for (let attempt = 1; ; attempt++) {
    try {
      // A stub is broken after an exception, so each attempt takes a new one.
      const object = namespace.get(namespace.idFromName(name)) as ConnectionsRpc
      const answer = await untilDeadline(call(object), deadline)
      if (answer === LATE) throw new Error(`no answer within ${timeoutMs} ms`)
      return unpack(answer)
    } catch (cause) {
      if (isOAuthError(cause)) throw cause
      if (!isRepeatable || attempt === MAX_ATTEMPTS || !mayPass(cause) || Date.now() > deadline) {
        // The object may have done the work.
        throw storeUnavailable(isRepeatable ? cause : new UnknownOutcome(String(cause), { cause }))
      }
      const pauseMs = PAUSE_MS * 2 ** attempt * Math.random()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

/** Whether the runtime says that another attempt may succeed; after an overload an attempt would add to the load. */
function mayPass(error: unknown): boolean {
  const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean }
  return retryable === true && overloaded !== true
}

/**
 * The name of the object that holds a key: for a document the object of its owner, otherwise one object for the first
 * three parts of the key, such as one grant or one webhook event.
 */
export function objectName(key: string): string {
  const [room = '', group = '', id = ''] = key.split('/')
  return room === 'connections' ? ownerObjectName(id) : `${room}/${group}/${id}`
}

/** The name of the object of an owner. */
export function ownerObjectName(ownerKey: string): string {
  return `owners/${ownerKey}`
}
