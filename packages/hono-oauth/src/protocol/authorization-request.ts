import { calculatePKCECodeChallenge } from 'oauth4webapi'
import type { RegisteredClient } from './client.ts'

/** What one authorization request asks for. */
export interface AuthorizationRequest {
  readonly state: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** With a verifier the request carries its S256 challenge. */
  readonly codeVerifier?: string | undefined
  /** More parameters of the provider's own; they never replace one of the protocol's. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

/**
 * The URL that asks the resource owner for a grant.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 | RFC 6749 - section 4.1.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3 | RFC 7636 - section 4.3}
 */
export async function buildAuthorizationUrl(
  { server, client }: RegisteredClient,
  request: AuthorizationRequest,
): Promise<URL> {
  const url = new URL(server.authorization_endpoint as string)
  const parameters = new URLSearchParams(request.params)
  parameters.set('response_type', 'code')
  parameters.set('client_id', client.client_id)
  parameters.set('redirect_uri', request.redirectUri)
  parameters.set('state', request.state)
  if (request.scopes.length > 0) parameters.set('scope', request.scopes.join(' '))
  for (const name of ['code_challenge', 'code_challenge_method']) parameters.delete(name)
  if (request.codeVerifier) {
    parameters.set('code_challenge', await calculatePKCECodeChallenge(request.codeVerifier))
    parameters.set('code_challenge_method', 'S256')
  }
  // URLSearchParams writes a space as `+`; `%20` is what providers document, and both mean the same.
  url.search = parameters.toString().replaceAll('+', '%20')
  return url
}
