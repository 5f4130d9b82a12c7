import type { RegisteredClient } from '../../protocol/client.ts'
import { authenticationOf, requireHttps, requireOrigins } from './client-settings.ts'
import type { OAuth2Options } from './options.ts'

/**
 * Checks the settings of an app, and makes of them the client that the server knows.
 *
 * @throws OAuthError `configuration_invalid`, naming the setting and never its value
 */
export function registerClient(options: OAuth2Options): RegisteredClient {
  const { clientId, authorizationEndpoint, tokenEndpoint, revocationEndpoint, issuer } = options
  const authentication = authenticationOf('oauth2', options)
  requireHttps('oauth2 authorizationEndpoint', authorizationEndpoint)
  requireHttps('oauth2 tokenEndpoint', tokenEndpoint)
  if (revocationEndpoint !== undefined) {
    requireHttps('oauth2 revocationEndpoint', revocationEndpoint)
  }
  if (issuer !== undefined) requireHttps('oauth2 issuer', issuer)
  if (options.account) requireHttps('oauth2 account.url', options.account.url)
  requireOrigins('oauth2 apiOrigins', options.apiOrigins)
  return {
    server: {
      issuer: issuer ?? new URL(authorizationEndpoint).origin,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
      authorization_response_iss_parameter_supported: options.issParameter ?? false,
    },
    client: { client_id: clientId },
    authentication,
  }
}
