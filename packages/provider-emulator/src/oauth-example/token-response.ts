import type { AccessToken, Grant } from './grants.ts'
import { idTokenFor } from './id-token.ts'
import type { ExampleModel } from './model.ts'

/** What a token request has got. */
export interface Issued {
  readonly accessToken: AccessToken
  /** Undefined when the answer carries none. */
  readonly refreshToken: string | undefined
  /** As the authorization request sent it; a refresh has none. */
  readonly nonce?: string | undefined
}

/** An access token of the configured lifetime, unless a scenario shortens it. */
export function issueAccessToken(
  { config, grants, surroundings }: ExampleModel,
  grant: Grant,
  scopes: readonly string[],
): AccessToken {
  const isShort = surroundings.scenarios.take('example-token-expires-in-1s')
  return grants.issueAccessToken(grant, scopes, isShort ? 1 : config.accessTokenSeconds)
}

/** The members of a token response (RFC 6749, 5.1; OpenID Connect Core, 3.1.3.3). */
export async function tokenResponse(
  model: ExampleModel,
  { accessToken, refreshToken, nonce }: Issued,
): Promise<Record<string, unknown>> {
  const { clock, scenarios } = model.surroundings
  const { value, grant, scopes, expiresAt } = accessToken
  const isTyped = !scenarios.take('example-token-without-token-type')
  const idToken =
    grant.user !== undefined &&
    scopes.includes('openid') &&
    !scenarios.take('example-id-token-missing')
      ? await idTokenFor(model, grant, grant.user, nonce)
      : undefined
  return {
    access_token: value,
    ...(isTyped ? { token_type: 'Bearer' } : {}),
    expires_in: Math.max(0, Math.ceil((expiresAt - clock.now()) / 1000)),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: scopes.join(' '),
    ...(idToken === undefined ? {} : { id_token: idToken }),
  }
}
