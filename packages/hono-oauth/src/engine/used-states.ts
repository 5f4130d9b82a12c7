import { digest, randomText } from '../crypto/encoding.ts'
import type { Store } from '../stores/contract.ts'
import { guardStore } from '../stores/guard.ts'

const DIGEST_LENGTH = 32
const USER_BYTES = 9
// A login lives no longer after it began, so its callback comes in this time. Seconds.
const STATE_TTL_SECONDS = 1200

/** Marks a state before its code is sent; returns whether this was the first use among all isolates. */
export type UseState = (state: string) => Promise<boolean>

/**
 * Marks states in a store, by compare-and-swap alone (RFC 9700, section 4.2.4). Over a store without it, only the memory
 * of the isolate tells a second use.
 */
export function storedStates(store: Store): UseState {
  const swap = store.compareAndSwap?.bind(store)
  if (!swap) return async () => true
  return async (state) => {
    const key = `states/${await digest(state, DIGEST_LENGTH)}`
    const user = randomText(USER_BYTES)
    try {
      // As no code was sent, a failure here never makes the outcome of the login unknown.
      return await guardStore(() => swap(key, null, user, { ttlSeconds: STATE_TTL_SECONDS }))
    } catch (error) {
      // The store may have written the mark although it reported a failure.
      if ((await guardStore(() => store.get(key, { fresh: true }))) === user) return true
      throw error
    }
  }
}
