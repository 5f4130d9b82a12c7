import { hugeAnswer } from '../broken-answers.ts'
import type { ScenarioDefinition, Scenarios } from '../scenarios.ts'
import { takeOne } from '../scenarios.ts'
import { unavailable } from './api-errors.ts'
import { FOREIGN_ISSUER, ISSUER } from './defaults.ts'
import type { SigningKeys } from './signing-keys.ts'

type Json = Readonly<Record<string, unknown>>

/** Metadata with something wrong in it. */
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
    description: 'The token endpoint of the metadata is plain http.',
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

/** What can be wrong with what the server publishes about itself. */
export const PUBLISHED_SCENARIOS: readonly ScenarioDefinition[] = [
  ...METADATA_FAULTS.map(({ name, description }) => ({ name, description })),
  { name: 'example-metadata-503', description: 'The metadata is answered 503.' },
  {
    name: 'example-jwks-rotated',
    description: 'An ID token is signed with a new key, which replaces the old one in the key set.',
    defaultTimes: 1,
  },
  {
    name: 'example-jwks-several-keys',
    description: 'The key set has other keys too, before the one that signs.',
  },
  {
    name: 'example-jwks-huge',
    description: 'The key set is a body of 50 MB and no Content-Length.',
  },
  { name: 'example-jwks-503', description: 'The key set is answered 503.' },
]

/** The metadata, or what a scenario makes of it. */
export function metadataAnswer(scenarios: Scenarios, metadata: Json): Response {
  if (scenarios.take('example-metadata-503')) return unavailable()
  return Response.json({ ...metadata, ...takeOne(scenarios, METADATA_FAULTS)?.change })
}

/** The key set, or what a scenario makes of it. */
export async function keySetAnswer(scenarios: Scenarios, keys: SigningKeys): Promise<Response> {
  if (scenarios.take('example-jwks-503')) return unavailable()
  if (scenarios.take('example-jwks-huge')) return hugeAnswer('{"keys":[{"kty":"RSA","n":"')
  const hasOthers = scenarios.take('example-jwks-several-keys')
  const others = hasOthers ? [await keys.foreign(), await keys.foreignEc()] : []
  const all = [...others, await keys.current()]
  return Response.json({ keys: all.map(({ publicJwk }) => publicJwk) })
}
