import { OAuthError } from '../errors.ts'
import { parseJsonObject } from './json-body.ts'
import { parseScope } from './scope.ts'

// Scopes are told on pages and in logs: only what looks like one, a URL included.
const SCOPE = /^[\w.:/~*+@-]{1,256}$/

/**
 * What a refusal of an API that takes bearer tokens means for the connection.
 *
 * @returns `undefined` for every other answer, which is the caller's to judge
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 | RFC 6750 - section 3.1}
 */
export function bearerError(status: number, body: string): OAuthError | undefined {
  const cause = new Error(`the API answered ${status}`)
  if (status === 401) return new OAuthError('needs_reauth', { cause })
  const json = status === 403 ? parseJsonObject(body) : undefined
  if (json?.['error'] !== 'insufficient_scope') return undefined
  const { scope } = json
  const missingScopes = parseScope(typeof scope === 'string' ? scope : '')
  return new OAuthError('insufficient_scope', {
    cause,
    missingScopes: missingScopes.filter((each) => SCOPE.test(each)),
  })
}
