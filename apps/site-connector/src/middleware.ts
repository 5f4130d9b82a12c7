import type { Context, MiddlewareHandler } from 'hono'
import { isOAuthError } from 'hono-oauth'

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Logs faults of this app and of the platforms. The library logs its own errors. */
export const logErrors: MiddlewareHandler = async (c, next) => {
  await next()
  const { error } = c
  if (error && !isOAuthError(error)) console.error(error)
}

/** The page runs no script, loads one stylesheet and stays out of every cache. */
export function setPageHeaders(c: Context): void {
  c.header('content-security-policy', CONTENT_SECURITY_POLICY)
  c.header('cache-control', 'no-store')
}

/** Sets the headers of a page, also of one about an error. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  setPageHeaders(c)
}
