import type { ClientAuth } from 'oauth4webapi'
import { configurationError } from '../../errors.ts'
import { type ClientAuthenticationMethod, clientAuthentication, type RegisteredClient } from '../../protocol/client.ts'

/** The endpoint at which a plain OAuth 2.0 server describes the account of an access token. */
export interface OAuth2AccountEndpoint {
  /** The https URL, which answers a GET that carries the access token with a JSON object. */
  readonly url: string
  /** The member that holds the account's id, a text or a whole number; `sub` by default. */
  readonly id?: string | undefined
  /** The member that holds a name for people; `name` by default. */
  readonly name?: string | undefined
}

/** The settings of an app that OAuth 2.0 and OpenID Connect share. */
export interface ClientOptions {
  /** The app's client id. */
  readonly clientId: string
  /** The app's client secret; absent for a public client. */
  readonly clientSecret?: string | undefined
  /** The scopes that a login requests by default. */
  readonly scopes: readonly string[]
  /**
   * The client authentication: `basic` by default, `none` without a client secret. `basic-raw` is for
   * servers that do not decode the form-encoding of RFC 6749 inside HTTP Basic.
   */
  readonly clientAuthentication?: ClientAuthenticationMethod | undefined
  /** Whether to send a PKCE challenge, always S256; true by default. */
  readonly pkce?: boolean | undefined
  /**
   * Whether the server replaces a refresh token at each use (`rotating`) or accepts it again (`reusable`);
   * `rotating`, the safe assumption, by default.
   */
  readonly refreshTokens?: 'rotating' | 'reusable' | undefined
  /** Further parameters of every authorization request; they never replace a parameter of the protocol. */
  readonly authorizationParams?: Readonly<Record<string, string>> | undefined
  /** Query parameters of the login route that the authorization request passes on. */
  readonly loginParams?: readonly string[] | undefined
  /**
   * Whether the revocation of one token also ends every other token of this app for the same person; false
   * by default.
   */
  readonly revokesWholeGrant?: boolean | undefined
}

/** The settings of an app at a plain OAuth 2.0 server. */
export interface OAuth2Options extends ClientOptions {
  /** The https URL of the authorization endpoint; its query is kept. */
  readonly authorizationEndpoint: string
  /** The https URL of the token endpoint. */
  readonly tokenEndpoint: string
  /** The https URL of the revocation endpoint (RFC 7009); absent when the server has none. */
  readonly revocationEndpoint?: string | undefined
  /** The issuer identifier of the server: an `iss` in a response must equal it (RFC 9207). */
  readonly issuer?: string | undefined
  /**
   * Whether a response without `iss` is refused; false by default. Without `issuer`, the `iss` must be the
   * origin of the authorization endpoint.
   */
  readonly issParameter?: boolean | undefined
  /** The https origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [string, ...string[]]
  /**
   * The endpoint at which the server describes the account of a grant. Without this setting an owner has one
   * connection to the server, with the account id `default` and no name.
   */
  readonly account?: OAuth2AccountEndpoint | undefined
  /** The text between two scopes in an authorization request; a space by default. */
  readonly scopeSeparator?: ' ' | ',' | undefined
}

/**
 * Checks the settings of an app, and makes its registered client from them.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function registerClient(options: OAuth2Options): RegisteredClient {
  const { clientId, authorizationEndpoint, tokenEndpoint, revocationEndpoint, issuer } = options
  const authentication = authenticationOf('oauth2', options)
  requireHttps('oauth2 authorizationEndpoint', authorizationEndpoint)
  requireHttps('oauth2 tokenEndpoint', tokenEndpoint)
  if (revocationEndpoint !== undefined) {
    requireHttps('oauth2 revocationEndpoint', revocationEndpoint)
  }
  if (issuer !== undefined) requireHttps('oauth2 issuer', issuer)
  if (options.account) requireHttps('oauth2 account.url', options.account.url)
  requireOrigins('oauth2 apiOrigins', options.apiOrigins)
  return {
    server: {
      issuer: issuer ?? new URL(authorizationEndpoint).origin,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
      authorization_response_iss_parameter_supported: options.issParameter ?? false,
    },
    client: { client_id: clientId },
    authentication,
  }
}

/**
 * The client authentication that the credentials of an app allow.
 *
 * @param provider - the provider's name, with which error texts begin
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function authenticationOf(
  provider: string,
  { clientId, clientSecret, clientAuthentication: chosen }: ClientOptions,
): ClientAuth {
  const settingError = (setting: string, problem: string) => configurationError(`${provider} ${setting}`, problem)
  if (!clientId) throw settingError('clientId', 'is missing')
  if (clientSecret === '') throw settingError('clientSecret', 'is empty')
  const method = chosen ?? (clientSecret === undefined ? 'none' : 'basic')
  if (method !== 'none' && clientSecret === undefined) {
    throw settingError('clientSecret', 'is missing, and clientAuthentication needs it')
  }
  // RFC 7617, section 2: the password begins after the first colon.
  if (method === 'basic-raw' && clientId.includes(':')) {
    throw settingError('clientId', 'has a colon, which basic-raw cannot send')
  }
  const authentication = clientAuthentication(method, clientSecret)
  if (!authentication) {
    throw settingError('clientAuthentication', 'is none of basic, basic-raw, post and none')
  }
  return authentication
}

/**
 * Requires an https URL without a fragment (RFC 6749, sections 3.1 and 3.2) and without credentials, which logs
 * would show.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function requireHttps(setting: string, value: string): void {
  if (!value) throw configurationError(setting, 'is missing')
  if (!isPlainHttps(value)) {
    throw configurationError(setting, 'is not an https URL without credentials and fragment')
  }
}

/** Whether a text is an https URL without credentials and fragment. */
export function isPlainHttps(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url?.protocol === 'https:' && !url.username && !url.password
  return isPlain && !value.includes('#')
}

/**
 * Requires https origins: the only origins that get an access token.
 *
 * @throws OAuthError `configuration_invalid`
 */
export function requireOrigins(setting: string, origins: readonly string[] | undefined): void {
  if (!origins?.length) throw configurationError(setting, 'is empty')
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url?.protocol !== 'https:' || url.origin !== origin) {
      throw configurationError(setting, 'has an entry that is no https origin like https://api.example')
    }
  }
}
