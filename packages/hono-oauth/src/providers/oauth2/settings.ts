import { configurationError } from '../../errors.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { clientAuthentication } from '../../protocol/client-authentication.ts'
import type { OAuth2Options } from './options.ts'

/**
 * Checks the settings of an app, and makes of them the client that the server knows.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function registerClient(options: OAuth2Options): RegisteredClient {
  const { clientId, authorizationEndpoint, tokenEndpoint, revocationEndpoint, issuer } = options
  if (!clientId) throw settingError('clientId', 'is missing')
  requireHttps('authorizationEndpoint', authorizationEndpoint)
  requireHttps('tokenEndpoint', tokenEndpoint)
  if (revocationEndpoint !== undefined) requireHttps('revocationEndpoint', revocationEndpoint)
  if (issuer !== undefined) requireHttps('issuer', issuer)
  if (options.account) requireHttps('account.url', options.account.url)
  requireOrigins(options.apiOrigins)
  return {
    server: {
      issuer: issuer ?? new URL(authorizationEndpoint).origin,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
      authorization_response_iss_parameter_supported: options.issParameter ?? false,
    },
    client: { client_id: clientId },
    authentication: authenticationOf(options),
  }
}

function authenticationOf({ clientId, clientSecret, clientAuthentication: chosen }: OAuth2Options) {
  if (clientSecret === '') throw settingError('clientSecret', 'is empty')
  const method = chosen ?? (clientSecret === undefined ? 'none' : 'basic')
  if (method !== 'none' && clientSecret === undefined) {
    throw settingError('clientSecret', 'is missing, and clientAuthentication needs it')
  }
  // RFC 7617, section 2: whatever stands behind the first colon is the password.
  if (method === 'basic-raw' && clientId.includes(':')) {
    throw settingError('clientId', 'has a colon, which basic-raw cannot send')
  }
  const authentication = clientAuthentication(method, clientSecret)
  if (!authentication) {
    throw settingError('clientAuthentication', 'is none of basic, basic-raw, post and none')
  }
  return authentication
}

/** RFC 6749, sections 3.1 and 3.2: TLS, and no fragment; credentials in it would end up in logs. */
function requireHttps(setting: string, value: string): void {
  if (!value) throw settingError(setting, 'is missing')
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url?.protocol === 'https:' && !url.username && !url.password
  if (!isPlain || value.includes('#')) {
    throw settingError(setting, 'is not an https URL without credentials and fragment')
  }
}

function requireOrigins(origins: readonly string[] | undefined): void {
  if (!origins?.length) throw settingError('apiOrigins', 'is empty')
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url?.protocol !== 'https:' || url.origin !== origin) {
      throw settingError('apiOrigins', 'has one that is no https origin like https://api.example')
    }
  }
}

function settingError(setting: string, problem: string) {
  return configurationError(`oauth2 ${setting}`, problem)
}
