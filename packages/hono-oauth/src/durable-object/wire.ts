import type { ConnectionHome, DocumentAddress } from '../connections/home.ts'
import { isOAuthError, OAuthError, type OAuthErrorCode } from '../errors.ts'
import type { CallbackRequest } from '../providers/contract.ts'
import { UnknownOutcome } from '../stores/guard.ts'

/** What an object is asked to do with its storage. */
export type StorageOperation = 'get' | 'put' | 'compareAndSwap' | 'list' | 'delete'

/** What an object is asked to do with its connections; they are listed from its storage. */
export type HomeOperation = Exclude<keyof ConnectionHome, 'list'>

/** The methods of an object that Workers call. Only what can be cloned goes in or out. */
export interface ConnectionsRpc {
  storage(operation: StorageOperation, args: readonly unknown[]): Promise<Answer>
  connections(
    operation: HomeOperation,
    address: DocumentAddress,
    args: readonly unknown[],
  ): Promise<Answer>
}

/** What an object answers: an error of ours arrives as what it is, which no thrown one would. */
export type Answer =
  | { readonly value: unknown }
  | {
      readonly failure: {
        readonly code: OAuthErrorCode
        readonly detail: string
        readonly cause?: string | undefined
        /** Whether it may have been written all the same. */
        readonly isUnknownOutcome?: boolean | undefined
        readonly retryAfterSeconds?: number | undefined
        readonly missingScopes?: readonly string[] | undefined
      }
    }

/** Packs what some work gives, or the error of ours that it throws. */
export async function pack(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!isOAuthError(error)) throw error
    const { code, message: detail, retryAfterSeconds, missingScopes } = error
    const cause = error.cause === undefined ? undefined : String(error.cause)
    const isUnknownOutcome = error.cause instanceof UnknownOutcome
    return { failure: { code, detail, cause, isUnknownOutcome, retryAfterSeconds, missingScopes } }
  }
}

/**
 * Unpacks an answer.
 *
 * @throws OAuthError that was packed
 */
export function unpack(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  const { code, cause, isUnknownOutcome, ...options } = answer.failure
  const told = cause && { cause: isUnknownOutcome ? new UnknownOutcome(cause) : new Error(cause) }
  throw new OAuthError(code, { ...options, ...told })
}

/** An address without what cannot be cloned. */
export function packAddress({ provider, owner }: DocumentAddress): DocumentAddress {
  const { key, expiresAt, isNew, session } = owner
  return { provider, owner: { key, expiresAt, isNew, session } }
}

/** A callback without what cannot be cloned. */
export function packCallback(callback: CallbackRequest): Record<string, unknown> {
  return { ...callback, parameters: callback.parameters.toString() }
}

/** The callback that {@link packCallback} packed. */
export function unpackCallback(packed: Record<string, unknown>): CallbackRequest {
  const parameters = new URLSearchParams(String(packed['parameters']))
  return { ...(packed as unknown as CallbackRequest), parameters }
}
