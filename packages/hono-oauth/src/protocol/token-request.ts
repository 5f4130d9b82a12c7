import type { Secret } from '../secret.ts'
import type { BackChannel } from './back-channel.ts'
import { postAsClient, type RegisteredClient } from './client.ts'

/** How one server's token requests differ from those of RFC 6749. */
export interface TokenRequestOptions {
  /** Where the request goes; the token endpoint of the server by default. */
  readonly url?: URL | undefined
  /** Further parameters; they never replace a parameter of the protocol. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

/** What a code is sent with. */
export interface CodeRequest {
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
  /** In seconds since the epoch. */
  readonly now: number
}

/**
 * Sends the authorization code to the token endpoint, once, and returns the answer of any status.
 *
 * @param client - the server, and this app as its client
 * @param code - from the authorization response
 * @param login - the redirect URI and the PKCE verifier of the authorization request, and the time in seconds
 * @param backChannel - what sends the request
 * @param options - how this server differs
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 | RFC 6749 - section 4.1.3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.5 | RFC 7636 - section 4.5}
 * @example
 * ```ts
 * const redirectUri = 'https://app.example/auth/example/callback'
 * const login = { redirectUri, now: Math.floor(Date.now() / 1000) }
 * const answer = await requestToken(client, 'a-code', login, backChannel)
 * ```
 */
export function requestToken(
  client: RegisteredClient,
  code: string,
  { redirectUri, codeVerifier, now }: CodeRequest,
  backChannel: BackChannel,
  options: TokenRequestOptions = {},
): Promise<Response> {
  const parameters = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
  }
  return send(client, parameters, backChannel, now, options)
}

/**
 * Sends a refresh token to the token endpoint, once, and returns the answer of any status. The request
 * names no scope, which asks for every scope of the grant and for no other.
 *
 * @param client - the server, and this app as its client
 * @param refreshToken - of the grant
 * @param backChannel - what sends the request
 * @param now - in seconds since the epoch
 * @param options - how this server differs
 * @throws OAuthError `provider_timeout`, `provider_unavailable` or `provider_response_invalid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6 | RFC 6749 - section 6}
 * @example
 * ```ts
 * const now = Math.floor(Date.now() / 1000)
 * const answer = await requestRefresh(client, new Secret('a-refresh-token'), backChannel, now)
 * ```
 */
export function requestRefresh(
  client: RegisteredClient,
  refreshToken: Secret,
  backChannel: BackChannel,
  now: number,
  options: TokenRequestOptions = {},
): Promise<Response> {
  const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }
  return send(client, parameters, backChannel, now, options)
}

function send(
  client: RegisteredClient,
  parameters: Readonly<Record<string, string>>,
  backChannel: BackChannel,
  now: number,
  { url = new URL(client.server.token_endpoint), params }: TokenRequestOptions,
): Promise<Response> {
  return postAsClient(client, url, { ...params, ...parameters }, backChannel, now)
}
