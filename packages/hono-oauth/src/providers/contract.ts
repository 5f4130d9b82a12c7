import type { OAuthError } from '../errors.ts'
import type { AuthorizationRequest } from '../protocol/authorization-request.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { Secret } from '../secret.ts'
import type { EventMap, WebhookVerifier } from './webhook-contract.ts'

/** Who or what a grant acts for, in the provider's own ids. */
export interface Account {
  readonly id: string
  /** A name for people; `null` when the provider tells none. */
  readonly name: string | null
}

/** What the resource owner allowed, as the provider tells it. */
export interface Grant<A extends Account = Account> {
  /** The same whenever the same grant is authorized again, so that it overwrites itself. */
  readonly id: string
  /** The granted scopes, which may be fewer or more than were requested. */
  readonly scopes: readonly string[]
  readonly account: A
  /** Whether the provider can end this grant on our word. */
  readonly revocable: boolean
}

/** A token set with the grant behind it. */
export interface Authorization<A extends Account = Account> {
  readonly tokens: TokenSet
  readonly grant: Grant<A>
}

/** What came back to the redirection endpoint, with what the transaction remembers. */
export interface CallbackRequest {
  readonly parameters: URLSearchParams
  readonly state: string
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
  /** The scopes that were requested, for a provider that tells no scope when it granted just those. */
  readonly scopes?: readonly string[] | undefined
  /** When it arrived, in seconds since the epoch. */
  readonly now: number
  /** When its login began, in seconds since the epoch. */
  readonly startedAt?: number | undefined
}

/** What a provider needs to know of a connection to give it another access token. */
export interface RenewalRequest {
  readonly grantId: string
  readonly refreshToken?: Secret | undefined
}

/** What a renewal brought. */
export interface RenewedTokens extends TokenSet {
  /** The scopes that are left, where the provider tells that they changed. */
  readonly scopes?: readonly string[] | undefined
}

/** The tokens of a grant that is to end. */
export interface GrantTokens {
  readonly accessToken: Secret
  readonly refreshToken?: Secret | undefined
}

/**
 * What a provider says of a grant that was to end: `revoked` when it ended it or had done so before,
 * `deleted_only` when it will not.
 */
export type Revocation = 'revoked' | 'deleted_only'

/**
 * What became of a disconnect. Our copy is gone in any case; the grant at the provider is `revoked`,
 * its revocation is `pending` and will be tried again, or the provider offers none: `deleted_only`.
 */
export type RevocationOutcome = Revocation | 'pending'

/** One provider: data, and the few steps in which it differs from the others. */
export interface Provider<
  Scope extends string = string,
  A extends Account = Account,
  Events extends EventMap = EventMap,
> {
  /** The scopes that a login requests unless it names others. */
  readonly scopes: readonly Scope[]
  /** Whether authorization requests carry a PKCE challenge (RFC 7636). */
  readonly pkce: boolean
  /** Whether a code without state restarts the login instead of ending on an error page. */
  readonly restartsWithoutState: boolean
  /** The origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [string, ...string[]]
  /** Query parameters of our login route that the authorization request carries on. */
  readonly loginParams?: readonly string[]
  /** Whether the provider opens login and callback in frames and windows of its own. */
  readonly embedded?: boolean
  /**
   * How refresh tokens behave: `rotating` ones are replaced at each use, and the old one is dead then;
   * `reusable` ones stay. Absent where a renewal needs none.
   */
  readonly refreshTokens?: 'rotating' | 'reusable'
  /** Whether revoking one token also ends every other token that the same person gave this app. */
  readonly revokesWholeGrant?: boolean

  /**
   * The URL that asks for the grant.
   *
   * @param backChannel - for a provider that has to ask the server about itself first
   * @param now - in seconds since the epoch
   */
  authorizationUrl(
    request: AuthorizationRequest,
    backChannel: BackChannel,
    now: number,
  ): Promise<URL>
  /** Judges a callback, turns it into tokens, and says what was granted; sends a code at most once. */
  authorize(callback: CallbackRequest, backChannel: BackChannel): Promise<Authorization<A>>
  /** Takes a credential that a person brings from the provider; absent where there is none such. */
  acceptToken?(token: Secret, backChannel: BackChannel, now: number): Promise<Authorization<A>>
  /**
   * Gets another access token; absent where tokens do not end.
   *
   * @param now - in seconds since the epoch
   * @throws OAuthError `needs_reauth` when the grant is gone, anything else when it may still live
   */
  renew?(connection: RenewalRequest, backChannel: BackChannel, now: number): Promise<RenewedTokens>
  /**
   * Ends the grant of these tokens at the provider.
   *
   * @throws OAuthError when the grant may still live, and another try may end it
   */
  revoke(tokens: GrantTokens, backChannel: BackChannel): Promise<Revocation>
  /** Where a finished login leads instead of to `returnTo`, given the login params that it began with. */
  landing?(accessToken: Secret, loginParams: readonly string[]): URL | undefined
  /** The value of the Authorization header of a request to the provider's API. */
  authorizationHeader(accessToken: Secret): string
  /**
   * What a 401 or 403 of the provider's API means for the connection.
   *
   * @param headers - of the response; `WWW-Authenticate` holds the challenge of the API
   * @returns `undefined` when the caller judges the response
   */
  apiError(status: number, body: string, headers: Headers): OAuthError | undefined
  /** How its webhooks are verified; absent where there are none. */
  readonly webhooks?: WebhookVerifier<Events>
}
