import { randomHex } from '../encoding.ts'
import { isRefreshRejected, isRefreshTokenReused } from '../faults/refresh.ts'
import { TOKEN_RESPONSE_FAULTS, type TokenResponseFault } from '../faults/token-response.ts'
import { challengeOf, isVerifier } from '../pkce.ts'
import { consumeFirst } from '../scenarios.ts'
import type { ExampleClient } from './config.ts'
import { invalidGrant, invalidRequest, type OauthError } from './errors.ts'
import type { AccessToken, Grant, RefreshToken, Successors } from './grants.ts'
import type { ExampleModel } from './model.ts'
import { type Parameters, scopesOf } from './parameters.ts'
import { UNROTATED_REFRESHES } from './refresh-faults.ts'

/** An access token, and the form of the response in an active scenario. */
interface IssuedAccessToken {
  readonly accessToken: AccessToken
  readonly fault?: TokenResponseFault | undefined
}

/** The result of a successful token request. */
export interface IssuedTokens extends IssuedAccessToken {
  /** Undefined if the response has none. */
  readonly refreshToken: string | undefined
  /** The nonce of the authorization request. A refresh has none. */
  readonly nonce?: string | undefined
}

/** Issues an access token, with the fault of an active scenario. */
function issueAccessToken(
  { config, grants, services }: ExampleModel,
  grant: Grant,
  scopes: readonly string[],
): IssuedAccessToken {
  const fault = consumeFirst(services.scenarios, TOKEN_RESPONSE_FAULTS)
  const value = fault?.tokenBytes === undefined ? undefined : randomHex(fault.tokenBytes)
  const lifetime = fault?.lifetimeSeconds ?? config.accessTokenSeconds
  return { accessToken: grants.issueAccessToken(grant, scopes, lifetime, value), fault }
}

/** Exchanges a code for tokens. A second use of the code revokes the grant of the first. */
export async function authorizationCodeGrant(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): Promise<IssuedTokens | OauthError> {
  const { codes, grants, services } = model
  const value = parameters.get('code')
  if (value === undefined) return invalidRequest('The code is missing')
  const verifier = parameters.get('code_verifier')
  if (verifier !== undefined && !isVerifier(verifier)) {
    return invalidRequest('The code_verifier must be 43 to 128 unreserved characters')
  }
  // The digest comes before the lookup, because another request could use the code meanwhile.
  const challenge = verifier === undefined ? undefined : await challengeOf(verifier)

  const code = codes.find(value)
  if (code === undefined || code.request.client !== client) {
    return invalidGrant('The code is unknown, or belongs to another client')
  }
  if (code.grant !== undefined) {
    grants.end(code.grant)
    return invalidGrant('The code was used before; its tokens are revoked')
  }
  const { request, user, authTime, expiresAt } = code
  if (services.clock.now() >= expiresAt) return invalidGrant('The code has expired')
  const redirectUri = parameters.get('redirect_uri')
  // RFC 6749, 4.1.3: required if the authorization request had it, and in any case identical.
  const mayBeMissing = request.sentRedirectUri === undefined && redirectUri === undefined
  if (redirectUri !== request.redirectUri && !mayBeMissing) {
    return invalidGrant('The redirect_uri differs from the authorization request')
  }
  // A verifier without a challenge fails too: an attacker may have removed the challenge (RFC 9700).
  if (challenge !== request.challenge) {
    return invalidGrant('The code_verifier does not match the code_challenge')
  }

  const { scopes, nonce } = request
  const grant = grants.open({ client, user, scopes, authTime })
  code.grant = grant
  const issued = issueAccessToken(model, grant, scopes)
  const refreshToken = client.grantTypes.includes('refresh_token') ? grants.issueRefreshToken(grant).value : undefined
  return { ...issued, refreshToken, nonce }
}

/** The tokens that replaced a used refresh token, if its grace period lasts. */
function successorsWithinGrace({ config, services }: ExampleModel, { used }: RefreshToken): Successors | undefined {
  if (used?.successors === undefined) return undefined
  const isInTime = services.clock.now() < used.at + config.graceSeconds * 1000
  // The grace ends when the new refresh token is used: the client has received it.
  return isInTime && used.successors.refreshToken.used === undefined ? used.successors : undefined
}

/** Revokes the grant: two parties have the token, and the server cannot tell which is the client. */
function refuseReuse({ config, grants, services }: ExampleModel, { grant }: RefreshToken): OauthError {
  if (!config.reuseDetection) return invalidGrant('The refresh token was used before')
  grant.reuseDetectedAt = services.clock.now()
  grants.end(grant)
  return invalidGrant('The refresh token was used before; its grant is revoked')
}

/** Exchanges a refresh token for tokens. It is synchronous, so only one of two requests succeeds. */
export function refreshTokenGrant(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): IssuedTokens | OauthError {
  const { config, grants, services } = model
  const { clock, scenarios } = services
  const value = parameters.get('refresh_token')
  if (value === undefined) return invalidRequest('The refresh_token is missing')
  const token = grants.findRefreshToken(value)
  if (token === undefined || token.grant.client !== client) {
    return invalidGrant('The refresh token is unknown, expired or revoked')
  }
  const { grant } = token
  if (isRefreshRejected(scenarios)) return invalidGrant('The refresh token is unknown, expired or revoked')
  if (isRefreshTokenReused(scenarios)) {
    token.used = { at: clock.now(), successors: undefined }
  }
  if (token.used !== undefined) {
    const successors = successorsWithinGrace(model, token)
    if (successors === undefined) return refuseReuse(model, token)
    const { accessToken, refreshToken } = successors
    return { accessToken, refreshToken: refreshToken.value }
  }

  const { scopes: granted } = grant
  // A refresh without `scope` requests all granted scopes (RFC 6749, 6).
  const rules = { ...config, omittedScope: 'all-registered' } as const
  const asked = scopesOf(rules, granted, parameters.get('scope'))
  if ('error' in asked) return asked
  const scopes = scenarios.consume('refresh-with-fewer-scopes') ? asked.slice(0, -1) : asked
  const issued = issueAccessToken(model, grant, scopes)
  const unrotated = UNROTATED_REFRESHES.find(({ name }) => scenarios.consume(name))
  if (unrotated !== undefined) {
    return { ...issued, refreshToken: unrotated.refreshTokenInResponse(value) }
  }
  if (config.rotation === 'never') return { ...issued, refreshToken: undefined }
  const refreshToken = grants.issueRefreshToken(grant)
  token.used = { at: clock.now(), successors: { accessToken: issued.accessToken, refreshToken } }
  return { ...issued, refreshToken: refreshToken.value }
}

/** Issues an access token for the client itself, without a refresh token (RFC 6749, 4.4.3). */
export function clientCredentialsGrant(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): IssuedTokens | OauthError {
  const { config, grants, services } = model
  const allowed = client.scopes.filter((scope) => scope !== 'openid')
  const scopes = scopesOf(config, allowed, parameters.get('scope'))
  if ('error' in scopes) return scopes
  const authTime = services.clock.now()
  const grant = grants.open({ client, user: undefined, scopes, authTime })
  return { ...issueAccessToken(model, grant, scopes), refreshToken: undefined }
}
