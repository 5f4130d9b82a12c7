import type { ClientAuthenticationMethod } from '../../protocol/client-authentication.ts'

/** Where a plain OAuth 2.0 server tells whom an access token acts for. */
export interface OAuth2AccountEndpoint {
  /** The https URL that answers a GET with the access token by a JSON object. */
  readonly url: string
  /** The member that holds the account's id, a text or a whole number; `sub` by default. */
  readonly id?: string | undefined
  /** The member that holds a name for people; `name` by default. */
  readonly name?: string | undefined
}

/** The settings of an app, and how a server may differ, whichever way it tells of its endpoints. */
export interface ClientOptions {
  /** The app's client id. */
  readonly clientId: string
  /** The app's client secret; absent for a public client. */
  readonly clientSecret?: string | undefined
  /** The scopes that a login requests unless it names others. */
  readonly scopes: readonly string[]
  /**
   * How the app tells the server who it is: `basic` by default, `none` without a client secret.
   * `basic-raw` is for servers that do not decode what RFC 6749 encodes inside HTTP Basic.
   */
  readonly clientAuthentication?: ClientAuthenticationMethod | undefined
  /** Whether to send a PKCE challenge, which is always S256; true by default. */
  readonly pkce?: boolean | undefined
  /**
   * Whether refresh tokens are replaced at each use or stay; `rotating` by default, which is the safe
   * assumption.
   */
  readonly refreshTokens?: 'rotating' | 'reusable' | undefined
  /** More parameters for every authorization request; they never replace one of the protocol's. */
  readonly authorizationParams?: Readonly<Record<string, string>> | undefined
  /** Query parameters of our login route that the authorization request carries on. */
  readonly loginParams?: readonly string[] | undefined
  /**
   * Whether revoking one token also ends every other token that the same person gave this app; false by
   * default.
   */
  readonly revokesWholeGrant?: boolean | undefined
}

/** The settings of an app at a plain OAuth 2.0 server. */
export interface OAuth2Options extends ClientOptions {
  /** The https URL where the resource owner is asked; a query of its own stays. */
  readonly authorizationEndpoint: string
  /** The https URL where codes and refresh tokens become access tokens. */
  readonly tokenEndpoint: string
  /** The https URL where tokens are revoked (RFC 7009); absent where the server has none. */
  readonly revocationEndpoint?: string | undefined
  /** The server's issuer identifier: an `iss` in a response must be this very text (RFC 9207). */
  readonly issuer?: string | undefined
  /**
   * Whether the server sends `iss` with every response, so that one without it is refused; false by
   * default. Without `issuer` it must be the origin of the authorization endpoint.
   */
  readonly issParameter?: boolean | undefined
  /** The https origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [string, ...string[]]
  /**
   * Where the server tells whom a grant is for. Without it an owner has one connection there, with the
   * account id `default` and no name.
   */
  readonly account?: OAuth2AccountEndpoint | undefined
  /** What stands between scopes in an authorization request; a space by default. */
  readonly scopeSeparator?: ' ' | ',' | undefined
}
