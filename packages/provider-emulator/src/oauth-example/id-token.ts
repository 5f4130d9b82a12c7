import { signIdToken } from '../faults/id-token.ts'
import { idTokenClaims, scopeClaims } from '../id-token-claims.ts'
import { ISSUER } from './config.ts'
import type { Grant } from './grants.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './options.ts'

/** The claims about a user that the scopes allow. */
export const claimsOf = (user: OauthExampleUser, scopes: readonly string[]): Record<string, unknown> =>
  scopeClaims(user.sub, user, scopes)

/** Creates an ID token, with the fault of an active scenario. */
export function idTokenFor(
  { signingKeys, services }: ExampleModel,
  { client, authTime }: Grant,
  { sub }: OauthExampleUser,
  nonce: string | undefined,
): Promise<string | undefined> {
  const now = services.clock.now()
  const claims = idTokenClaims({ issuer: ISSUER, subject: sub, clientId: client.id, now, authTime, nonce })
  return signIdToken(services.scenarios, { keys: signingKeys, claims, clientSecret: client.secret ?? '' })
}
