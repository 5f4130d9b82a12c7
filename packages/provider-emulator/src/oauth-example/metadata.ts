import { hugeResponse } from '../broken-responses.ts'
import { consumeFirst, type ScenarioDefinition, type Scenarios } from '../scenarios.ts'
import type { SigningKeys } from '../signing-keys.ts'
import { type ExampleConfig, FOREIGN_ISSUER, GRANT_TYPES, ISSUER, OAUTH_EXAMPLE_SCOPES } from './config.ts'
import { unavailable } from './errors.ts'

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

type Json = Readonly<Record<string, unknown>>

/** A fault in the metadata. */
interface MetadataFaultScenario extends ScenarioDefinition {
  readonly change: Json
}

const METADATA_FAULTS: readonly MetadataFaultScenario[] = [
  {
    name: 'example-metadata-foreign-issuer',
    description: 'The metadata names another issuer.',
    change: { issuer: FOREIGN_ISSUER },
  },
  {
    name: 'example-metadata-http-endpoint',
    description: 'The token endpoint in the metadata uses plain http.',
    change: { token_endpoint: `${ISSUER}/token`.replace('https', 'http') },
  },
  {
    name: 'example-metadata-without-endpoint',
    description: 'The metadata has no jwks_uri.',
    change: { jwks_uri: undefined },
  },
  {
    name: 'example-metadata-plain-only',
    description: 'The metadata lists plain as the only code challenge method.',
    change: { code_challenge_methods_supported: ['plain'] },
  },
  {
    name: 'example-metadata-without-userinfo',
    description: 'The metadata has no userinfo endpoint.',
    change: { userinfo_endpoint: undefined },
  },
]

/** The faults of the metadata and of the key set. */
export const METADATA_SCENARIOS: readonly ScenarioDefinition[] = [
  ...METADATA_FAULTS.map(({ name, description }) => ({ name, description })),
  { name: 'example-metadata-503', description: 'The metadata is answered 503.' },
  {
    name: 'example-jwks-rotated',
    description: 'An ID token is signed with a new key, which replaces the old one in the key set.',
    defaultTimes: 1,
  },
  {
    name: 'example-jwks-several-keys',
    description: 'The key set has other keys before the one that signs.',
  },
  {
    name: 'example-jwks-huge',
    description: 'The key set has a body of 50 MB and no Content-Length.',
  },
  { name: 'example-jwks-503', description: 'The key set is answered 503.' },
]

/** The metadata, with the fault of an active scenario. */
export function metadataResponse(scenarios: Scenarios, metadata: Json): Response {
  if (scenarios.consume('example-metadata-503')) return unavailable()
  return Response.json({ ...metadata, ...consumeFirst(scenarios, METADATA_FAULTS)?.change })
}

/** The key set, with the fault of an active scenario. */
export async function keySetResponse(scenarios: Scenarios, keys: SigningKeys): Promise<Response> {
  if (scenarios.consume('example-jwks-503')) return unavailable()
  if (scenarios.consume('example-jwks-huge')) return hugeResponse('{"keys":[{"kty":"RSA","n":"')
  const hasOthers = scenarios.consume('example-jwks-several-keys')
  const others = hasOthers ? [await keys.foreign(), await keys.foreignEc()] : []
  const all = [...others, await keys.current()]
  return Response.json({ keys: all.map(({ publicJwk }) => publicJwk) })
}
