import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi'
import { OAuthError } from '../errors.ts'
import type { RegisteredClient } from './client.ts'

const MAX_CODE_LENGTH = 8192
// RFC 6749, section 4.1.2.1: what may be told in a log; any other text is the provider's own.
const KNOWN_ERRORS = new Set([
  'invalid_request',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_response_type',
])

/**
 * Judges the parameters that came back to the redirection endpoint.
 *
 * @param parameters - the query as it came
 * @param state - the state of the transaction it must belong to
 * @returns the parameters, as the token request wants them
 * @throws OAuthError `access_denied`, `authorization_failed` or `authorization_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 | RFC 6749 - section 4.1.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9207#section-2.4 | RFC 9207 - section 2.4}
 */
export function validateAuthorizationResponse(
  { server, client }: RegisteredClient,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  let validated: URLSearchParams
  try {
    validated = validateAuthResponse(server, client, parameters, state)
  } catch (error) {
    throw refused(error)
  }
  const codes = validated.getAll('code')
  if (codes.length !== 1 || !codes[0] || codes[0].length > MAX_CODE_LENGTH) {
    throw new OAuthError('authorization_response_invalid', {
      cause: new Error('the response has no single code of a sensible length'),
    })
  }
  return validated
}

function refused(error: unknown): OAuthError {
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return new OAuthError('access_denied')
    const name = KNOWN_ERRORS.has(error.error) ? error.error : 'an error of its own'
    const cause = new Error(`the authorization endpoint answered: ${name}`)
    return new OAuthError('authorization_failed', { cause })
  }
  // The library's own cause holds the parameters, and with them the code: only its words go on.
  const reason = error instanceof Error ? error.message : 'not an authorization response'
  return new OAuthError('authorization_response_invalid', { cause: new Error(reason) })
}
