const BASE = 'oauth-tx-'
const FLOW_LENGTH = 16
const PATTERN = /^oauth-tx-([0-9a-z]{1,12})-([\w-]{16})$/
const HOST_PREFIX = '__Host-'

/** How many unfinished logins one browser may have. */
export const MAX_TRANSACTIONS = 10
// Servers accept 16 KB of headers or less, and the app has its own cookies. Characters.
const MAX_TOTAL_LENGTH = 10_000

/** The cookie of one login. Its name holds its age, so the value need not be opened. */
export interface TransactionCookieName {
  readonly name: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** The first characters of the login's `state`; the rest of it stays secret. */
  readonly flow: string
}

/**
 * The name of the cookie of a login.
 *
 * @param prefix - the cookie prefix, for which browsers enforce rules
 */
export function transactionCookieName(state: string, nowSeconds: number, prefix: string = HOST_PREFIX): string {
  return `${prefix}${BASE}${nowSeconds.toString(36)}-${state.slice(0, FLOW_LENGTH)}`
}

/** The transaction cookies of a request, oldest first. */
export function listTransactionCookies(names: Iterable<string>, prefix: string = HOST_PREFIX): TransactionCookieName[] {
  const found: TransactionCookieName[] = []
  for (const name of names) {
    if (!name.startsWith(prefix)) continue
    const [, issuedAt, flow] = PATTERN.exec(name.slice(prefix.length)) ?? []
    if (issuedAt && flow) found.push({ name, issuedAt: Number.parseInt(issuedAt, 36), flow })
  }
  return found.sort((a, b) => a.issuedAt - b.issuedAt)
}

/** The cookie that a `state` belongs to. */
export function findTransactionCookie(cookies: readonly TransactionCookieName[], state: string) {
  const flow = state.slice(0, FLOW_LENGTH)
  return cookies.find((cookie) => cookie.flow === flow)
}

/**
 * The oldest cookies, to be cleared so that the new cookie keeps both limits.
 *
 * @param cookies - oldest first
 * @param sizeOf - the characters that a cookie of this name takes
 * @param newLength - the characters of the new cookie
 */
export function evictedTransactionCookies(
  cookies: readonly TransactionCookieName[],
  sizeOf: (name: string) => number,
  newLength: number,
): TransactionCookieName[] {
  let room = MAX_TOTAL_LENGTH - newLength
  let kept = 0
  for (const { name } of cookies.toReversed()) {
    room -= sizeOf(name)
    if (room < 0 || kept === MAX_TRANSACTIONS - 1) break
    kept++
  }
  return cookies.slice(0, cookies.length - kept)
}
