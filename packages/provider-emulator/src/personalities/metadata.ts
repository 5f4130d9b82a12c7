import type { Json, Texts } from './contexts.ts'
import { urlOfEndpoint } from './endpoints.ts'
import type { Model } from './model.ts'
import type { OpenId } from './personality.ts'

/** The metadata of an OpenID provider. Its URLs always have the real host names. */
export function metadataOf({ personality }: Model, openid: OpenId, params: Texts): Json {
  const { authorization, token, api, revocations = [] } = personality
  const url = (endpoint: string | undefined) => (endpoint === undefined ? undefined : urlOfEndpoint(endpoint, params))
  const issuer = typeof openid.issuer === 'string' ? openid.issuer : ''
  return {
    issuer: openid.metadataIssuer?.(params) ?? issuer,
    authorization_endpoint: url(authorization.at),
    token_endpoint: url(token.at),
    userinfo_endpoint: url(openid.userinfo ?? api.account?.at),
    revocation_endpoint: url(revocations[0]?.at),
    jwks_uri: url(openid.jwks),
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: token.client.map((method) => `client_secret_${method}`),
    code_challenge_methods_supported: authorization.pkce === 'ignored' ? undefined : ['S256'],
  }
}
