import { open, seal } from '../crypto/seal.ts'
import { OAuthError, SECURE_HEADERS } from '../errors.ts'
import { confirmTicket } from './confirm-login.ts'
import { startingOwner } from './connecting-owner.ts'
import { userOwner } from './owner.ts'
import { requireKnownOrigin, requireNavigation } from './request-guards.ts'
import type { Runtime, Visit } from './runtime.ts'
import { beginLogin, type LoginOptions, startLogin } from './start-login.ts'

/** The query parameter of the login route that holds a ticket. */
export const TICKET_PARAMETER = 'ticket'

const TICKET_TTL_SECONDS = 120

/** A login that a user has asked for, and that another browser may begin. */
interface Ticket extends LoginOptions {
  /** The id of the app's user. */
  readonly user: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Starts a login from a handler of the app: by a redirect, or with `json` by the URL for the browser to open.
 *
 * The browser of a page on the same site keeps the cookie of the login, which this answer sets; then the URL is that of
 * the provider. A browser drops a cookie that a page of another site brings, and a program has none. For these the URL
 * is our own login route with a ticket, which names the user.
 *
 * @throws OAuthError as {@link startLogin}; `request_cross_site` for a page of a strange origin, and for a page of
 *   another site where the app has no users; `request_not_navigation` without `json`
 */
export async function loginFromHandler(visit: Visit, options: LoginOptions): Promise<Response> {
  const { c, runtime } = visit
  if (!options.json) {
    requireNavigation(c)
    return startLogin(visit, options)
  }
  requireKnownOrigin(c, runtime.config, true)
  const isSameSite = c.req.header('sec-fetch-site')?.startsWith('same-')
  const begin = runtime.config.owner && !isSameSite ? ticketUrl : beginHere
  return c.json({ authorizationUrl: await begin(visit, options) }, 200, SECURE_HEADERS)
}

/** Begins a login in the browser that has sent this request by `fetch`. */
async function beginHere(visit: Visit, options: LoginOptions): Promise<string> {
  if (visit.c.req.header('sec-fetch-site') === 'cross-site') throw new OAuthError('request_cross_site')
  return beginLogin(visit, options, await startingOwner(visit, true))
}

/** The URL that begins a login of the user of this request, in whatever browser opens it. */
async function ticketUrl({ c, runtime, name }: Visit, options: LoginOptions): Promise<string> {
  const { config, ring, now } = runtime
  const user = await config.owner?.(c)
  if (!user) throw new OAuthError('owner_missing')
  const ticket: Ticket = { ...options, user, expiresAt: now() + TICKET_TTL_SECONDS }
  const route = await routeOf(runtime, name)
  const sealed = await seal(ring, 'login-link', route, ticket)
  return `${route}?${TICKET_PARAMETER}=${sealed}`
}

/**
 * Begins the login of a ticket in this browser. The user may have sent the link to another person, whose account would
 * then be connected to this user. So a page names the user, and only its link leads to the provider: the link holds the
 * new `state`, which no other browser knows. There is no question where the user is signed in here.
 *
 * @throws OAuthError `transaction_unknown` for a text that is no ticket of this route, `transaction_expired`,
 *   `owner_mismatch` when another user is signed in, or as {@link beginLogin}
 */
export async function openTicket(visit: Visit, sealed: string): Promise<Response> {
  const { c, runtime, name } = visit
  const { config, ring, now } = runtime
  const opened = await open<Ticket>(ring, 'login-link', await routeOf(runtime, name), sealed)
  if (!opened || !config.owner) throw new OAuthError('transaction_unknown')
  const { user, expiresAt, ...options } = opened.value
  if (expiresAt < now()) throw new OAuthError('transaction_expired')
  const here = await config.owner(c)
  if (here && here !== user) throw new OAuthError('owner_mismatch')
  const { key: ownerKey } = await userOwner(user)
  const authorizationUrl = await beginLogin(visit, options, { ownerKey, provedUser: user })
  return here ? c.redirect(authorizationUrl, 302) : confirmTicket(visit, user, authorizationUrl)
}

/** The URL of the login route: two mounts of one Worker may have the same keys and the same name for a provider. */
function routeOf(runtime: Runtime, name: string): Promise<string> {
  return runtime.loginUrl(name, {})
}
