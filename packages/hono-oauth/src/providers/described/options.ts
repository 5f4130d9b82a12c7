import type { ClientAuthentication, ClientAuthenticationMethod, ClientSecret } from '../../protocol/client.ts'
import type { ProofOfPossession } from '../../protocol/proof.ts'
import type { ErrorWord } from '../../protocol/token-response.ts'
import type { Details } from '../contract.ts'

/** JSON as it came over the wire. What a hook makes of it is judged again. */
// biome-ignore lint/suspicious/noExplicitAny: a hook knows the shape of its provider's answers
export type Json = Readonly<Record<string, any>>

/** Where a text is found: its source, then the members that lead to it, such as `token.team.id` or `userinfo.data.0.id`. */
export type Path = `${'login' | 'callback' | 'token' | 'userinfo'}.${string}`

/** A path, also to a claim of a verified ID token. */
export type OidcPath = Path | `claims.${string}`

/** A text with placeholders: `{name}` of a detail, or one of those that its option names. */
export type Template = string

/** Further parameters of a request; they never replace a parameter of the protocol. */
export type Params = Readonly<Record<string, Template>>

/**
 * A request in the shape of a provider. Placeholders: details, `account_id`, `client_id`, `client_secret`,
 * `access_token`, `refresh_token`.
 */
export interface OwnRequest {
  readonly url: Template
  /** `POST` by default. */
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined
  /** Who asks: the app by `basic` or `post`, or the connection as at its `api`; without it, the request has no credentials. */
  readonly as?: 'basic' | 'post' | 'api' | undefined
  readonly headers?: Readonly<Record<string, Template>> | undefined
  /** The body as a form. */
  readonly form?: Readonly<Record<string, Template>> | undefined
  /** The body as JSON. */
  readonly json?: Json | undefined
}

/** What an answer of an API means (RFC 6750, section 3.1): the token no longer works, or does not cover the request. */
export type ApiError = 'invalid_token' | 'insufficient_scope'

/** How an app shows a provider that a request is its own; a preset says it where the provider allows one way alone. */
export interface ClientProof {
  /**
   * The client authentication: `basic` by default, `none` without a client secret, or a value such as that of
   * `privateKeyJwt()`. `basic-raw` is for servers that do not decode the form-encoding of RFC 6749 inside HTTP Basic.
   */
  readonly clientAuthentication?: ClientAuthenticationMethod | ClientAuthentication | undefined
  /** Binds the tokens of each connection to a key of its own: the value of `dpop()`; bearer tokens by default. */
  readonly dpop?: ProofOfPossession | undefined
}

/** What an app says of itself to any provider. */
export interface AppSettings<Scope extends string = string> extends ClientProof {
  /** The app's client id. */
  readonly clientId: string
  /**
   * The app's client secret, or a function that makes one for each request; absent for a public client, and for one
   * that signs.
   */
  readonly clientSecret?: ClientSecret | undefined
  /** The scopes that a login requests unless it says otherwise. */
  readonly scopes?: readonly Scope[] | undefined
  /**
   * The redirect URI as it is registered at the provider: a path of this app, or a name that stands for the callback;
   * `/<provider>/callback` under `basePath` by default.
   */
  readonly redirectUri?: string | undefined
  /** Further parameters of every authorization request. */
  readonly authorizationParams?: Params | undefined
  /** Query parameters of the login route that the authorization request passes on. */
  readonly loginParams?: readonly string[] | undefined
}

/** What an {@link OAuth2Description} and an {@link OidcDescription} say alike. */
export interface Description<Scope extends string, Detail extends string, P extends string> extends ClientProof {
  /** The scopes that a login requests by default; their type says which there are. */
  readonly scopes?: readonly Scope[] | undefined
  /** The text between two scopes of an authorization request; a space by default. */
  readonly scopeSeparator?: ' ' | ',' | undefined
  /** Granted scopes by which another scope counts as granted too; with an empty list, as soon as it was requested. */
  readonly scopeAliases?: { readonly [Each in NoInfer<Scope>]?: readonly string[] | undefined } | undefined
  /** Further parameters of every authorization request. */
  readonly authorizationParams?: Params | undefined
  /** Whether to send a PKCE challenge, always S256; true by default. */
  readonly pkce?: boolean | undefined
  /** Whether a callback with a code and without state starts a new login; false by default. */
  readonly restartsWithoutState?: boolean | undefined
  /**
   * Judges or renames the parameters of a callback, after `state`, `iss` and `error` were checked. It gets a copy.
   *
   * @returns the parameters, with one `code`; `undefined` refuses them
   */
  authorizationResponse?(
    parameters: URLSearchParams,
    login: { readonly details: Details<Detail>; readonly clientSecret: string; readonly now: number },
  ): URLSearchParams | undefined | Promise<URLSearchParams | undefined>

  /** Other names for parameters of the protocol, in every request. */
  readonly parameterNames?: { readonly [Name in 'client_id' | 'scope']?: string | undefined } | undefined
  /** The body of a token request: a form by default. */
  readonly tokenFormat?: 'form' | 'json' | undefined
  /** Further parameters of code and refresh requests; `{redirect_uri}` is that of the login. */
  readonly tokenParams?: Params | undefined
  /** Members that token responses leave out, or a function that gives a response the shape of RFC 6749. */
  readonly tokenResponse?: Json | TokenResponseHook | undefined
  /**
   * Whether a refresh token is replaced at each use (`rotating`, the default and the safe assumption), accepted
   * again (`reusable`), or there is `none`.
   */
  readonly refreshTokens?: 'rotating' | 'reusable' | 'none' | undefined
  /** The provider's own words for errors, in those of the RFCs: the text of any top-level member of a refusal. */
  readonly errors?: Readonly<Record<string, ErrorWord>> | undefined

  /** The account of a grant: several ids are joined, and of several names the first that is told counts. */
  readonly account?: AccountPaths<P> | undefined
  /** Texts to keep of each connection: the app gets them, and `{name}` puts them into URLs. */
  readonly details?: Readonly<Record<Detail, P>> | undefined
  /** The hosts that a URL with a placeholder in its host may lead to: `accounts.zoho.eu`, `*.myshopify.com`. */
  readonly hosts?: readonly string[] | undefined

  /** Headers of API and userinfo requests. Without `{access_token}` in one of them, the token goes as `Bearer`. */
  readonly apiHeaders?: Readonly<Record<string, Template>> | undefined
  /** What answers of the API mean, by status. Other statuses than these, 401 and 403 are not read. */
  readonly apiErrors?: Readonly<Record<number, ApiError | ApiErrorHook>> | undefined
  /** A URL for RFC 7009, or requests of the provider's own, sent in order. */
  readonly revocationEndpoint?: Template | OwnRequest | readonly OwnRequest[] | undefined
  /** Whether the end of one token ends every token of this app for the same person; false by default. */
  readonly revokesWholeGrant?: boolean | undefined
}

/**
 * Gives a token response the shape of RFC 6749.
 *
 * @param answer - the response, without the members that are `null`
 * @param request - `callback`, the parameters that came back with the code, absent for a refresh; `now`, in seconds
 */
export type TokenResponseHook = (
  answer: Json,
  request: { readonly callback?: URLSearchParams | undefined; readonly now: number },
) => Json

/** What an answer of an API means; `undefined` when the caller judges it. */
export type ApiErrorHook = (
  body: Json,
  headers: Headers,
) => ApiError | { readonly insufficientScope: string } | undefined

/** Where the account of a grant is found. */
export interface AccountPaths<P extends string> {
  readonly id: P | readonly P[]
  readonly name?: P | readonly P[] | undefined
}

/** A plain OAuth 2.0 server. */
export interface OAuth2Description<Scope extends string = string, Detail extends string = string>
  extends Description<Scope, Detail, Path> {
  /** The https URL of the authorization endpoint; its query is kept. */
  readonly authorizationEndpoint: Template
  /** Where authorization requests are pushed to (RFC 9126); without it they go through the browser. */
  readonly pushedAuthorizationRequestEndpoint?: Template | undefined
  /** The https URL of the token endpoint. */
  readonly tokenEndpoint: Template
  /** Where refreshes go, or the whole request in the provider's shape; the token endpoint by default. */
  readonly refreshEndpoint?: Template | OwnRequest | undefined
  /** The request that trades the access token of a login for the one to keep. */
  readonly exchangeEndpoint?: OwnRequest | undefined
  /** A document about the person or account of a grant: a URL to GET, or a request of the provider's own. */
  readonly userinfoEndpoint?: Template | OwnRequest | undefined
  /** The https origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [Template, ...Template[]]
  /** The issuer identifier of the server: an `iss` in a response must equal it (RFC 9207). */
  readonly issuer?: string | undefined
  /**
   * Whether a response without `iss` is refused; false by default. Without `issuer`, the `iss` must be the
   * origin of the authorization endpoint.
   */
  readonly issParameter?: boolean | undefined
}

// Not `none`, and no algorithm with a shared secret: only the issuer must be able to sign.
export const ID_TOKEN_ALGS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  // The name of the same algorithm since RFC 9864, for Ed25519 keys alone.
  'Ed25519',
] as const

/** The algorithms that may sign an ID token, each with a private key of the issuer. */
export type IdTokenAlg = (typeof ID_TOKEN_ALGS)[number]

/** An OpenID provider: its endpoints are those of its metadata. */
export interface OidcDescription<Scope extends string = string, Detail extends string = string>
  extends Description<Scope, Detail, OidcPath> {
  /**
   * The issuer identifier, an https URL, exactly as in the provider's metadata and ID tokens; `{claims.tid}` where
   * each ID token names an issuer of its own.
   */
  readonly issuer: string
  /** The URL of the metadata; `/.well-known/openid-configuration` under the issuer by default. */
  readonly metadataUrl?: string | undefined
  /**
   * Whether authorization requests are pushed to the provider (RFC 9126), at the endpoint that its metadata names; by
   * default when the metadata requires it.
   */
  readonly par?: boolean | undefined
  /** The only algorithm that may sign an ID token; `RS256` by default. The token's header chooses nothing. */
  readonly idTokenAlg?: IdTokenAlg | undefined
  /** The allowed difference between the issuer's clock and ours, in seconds; 60 by default. */
  readonly clockToleranceSeconds?: number | undefined
  /**
   * Whether to read the userinfo endpoint; by default when the metadata names one. When the endpoint fails, the
   * claims of the ID token are used.
   */
  readonly userinfo?: boolean | undefined
  /** The https origins an access token may be sent to; by default only the origin of the issuer. */
  readonly apiOrigins?: readonly [Template, ...Template[]] | undefined
}

/** The settings of an app at a plain OAuth 2.0 server, with the description of the server. */
export type OAuth2Options<Scope extends string = string, Detail extends string = string> = AppSettings<Scope> &
  OAuth2Description<Scope, Detail>

/** The settings of an app at an OpenID provider, with the description of the provider. */
export type OidcOptions<Scope extends string = string, Detail extends string = string> = AppSettings<Scope> &
  OidcDescription<Scope, Detail>

/** The options of both kinds, as the code that serves both reads them. */
export type AnyOptions = AppSettings &
  Description<string, string, OidcPath> &
  Partial<OAuth2Description & OidcDescription>
