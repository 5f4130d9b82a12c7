import { OAuthError } from '../errors.ts'

const RETRY_AFTER_SECONDS = 5

/**
 * Runs an operation on a store, whose own errors mean nothing to anybody else.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause
 */
export async function guardStore<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (cause) {
    throw new OAuthError('store_unavailable', { cause, retryAfterSeconds: RETRY_AFTER_SECONDS })
  }
}
