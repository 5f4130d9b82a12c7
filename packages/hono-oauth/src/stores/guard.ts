import { LATE, untilDeadline } from '../deadline.ts'
import { isOAuthError, storeUnavailable } from '../errors.ts'
import type { Store } from './contract.ts'

// Longer than three tries of a write to Workers KV.
const TIMEOUT_MS = 10_000

/** The cause of an error after a write without an answer: the store may have done it, or may do it later. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

/**
 * Reads from a store, with a time limit, and gives every failure the code `store_unavailable`.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause
 */
export function guardStore<T>(read: () => Promise<T>): Promise<T> {
  return guard(read, Error)
}

/**
 * Writes to a store, with a time limit.
 *
 * @throws OAuthError `store_unavailable`: the store may have done the write. Its cause is the store's error, or
 *   {@link UnknownOutcome} when the store did not answer and may even do the write later
 */
export function guardWrite<T>(write: () => Promise<T>): Promise<T> {
  return guard(write, UnknownOutcome)
}

/** Whether an error tells that a store failed. */
export function isStoreFailure(error: unknown): boolean {
  return isOAuthError(error) && error.code === 'store_unavailable'
}

/**
 * Lists every key that begins with a prefix, page by page.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause
 */
export async function listAll(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  let cursor: string | undefined
  do {
    const page = await guardStore(() => store.list(prefix, { cursor }))
    keys.push(...page.keys)
    cursor = page.cursor
  } while (cursor !== undefined)
  return keys
}

async function guard<T>(operation: () => Promise<T>, Late: ErrorConstructor | typeof UnknownOutcome) {
  try {
    const result = await untilDeadline(operation(), Date.now() + TIMEOUT_MS)
    if (result === LATE) throw new Late(`no answer within ${TIMEOUT_MS} ms`)
    return result
  } catch (cause) {
    throw storeUnavailable(cause)
  }
}
