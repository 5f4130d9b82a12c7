import { randomHex } from '../encoding.ts'
import { idTokenClaims, scopeClaims } from '../id-token-claims.ts'
import { hs256, signingInput } from '../jws.ts'
import { consumeFirst, type ScenarioDefinition } from '../scenarios.ts'
import type { SigningKeys } from '../signing-keys.ts'
import { type ExampleClient, FOREIGN_ISSUER, ISSUER } from './config.ts'
import type { Grant } from './grants.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './options.ts'

type Json = Readonly<Record<string, unknown>>

/** The inputs of an ID token. */
export interface IdTokenParts {
  readonly keys: SigningKeys
  readonly claims: Json
  /** The client in `aud`. */
  readonly client: ExampleClient
}

/** Signs an ID token with a fault, or in an unusual but valid form. */
export interface IdTokenFaultScenario extends ScenarioDefinition {
  sign(parts: IdTokenParts): Promise<string>
}

const withClaims = (name: string, description: string, change: (claims: Json) => Json): IdTokenFaultScenario => ({
  name,
  description,
  // JSON.stringify omits undefined members.
  sign: async ({ keys, claims }) => (await keys.current()).sign({}, { ...claims, ...change(claims) }),
})

const HOUR_SECONDS = 60 * 60

const withoutClaim = (claim: string): IdTokenFaultScenario =>
  withClaims(`example-id-token-without-${claim}`, `The ID token has no ${claim}.`, () => ({
    [claim]: undefined,
  }))

const CLAIM_FAULTS: readonly IdTokenFaultScenario[] = [
  withClaims('example-id-token-wrong-nonce', 'The ID token has another nonce.', () => ({
    nonce: randomHex(16),
  })),
  withClaims('example-id-token-wrong-aud', 'The ID token is for another client.', () => ({
    aud: 'another-client',
  })),
  withClaims('example-id-token-wrong-iss', 'The ID token names another issuer.', () => ({
    iss: FOREIGN_ISSUER,
  })),
  withClaims('example-id-token-wrong-sub', 'The ID token is about another user.', () => ({
    sub: 'another-subject',
  })),
  withClaims('example-id-token-wrong-azp', 'The ID token names another client in azp.', () => ({
    azp: 'another-client',
  })),
  withClaims('example-id-token-expired', 'The ID token expired an hour ago.', ({ iat }) => ({
    iat: Number(iat) - 2 * HOUR_SECONDS,
    exp: Number(iat) - HOUR_SECONDS,
  })),
  withClaims('example-id-token-old', 'The ID token was issued an hour ago.', ({ iat }) => ({
    iat: Number(iat) - HOUR_SECONDS,
  })),
  withClaims('example-id-token-early', 'The ID token is issued an hour in the future.', ({ iat }) => ({
    iat: Number(iat) + HOUR_SECONDS,
    exp: Number(iat) + 2 * HOUR_SECONDS,
  })),
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'].map(withoutClaim),
  withClaims(
    'example-id-token-secondary-aud',
    'The ID token has another client in aud too, and no azp.',
    ({ aud }) => ({ aud: [aud, 'another-client'] }),
  ),
  withClaims(
    'example-id-token-secondary-aud-azp',
    'The ID token has another client in aud too, and this client in azp.',
    ({ aud }) => ({ aud: [aud, 'another-client'], azp: aud }),
  ),
  withClaims(
    'example-id-token-aud-as-array',
    'The ID token is valid: aud is an array with only this client.',
    ({ aud }) => ({ aud: [aud] }),
  ),
]

const SIGNATURE_FAULTS: readonly IdTokenFaultScenario[] = [
  {
    name: 'example-id-token-wrong-signature',
    description: 'The ID token is signed with a key that is not in the key set.',
    async sign({ keys, claims }) {
      const { kid } = await keys.current()
      return (await keys.foreign()).sign({ kid }, claims)
    },
  },
  {
    name: 'example-id-token-unknown-kid',
    description: 'The ID token has the kid and the signature of a key that is not in the key set.',
    sign: async ({ keys, claims }) => (await keys.foreign()).sign({}, claims),
  },
  {
    name: 'example-id-token-without-kid',
    description: 'The ID token has no kid. It is signed with the key in the key set.',
    sign: async ({ keys, claims }) => (await keys.current()).sign({ kid: undefined }, claims),
  },
  {
    name: 'example-id-token-alg-none',
    description: 'The ID token has alg none, and no signature.',
    sign: async ({ claims }) => `${signingInput({ alg: 'none', typ: 'JWT' }, claims)}.`,
  },
  {
    name: 'example-id-token-alg-null',
    description: 'The ID token has alg null, and is signed with RS256.',
    sign: async ({ keys, claims }) => (await keys.current()).sign({ alg: null }, claims),
  },
  {
    name: 'example-id-token-hs256',
    description: 'The ID token is signed with HS256 and the client secret.',
    sign: async ({ keys, claims, client }) => {
      const { kid } = await keys.current()
      return hs256(client.secret ?? '', { alg: 'HS256', typ: 'JWT', kid }, claims)
    },
  },
  {
    name: 'example-id-token-es256',
    description: 'The ID token is signed with ES256 and a key that is not in the key set.',
    sign: async ({ keys, claims }) => {
      const { kid } = await keys.current()
      return (await keys.foreignEc()).sign({ kid }, claims)
    },
  },
  {
    name: 'example-id-token-ps256',
    description: 'The ID token is signed with PS256, which the metadata does not list.',
    sign: async ({ keys, claims }) => (await keys.current()).signPs256({}, claims),
  },
]

export const ID_TOKEN_FAULTS: readonly IdTokenFaultScenario[] = [...CLAIM_FAULTS, ...SIGNATURE_FAULTS]

/** The claims about a user that the scopes allow. */
export const claimsOf = (user: OauthExampleUser, scopes: readonly string[]): Record<string, unknown> =>
  scopeClaims(user.sub, user, scopes)

/** Creates an ID token, with the fault of an active scenario. */
export async function idTokenFor(
  { signingKeys, services }: ExampleModel,
  { client, authTime }: Grant,
  { sub }: OauthExampleUser,
  nonce: string | undefined,
): Promise<string> {
  const { clock, scenarios } = services
  if (scenarios.consume('example-jwks-rotated')) signingKeys.rotate()
  const now = clock.now()
  const claims = idTokenClaims({ issuer: ISSUER, subject: sub, clientId: client.id, now, authTime, nonce })
  const fault = consumeFirst(scenarios, ID_TOKEN_FAULTS)
  if (fault !== undefined) return fault.sign({ keys: signingKeys, claims, client })
  return (await signingKeys.current()).sign({}, claims)
}
