import type { KeyPage } from './contract.ts'

/** How many keys a page has at most by default. */
export const DEFAULT_LIMIT = 1000

/**
 * Makes a page whose cursor is its last key.
 *
 * @param keys - in ascending order; more than `limit` when another page follows
 * @param limit - how many keys the page has at most
 */
export function keyPage(keys: readonly string[], limit: number): KeyPage {
  const page = keys.slice(0, limit)
  return keys.length > limit ? { keys: page, cursor: page.at(-1) } : { keys: page }
}
