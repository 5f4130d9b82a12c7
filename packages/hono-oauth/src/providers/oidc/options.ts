import type { ClientOptions } from '../oauth2/options.ts'

/** What an ID token may be signed with: by a key that the issuer alone has. */
export type IdTokenAlg =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** The settings of an app at an OpenID provider. */
export interface OidcOptions extends ClientOptions {
  /**
   * The issuer identifier, an https URL: letter for letter as the provider's metadata and its ID tokens have
   * it. The metadata is read from `/.well-known/openid-configuration` under it.
   */
  readonly issuer: string
  /** The scopes that a login requests unless it names others; `openid` is added where it is missing. */
  readonly scopes: readonly string[]
  /**
   * The one algorithm an ID token may be signed with; `RS256` by default. What a token says of itself
   * chooses nothing.
   */
  readonly idTokenAlg?: IdTokenAlg | undefined
  /** How far the issuer's clock may be from ours, in seconds; 60 by default. */
  readonly clockToleranceSeconds?: number | undefined
  /**
   * Whether the userinfo endpoint is asked for a name for people; by default when the metadata has it. The
   * ID token's own claims serve where it is not asked or does not answer.
   */
  readonly userinfo?: boolean | undefined
  /**
   * The https origins an access token may be sent to; relative URLs are resolved against the first. By
   * default that of the issuer alone.
   */
  readonly apiOrigins?: readonly [string, ...string[]] | undefined
}
