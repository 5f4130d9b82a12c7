import type { OAuthError } from '../errors.ts'
import type { LoginRequest } from '../protocol/authorization-request.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { RequestTarget } from '../protocol/proof.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { Secret } from '../secret.ts'
import type { EventMap, WebhookVerifier } from './webhook-contract.ts'

/** The account that a grant acts for, with the ids of the provider. */
export interface Account {
  readonly id: string
  /** A name for people; `null` when the provider gives none. */
  readonly name: string | null
}

/** The texts that are kept of a connection beside its account, by name; one that was never told is absent. */
export type Details<Name extends string = string> = { readonly [Each in Name]?: string | undefined }

/** What the resource owner allowed this app to do, as the provider describes it. */
export interface Grant<A extends Account = Account> {
  /** The same whenever the same grant is authorized again, so that the new connection replaces the old. */
  readonly id: string
  /** The granted scopes; they may be fewer or more than the requested ones. */
  readonly scopes: readonly string[]
  readonly account: A
  /** Whether the provider has a way for the app to end this grant. */
  readonly revocable: boolean
  readonly details?: Details | undefined
  /** Whether `account` tells nothing: two grants with this `id` may be for different accounts. */
  readonly isAnonymous?: boolean | undefined
}

/** A grant as it is stored, with its tokens. */
export interface StoredGrant<D extends Details = Details> extends GrantTokens {
  readonly id: string
  readonly account: Account
  readonly details: D
  readonly scopes: readonly string[]
  /** When the access token ends, in seconds since the epoch; absent when the provider does not say. */
  readonly expiresAt?: number | undefined
}

/** The tokens of a grant, and the grant. */
export interface Authorization<A extends Account = Account> {
  readonly tokens: TokenSet
  readonly grant: Grant<A>
}

/** This app, as a server gets to know it. */
export interface AppIdentity {
  /** The name of the app for people: the setting `appName`, or the host of its origin. */
  readonly name: string
  readonly origin: string
  readonly redirectUri: string
  /** The URL of the document that {@link Provider.clientDocument} makes. */
  readonly documentUrl: string
}

/** Texts that a provider keeps for all owners, sealed in its store. */
export interface ProviderNotes {
  /** The text of a name; `undefined` for one that was never written, or has ended. */
  read(name: string): Promise<string | undefined>
  write(name: string, text: string, ttlSeconds: number): Promise<void>
}

/** What a login is prepared with. */
export interface LoginPreparation {
  /** The parameters of the login route that say which account the login is for. */
  readonly login?: Readonly<Record<string, string>> | undefined
  /** The scopes that this login chose; absent where the provider chooses. */
  readonly scopes?: readonly string[] | undefined
  readonly app: AppIdentity
  readonly notes: ProviderNotes
  /** The time of the request, in seconds since the epoch. */
  readonly now: number
}

/** A login that is ready for its authorization request. */
export interface PreparedLogin {
  /** The scopes to request. */
  readonly scopes: readonly string[]
  /** Texts for `authorizationUrl` and `authorize`: they travel sealed with the login, so the browser cannot change them. */
  readonly found: Readonly<Record<string, string>>
}

/** A request to the redirection endpoint, with the values of its transaction. */
export interface CallbackRequest {
  readonly parameters: URLSearchParams
  readonly state: string
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
  /** The parameters of the login route that say which account the login is for. */
  readonly login?: Readonly<Record<string, string>> | undefined
  /** The texts that the provider found before the authorization request. */
  readonly found?: Readonly<Record<string, string>> | undefined
  /** The requested scopes, for a provider that names no scope when it granted exactly these. */
  readonly scopes?: readonly string[] | undefined
  /** The time of the request, in seconds since the epoch. */
  readonly now: number
  /** The start of the login, in seconds since the epoch. */
  readonly startedAt?: number | undefined
}

/** The result of a renewal. */
export interface RenewedTokens extends TokenSet {
  /** The details that the provider tells anew; the others stay. */
  readonly details?: Details | undefined
}

/** The tokens of a grant, and what they are used with. */
export type GrantTokens = Pick<TokenSet, 'accessToken' | 'refreshToken' | 'proofKey' | 'clientSecret'>

/**
 * The result of a revocation at the provider: `revoked` when the grant has ended, now or before;
 * `deleted_only` when the provider does not end it.
 */
export type Revocation = 'revoked' | 'deleted_only'

/**
 * The result of a disconnect. Our copy is always deleted; the grant at the provider is `revoked`, its
 * revocation is `pending` and is tried again, or the provider offers none: `deleted_only`.
 */
export type RevocationOutcome = Revocation | 'pending'

/** One provider: data, and functions for the steps in which providers differ. */
export interface Provider<
  Scope extends string = string,
  A extends Account = Account,
  Events extends EventMap = EventMap,
  D extends Details = Details,
> {
  /**
   * Names the authorization server and the client: a stored connection opens only for the server and the client that
   * issued its tokens. Absent for a provider that has one server.
   */
  readonly server?: string | undefined
  /** The scopes that a login requests by default. */
  readonly scopes: readonly Scope[]
  /** Whether authorization requests carry a PKCE challenge (RFC 7636). */
  readonly pkce: boolean
  /** Whether a callback with a code and without state starts a new login instead of an error page. */
  readonly restartsWithoutState: boolean
  /**
   * The redirect URI as it is registered at the provider: a path of this app, or a name that stands for the callback;
   * `/<provider>/callback` under `basePath` by default.
   */
  readonly redirectUri?: string | undefined
  /** Whether it speaks http with a server on this machine, which only an app on loopback may do. */
  readonly usesLoopback?: boolean | undefined
  /**
   * The origins an access token may be sent to; relative URLs are resolved against the first.
   *
   * @throws OAuthError `needs_reauth` when the connection lacks a detail that its origin needs
   */
  apiOrigins(grant: StoredGrant<D>): readonly [string, ...string[]]
  /** Query parameters of the login route that the authorization request passes on. */
  readonly loginParams?: readonly string[]
  /**
   * Query parameters of the login route that say which account the login is for; `authorize` gets them. A `host` is
   * taken in lower case.
   */
  readonly loginDetails?: Readonly<Record<string, 'host' | 'text'>>
  /**
   * The authorization server of a connection, for a provider with several: the outage of one is none of another.
   */
  issuerOf?(details: D): string | undefined
  /** The query of the login route for another login of the same account; empty where a login needs none. */
  loginQuery?(details: D): Readonly<Record<string, string>>
  /**
   * Whether a login that another site has started gets a page first also where the app has no users: its link may name a
   * server that the person does not know.
   */
  readonly confirmsLogin?: boolean | undefined
  /** Whether the provider opens the login route and the callback in frames and windows. */
  readonly embedded?: boolean
  /**
   * Whether each use replaces a refresh token and ends the old one (`rotating`), or leaves it valid
   * (`reusable`). Absent when a renewal needs no refresh token.
   */
  readonly refreshTokens?: 'rotating' | 'reusable'
  /** Whether the revocation of one token also ends every other token of this app for the same person. */
  readonly revokesWholeGrant?: boolean
  /**
   * Whether two logins of one person may get one grant, so that the end of the tokens of the first may end those of the
   * second (RFC 7009, section 2.1): a login then leaves the refresh token of the one before to its end.
   */
  readonly sharesGrants?: boolean

  /**
   * Finds what a login needs before its authorization request, such as the server's metadata and an id of this app
   * there; absent for a provider that knows it all.
   *
   * @throws OAuthError of a server that cannot be used; no login has begun then
   */
  prepareLogin?(preparation: LoginPreparation, backChannel: BackChannel): Promise<PreparedLogin>
  /**
   * The client id metadata document of this app, which `/<provider>/client.json` under `basePath` serves; absent for a
   * provider whose servers read none.
   */
  clientDocument?(app: AppIdentity): Readonly<Record<string, unknown>>
  /**
   * The URL of the authorization request.
   *
   * @param backChannel - for a provider that must read the server's metadata first
   * @param now - in seconds since the epoch
   */
  authorizationUrl(request: LoginRequest, backChannel: BackChannel, now: number): Promise<URL>
  /** Validates a callback, and exchanges its code for tokens and their grant, at most once. */
  authorize(callback: CallbackRequest, backChannel: BackChannel): Promise<Authorization<A>>
  /** Checks a token that a person has copied from the provider; absent when the provider has no such tokens. */
  acceptToken?(token: Secret, backChannel: BackChannel, now: number): Promise<Authorization<A>>
  /**
   * Requests another access token; absent when access tokens do not expire.
   *
   * @param now - in seconds since the epoch
   * @throws OAuthError `needs_reauth` when the grant has ended; any other code when the grant may still be valid
   */
  renew?(grant: StoredGrant<D>, backChannel: BackChannel, now: number): Promise<RenewedTokens>
  /**
   * Ends a grant at the provider.
   *
   * @param now - in seconds since the epoch
   * @throws OAuthError when the grant may still be valid, and another try may end it
   */
  revoke(grant: StoredGrant<D>, backChannel: BackChannel, now: number): Promise<Revocation>
  /**
   * The URL to which a finished login goes instead of `returnTo`; `undefined` for `returnTo`.
   *
   * @param loginParams - the names of the login params that the login began with
   */
  landing?(accessToken: Secret, loginParams: readonly string[]): URL | undefined
  /** Headers of every request to the provider's API; the caller's own replace them. */
  readonly apiHeaders?: Readonly<Record<string, string>> | undefined
  /**
   * The headers that carry the access token; the caller cannot replace them.
   *
   * @param target - the request, for a provider that signs it
   * @throws OAuthError `needs_reauth` when the connection lacks what the headers need
   */
  tokenHeaders(
    grant: StoredGrant<D>,
    target: RequestTarget,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  /**
   * Whether the API asks for the same request with other token headers, such as with a nonce; it is sent once more then.
   * Called with every answer, whose body it must not read; absent when the API never does.
   */
  asksAgain?(target: RequestTarget, answer: Response): boolean
  /** The statuses of the provider's API that {@link apiError} judges; 401 and 403 by default. */
  readonly judgedStatuses?: readonly number[] | undefined
  /**
   * The error of a connection after an answer of the provider's API.
   *
   * @param headers - of the response; `WWW-Authenticate` holds the challenge of the API
   * @returns `undefined` when the caller judges the response
   */
  apiError(status: number, body: string, headers: Headers): OAuthError | undefined
  /** The verifier of webhooks; absent when the provider has none. */
  readonly webhooks?: WebhookVerifier<Events>
}
