import { LATE, untilDeadline } from '../deadline.ts'
import { storeUnavailable } from '../errors.ts'
import type { Store } from './contract.ts'

// Longer than a write to Workers KV that is tried three times.
const TIMEOUT_MS = 10_000

/** A write was sent and its outcome is unknown: it may have been done, or may still be done. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

/**
 * Reads from a store. The errors of a store have no code of ours, and a store may never answer.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause
 */
export function guardStore<T>(read: () => Promise<T>): Promise<T> {
  return guard(read, Error)
}

/**
 * Writes to a store.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause: the write may have been done
 *   all the same. With {@link UnknownOutcome} as its cause the write may even be done later
 */
export function guardWrite<T>(write: () => Promise<T>): Promise<T> {
  return guard(write, UnknownOutcome)
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

async function guard<T>(
  operation: () => Promise<T>,
  Late: ErrorConstructor | typeof UnknownOutcome,
) {
  try {
    const result = await untilDeadline(operation(), Date.now() + TIMEOUT_MS)
    if (result === LATE) throw new Late(`no answer within ${TIMEOUT_MS} ms`)
    return result
  } catch (cause) {
    throw storeUnavailable(cause)
  }
}
