import { randomHex } from '../encoding.ts'
import { hs256, signingInput } from '../jws.ts'
import { consumeFirst, type ScenarioDefinition, type Scenarios } from '../scenarios.ts'
import type { SigningKeys } from '../signing-keys.ts'
import { FOREIGN_ISSUER } from './foreign-issuer.ts'
import { rotateKeys } from './published.ts'

type Json = Readonly<Record<string, unknown>>

/** What an ID token is made of. */
export interface IdTokenParts {
  readonly keys: SigningKeys
  readonly claims: Json
  readonly clientSecret: string
}

/** Signs an ID token with a fault, or in an unusual but valid form. */
interface IdTokenFault extends ScenarioDefinition {
  sign(parts: IdTokenParts): Promise<string>
}

const withClaims = (name: string, description: string, change: (claims: Json) => Json): IdTokenFault => ({
  name,
  description,
  // JSON.stringify omits undefined members.
  sign: async ({ keys, claims }) => (await keys.current()).sign({}, { ...claims, ...change(claims) }),
})

const HOUR_SECONDS = 60 * 60

const withoutClaim = (claim: string): IdTokenFault =>
  withClaims(`id-token-without-${claim}`, `The ID token has no ${claim}.`, () => ({ [claim]: undefined }))

const CLAIM_FAULTS: readonly IdTokenFault[] = [
  withClaims('id-token-wrong-nonce', 'The ID token has another nonce.', () => ({
    nonce: randomHex(16),
  })),
  withClaims('id-token-wrong-aud', 'The ID token is for another client.', () => ({
    aud: 'another-client',
  })),
  withClaims('id-token-wrong-iss', 'The ID token names another issuer.', () => ({
    iss: FOREIGN_ISSUER,
  })),
  withClaims('id-token-wrong-sub', 'The ID token is about another user.', () => ({
    sub: 'another-subject',
  })),
  withClaims('id-token-wrong-azp', 'The ID token names another client in azp.', () => ({
    azp: 'another-client',
  })),
  withClaims('id-token-expired', 'The ID token expired an hour ago.', ({ iat }) => ({
    iat: Number(iat) - 2 * HOUR_SECONDS,
    exp: Number(iat) - HOUR_SECONDS,
  })),
  withClaims('id-token-old', 'The ID token was issued an hour ago.', ({ iat }) => ({
    iat: Number(iat) - HOUR_SECONDS,
  })),
  withClaims('id-token-early', 'The ID token is issued an hour in the future.', ({ iat }) => ({
    iat: Number(iat) + HOUR_SECONDS,
    exp: Number(iat) + 2 * HOUR_SECONDS,
  })),
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'].map(withoutClaim),
  withClaims('id-token-secondary-aud', 'The ID token has another client in aud too, and no azp.', ({ aud }) => ({
    aud: [aud, 'another-client'],
  })),
  withClaims(
    'id-token-secondary-aud-azp',
    'The ID token has another client in aud too, and this client in azp.',
    ({ aud }) => ({ aud: [aud, 'another-client'], azp: aud }),
  ),
  withClaims('id-token-aud-as-array', 'The ID token is valid: aud is an array with only this client.', ({ aud }) => ({
    aud: [aud],
  })),
]

const SIGNATURE_FAULTS: readonly IdTokenFault[] = [
  {
    name: 'id-token-wrong-signature',
    description: 'The ID token is signed with a key that is not in the key set.',
    async sign({ keys, claims }) {
      const { kid } = await keys.current()
      return (await keys.foreign()).sign({ kid }, claims)
    },
  },
  {
    name: 'id-token-unknown-kid',
    description: 'The ID token has the kid and the signature of a key that is not in the key set.',
    sign: async ({ keys, claims }) => (await keys.foreign()).sign({}, claims),
  },
  {
    name: 'id-token-without-kid',
    description: 'The ID token has no kid. It is signed with the key in the key set.',
    sign: async ({ keys, claims }) => (await keys.current()).sign({ kid: undefined }, claims),
  },
  {
    name: 'id-token-alg-none',
    description: 'The ID token has alg none, and no signature.',
    sign: async ({ claims }) => `${signingInput({ alg: 'none', typ: 'JWT' }, claims)}.`,
  },
  {
    name: 'id-token-alg-null',
    description: 'The ID token has alg null, and is signed with RS256.',
    sign: async ({ keys, claims }) => (await keys.current()).sign({ alg: null }, claims),
  },
  {
    name: 'id-token-hs256',
    description: 'The ID token is signed with HS256 and the client secret.',
    sign: async ({ keys, claims, clientSecret }) => {
      const { kid } = await keys.current()
      return hs256(clientSecret, { alg: 'HS256', typ: 'JWT', kid }, claims)
    },
  },
  {
    name: 'id-token-es256',
    description: 'The ID token is signed with ES256 and a key that is not in the key set.',
    sign: async ({ keys, claims }) => {
      const { kid } = await keys.current()
      return (await keys.foreignEc()).sign({ kid }, claims)
    },
  },
  {
    name: 'id-token-ps256',
    description: 'The ID token is signed with PS256, which the metadata does not list.',
    sign: async ({ keys, claims }) => (await keys.current()).signPs256({}, claims),
  },
]

const MISSING: ScenarioDefinition = {
  name: 'id-token-missing',
  description: 'A token response has no ID token although openid was granted.',
}

const SIGNING_FAULTS = [...CLAIM_FAULTS, ...SIGNATURE_FAULTS]

/** The faults of ID tokens. */
export const ID_TOKEN_FAULTS: readonly ScenarioDefinition[] = [MISSING, ...SIGNING_FAULTS]

/** Signs an ID token, with the fault of an active scenario. Undefined if the token is to be missing. */
export async function signIdToken(scenarios: Scenarios, parts: IdTokenParts): Promise<string | undefined> {
  if (scenarios.consume(MISSING.name)) return undefined
  rotateKeys(scenarios, parts.keys)
  const fault = consumeFirst(scenarios, SIGNING_FAULTS)
  return fault === undefined ? (await parts.keys.current()).sign({}, parts.claims) : fault.sign(parts)
}
