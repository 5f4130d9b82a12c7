/**
 * What a client knows of each provider's wire. It repeats the providers' documentation, so that a
 * misreading in a personality fails a test.
 *
 * `{name}` in a URL or a value stands for a member of the callback or of the token answer.
 */
export interface Facts {
  readonly authorize: string
  /** Further parameters of the authorization request. An undefined one is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly pkce?: true
  readonly token: string
  readonly format?: 'json'
  readonly auth: 'basic' | 'post' | 'secret'
  /** Makes a client secret, if it is not `<name>-client-secret`. */
  readonly secret?: () => string
  /** Further members of the request with a code. An undefined one is left out. */
  readonly code?: Texts
  /** The member of the answer that holds the tokens of a code. */
  readonly nested?: string
  readonly refresh: 'rotating' | 'reusable' | 'none'
  readonly refreshUrl?: string
  /** There is a refresh token, but not for a renewal. */
  readonly uselessRefreshToken?: true
  /** Undefined if the provider has no API. */
  readonly api?: Call
  readonly account?: Call & { readonly id: string | number }
  readonly revoke?: Call & {
    readonly auth: 'basic' | 'post' | 'secret' | 'token' | 'none'
    /** The member, and the token it has. */
    readonly send?: readonly [name: string, value: string]
    readonly status: number
    /** The access tokens outlive the revocation of a refresh token. */
    readonly outlives?: true
  }
  /** Status and a part of the body. */
  readonly deadCode: Refusal
  readonly deadRefresh?: Refusal
  readonly wrongSecret: Refusal
  readonly deadToken: Refusal
  readonly denial?: string
}

export interface Call {
  readonly url: string
  readonly method?: string
  readonly format?: 'json'
  /** The Authorization scheme, or the name of a header of its own. */
  readonly scheme?: string
  readonly header?: string
  readonly headers?: Texts
  readonly body?: string
}

export type Texts = Readonly<Record<string, string>>
export type Refusal = readonly [status: number, part: string]

export const INVALID_GRANT: Refusal = [400, '"error":"invalid_grant"']
export const INVALID_CLIENT: Refusal = [401, '"error":"invalid_client"']

/** The refusals of a provider with the error codes of RFC 6749. */
export const PLAIN = { deadCode: INVALID_GRANT, deadRefresh: INVALID_GRANT, wrongSecret: INVALID_CLIENT }
