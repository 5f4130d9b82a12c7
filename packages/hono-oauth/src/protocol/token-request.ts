import type { Secret } from '../secret.ts'
import type { BackChannel } from './back-channel.ts'
import { postForm, type RegisteredClient } from './client.ts'

/**
 * Sends the authorization code to the token endpoint, once, and returns the answer of any status.
 *
 * @param login - the redirect URI and the PKCE verifier of the authorization request
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 | RFC 6749 - section 4.1.3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.5 | RFC 7636 - section 4.5}
 */
export function requestToken(
  registered: RegisteredClient,
  code: string,
  { redirectUri, codeVerifier }: { readonly redirectUri: string; readonly codeVerifier?: string | undefined },
  backChannel: BackChannel,
): Promise<Response> {
  const parameters = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
  }
  return postForm(registered, 'token_endpoint', parameters, backChannel)
}

/**
 * Sends a refresh token to the token endpoint, once, and returns the answer of any status. The request
 * names no scope, which asks for every scope of the grant and for no other.
 *
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 | RFC 6749 - section 6}
 */
export function requestRefresh(
  registered: RegisteredClient,
  refreshToken: Secret,
  backChannel: BackChannel,
): Promise<Response> {
  const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }
  return postForm(registered, 'token_endpoint', parameters, backChannel)
}
