import type { ScopeWords } from '../scope-words.ts'
import type { Sources } from '../sources.ts'
import type {
  Account,
  Answer,
  Granted,
  Issued,
  Json,
  LoginAnswer,
  SecretProof,
  Texts,
  TokenRequest,
  Use,
} from './contexts.ts'

/**
 * A provider as data: its hosts, its endpoints and how they differ from the plain server.
 *
 * An endpoint is written `host/path` or `METHOD host/path`. `{name}` stands for one path segment or for a part of
 * the host, and its text joins the parameters of the request.
 */
export interface Personality {
  readonly name: string
  /** The name on the consent page. */
  readonly title: string
  /** `*.example.com` stands for all hosts below a domain. */
  readonly hosts: readonly string[]
  /** The default client secret, if it is not `<name>-client-secret`. */
  readonly secret?: string
  /** The accounts to choose from. Without a page, the first one signs in. */
  readonly accounts: readonly [Account, ...Account[]]
  /** `fixed`: the tenants are regions, and there are no others. */
  readonly tenants?: 'fixed'
  readonly authorization: AuthorizationEndpoint
  readonly token: TokenEndpoint
  readonly openid?: OpenId
  readonly api: Api
  /** None if the provider has no revocation. */
  readonly revocations?: readonly Revocation[]
  /** How each part is known. The providers of the package have it. */
  readonly sources?: Sources
}

export interface AuthorizationEndpoint {
  readonly at: string
  /** `implied`: the address names the client, so a request has no `client_id`. */
  readonly client?: 'implied'
  readonly responseType?: 'optional'
  /** `none`: the scopes are settings of the client. Default: `scope`, separated by spaces. */
  readonly scope?: 'none' | { readonly parameter?: string; readonly separator?: string | RegExp }
  /** What scopes allow, in words. Default: a guess from the parts of the scope. */
  readonly scopeWords?: ScopeWords
  /** Parameters that must be sent: with one of these values, or with any value (null). */
  readonly required?: Readonly<Record<string, readonly string[] | null>>
  /** Further checks of the parameters; the description of the error, or undefined. */
  readonly check?: (parameters: Texts) => string | undefined
  readonly pkce: 'required' | 'optional' | 'ignored'
  /** `registered`: a request may omit it, and the first registered one receives the answer. */
  readonly redirectUri?: 'registered'
  /** The address at which the provider itself starts a login: the answer has no state. */
  readonly installAt?: string
  /** The answer may be posted by a form, with `response_mode=form_post`. */
  readonly formPost?: true
  /** The members of the answer when the user denies. Default: `access_denied`. */
  readonly denial?: Readonly<Record<string, string>>
  /** Further members of the answer with a code. */
  readonly callback?: (answer: LoginAnswer) => Json | Promise<Json>
}

export type BodyFormat = 'form' | 'json' | 'query'
/** `secret`: the secret alone, as `client_secret` or as Bearer token. */
export type ClientMethod = 'basic' | 'post' | 'secret'

export interface TokenEndpoint {
  readonly at: string
  /** The endpoint for refreshes, if it is another one. */
  readonly refreshAt?: string
  /** Also GET requests, whose parameters are in the query. */
  readonly get?: true
  /** Where the members are. `query`: a request without body. */
  readonly formats: readonly BodyFormat[]
  readonly client: readonly ClientMethod[]
  /** Replaces the comparison of the client secret. */
  readonly checkSecret?: (proof: SecretProof) => Promise<boolean>
  /** `optional`: a request with a code may leave `redirect_uri` out. Default: as in RFC 6749, 4.1.3. */
  readonly redirectUri?: 'optional'
  /** `optional`: the members of the request say which grant it is. */
  readonly grantType?: 'optional'
  /** Members that a grant type requires beyond the RFC's. */
  readonly required?: Readonly<Record<string, readonly string[]>>
  /** All members that may occur; others are refused. */
  readonly known?: readonly string[]
  /** Further checks; the name of the error, or undefined. */
  readonly check?: (request: TokenRequest) => keyof TokenErrors | undefined
  /** Lifetime of a code. Default: 600. */
  readonly codeSeconds?: number
  /** Lifetime of an access token in seconds; null if it has no end. */
  readonly lifetime: number | null | ((request: TokenRequest) => number | null)
  readonly refresh: RefreshTokens
  /** The form of an access token. Default: random text. */
  readonly accessToken?: (issued: Omit<Issued, 'accessToken' | 'idToken'>) => string
  readonly answer?: (issued: Issued) => Json
  /** `negotiated`: a form, unless the request accepts JSON. */
  readonly answerFormat?: 'negotiated'
  /** A grant type that exchanges an access token for one with this lifetime. */
  readonly exchange?: { readonly grantType: string; readonly member: string; readonly lifetime: number }
  readonly errors?: Partial<TokenErrors>
}

export interface RefreshTokens {
  readonly kind: 'rotating' | 'reusable' | 'none'
  /** `reusable` only: a refresh repeats the refresh token in its answer. */
  readonly repeats?: boolean
  /** Lifetime in seconds. Default: no end. */
  readonly lifetime?: number
  /** How long a replaced refresh token stays valid, in seconds. Default: 0. */
  readonly grace?: number
  /** A refresh ends the older access tokens at once. */
  readonly endsAccessTokens?: boolean
  /** A second use of a replaced refresh token ends the grant. */
  readonly reuseEndsGrant?: boolean
  /** Which logins get a refresh token. Default: all. */
  readonly when?: (request: TokenRequest) => boolean
}

/** The refusals of a token endpoint, in the provider's words. */
export interface TokenErrors {
  readonly request: Answer
  readonly client: Answer
  readonly grantType: Answer
  /** A code that is unknown, used or expired. */
  readonly code: Answer
  readonly redirect: Answer
  readonly verifier: Answer
  /** A refresh token that is unknown, used, expired or revoked; a dead token of an exchange too. */
  readonly refresh: Answer
}

export interface OpenId {
  readonly issuer: string | ((use: Use) => string)
  /** The issuer in the metadata, if ID tokens have an issuer of their own. */
  readonly metadataIssuer?: (params: Texts) => string
  readonly discovery: string
  readonly jwks: string
  /** The address of the same keys as PEM, by key id. */
  readonly pemKeys?: string
  /** The userinfo endpoint in the metadata. Default: the account request of the API. */
  readonly userinfo?: string
  /** When a login gets an ID token. Default: with the scope `openid`. */
  readonly when?: 'always'
  /** `ignored`: ID tokens have no nonce. */
  readonly nonce?: 'ignored'
  readonly claims: (use: Use) => Json
}

export interface Api {
  /** The schemes of the Authorization header; an empty text is a token without scheme. Default: `Bearer`. */
  readonly schemes?: readonly string[]
  /** The header that carries the token, if it is not Authorization. */
  readonly header?: string
  /** The query parameter that may carry the token. */
  readonly query?: string
  /** Headers that each request must have, and the answer without them. */
  readonly headers?: Readonly<Record<string, Answer>>
  /** The answer to a token that is unknown, expired or revoked. */
  readonly dead: Answer
  /** The answer to a token without the scope. */
  readonly forbidden?: Answer
  /** The answer to too many requests. Default: 429 with `Retry-After: 1`. */
  readonly limited?: Answer
  /** Whether a token is valid at this host or path. Default: everywhere. */
  readonly belongs?: (use: Use) => boolean
  /** The request for the account or the user. */
  readonly account?: ApiRoute
  readonly routes: readonly ApiRoute[]
}

export interface ApiRoute {
  readonly at: string
  /** A GraphQL request whose query has this field. */
  readonly graphql?: string
  readonly answer: (use: Use) => unknown
  /** Replaces the dead token's answer. */
  readonly dead?: Answer
}

export interface Revocation {
  readonly at: string
  /**
   * `token`: an access token authenticates the request and is what it ends. `none`: no authentication; the token may
   * also be the one of the Authorization header.
   */
  readonly client: readonly ClientMethod[] | 'token' | 'none'
  /** `token` only: how the client authenticates too, with members of the body. Default: not at all. */
  readonly clientToo?: readonly ClientMethod[]
  readonly formats?: readonly BodyFormat[]
  /** Headers that the request must have, and the answer without them. */
  readonly headers?: Readonly<Record<string, Answer>>
  /** The member with the token, or with the account's id; the first one that was sent. Default: `token`. */
  readonly member?: string | readonly string[]
  /** `account`: the member names the account. */
  readonly by?: 'account'
  /** The tokens that can be revoked here. Default: both kinds. */
  readonly kinds?: readonly ('access' | 'refresh')[]
  /** That token alone, its grant, or all grants like it: of the same account, or as `isLike` says. */
  readonly ends: 'token' | 'grant' | 'alike'
  readonly isLike?: (one: Granted, other: Granted) => boolean
  /** The success answer, or one that is made of the text in the member. */
  readonly success: Answer | ((value: string) => Answer)
  /** The answer for a token that is not live. Default: the success answer. */
  readonly unknown?: Answer
  /** The answer for a live token of another kind. Default: the one for a token that is not live. */
  readonly wrongKind?: Answer
  /** The answer for a wrong client. Default: the token endpoint's. */
  readonly wrongClient?: Answer
}
