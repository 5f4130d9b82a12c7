import type { Context } from 'hono'
import { isOAuthError, type OAuthError } from '../errors.ts'
import { errorPage } from './error-page.ts'
import { isNavigation } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

const SECURE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Adds what every answer needs that has to do with a login.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9700#section-4.2.4 | RFC 9700 - section 4.2.4}
 */
export function secure(response: Response): Response {
  // The app's hook may answer with a response whose headers cannot be changed.
  const copy = new Response(response.body, response)
  for (const [name, value] of Object.entries(SECURE_HEADERS)) copy.headers.set(name, value)
  return copy
}

/** Which login an error page offers, and where that leads in the end. */
export interface OfferedLogin {
  readonly provider?: string | undefined
  readonly returnTo?: string | undefined
}

/**
 * Answers with an error: a page for a person, problem+json for a program.
 *
 * The error is in `c.error` then, as Hono's own handler leaves it, for whatever logs it.
 *
 * @param runtime - where known, for the links of the page
 */
export async function refuse(
  c: Context,
  error: OAuthError,
  runtime: Runtime | undefined,
  offered: OfferedLogin = {},
): Promise<Response> {
  c.error = error
  const problem = error.getResponse()
  if (!isNavigation(c)) return c.newResponse(problem.body, problem)
  const retryAfter = problem.headers.get('retry-after')
  if (retryAfter) c.header('retry-after', retryAfter)
  return secure(await errorPage(c, error, pageLinks(runtime, offered)))
}

/** What was thrown, if it is one of ours; anything else goes on to the app. */
export function asOAuthError(error: unknown): OAuthError {
  if (isOAuthError(error)) return error
  throw error
}

function pageLinks(runtime: Runtime | undefined, { provider, returnTo }: OfferedLogin) {
  if (!runtime) return {}
  const { basePath, providers, defaultReturnTo: home } = runtime.config
  if (provider === undefined || !Object.hasOwn(providers, provider)) return { home }
  const query = returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : ''
  return { home, login: `${basePath}/${provider}/login${query}` }
}
