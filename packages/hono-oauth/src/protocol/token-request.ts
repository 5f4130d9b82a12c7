import { authorizationCodeGrantRequest, nopkce } from 'oauth4webapi'
import type { BackChannel } from './back-channel.ts'
import { backChannelFetch } from './back-channel-fetch.ts'
import type { RegisteredClient } from './client.ts'

/** What an access token request of the code grant needs. */
export interface CodeExchange {
  /** The response as {@link validateAuthorizationResponse} returned it. */
  readonly response: URLSearchParams
  /** The very redirect URI of the authorization request. */
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
}

/**
 * Sends the authorization code to the token endpoint: once, whatever the answer.
 *
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 | RFC 6749 - section 4.1.3}
 */
export function requestToken(
  { server, client, authentication }: RegisteredClient,
  { response, redirectUri, codeVerifier }: CodeExchange,
  backChannel: BackChannel,
): Promise<Response> {
  return authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    response,
    redirectUri,
    codeVerifier ?? nopkce,
    backChannelFetch(backChannel),
  )
}
