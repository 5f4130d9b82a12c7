import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { sessionCookieName } from '../session/session.ts'
import {
  evictedTransactionCookies,
  listTransactionCookies,
  type TransactionCookieName,
  transactionCookieName,
} from '../transaction/cookie-name.ts'

const HOST_PREFIX = '__Host-'
const DEFAULT_BASE_PATH = '/auth'
// A flooded jar is emptied over several answers rather than in one with a huge header.
const MAX_EVICTED_AT_ONCE = 10

/**
 * Our cookies, with the attributes that the app's origin allows.
 *
 * RFC 6265bis: `__Host-` asks for Secure and Path=/ and forbids Domain. On http, which is loopback alone,
 * some browsers keep no Secure cookie, so there it goes without both.
 */
export class Cookies {
  readonly #secure: boolean
  readonly #prefix: string
  readonly #mount: string

  /**
   * @param origin - the public origin of the app
   * @param basePath - where the routes are mounted: those of another place have sessions of their own
   */
  constructor(origin: string, basePath: string) {
    this.#secure = origin.startsWith('https:')
    this.#prefix = this.#secure ? HOST_PREFIX : ''
    this.#mount = basePath === DEFAULT_BASE_PATH ? '' : `${basePath.slice(1).replaceAll('/', '.')}.`
  }

  /** The name of the cookie that the session at a provider has. */
  session(provider: string): string {
    return `${this.#prefix}${sessionCookieName(`${this.#mount}${provider}`)}`
  }

  /** The name of the cookie that a login gets. */
  transaction(state: string, nowSeconds: number): string {
    return transactionCookieName(state, nowSeconds, this.#prefix)
  }

  /** Sets a cookie; `maxAge` in seconds, `framed` for one that has to work inside a frame. */
  write(c: Context, name: string, value: string, maxAge: number, framed = false): void {
    // Hono carries the headers of a `c.res` that exists over to whatever answers in the end, an error handler's
    // answer included.
    void c.res
    // Whoever kept the answer would keep the cookie with it.
    c.header('cache-control', 'no-store')
    const attributes = { path: '/', secure: this.#secure, httpOnly: true, maxAge } as const
    setCookie(
      c,
      name,
      value,
      framed && this.#secure
        ? // In a frame of another site a browser keeps no other cookie than this, for that site alone.
          { ...attributes, sameSite: 'None', partitioned: true }
        : // Not Strict: the callback is a navigation from another site, which would go without it.
          { ...attributes, sameSite: 'Lax' },
    )
  }

  /** Clears a cookie; one that was set `framed` goes only the same way. */
  clear(c: Context, name: string, framed = false): void {
    this.write(c, name, '', 0, framed)
  }

  /** The logins on their way in this browser, oldest first. */
  readTransactions(c: Context): TransactionCookieName[] {
    return listTransactionCookies(Object.keys(getCookie(c)), this.#prefix)
  }

  /** Makes room for one more login, whose cookie has `length` characters. */
  evictTransactions(c: Context, length: number): void {
    const sizes = getCookie(c)
    const sizeOf = (name: string) => name.length + (sizes[name]?.length ?? 0)
    const evicted = evictedTransactionCookies(this.readTransactions(c), sizeOf, length)
    for (const { name } of evicted.slice(0, MAX_EVICTED_AT_ONCE)) {
      // The name does not tell which of the two kinds it is.
      this.clear(c, name)
      this.clear(c, name, true)
    }
  }
}
