import { processRevocationResponse, ResponseBodyError, revocationRequest } from 'oauth4webapi'
import type { Secret } from '../secret.ts'
import type { BackChannel } from './back-channel.ts'
import { backChannelFetch } from './back-channel-fetch.ts'
import type { RegisteredClient } from './client.ts'
import { jsonResponse } from './json-body.ts'
import { isUnavailable, unavailable } from './retry-after.ts'

/** The token types of RFC 7009, section 4.1.2. */
export type TokenTypeHint = 'access_token' | 'refresh_token'

/** What became of one token: dead, of a type that is never revoked, or refused for another reason. */
export type TokenRevocation = 'revoked' | 'unsupported' | 'refused'

/**
 * Asks the revocation endpoint to end one token.
 *
 * @throws OAuthError `provider_unavailable`, `provider_timeout` or `provider_response_invalid`: the
 *   token must be assumed to live on, and another try may end it
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009#section-2 | RFC 7009 - section 2}
 */
export async function revokeToken(
  { server, client, authentication }: RegisteredClient,
  token: Secret,
  hint: TokenTypeHint,
  backChannel: BackChannel,
): Promise<TokenRevocation> {
  const response = await revocationRequest(server, client, authentication, token.reveal(), {
    ...backChannelFetch(backChannel),
    additionalParameters: { token_type_hint: hint },
  })
  if (isUnavailable(response)) throw unavailable('the revocation endpoint', response)
  // Some servers say "no content" where the answer of section 2.2 is 200 with a body nobody reads.
  const status = response.status === 204 ? 200 : response.status
  try {
    await processRevocationResponse(jsonResponse(await response.text(), status))
    return 'revoked'
  } catch (error) {
    const name = error instanceof ResponseBodyError ? error.error : undefined
    // A token that is dead is no error in RFC 7009, and this is how some servers tell of one.
    if (name === 'invalid_token') return 'revoked'
    return name === 'unsupported_token_type' ? 'unsupported' : 'refused'
  }
}
