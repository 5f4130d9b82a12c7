import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi'
import { OAuthError } from '../errors.ts'
import type { RegisteredClient } from './client.ts'
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
 * @param parameters - the query, unchanged
 * @param state - the state of the transaction
 * @param words - the provider's own words for errors
 * @throws OAuthError `access_denied`, `authorization_failed` or `authorization_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 | RFC 6749 - section 4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207#section-2.4 | RFC 9207 - section 2.4}
 */
export function validateAuthorizationResponse(
  { server, clientId }: RegisteredClient,
  parameters: URLSearchParams,
  state: string,
  words: ErrorWords = {},
): void {
  const { issuer, authorization_response_iss_parameter_supported = false } = server
  try {
    validateAuthResponse(
      { issuer, authorization_response_iss_parameter_supported },
      { client_id: clientId },
      parameters,
      state,
    )
  } catch (error) {
    throw refused(error, words)
  }
}

/**
 * The code of an authorization response.
 *
 * @throws OAuthError `authorization_response_invalid`
 */
export function codeIn(parameters: URLSearchParams): string {
  const codes = parameters.getAll('code')
  const [code] = codes
  if (codes.length === 1 && code && code.length <= MAX_CODE_LENGTH) return code
  throw new OAuthError('authorization_response_invalid', {
    cause: new Error('the response has not exactly one code of at most 8192 characters'),
  })
}

function refused(error: unknown, words: ErrorWords): OAuthError {
  if (error instanceof AuthorizationResponseError) {
    const word = Object.hasOwn(words, error.error) ? words[error.error] : undefined
    if ((word ?? error.error) === 'access_denied') return new OAuthError('access_denied')
    const name = word !== undefined || KNOWN_ERRORS.has(error.error) ? error.error : 'an unknown error'
    const cause = new Error(`the authorization endpoint answered: ${name}`)
    return new OAuthError('authorization_failed', { cause })
  }
  // The error of the library holds the parameters, and so the code: only its message is kept.
  const reason = error instanceof Error ? error.message : 'not an authorization response'
  return new OAuthError('authorization_response_invalid', { cause: new Error(reason) })
}
