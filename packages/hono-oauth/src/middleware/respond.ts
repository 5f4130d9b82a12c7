import type { Context } from 'hono'
import { isOAuthError, type OAuthError } from '../errors.ts'
import { errorPage } from './error-page.ts'
import { isNavigation } from './request-guards.ts'
import type { Runtime } from './runtime.ts'

/** The headers of every answer that has to do with a login (RFC 6749 section 5.1, RFC 9700 section 4.2). */
export function secure(response: Response): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('referrer-policy', 'no-referrer')
  response.headers.set('x-content-type-options', 'nosniff')
  return response
}

/**
 * Answers with an error: a page for a person, problem+json for a program.
 *
 * @param runtime - where known, for the links of the page
 * @param provider - the name of the provider whose login the page offers to start again
 */
export async function refuse(
  c: Context,
  error: OAuthError,
  runtime: Runtime | undefined,
  provider?: string,
): Promise<Response> {
  if (error.retryAfterSeconds !== undefined) {
    c.header('retry-after', String(error.retryAfterSeconds))
  }
  if (isNavigation(c)) return secure(await errorPage(c, error, pageLinks(runtime, provider)))
  return secure(c.body(JSON.stringify(error), error.status, PROBLEM_HEADERS))
}

/** What was thrown, if it is one of ours; anything else goes on to the app. */
export function asOAuthError(error: unknown): OAuthError {
  if (isOAuthError(error)) return error
  throw error
}

const PROBLEM_HEADERS = { 'content-type': 'application/problem+json' }

function pageLinks(runtime: Runtime | undefined, provider: string | undefined) {
  if (!runtime) return {}
  const { basePath, providers, defaultReturnTo } = runtime.config
  const known = provider !== undefined && Object.hasOwn(providers, provider)
  return { home: defaultReturnTo, login: known ? `${basePath}/${provider}/login` : undefined }
}
