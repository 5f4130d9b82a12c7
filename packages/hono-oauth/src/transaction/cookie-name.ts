const PREFIX = '__Host-oauth-tx-'
const FLOW_LENGTH = 16
const PATTERN = /^__Host-oauth-tx-([0-9a-z]{1,12})-([\w-]{16})$/

/** How many logins one browser may have on their way. */
export const MAX_TRANSACTIONS = 10

/** The cookie of one login, as its name tells it: no need to open the value to know its age. */
export interface TransactionCookieName {
  readonly name: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** The first characters of the login's `state`; the rest of it stays secret. */
  readonly flow: string
}

/** The name of the cookie that a login gets. */
export function transactionCookieName(state: string, nowSeconds: number): string {
  return `${PREFIX}${nowSeconds.toString(36)}-${state.slice(0, FLOW_LENGTH)}`
}

/** The logins among a request's cookies, oldest first. */
export function listTransactionCookies(names: Iterable<string>): TransactionCookieName[] {
  const found: TransactionCookieName[] = []
  for (const name of names) {
    const [, issuedAt, flow] = PATTERN.exec(name) ?? []
    if (issuedAt && flow) found.push({ name, issuedAt: Number.parseInt(issuedAt, 36), flow })
  }
  return found.sort((a, b) => a.issuedAt - b.issuedAt)
}

/** The cookie that a `state` belongs to. */
export function findTransactionCookie(
  cookies: readonly TransactionCookieName[],
  state: string,
): TransactionCookieName | undefined {
  const flow = state.slice(0, FLOW_LENGTH)
  return cookies.find((cookie) => cookie.flow === flow)
}

/** The oldest cookies, which have to go so that one more login makes no more than the limit. */
export function evictedTransactionCookies(
  cookies: readonly TransactionCookieName[],
): TransactionCookieName[] {
  return cookies.slice(0, Math.max(0, cookies.length + 1 - MAX_TRANSACTIONS))
}
