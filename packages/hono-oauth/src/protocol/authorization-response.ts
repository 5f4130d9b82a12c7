import { OAuthError } from '../errors.ts'
import { readErrorName } from './answer.ts'
import { clientSecrets, type RegisteredClient } from './client.ts'
import type { ErrorWords } from './token-response.ts'

const MAX_CODE_LENGTH = 8192
// RFC 6749, section 4.1.2.1: logs name these errors and no other text of the provider.
const KNOWN_ERRORS = new Set([
  'invalid_request',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_response_type',
])

/**
 * Checks state, issuer and error of a request to the redirection endpoint.
 *
 * @param client - the server, and this app as its client
 * @param parameters - the query, unchanged
 * @param state - the state of the transaction
 * @param words - the provider's own words for errors
 * @throws OAuthError `access_denied`, `authorization_failed` or `authorization_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 | RFC 6749 - section 4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207#section-2.4 | RFC 9207 - section 2.4}
 * @example
 * ```ts
 * validateAuthorizationResponse(client, new URLSearchParams('code=a-code&state=a-state'), 'a-state')
 * ```
 */
export function validateAuthorizationResponse(
  client: RegisteredClient,
  parameters: URLSearchParams,
  state: string,
  words: ErrorWords = {},
): void {
  const { server } = client
  const once = (name: string) => {
    const [value, ...more] = parameters.getAll(name)
    if (more.length > 0) throw unreadable(`"${name}" parameter must be provided only once`)
    return value
  }
  if (once('response')) throw unreadable('the response is a JWT')
  const issuer = once('iss')
  if (!issuer && server.authorization_response_iss_parameter_supported) {
    throw unreadable('response parameter "iss" (issuer) missing')
  }
  if (issuer && issuer !== server.issuer) throw unreadable('unexpected "iss" (issuer) response parameter value')
  if (once('state') !== state) throw unreadable('unexpected "state" response parameter value')
  const error = once('error')
  if (error) throw refused(error, words, [state, ...parameters.getAll('code'), ...clientSecrets(client)])
  // Both come from a flow that was not asked for.
  if (once('id_token') !== undefined || once('token') !== undefined) {
    throw unreadable('implicit and hybrid flows are not supported')
  }
}

/**
 * The code of an authorization response.
 *
 * @param parameters - the query of the callback
 * @throws OAuthError `authorization_response_invalid`
 * @example
 * ```ts
 * const code = codeIn(new URLSearchParams('code=a-code&state=a-state'))
 * ```
 */
export function codeIn(parameters: URLSearchParams): string {
  const codes = parameters.getAll('code')
  const [code] = codes
  if (codes.length === 1 && code && code.length <= MAX_CODE_LENGTH) return code
  throw unreadable('the response has not exactly one code of at most 8192 characters')
}

function refused(error: string, words: ErrorWords, secrets: readonly string[]): OAuthError {
  const providerError = readErrorName(error, secrets)
  const word = Object.hasOwn(words, error) ? words[error] : undefined
  if ((word ?? error) === 'access_denied') return new OAuthError('access_denied', { providerError })
  const name = word !== undefined || KNOWN_ERRORS.has(error) ? error : 'an unknown error'
  const cause = new Error(`the authorization endpoint answered: ${name}`)
  return new OAuthError('authorization_failed', { cause, providerError })
}

/** The error for a response that breaks the protocol; `reason` repeats nothing of the response. */
function unreadable(reason: string): OAuthError {
  return new OAuthError('authorization_response_invalid', { cause: new Error(reason) })
}
