import type { OAuthError } from '../errors.ts'
import type { AuthorizationRequest } from '../protocol/authorization-request.ts'
import type { BackChannel } from '../protocol/back-channel.ts'
import type { TokenSet } from '../protocol/token-response.ts'
import type { Secret } from '../secret.ts'

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

/** What came back to the redirection endpoint, with what the transaction remembers. */
export interface CallbackRequest {
  readonly parameters: URLSearchParams
  readonly state: string
  readonly redirectUri: string
  readonly codeVerifier?: string | undefined
}

/**
 * What became of a disconnect: `revoked` when the provider ended the grant or had done so before,
 * `deleted_only` when our copy is gone and the provider did not confirm the rest.
 */
export type RevocationOutcome = 'revoked' | 'deleted_only'

/** One provider: data, and the few steps in which it differs from the others. */
export interface Provider<Scope extends string = string, A extends Account = Account> {
  /** The scopes that a login requests unless it names others. */
  readonly scopes: readonly Scope[]
  /** Whether authorization requests carry a PKCE challenge (RFC 7636). */
  readonly pkce: boolean
  /** Whether a code without state restarts the login instead of ending on an error page. */
  readonly restartsWithoutState: boolean
  /** The origins an access token may be sent to; relative URLs are resolved against the first. */
  readonly apiOrigins: readonly [string, ...string[]]

  /** The URL that asks for the grant. */
  authorizationUrl(request: AuthorizationRequest): Promise<URL>
  /** Judges a callback and turns its code into tokens; the code is sent at most once. */
  exchange(callback: CallbackRequest, backChannel: BackChannel): Promise<TokenSet>
  /** Says what was granted with tokens that were just issued. */
  identify(tokens: TokenSet, backChannel: BackChannel): Promise<Grant<A>>
  /** Says what a token grants that a person made at the provider; absent where there is none such. */
  acceptToken?(token: Secret, backChannel: BackChannel): Promise<Grant<A>>
  /** Ends the grant of a token at the provider. */
  revoke(accessToken: Secret, backChannel: BackChannel): Promise<RevocationOutcome>
  /** The value of the Authorization header of a request to the provider's API. */
  authorizationHeader(accessToken: Secret): string
  /** What a refusal of the provider's API means; `undefined` when it is for the caller to judge. */
  apiError(status: number, body: string): OAuthError | undefined
}
