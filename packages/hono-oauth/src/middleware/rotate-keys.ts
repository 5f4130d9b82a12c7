import { configurationError } from '../errors.ts'
import type { ResealCounts, Vault } from '../vault/vault.ts'

/** The part of the stored values that one call rotates. */
export interface RotationOptions {
  /** The cursor that the last call returned. */
  readonly cursor?: string | undefined
  /** How many stored values to look at; 250 by default. Each value costs three operations at most. */
  readonly limit?: number | undefined
}

/** The result of one call. */
export interface Rotation extends ResealCounts {
  /** The `cursor` for the next call; absent after the last value. */
  readonly cursor?: string | undefined
}

// Workers allow 1000 operations of Workers KV in one invocation.
const DEFAULT_LIMIT = 250

/**
 * Seals the values of these stores with the newest key, store by store and page by page.
 *
 * @throws OAuthError `store_unavailable`, or `configuration_invalid` for a limit or a cursor that is not valid
 */
export async function rotateKeys(
  vaults: readonly Vault[],
  { cursor = '0:', limit = DEFAULT_LIMIT }: RotationOptions,
): Promise<Rotation> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw configurationError('rotateKeys limit', 'is not a whole number of at least 1')
  }
  const [, first, rest = ''] = /^(\d+):(.*)$/s.exec(cursor) ?? []
  if (first === undefined || Number(first) > Math.max(0, vaults.length - 1)) {
    throw configurationError('rotateKeys cursor', 'is not one that rotateKeys() returned with this configuration')
  }
  const total = { resealed: 0, unchanged: 0, unreadable: 0 }
  let left = limit
  for (const [index, vault] of vaults.entries()) {
    if (index < Number(first)) continue
    let page = index === Number(first) && rest ? rest : undefined
    do {
      if (left <= 0) return { ...total, cursor: `${index}:${page ?? ''}` }
      const { counts, cursor } = await vault.reseal({ cursor: page, limit: left })
      for (const [name, count] of Object.entries(counts)) {
        total[name as keyof ResealCounts] += count
        left -= count
      }
      page = cursor
    } while (page !== undefined)
  }
  return total
}
