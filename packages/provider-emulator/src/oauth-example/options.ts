/** A user who can sign in on the consent page. */
export interface OauthExampleUser {
  readonly sub: string
  readonly name: string
  readonly email: string
}

/** A grant type of the token endpoint of `oauth.example`. */
export type OauthExampleGrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'
/** How a client of `oauth.example` authenticates at the token endpoint. */
export type OauthExampleAuthMethod = 'client_secret_basic' | 'client_secret_post'

/** A client that is registered with `oauth.example`. */
export interface OauthExampleClientOptions {
  readonly id: string
  /** A client without a secret is a public client, which sends only its id. */
  readonly secret?: string
  /** Exact URIs. If there is only one, an authorization request may omit it. */
  readonly redirectUris: readonly string[]
  /** The registered scopes. Default: all. */
  readonly scopes?: readonly string[]
  readonly name?: string
  /** Default: all; for a public client all but `client_credentials`. */
  readonly grantTypes?: readonly OauthExampleGrantType[]
  /** The methods of client authentication. Default: both. */
  readonly authMethods?: readonly OauthExampleAuthMethod[]
}

/** The data of `oauth.example`, and its choices where the standards allow several. */
export interface OauthExampleOptions {
  readonly clients?: readonly OauthExampleClientOptions[]
  readonly users?: readonly OauthExampleUser[]
  /** Lifetime of an access token, in seconds. Default: 3600. */
  readonly accessTokenSeconds?: number
  /** Lifetime of an authorization code, in seconds. Default: 60. */
  readonly codeSeconds?: number
  /** Lifetime of each refresh token, in seconds. Default: null, it does not expire. */
  readonly refreshTokenSeconds?: number | null
  /** `always`: a refresh returns a new refresh token. `never`: it returns none. Default: `always`. */
  readonly rotation?: 'always' | 'never'
  /** Whether the reuse of a refresh token revokes its grant. Default: true. */
  readonly reuseDetection?: boolean
  /** How long the previous refresh token returns the same new tokens, in seconds. Default: 0. */
  readonly graceSeconds?: number
  /** Whether an authorization request needs PKCE. `plain` is always refused. Default: `required`. */
  readonly pkce?: 'required' | 'optional'
  /** Whether authorization responses have `iss`, announced in the metadata. Default: true. */
  readonly issParameter?: boolean
  /** Whether id and secret are form-urlencoded in HTTP Basic. Default: `form`, as RFC 6749 says. */
  readonly basicSecretDecoding?: 'form' | 'raw'
  /** Status of `invalid_client` for a request without Authorization header. Default: 400. */
  readonly invalidClientStatus?: 400 | 401
  /** The scopes of a request without `scope`. Default: `all-registered`. */
  readonly omittedScope?: 'all-registered' | 'refused'
  /** What the revocation of an access token ends: the token or its grant. Default: `token`. */
  readonly revokedAccessToken?: 'token' | 'grant'
  /** What the revocation of a used refresh token ends. Default: `nothing`. */
  readonly revokedUsedRefreshToken?: 'nothing' | 'grant'
  /** What `refresh-loses-response` sends: 504 after `slowSeconds`, or 502 at once. Default: `silence`. */
  readonly lostResponse?: 'silence' | 'bad-gateway'
  /** The hosts whose redirect URIs may use plain http. Default: `loopback`. */
  readonly insecureRedirectUris?: 'loopback' | 'anywhere'
}
