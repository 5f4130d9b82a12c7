import type { Json } from './contexts.ts'

/** The client that is registered with a personality. */
export interface PersonalityOptions {
  /** Default: `<name>-client-id`. */
  readonly clientId?: string
  /** Default: `<name>-client-secret`. */
  readonly clientSecret?: string
  /**
   * Exact URIs. Default: `https://app.example/auth/<name>/callback` and
   * `http://localhost:8787/auth/<name>/callback`.
   */
  readonly redirectUris?: readonly string[]
  /** `false`: a client without expiry, whose access tokens have no end and which gets no refresh tokens. */
  readonly refreshTokens?: boolean
  /** The key that verifies client secrets that are JWTs, as a public JWK. Without it, only their claims are checked. */
  readonly publicKey?: Json
}
