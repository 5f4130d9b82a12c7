import type { Engine } from '../connections/engine-contract.ts'
import { isOAuthError, OAuthError, type OAuthErrorCode } from '../errors.ts'
import type { CallbackRequest } from '../providers/contract.ts'
import { UnknownOutcome } from '../stores/guard.ts'
import type { DocumentAddress } from '../vault/address.ts'

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
      readonly failure: {
        readonly code: OAuthErrorCode
        readonly detail: string
        readonly cause?: string | undefined
        /** Whether the outcome of a write is unknown. */
        readonly isOutcomeUnknown?: boolean | undefined
        readonly retryAfterSeconds?: number | undefined
        readonly missingScopes?: readonly string[] | undefined
      }
    }

/** Packs the result of some work, or the `OAuthError` that the work throws. */
export async function pack(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!isOAuthError(error)) throw error
    const { code, message: detail, retryAfterSeconds, missingScopes } = error
    const cause = error.cause === undefined ? undefined : String(error.cause)
    const isOutcomeUnknown = error.cause instanceof UnknownOutcome
    return { failure: { code, detail, cause, isOutcomeUnknown, retryAfterSeconds, missingScopes } }
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

/** An address without the members that cannot be cloned. */
export function packAddress({ provider, owner }: DocumentAddress): DocumentAddress {
  return { provider, owner }
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
