import { type ExampleConfig, GRANT_TYPES, ISSUER, OAUTH_EXAMPLE_SCOPES } from './config.ts'

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post']

/**
 * The authorization server metadata (RFC 8414). Its URLs always have the real host name, also for a
 * request under a path prefix, because a client compares the issuer.
 */
export const buildMetadata = ({ issParameter }: ExampleConfig) => ({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  revocation_endpoint: `${ISSUER}/revoke`,
  introspection_endpoint: `${ISSUER}/introspect`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
  jwks_uri: `${ISSUER}/jwks`,
  scopes_supported: OAUTH_EXAMPLE_SCOPES,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: GRANT_TYPES,
  token_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
  revocation_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
  introspection_endpoint_auth_methods_supported: SECRET_METHODS,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: issParameter,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'nonce', 'name', 'email'],
})
