import type { ConnectionDocuments, ResealCount } from '../connections/documents.ts'
import { configurationError } from '../errors.ts'

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

/**
 * Seals what these stores hold with the newest key, store by store and key by key.
 *
 * @throws OAuthError `store_unavailable`, or `configuration_invalid` for a limit or a cursor that is none
 */
export async function rotateKeys(
  stores: readonly ConnectionDocuments[],
  { cursor = '0:', limit = DEFAULT_LIMIT }: RotationOptions,
): Promise<Rotation> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw configurationError('rotateKeys limit', 'is not a whole number of at least 1')
  }
  const [, first, after = ''] = /^(\d+):(.*)$/s.exec(cursor) ?? []
  if (first === undefined || Number(first) > Math.max(0, stores.length - 1)) {
    throw configurationError(
      'rotateKeys cursor',
      'is none that a call with this configuration gave',
    )
  }
  const total = { resealed: 0, unchanged: 0, unreadable: 0 }
  let left = limit
  for (const [index, documents] of stores.entries()) {
    if (index < Number(first)) continue
    if (left === 0) return { ...total, cursor: `${index}:` }
    const { counts, stoppedAt } = await documents.reseal(index === Number(first) ? after : '', left)
    total.resealed += counts.resealed
    total.unchanged += counts.unchanged
    total.unreadable += counts.unreadable
    left -= counts.resealed + counts.unchanged + counts.unreadable
    if (stoppedAt !== undefined) return { ...total, cursor: `${index}:${stoppedAt}` }
  }
  return total
}
