import { refreshTokenGrantRequest } from 'oauth4webapi'
import type { Secret } from '../secret.ts'
import type { BackChannel } from './back-channel.ts'
import { backChannelFetch } from './back-channel-fetch.ts'
import type { RegisteredClient } from './client.ts'

/**
 * Sends a refresh token to the token endpoint: once, whatever the answer.
 *
 * It names no scope, which asks for all that was granted and never for more.
 *
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 | RFC 6749 - section 6}
 */
export function requestRefresh(
  { server, client, authentication }: RegisteredClient,
  refreshToken: Secret,
  backChannel: BackChannel,
): Promise<Response> {
  const options = backChannelFetch(backChannel)
  return refreshTokenGrantRequest(server, client, authentication, refreshToken.reveal(), options)
}
