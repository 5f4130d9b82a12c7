import { signingInput } from '../jws.ts'
import { randomHex } from '../random-hex.ts'
import type { ScenarioDefinition } from '../scenarios.ts'
import { FOREIGN_ISSUER } from './defaults.ts'
import type { SigningKeys } from './signing-keys.ts'

type Json = Readonly<Record<string, unknown>>

/** Signs an ID token with something wrong in it. */
export interface IdTokenFaultScenario extends ScenarioDefinition {
  sign(keys: SigningKeys, claims: Json): Promise<string>
}

const withClaims = (
  name: string,
  description: string,
  change: (claims: Json) => Json,
): IdTokenFaultScenario => ({
  name,
  description,
  sign: async (keys, claims) => (await keys.current()).sign({}, { ...claims, ...change(claims) }),
})

const HOUR_SECONDS = 60 * 60

export const ID_TOKEN_FAULTS: readonly IdTokenFaultScenario[] = [
  withClaims('example-id-token-wrong-nonce', 'The ID token carries another nonce.', () => ({
    nonce: randomHex(16),
  })),
  withClaims('example-id-token-wrong-aud', 'The ID token is for another client.', () => ({
    aud: 'another-client',
  })),
  withClaims('example-id-token-wrong-iss', 'The ID token names another issuer.', () => ({
    iss: FOREIGN_ISSUER,
  })),
  {
    name: 'example-id-token-wrong-signature',
    description: 'The ID token is signed with a key that is not in the key set.',
    async sign(keys, claims) {
      const { kid } = await keys.current()
      return (await keys.foreign()).sign({ kid }, claims)
    },
  },
  {
    name: 'example-id-token-alg-none',
    description: 'The ID token has the algorithm none and no signature.',
    sign: async (_keys, claims) => `${signingInput({ alg: 'none', typ: 'JWT' }, claims)}.`,
  },
  withClaims('example-id-token-expired', 'The ID token expired an hour ago.', ({ iat }) => ({
    iat: Number(iat) - 2 * HOUR_SECONDS,
    exp: Number(iat) - HOUR_SECONDS,
  })),
]
