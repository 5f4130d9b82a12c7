/** A user who can sign in on the consent page. */
export interface OauthExampleUser {
  readonly sub: string
  readonly name: string
  readonly email: string
}

export type OauthExampleGrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'
export type OauthExampleAuthMethod = 'client_secret_basic' | 'client_secret_post'

/** A client that is registered with `oauth.example`. */
export interface OauthExampleClientOptions {
  readonly id: string
  /** Without a secret it is a public client: it sends its id and nothing more. */
  readonly secret?: string
  /** Exact addresses. With one alone, an authorization request may leave it out. */
  readonly redirectUris: readonly string[]
  /** The scopes it registered. Default: all of them. */
  readonly scopes?: readonly string[]
  readonly name?: string
  /** Default: all of them; a public client has no client credentials. */
  readonly grantTypes?: readonly OauthExampleGrantType[]
  /** How it may send its secret. Default: both ways. */
  readonly authMethods?: readonly OauthExampleAuthMethod[]
}

/** What `oauth.example` holds, and how it behaves where the standards leave a choice. */
export interface OauthExampleOptions {
  readonly clients?: readonly OauthExampleClientOptions[]
  readonly users?: readonly OauthExampleUser[]
  /** Lifetime of an access token. Default: 3600. */
  readonly accessTokenSeconds?: number
  /** Lifetime of a code. Default: 60. */
  readonly codeSeconds?: number
  /** Lifetime of each refresh token; null for ever. Default: null. */
  readonly refreshTokenSeconds?: number | null
  /** Whether a refresh gives a new refresh token, or none and the old one stays. Default: `always`. */
  readonly rotation?: 'always' | 'never'
  /** Whether a used refresh token ends its grant. Default: true. */
  readonly reuseDetection?: boolean
  /** How long the previous refresh token answers with the same successors. Default: 0. */
  readonly graceSeconds?: number
  /** Whether an authorization request may leave out PKCE. `plain` is always refused. Default: `required`. */
  readonly pkce?: 'required' | 'optional'
  /** Whether authorization responses carry `iss`, and the metadata says so. Default: true. */
  readonly issParameter?: boolean
  /** Whether id and secret are form-urlencoded inside HTTP Basic. Default: `form`. */
  readonly basicSecretDecoding?: 'form' | 'raw'
  /** Status of invalid_client when no Authorization header was sent. Default: 400. */
  readonly invalidClientStatus?: 400 | 401
  /** What a request without scope asks for. Default: `all-registered`. */
  readonly omittedScope?: 'all-registered' | 'refused'
  /** What ends with a revoked access token: it alone, or its grant. Default: `token`. */
  readonly revokedAccessToken?: 'token' | 'grant'
  /** What ends with a used refresh token that is revoked. Default: `nothing`. */
  readonly revokedUsedRefreshToken?: 'nothing' | 'grant'
  /** How `refresh-loses-response` loses it: no answer for `slowSeconds`, or 502. Default: `silence`. */
  readonly lostResponse?: 'silence' | 'bad-gateway'
  /** Where a registered redirect URI may use plain http. Default: `loopback`. */
  readonly insecureRedirectUris?: 'loopback' | 'anywhere'
}
