import type { Context } from 'hono'
import { OAuthError } from '../errors.ts'

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
 * Lets only requests of the app's own origin through.
 *
 * @throws OAuthError `request_cross_site`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-10.12 | RFC 6749 - section 10.12}
 */
export function requireSameOrigin(c: Context, origin: string): void {
  const site = c.req.header('sec-fetch-site')
  const isSame = site === undefined ? c.req.header('origin') === origin : site === 'same-origin'
  if (!isSame) throw new OAuthError('request_cross_site')
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Lets no page of another origin change anything through a route of the app. Requests without `Sec-Fetch-Site` and
 * `Origin` pass: they come from programs, because every browser sends one of them with an unsafe method.
 *
 * @throws OAuthError `request_cross_site`
 */
export function refuseForgery(c: Context, origin: string): void {
  if (SAFE_METHODS.includes(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  // `none` is the person's own doing, which no page can cause.
  const isOurs =
    site === undefined ? [undefined, origin].includes(c.req.header('origin')) : /^(same-origin|none)$/.test(site)
  if (!isOurs) throw new OAuthError('request_cross_site')
}

/** Whether a request is the navigation of a frame. */
export function isFramed(c: Context): boolean {
  return ['iframe', 'frame'].includes(c.req.header('sec-fetch-dest') ?? '')
}

function isPrefetch(c: Context): boolean {
  const purpose = c.req.header('sec-purpose') ?? c.req.header('purpose') ?? ''
  return /\b(prefetch|prerender|preview)\b/.test(purpose)
}
