import type { ConnectionDocuments, ResealCount } from '../connections/documents.ts'

/** Where a rotation goes on, and how far. */
export interface RotationOptions {
  /** What the last call returned. */
  readonly cursor?: string | undefined
  /** How many stored values to look at; 250 by default, for each costs three operations at most. */
  readonly limit?: number | undefined
}

/** How far a rotation came. */
export interface Rotation extends ResealCount {
  /** What to go on with; absent when everything was looked at. */
  readonly cursor?: string | undefined
}

// Workers allow 1000 operations of Workers KV in one invocation.
const DEFAULT_LIMIT = 250

/** Seals what these stores hold with the newest key, store by store and key by key. */
export async function rotateKeys(
  stores: readonly ConnectionDocuments[],
  { cursor = '0:', limit = DEFAULT_LIMIT }: RotationOptions,
): Promise<Rotation> {
  const [, first = '0', after = ''] = /^(\d+):(.*)$/s.exec(cursor) ?? []
  const total = { resealed: 0, unchanged: 0, unreadable: 0 }
  let left = limit
  for (let index = Number(first); index < stores.length; index++) {
    const behind = index === Number(first) ? after : ''
    if (left <= 0) return { ...total, cursor: `${index}:${behind}` }
    const { counts, stoppedAt } = (await stores[index]?.reseal(behind, left)) ?? {}
    if (!counts) break
    total.resealed += counts.resealed
    total.unchanged += counts.unchanged
    total.unreadable += counts.unreadable
    left -= counts.resealed + counts.unchanged + counts.unreadable
    if (stoppedAt !== undefined) return { ...total, cursor: `${index}:${stoppedAt}` }
  }
  return total
}
