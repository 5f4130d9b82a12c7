import type { ClientAuth } from 'oauth4webapi'
import { configurationError } from '../../errors.ts'
import { authenticationOf, requireHttps, requireOrigins } from '../oauth2/client-settings.ts'
import type { IdTokenAlg, OidcOptions } from './options.ts'

/** Settings that were checked, with what stands for those that were left out. */
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

// Neither `none` nor one with a shared secret: whoever reads an ID token could have written it.
const ALGS: readonly IdTokenAlg[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]
const TOLERANCE_SECONDS = 60

/**
 * Checks what can be checked before the issuer is asked.
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
  return {
    issuer,
    clientId,
    authentication,
    apiOrigins,
    pkce,
    idTokenAlg,
    toleranceSeconds,
    userinfo,
  }
}
