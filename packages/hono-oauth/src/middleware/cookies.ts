import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import {
  evictedTransactionCookies,
  listTransactionCookies,
  type TransactionCookieName,
} from '../transaction/cookie-name.ts'

// RFC 6265bis: `__Host-` asks for Secure and Path=/ and forbids Domain. Lax, not Strict: the callback
// is a navigation from another site, and a Strict cookie would be withheld from it.
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const
// A flooded jar is emptied over several answers rather than in one with a huge header.
const MAX_EVICTED_AT_ONCE = 10

// In a frame of another site a browser keeps no other cookie than this, and for that site alone.
const FRAMED_ATTRIBUTES = { ...ATTRIBUTES, sameSite: 'None', partitioned: true } as const

/** Sets a cookie of ours; `maxAge` in seconds, `framed` for one that has to work inside a frame. */
export function writeCookie(
  c: Context,
  name: string,
  value: string,
  maxAge: number,
  framed = false,
): void {
  setCookie(c, name, value, { ...(framed ? FRAMED_ATTRIBUTES : ATTRIBUTES), maxAge })
}

/** Clears a cookie of ours; one that was set `framed` goes only the same way. */
export function clearCookie(c: Context, name: string, framed = false): void {
  writeCookie(c, name, '', 0, framed)
}

/** The logins on their way in this browser, oldest first. */
export function readTransactionCookies(c: Context): TransactionCookieName[] {
  return listTransactionCookies(Object.keys(getCookie(c)))
}

/** Makes room for one more login, whose cookie has `length` characters. */
export function evictTransactionCookies(c: Context, length: number): void {
  const sizes = getCookie(c)
  const sizeOf = (name: string) => name.length + (sizes[name]?.length ?? 0)
  const evicted = evictedTransactionCookies(readTransactionCookies(c), sizeOf, length)
  for (const { name } of evicted.slice(0, MAX_EVICTED_AT_ONCE)) {
    // The name does not tell which of the two kinds it is.
    clearCookie(c, name)
    clearCookie(c, name, true)
  }
}
