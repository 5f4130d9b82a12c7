import type { RegisteredClient } from './client.ts'

/** The parameters of one authorization request. */
export interface AuthorizationRequest {
  readonly state: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** The text between two scopes; a space by default (RFC 6749, section 3.3). */
  readonly scopeSeparator?: string | undefined
  /** The PKCE verifier; the request carries its S256 challenge. */
  readonly codeVerifier?: string | undefined
  /** The value that the ID token must repeat (OpenID Connect Core, section 3.1.2.1). */
  readonly nonce?: string | undefined
  /** Further parameters of the provider; they never replace a parameter of the protocol. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

/** An authorization request that a login begins with. */
export interface LoginRequest extends AuthorizationRequest {
  /** The parameters of the login route that say which account the login is for, such as a shop. */
  readonly login?: Readonly<Record<string, string>> | undefined
  /** The texts that the provider has found for this login. */
  readonly found?: Readonly<Record<string, string>> | undefined
}

// Parameters that a request may leave out: `params` must not bring them back.
const OPTIONAL_PARAMETERS = ['scope', 'code_challenge', 'code_challenge_method']

/**
 * The URL that asks the resource owner for a grant.
 *
 * @param client - the server, and this app as its client
 * @param request - the parameters of this login
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 | RFC 6749 - section 4.1.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3 | RFC 7636 - section 4.3}
 * @example
 * ```ts
 * const redirectUri = 'https://app.example/auth/example/callback'
 * const url = await buildAuthorizationUrl(client, { state: 'a-state', redirectUri, scopes: ['items:read'] })
 * ```
 */
export async function buildAuthorizationUrl(
  { server, clientId, parameterNames = {} }: RegisteredClient,
  request: AuthorizationRequest,
): Promise<URL> {
  const url = new URL(server.authorization_endpoint)
  // The query of the endpoint is kept (RFC 6749, section 3.1).
  const parameters = new URLSearchParams(url.search)
  for (const [name, value] of Object.entries(request.params ?? {})) parameters.set(name, value)
  for (const name of OPTIONAL_PARAMETERS) parameters.delete(name)
  const nameOf = (name: string) => parameterNames[name] ?? name
  parameters.set('response_type', 'code')
  parameters.set(nameOf('client_id'), clientId)
  parameters.set('redirect_uri', request.redirectUri)
  parameters.set('state', request.state)
  if (request.scopes.length > 0) {
    parameters.set(nameOf('scope'), request.scopes.join(request.scopeSeparator ?? ' '))
  }
  if (request.nonce) parameters.set('nonce', request.nonce)
  if (request.codeVerifier) {
    parameters.set('code_challenge', await challengeOf(request.codeVerifier))
    parameters.set('code_challenge_method', 'S256')
  }
  // URLSearchParams writes a space as `+`; providers document `%20`, which means the same.
  url.search = parameters.toString().replaceAll('+', '%20')
  return url
}

/** The S256 challenge of a PKCE verifier (RFC 7636, section 4.2). */
async function challengeOf(codeVerifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(digest)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
}
