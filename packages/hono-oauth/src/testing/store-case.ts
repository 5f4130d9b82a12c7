import type { Store } from '../stores/contract.ts'

/**
 * Makes the store under test: a new one, or one over what earlier cases wrote.
 *
 * @param options - `now`, the clock in milliseconds since the epoch, where a case needs one
 */
export type MakeStore = (options?: { readonly now: () => number }) => Store | Promise<Store>

/** One check of the contract of stores. */
export interface StoreCase {
  readonly name: string
  /**
   * Makes a store and checks it.
   *
   * @throws Error that says what was expected, and what the store did
   */
  run(): Promise<void>
}

/**
 * Requires that two values are the same: lists by their members, anything else by identity.
 *
 * @param what - names the value in the error
 * @throws Error that says what was expected
 */
export function requireSame(what: string, actual: unknown, expected: unknown): void {
  if (!isSame(actual, expected)) throw new Error(`expected ${what} to be ${show(expected)}, got ${show(actual)}`)
}

function isSame(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other)
  return one.length === other.length && one.every((each, index) => isSame(each, other[index]))
}

const MAX_SHOWN = 200

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  const text = JSON.stringify(value) ?? String(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text
}
