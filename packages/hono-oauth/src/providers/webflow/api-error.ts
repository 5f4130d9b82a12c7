import { OAuthError } from '../../errors.ts'
import { parseJsonObject } from '../../protocol/answer.ts'
import { parseScope } from '../../protocol/scope.ts'

// After these a new consent does not help: the account lacks a role.
const ROLE_CODES: ReadonlySet<unknown> = new Set(['forbidden', 'insufficient_permissions'])

/**
 * The error of a connection after Webflow's Data API answered 401 or 403. The two kinds of 403 differ in `code`: a
 * new consent helps only after `missing_scopes`.
 *
 * @returns `undefined` for every other answer, which the caller judges
 * @see {@link https://developers.webflow.com/data/reference/error-handling | Webflow - Errors}
 */
export function apiError(status: number, body: string): OAuthError | undefined {
  if (status !== 401 && status !== 403) return undefined
  const json = parseJsonObject(body)
  const code = json?.['code']
  const cause = new Error(`Webflow answered ${status}`)
  // An answer without a code comes from a proxy, not from the API of Webflow.
  if (status === 401 && typeof code === 'string') return new OAuthError('needs_reauth', { cause })
  if (code === 'missing_scopes') {
    return new OAuthError('insufficient_scope', { cause, missingScopes: readScopes(json?.['message']) })
  }
  return ROLE_CODES.has(code) ? new OAuthError('access_forbidden', { cause }) : undefined
}

/** The scopes in a text such as "You are missing the following scopes: cms:read, sites:read". */
function readScopes(message: unknown): string[] {
  const [, list = ''] = /following scopes:(.*)/.exec(String(message)) ?? []
  return parseScope(list).filter((scope) => /^[\w.:-]{1,64}$/.test(scope))
}
