import { randomHex } from '../random-hex.ts'
import { takeOne } from '../scenarios.ts'
import { ISSUER } from './defaults.ts'
import type { Grant } from './grants.ts'
import { ID_TOKEN_FAULTS } from './id-token-faults.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './resources.ts'

const ID_TOKEN_SECONDS = 60 * 60

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** Claims about a user, as far as the scopes go. */
export const claimsOf = (
  { sub, name, email }: OauthExampleUser,
  scopes: readonly string[],
): Record<string, unknown> => ({
  sub,
  ...(scopes.includes('profile') ? { name } : {}),
  ...(scopes.includes('email') ? { email, email_verified: true } : {}),
})

/** An ID token about the user, or a broken one when a scenario says so. */
export async function idTokenFor(
  { signingKeys, surroundings }: ExampleModel,
  { client, authTime }: Grant,
  { sub }: OauthExampleUser,
  nonce: string | undefined,
): Promise<string> {
  const { clock, scenarios } = surroundings
  if (scenarios.take('example-jwks-rotated')) signingKeys.rotate()
  const iat = inSeconds(clock.now())
  const claims = {
    iss: ISSUER,
    sub,
    aud: client.id,
    iat,
    exp: iat + ID_TOKEN_SECONDS,
    auth_time: inSeconds(authTime),
    // No two are the same, even within a second.
    jti: randomHex(8),
    ...(nonce === undefined ? {} : { nonce }),
  }
  const fault = takeOne(scenarios, ID_TOKEN_FAULTS)
  if (fault !== undefined) return fault.sign({ keys: signingKeys, claims, client })
  return (await signingKeys.current()).sign({}, claims)
}
