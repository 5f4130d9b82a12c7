import type { OAuthError } from '../errors.ts'
import type { AuthorizationRequest } from '../protocol/authorization-request.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { Secret } from '../secret.ts'
import type { EventMap, WebhookVerifier } from './webhook-contract.ts'

/** The account that a grant acts for, with the ids of the provider. */
export interface Account {
  readonly id: string
  /** A name for people; `null` when the provider gives none. */
  readonly name: string | null
}

/** What the resource owner allowed this app to do, as the provider describes it. */
export interface Grant<A extends Account = Account> {
  /** The same whenever the same grant is authorized again, so that the new connection replaces the old. */
  readonly id: string
  /** The granted scopes; they may be fewer or more than the requested ones. */
  readonly scopes: readonly string[]
  readonly account: A
  /** Whether the provider has a way for the app to end this grant. */
  readonly revocable: boolean
}

/** The tokens of a grant, and the grant. */
export interface Authorization<A extends Account = Account> {
  readonly tokens: TokenSet
  readonly grant: Grant<A>
}

/** A request to the redirection endpoint, with the values of its transaction. */
export interface CallbackRequest {
  readonly parameters: URLSearchParams
  readonly state: string
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
  /** The requested scopes, for a provider that names no scope when it granted exactly these. */
  readonly scopes?: readonly string[] | undefined
  /** The time of the request, in seconds since the epoch. */
  readonly now: number
  /** The start of the login, in seconds since the epoch. */
  readonly startedAt?: number | undefined
}

/** The grant of a connection that needs another access token. */
export interface RenewalRequest {
  readonly grantId: string
  readonly refreshToken?: Secret | undefined
}

/** The result of a renewal. */
export interface RenewedTokens extends TokenSet {
  /** The scopes that remain, when the provider names them. */
  readonly scopes?: readonly string[] | undefined
}

/** The tokens of a grant to revoke. */
export type GrantTokens = Pick<TokenSet, 'accessToken' | 'refreshToken'>

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
> {
  /** The scopes that a login requests by default. */
  readonly scopes: readonly Scope[]
  /** Whether authorization requests carry a PKCE challenge (RFC 7636). */
  readonly pkce: boolean
  /** Whether a callback with a code and without state starts a new login instead of an error page. */
  readonly restartsWithoutState: boolean
  /** The origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [string, ...string[]]
  /** Query parameters of the login route that the authorization request passes on. */
  readonly loginParams?: readonly string[]
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
   * The URL of the authorization request.
   *
   * @param backChannel - for a provider that must read the server's metadata first
   * @param now - in seconds since the epoch
   */
  authorizationUrl(request: AuthorizationRequest, backChannel: BackChannel, now: number): Promise<URL>
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
  renew?(connection: RenewalRequest, backChannel: BackChannel, now: number): Promise<RenewedTokens>
  /**
   * Ends the grant of these tokens at the provider.
   *
   * @throws OAuthError when the grant may still be valid, and another try may end it
   */
  revoke(tokens: GrantTokens, backChannel: BackChannel): Promise<Revocation>
  /**
   * The URL to which a finished login goes instead of `returnTo`; `undefined` for `returnTo`.
   *
   * @param loginParams - the names of the login params that the login began with
   */
  landing?(accessToken: Secret, loginParams: readonly string[]): URL | undefined
  /** The Authorization header of a request to the provider's API. */
  authorizationHeader(accessToken: Secret): string
  /**
   * The error of a connection after a 401 or 403 of the provider's API.
   *
   * @param headers - of the response; `WWW-Authenticate` holds the challenge of the API
   * @returns `undefined` when the caller judges the response
   */
  apiError(status: number, body: string, headers: Headers): OAuthError | undefined
  /** The verifier of webhooks; absent when the provider has none. */
  readonly webhooks?: WebhookVerifier<Events>
}
