import { OAuthError } from '../../errors.ts'
import { parseJsonObject } from '../../protocol/json-body.ts'
import { parseScope } from '../../protocol/scope.ts'

const ROLE_CODES: ReadonlySet<unknown> = new Set(['forbidden', 'insufficient_permissions'])

/**
 * What a refusal of Webflow's Data API means for the connection.
 *
 * Its two kinds of 403 differ in `code` alone: for `missing_scopes` a new consent helps, for
 * `forbidden` the account lacks a role and it does not.
 *
 * @returns `undefined` for every other answer, which is the caller's to judge
 * @see {@link https://developers.webflow.com/data/reference/error-handling | Webflow - Errors}
 */
export function apiError(status: number, body: string): OAuthError | undefined {
  if (status !== 401 && status !== 403) return undefined
  const json = parseJsonObject(body)
  const code = json?.['code']
  const cause = new Error(`Webflow answered ${status}`)
  // Without a code it is not Webflow's API that speaks, but something on the way to it.
  if (status === 401 && typeof code === 'string') return new OAuthError('needs_reauth', { cause })
  if (code === 'missing_scopes') {
    return new OAuthError('insufficient_scope', {
      cause,
      missingScopes: readScopes(json?.['message']),
    })
  }
  return ROLE_CODES.has(code) ? new OAuthError('access_forbidden', { cause }) : undefined
}

/** "OAuthForbidden: You are missing the following scopes: cms:read, sites:read" */
function readScopes(message: unknown): string[] {
  const [, list = ''] = /following scopes:(.*)/.exec(String(message)) ?? []
  return parseScope(list).filter((scope) => /^[\w.:-]{1,64}$/.test(scope))
}
