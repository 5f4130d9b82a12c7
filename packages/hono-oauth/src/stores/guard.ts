import { LATE, untilDeadline } from '../deadline.ts'
import { storeUnavailable } from '../errors.ts'

// Longer than a write that has to wait for its turn twice.
const PATIENCE_MS = 10_000

/** Nobody knows whether something was written: the store did not say so, and it may still be on its way. */
export class LateWrite extends Error {
  override readonly name = 'LateWrite'
}

/**
 * Reads from a store, whose own errors mean nothing to anybody else, and which may never answer.
 *
 * @throws OAuthError `store_unavailable`, with the store's error as its cause
 */
export function guardStore<T>(read: () => Promise<T>): Promise<T> {
  return guard(read, Error)
}

/**
 * Writes to a store.
 *
 * @throws OAuthError `store_unavailable`; it may have been written all the same, or, with a
 *   {@link LateWrite} as the cause, may still be
 */
export function guardWrite<T>(write: () => Promise<T>): Promise<T> {
  return guard(write, LateWrite)
}

async function guard<T>(operation: () => Promise<T>, Late: ErrorConstructor | typeof LateWrite) {
  try {
    const result = await untilDeadline(operation(), Date.now() + PATIENCE_MS)
    if (result === LATE) throw new Late(`no answer within ${PATIENCE_MS} ms`)
    return result
  } catch (cause) {
    throw storeUnavailable(cause)
  }
}
