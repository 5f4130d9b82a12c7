import type { Context } from 'hono'
import { sessionCookieName } from '../session/session.ts'
import {
  evictedTransactionCookies,
  listTransactionCookies,
  type TransactionCookieName,
  transactionCookieName,
} from '../transaction/cookie-name.ts'
import { readCookie, readCookies } from './read-cookies.ts'

const HOST_PREFIX = '__Host-'
// What the names of the cookies of logins begin with.
const LOGINS = 'oauth-tx-'
const DEFAULT_BASE_PATH = '/auth'
// Too many cookies are cleared over several answers, so that no answer has a huge header.
const MAX_EVICTED_AT_ONCE = 5
// A browser keeps ten unfinished logins, and a few more while several tabs begin one.
const MAX_PENDING = 20

/**
 * The cookies of this package, with the attributes that the app's origin allows.
 *
 * RFC 6265bis: `__Host-` needs Secure and Path=/ and forbids Domain. On loopback over http some browsers keep no
 * Secure cookie, so there a cookie has neither the prefix nor Secure.
 */
export class Cookies {
  readonly #secure: boolean
  readonly #prefix: string
  readonly #mount: string

  /**
   * @param origin - the public origin of the app
   * @param basePath - where the routes are mounted; each mount has sessions of its own
   */
  constructor(origin: string, basePath: string) {
    this.#secure = origin.startsWith('https:')
    this.#prefix = this.#secure ? HOST_PREFIX : ''
    this.#mount = basePath === DEFAULT_BASE_PATH ? '' : `${basePath.slice(1).replaceAll('/', '.')}.`
  }

  /** The name of the session cookie of a provider. */
  session(provider: string): string {
    return `${this.#prefix}${sessionCookieName(`${this.#mount}${provider}`)}`
  }

  /** The name of the cookie that says what the last login came to. */
  get notice(): string {
    return `${this.#prefix}oauth-notice${this.#mount && `-${this.#mount.slice(0, -1)}`}`
  }

  /** The name of the cookie of a login. */
  transaction(state: string, nowSeconds: number): string {
    return transactionCookieName(state, nowSeconds, this.#prefix)
  }

  /** Sets a cookie that lives `maxAge` seconds; a `framed` cookie works inside a frame of another site. */
  write(c: Context, name: string, value: string, maxAge: number, framed = false): void {
    // Creates `c.res`: Hono copies its headers to the final answer, also to the answer of an error handler.
    void c.res
    // A cache that keeps the answer would keep the cookie too.
    c.header('cache-control', 'no-store')
    const site =
      framed && this.#secure
        ? // Browsers keep no other kind of cookie in a frame of another site.
          'None; Partitioned'
        : // Not Strict: the callback is a navigation from another site, and would come without the cookie.
          'Lax'
    // The name and the sealed value need no encoding.
    const line = `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly${this.#secure ? '; Secure' : ''}; SameSite=${site}`
    c.header('set-cookie', line, { append: true })
  }

  /** Clears a cookie; only a `framed` write clears a `framed` cookie. */
  clear(c: Context, name: string, framed = false): void {
    this.write(c, name, '', 0, framed)
  }

  /** The value of one of these cookies in a request. */
  read(c: Context, name: string): string | undefined {
    return readCookie(c, name)
  }

  /** The cookies of this browser's unfinished logins, oldest first. */
  readTransactions(c: Context): TransactionCookieName[] {
    return listTransactionCookies(this.#logins(c).keys(), this.#prefix)
  }

  /** The newest of them, for work that each of them costs. */
  newestTransactions(c: Context): TransactionCookieName[] {
    return this.readTransactions(c).slice(-MAX_PENDING)
  }

  /** Clears the oldest logins to make room for one more, whose cookie has `length` characters. */
  evictTransactions(c: Context, length: number): void {
    const values = this.#logins(c)
    const sizeOf = (name: string) => name.length + (values.get(name)?.length ?? 0)
    const evicted = evictedTransactionCookies(this.readTransactions(c), sizeOf, length)
    this.#clearAll(c, evicted.slice(0, MAX_EVICTED_AT_ONCE))
  }

  /** Clears all unfinished logins of this browser. */
  clearTransactions(c: Context): void {
    this.#clearAll(c, this.newestTransactions(c))
  }

  /** Clears the notice of this browser; returns its sealed text. */
  clearNotice(c: Context): string | undefined {
    const sealed = this.read(c, this.notice)
    if (sealed !== undefined) this.#clearAll(c, [{ name: this.notice }])
    return sealed
  }

  #logins(c: Context): ReadonlyMap<string, string> {
    return readCookies(c, `${this.#prefix}${LOGINS}`)
  }

  #clearAll(c: Context, cookies: readonly { readonly name: string }[]): void {
    for (const { name } of cookies) {
      // The name does not say whether the cookie is framed.
      this.clear(c, name)
      this.clear(c, name, true)
    }
  }
}
