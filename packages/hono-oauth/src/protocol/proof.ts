import type { Secret } from '../secret.ts'

/** The part of a request that a proof is made for. */
export interface RequestTarget {
  /** `GET` by default. */
  readonly method?: string | undefined
  readonly url: URL
  /** In seconds since the epoch. */
  readonly now: number
}

/** The options of a provider that a proof may not go with. */
export interface ProofOptions {
  readonly apiHeaders?: Readonly<Record<string, string>> | undefined
  readonly exchangeEndpoint?: unknown
  readonly refreshEndpoint?: unknown
}

/** Sends one request with further headers. */
export type SendWithHeaders = (headers: Readonly<Record<string, string>>) => Promise<Response>

/**
 * Binds the tokens of each connection to a key of its own: the app proves with each request that it has the key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449 | RFC 9449 - DPoP}
 */
export interface ProofOfPossession {
  /** The options that proofs do not go with, as the end of a sentence; `undefined` when there are none. */
  problemWith(options: ProofOptions): string | undefined
  /** Makes the private key of a new connection. */
  createKey(): Promise<Secret>
  /**
   * Sends a request to the authorization server with a proof, and again when the server asks for a proof with its
   * nonce.
   *
   * @param key - that of the connection
   * @throws OAuthError `needs_reauth` for a connection without a key: its tokens are not bound
   */
  send(key: Secret | undefined, target: RequestTarget, send: SendWithHeaders): Promise<Response>
  /**
   * The headers of an API request: the access token, and the proof.
   *
   * @throws OAuthError `needs_reauth` for a connection without a key
   */
  headers(
    key: Secret | undefined,
    target: RequestTarget,
    accessToken: Secret,
  ): Promise<Readonly<Record<string, string>>>
  /** Whether the API asks for the same request with another proof; remembers the nonce of any answer. */
  asksAgain(target: RequestTarget, answer: Response): boolean
}
