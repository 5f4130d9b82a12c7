import { hugeResponse, unavailableResponse } from '../broken-responses.ts'
import { pemOfRsaJwk } from '../jws.ts'
import { consumeFirst, type ScenarioDefinition, type Scenarios } from '../scenarios.ts'
import type { SigningKeys } from '../signing-keys.ts'
import { FOREIGN_ISSUER } from './foreign-issuer.ts'

type Json = Readonly<Record<string, unknown>>

/** A fault in the metadata. JSON leaves undefined members out. */
interface MetadataFault extends ScenarioDefinition {
  readonly change: (metadata: Json) => Json
}

const CHANGES: readonly MetadataFault[] = [
  {
    name: 'metadata-foreign-issuer',
    description: 'The metadata names another issuer.',
    change: () => ({ issuer: FOREIGN_ISSUER }),
  },
  {
    name: 'metadata-http-endpoint',
    description: 'The token endpoint in the metadata uses plain http.',
    change: ({ token_endpoint: url }) => ({ token_endpoint: String(url).replace('https:', 'http:') }),
  },
  {
    name: 'metadata-without-endpoint',
    description: 'The metadata has no jwks_uri.',
    change: () => ({ jwks_uri: undefined }),
  },
  {
    name: 'metadata-plain-only',
    description: 'The metadata lists plain as the only code challenge method.',
    change: () => ({ code_challenge_methods_supported: ['plain'] }),
  },
  {
    name: 'metadata-without-userinfo',
    description: 'The metadata has no userinfo endpoint.',
    change: () => ({ userinfo_endpoint: undefined }),
  },
]

/** The faults of the metadata and of the key set. */
export const PUBLISHED_FAULTS: readonly ScenarioDefinition[] = [
  ...CHANGES,
  { name: 'metadata-503', description: 'The metadata is answered 503 with Retry-After: 1.' },
  {
    name: 'jwks-rotated',
    description: 'An ID token is signed with a new key, which replaces the old one in the key set.',
    defaultTimes: 1,
  },
  { name: 'jwks-several-keys', description: 'The key set has other keys before the one that signs.' },
  { name: 'jwks-huge', description: 'The key set has a body of 50 MB and no Content-Length.' },
  { name: 'jwks-503', description: 'The key set is answered 503 with Retry-After: 1.' },
]

/** The metadata, with the fault of an active scenario. */
export function metadataResponse(scenarios: Scenarios, metadata: Json): Response {
  if (scenarios.consume('metadata-503')) return unavailableResponse()
  return Response.json({ ...metadata, ...consumeFirst(scenarios, CHANGES)?.change(metadata) })
}

/** The published keys, or the response of an active scenario. */
async function publishedKeys(scenarios: Scenarios, keys: SigningKeys): Promise<readonly Json[] | Response> {
  if (scenarios.consume('jwks-503')) return unavailableResponse()
  if (scenarios.consume('jwks-huge')) return hugeResponse('{"keys":[{"kty":"RSA","n":"')
  const hasOthers = scenarios.consume('jwks-several-keys')
  const others = hasOthers ? [await keys.foreign(), await keys.foreignEc()] : []
  const all = [...others, await keys.current()]
  return all.map(({ publicJwk }) => publicJwk)
}

/** The key set, with the fault of an active scenario. */
export async function keySetResponse(scenarios: Scenarios, keys: SigningKeys): Promise<Response> {
  const published = await publishedKeys(scenarios, keys)
  return published instanceof Response ? published : Response.json({ keys: published })
}

/** The RSA keys of the key set as PEM, by their ids, with the same faults. */
export async function pemKeysResponse(scenarios: Scenarios, keys: SigningKeys): Promise<Response> {
  const published = await publishedKeys(scenarios, keys)
  if (published instanceof Response) return published
  const rsa = published.filter(({ kty }) => kty === 'RSA')
  return Response.json(
    Object.fromEntries(await Promise.all(rsa.map(async (jwk) => [jwk['kid'], await pemOfRsaJwk(jwk)]))),
  )
}

/** Replaces the signing key before an ID token is signed, in an active scenario. */
export function rotateKeys(scenarios: Scenarios, keys: SigningKeys): void {
  if (scenarios.consume('jwks-rotated')) keys.rotate()
}
