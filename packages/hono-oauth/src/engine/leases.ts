import { BoundedMap } from '../bounded-map.ts'
import { randomText } from '../crypto/encoding.ts'
import type { Store } from '../stores/contract.ts'
import { guardWrite } from '../stores/guard.ts'

// Longer than the 15 seconds of all attempts at the provider and a slow write after them.
const LEASE_SECONDS = 30
const HOLDER_BYTES = 9
// The value of a row whose lease was released.
const FREE = 'free'

/** Gives out leases: the right to renew one connection, which one caller at a time holds. */
export interface Leases {
  /** @returns `undefined` while another caller holds the lease; a failed release is ignored, as leases expire */
  acquire(connectionId: string): Promise<{ release(): Promise<void> } | undefined>
}

/**
 * Leases in memory, for an engine that is the only writer of its store, and for a store without compare-and-swap.
 *
 * @param now - the clock, in seconds since the epoch
 */
export function localLeases(now: () => number): Leases {
  const held = new BoundedMap<number>()
  return {
    async acquire(connectionId) {
      if ((held.get(connectionId) ?? 0) > now()) return undefined
      const until = now() + LEASE_SECONDS
      held.set(connectionId, until)
      return {
        async release() {
          if (held.get(connectionId) === until) held.delete(connectionId)
        },
      }
    },
  }
}

/**
 * Leases between isolates: a row of the store for each connection, written by compare-and-swap alone.
 *
 * @param swap - the compare-and-swap of the store
 */
export function storedLeases(swap: NonNullable<Store['compareAndSwap']>): Leases {
  const write = (key: string, expected: string | null, holder: string) =>
    guardWrite(() => swap(key, expected, holder, { ttlSeconds: LEASE_SECONDS }))
  return {
    async acquire(connectionId) {
      const key = `leases/${connectionId}`
      const holder = randomText(HOLDER_BYTES)
      const isMine = (await write(key, null, holder)) || (await write(key, FREE, holder))
      // The swap leaves the row of a later holder as it is.
      return isMine ? { release: async () => void (await write(key, holder, FREE).catch(() => false)) } : undefined
    },
  }
}
