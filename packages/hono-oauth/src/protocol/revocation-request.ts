import type { Secret } from '../secret.ts'
import { isUnavailable, readJsonObject, unavailable } from './answer.ts'
import type { BackChannel } from './back-channel.ts'
import { postAsClient, type RegisteredClient } from './client.ts'

/** The token types of RFC 7009, section 4.1.2. */
export type TokenTypeHint = 'access_token' | 'refresh_token'

/** The result for one token: revoked, of a type that the server never revokes, or refused for another reason. */
export type TokenRevocation = 'revoked' | 'unsupported' | 'refused'

/**
 * Asks the revocation endpoint to revoke one token.
 *
 * @param url - the revocation endpoint
 * @param now - in seconds since the epoch
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`: the
 *   token may still be valid, and another try may end it
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2 | RFC 7009 - section 2}
 */
export async function revokeToken(
  client: RegisteredClient,
  url: URL,
  token: Secret,
  hint: TokenTypeHint,
  backChannel: BackChannel,
  now: number,
): Promise<TokenRevocation> {
  const parameters = { token: token.reveal(), token_type_hint: hint }
  const form: RegisteredClient = { ...client, tokenFormat: 'form' }
  const response = await postAsClient(form, url, parameters, backChannel, now)
  if (isUnavailable(response)) throw unavailable('the revocation endpoint', response)
  // Section 2.2 asks for 200 and ignores the body; some servers answer 204.
  if (response.status === 200 || response.status === 204) return 'revoked'
  const error = (await readJsonObject(response))?.['error']
  // RFC 7009 answers 200 for an invalid token; some servers answer with this error.
  if (error === 'invalid_token') return 'revoked'
  return error === 'unsupported_token_type' ? 'unsupported' : 'refused'
}
