import type { Context } from 'hono'
import { OAuthError } from '../errors.ts'
import { isFromAllowed, type KnownOrigins } from './allowed-origins.ts'

/** Whether the browser shows the answer as a page. */
export function isNavigation(c: Context): boolean {
  const destination = c.req.header('sec-fetch-dest')
  if (destination !== undefined) return destination === 'document' || isFramed(c)
  return c.req.header('accept')?.includes('text/html') ?? false
}

/**
 * Lets only top-level navigations through: no frame, image, script or prefetch may start a login. Other clients than
 * browsers pass: they send no `Sec-Fetch-Dest`, although Node's `fetch` sends `Sec-Fetch-Mode: cors`.
 *
 * @param embedded - whether a frame counts as a page: for a provider that opens the routes in its own frames
 * @throws OAuthError `request_not_navigation`
 * @see {@link https://www.w3.org/TR/fetch-metadata/ | W3C - Fetch Metadata Request Headers}
 */
export function requireNavigation(c: Context, embedded = false): void {
  const destination = c.req.header('sec-fetch-dest') ?? 'document'
  const isPage = destination === 'document' || (embedded && isFramed(c))
  const isSubresource = !isPage || c.req.header('sec-fetch-mode') === 'no-cors'
  if (isSubresource || isPrefetch(c) || c.req.method === 'HEAD') throw new OAuthError('request_not_navigation')
}

/**
 * Lets only pages of the app's own origin and of the allowed origins through. `Sec-Fetch-Site` does not say which other
 * site a page is of, so a page elsewhere needs the `Origin` header.
 *
 * @param programs - whether programs pass too: they send neither header, and every browser sends one of them with a
 *   `fetch` and with an unsafe method
 * @throws OAuthError `request_cross_site`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-10.12 | RFC 6749 - section 10.12}
 */
export function requireKnownOrigin(c: Context, origins: KnownOrigins, programs = false): void {
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site') ?? (origin === origins.origin ? 'same-origin' : (origin ?? 'none'))
  // `none` is also the person's own doing, which no page can cause.
  const isOurs = site === 'same-origin' || (programs && site === 'none')
  if (!isOurs && !isFromAllowed(c, origins)) throw new OAuthError('request_cross_site')
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Lets no page of a strange origin change anything through a route of the app.
 *
 * @throws OAuthError `request_cross_site`
 */
export function refuseForgery(c: Context, origins: KnownOrigins): void {
  if (!SAFE_METHODS.includes(c.req.method)) requireKnownOrigin(c, origins, true)
}

/** Whether a request is the navigation of a frame. */
export function isFramed(c: Context): boolean {
  return ['iframe', 'frame'].includes(c.req.header('sec-fetch-dest') ?? '')
}

function isPrefetch(c: Context): boolean {
  const purpose = c.req.header('sec-purpose') ?? c.req.header('purpose') ?? ''
  return /\b(prefetch|prerender|preview)\b/.test(purpose)
}
