import { configurationError } from '../../errors.ts'
import { type JsonObject, readTexts } from '../../protocol/json-body.ts'
import { isPlainHttps } from '../oauth2/client-settings.ts'
import type { OidcSettings } from './settings.ts'

/** What the issuer tells of itself, as far as it is needed. */
export interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly revocation_endpoint?: string
  readonly userinfo_endpoint?: string
  readonly authorization_response_iss_parameter_supported: boolean
}

const REQUIRED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
const OPTIONAL = ['revocation_endpoint', 'userinfo_endpoint'] as const

/** Where an issuer publishes its metadata (OpenID Connect Discovery, section 4.1). */
export const metadataUrl = (issuer: string) =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/**
 * Checks an issuer's metadata against the settings, before anybody is sent there.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting that does not fit
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata | OpenID Connect Discovery - section 3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414#section-3.3 | RFC 8414 - section 3.3}
 */
export function judgeMetadata(settings: OidcSettings, json: JsonObject): Metadata {
  if (json['issuer'] !== settings.issuer) {
    throw configurationError('oidc issuer', 'has metadata that names another issuer')
  }
  requireListed(json['code_challenge_methods_supported'], {
    value: settings.pkce ? 'S256' : undefined,
    setting: 'oidc pkce',
    problem: 'needs S256, which the issuer does not support',
  })
  requireListed(json['id_token_signing_alg_values_supported'], {
    value: settings.idTokenAlg,
    setting: 'oidc idTokenAlg',
    problem: 'is none of those that the issuer supports',
  })
  const required = REQUIRED.map((name) => [name, readEndpoint(name, json[name])] as const)
  const optional = OPTIONAL.flatMap((name) =>
    json[name] === undefined ? [] : [[name, readEndpoint(name, json[name])] as const],
  )
  if (settings.userinfo && json['userinfo_endpoint'] === undefined) {
    throw configurationError('oidc userinfo', 'needs an endpoint, which the issuer does not have')
  }
  const endpoints = Object.fromEntries([...required, ...optional])
  return {
    ...(endpoints as Record<(typeof REQUIRED)[number], string>),
    issuer: settings.issuer,
    authorization_response_iss_parameter_supported:
      json['authorization_response_iss_parameter_supported'] === true,
  }
}

function readEndpoint(name: string, value: unknown): string {
  if (typeof value === 'string' && isPlainHttps(value)) return value
  const problem = `has metadata whose ${name} is no https URL without credentials and fragment`
  throw configurationError('oidc issuer', problem)
}

/** Whoever lists nothing has said nothing. */
function requireListed(
  list: unknown,
  wanted: { value: string | undefined; setting: string; problem: string },
): void {
  if (list === undefined || wanted.value === undefined) return
  if (!readTexts(list).includes(wanted.value)) {
    throw configurationError(wanted.setting, wanted.problem)
  }
}
