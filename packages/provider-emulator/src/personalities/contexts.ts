import type { TokenResponseFault } from '../faults/token-response.ts'

/** What the functions of a personality receive and return. */

export type Json = Readonly<Record<string, unknown>>
export type Texts = Readonly<Record<string, string>>

/** An answer of a provider. An object is sent as JSON, a text as plain text, null as an empty body. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Texts
}

/** An account that can be chosen on the consent page. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string
  /** The team, workspace, company, region or data centre of the account, where the provider has one. */
  readonly tenant: string
  /** The name of the tenant. Default: one that is made of the account's name. */
  readonly tenantName?: string
  /** The names of shops, by the first part of their host. */
  readonly shopNames?: ReadonlyMap<string, string>
}

/** What one consent granted. */
export interface Granted {
  readonly clientId: string
  readonly account: Account
  readonly scopes: readonly string[]
  /** The parameters of the authorization request, of its path and host too. */
  readonly request: Texts
  readonly redirectUri: string
  /** When the user consented, in milliseconds since the epoch. */
  readonly authTime: number
  /** Whether the account had no live grant before. */
  readonly isFirst: boolean
}

/** A login that the user allowed, before its answer is sent. */
export interface LoginAnswer {
  readonly granted: Granted
  /** Undefined if the answer has none. */
  readonly code: string | undefined
  /** Undefined if the answer has none. */
  readonly state: string | undefined
  readonly clientSecret: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A token request of an authenticated client with a valid code or refresh token. */
export interface TokenRequest {
  readonly grantType: 'authorization_code' | 'refresh_token' | 'exchange'
  readonly granted: Granted
  /** The members of the token request, of its path and host too. */
  readonly sent: Texts
}

/** The tokens to answer with. */
export interface Issued extends TokenRequest {
  /** The form of the answer in an active scenario. */
  readonly fault: TokenResponseFault | undefined
  readonly accessToken: string
  /** In seconds; undefined if the access token has no end. */
  readonly expiresIn: number | undefined
  /** Undefined if the answer has none. */
  readonly refreshToken: string | undefined
  readonly refreshExpiresIn: number | undefined
  readonly idToken: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A request with a live token. */
export interface Use {
  readonly granted: Granted
  /** The host of the request. */
  readonly host: string
  /** The parameters of the request's path and host. */
  readonly params: Texts
}

/** A client secret that a provider checks in its own way. */
export interface SecretProof {
  readonly secret: string
  readonly clientId: string
  /** The public key that the client registered, as a JWK. */
  readonly publicKey: Json | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}
