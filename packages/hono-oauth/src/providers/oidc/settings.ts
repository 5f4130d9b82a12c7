import type { ClientAuth } from 'oauth4webapi'
import { configurationError } from '../../errors.ts'
import { authenticationOf, type ClientOptions, requireHttps, requireOrigins } from '../oauth2/settings.ts'

// Not `none`, and no algorithm with a shared secret: only the issuer must be able to sign.
const ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

/** The algorithms that may sign an ID token, each with a private key of the issuer. */
export type IdTokenAlg = (typeof ALGS)[number]

/** The settings of an app at an OpenID provider. */
export interface OidcOptions extends ClientOptions {
  /**
   * The issuer identifier, an https URL, exactly as in the provider's metadata and ID tokens. The metadata is
   * read from `/.well-known/openid-configuration` under this URL.
   */
  readonly issuer: string
  /** The scopes that a login requests by default; `openid` is added when it is missing. */
  readonly scopes: readonly string[]
  /** The only algorithm that may sign an ID token; `RS256` by default. The token's header chooses nothing. */
  readonly idTokenAlg?: IdTokenAlg | undefined
  /** The allowed difference between the issuer's clock and ours, in seconds; 60 by default. */
  readonly clockToleranceSeconds?: number | undefined
  /**
   * Whether to read the name of the account from the userinfo endpoint; by default when the metadata names one.
   * When the endpoint fails, the claims of the ID token are used.
   */
  readonly userinfo?: boolean | undefined
  /**
   * The https origins an access token may be sent to; relative URLs are resolved against the first. By
   * default only the origin of the issuer.
   */
  readonly apiOrigins?: readonly [string, ...string[]] | undefined
}

/** The settings after their check, with their defaults. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly authentication: ClientAuth
  readonly apiOrigins: readonly [string, ...string[]]
  readonly pkce: boolean
  readonly idTokenAlg: IdTokenAlg
  readonly toleranceSeconds: number
  readonly userinfo: boolean | undefined
}

const TOLERANCE_SECONDS = 60

/**
 * Checks the settings that need no metadata of the issuer.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function readSettings(options: OidcOptions): OidcSettings {
  const { issuer, clientId, pkce = true, idTokenAlg = 'RS256', userinfo } = options
  const { clockToleranceSeconds: toleranceSeconds = TOLERANCE_SECONDS } = options
  const authentication = authenticationOf('oidc', options)
  requireHttps('oidc issuer', issuer)
  // OpenID Connect Discovery, section 3.
  if (issuer.includes('?')) throw configurationError('oidc issuer', 'has a query')
  if (!ALGS.includes(idTokenAlg)) {
    throw configurationError('oidc idTokenAlg', `is none of ${ALGS.join(', ')}`)
  }
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds < 0) {
    throw configurationError('oidc clockToleranceSeconds', 'is no number of seconds')
  }
  const { apiOrigins = [new URL(issuer).origin] } = options
  requireOrigins('oidc apiOrigins', apiOrigins)
  return { issuer, clientId, authentication, apiOrigins, pkce, idTokenAlg, toleranceSeconds, userinfo }
}
