import { sha256, toBase64url } from '../encoding.ts'
import type { ExampleClient } from './config.ts'
import { invalidGrant, invalidRequest, type OauthError } from './errors.ts'
import type { AccessToken, Grant, RefreshToken, Successors } from './grants.ts'
import type { ExampleModel } from './model.ts'
import { type Parameters, scopesOf } from './parameters.ts'
import { UNROTATED_REFRESHES } from './token-faults.ts'

/** What a token request has got. */
export interface IssuedTokens {
  readonly accessToken: AccessToken
  /** Undefined when the answer carries none. */
  readonly refreshToken: string | undefined
  /** As the authorization request sent it; a refresh has none. */
  readonly nonce?: string | undefined
}

/** An access token of the configured lifetime, unless a scenario shortens it. */
export function issueAccessToken(
  { config, grants, services }: ExampleModel,
  grant: Grant,
  scopes: readonly string[],
): AccessToken {
  const isShort = services.scenarios.consume('example-token-expires-in-1s')
  return grants.issueAccessToken(grant, scopes, isShort ? 1 : config.accessTokenSeconds)
}

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/** Exchanges a code for tokens, once; a second use ends what the first one got. */
export async function authorizationCodeGrant(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): Promise<IssuedTokens | OauthError> {
  const { codes, grants, services } = model
  const value = parameters.get('code')
  if (value === undefined) return invalidRequest('The code is missing')
  const verifier = parameters.get('code_verifier')
  if (verifier !== undefined && !VERIFIER.test(verifier)) {
    return invalidRequest('The code_verifier must be 43 to 128 unreserved characters')
  }
  // Before the code is looked up: the digest takes a turn of the event loop, in which another
  // request may use the code.
  const challenge = verifier === undefined ? undefined : toBase64url(await sha256(verifier))

  const code = codes.find(value)
  if (code === undefined || code.request.client !== client) {
    return invalidGrant('The code is unknown, or belongs to another client')
  }
  if (code.grant !== undefined) {
    grants.end(code.grant)
    return invalidGrant('The code was used before; what it got is revoked')
  }
  const { request, user, authTime, expiresAt } = code
  if (services.clock.now() >= expiresAt) return invalidGrant('The code has expired')
  const redirectUri = parameters.get('redirect_uri')
  // Sent there means sent here, and the same. Not sent there: optional, but the same as well.
  const mayBeMissing = request.sentRedirectUri === undefined && redirectUri === undefined
  if (redirectUri !== request.redirectUri && !mayBeMissing) {
    return invalidGrant('The redirect_uri is not that of the authorization request')
  }
  // A verifier without a challenge fails too: somebody may have removed the challenge on its way.
  if (challenge !== request.challenge) {
    return invalidGrant('The code_verifier does not fit the code_challenge')
  }

  const { scopes, nonce } = request
  const grant = grants.open({ client, user, scopes, authTime })
  code.grant = grant
  const accessToken = issueAccessToken(model, grant, scopes)
  const refreshToken = client.grantTypes.includes('refresh_token')
    ? grants.issueRefreshToken(grant).value
    : undefined
  return { accessToken, refreshToken, nonce }
}

/** What the previous refresh token led to, while it may still be asked for. */
function successorsWithinGrace(
  { config, services }: ExampleModel,
  { used }: RefreshToken,
): Successors | undefined {
  if (used?.successors === undefined) return undefined
  const isInTime = services.clock.now() < used.at + config.graceSeconds * 1000
  // Only the previous token: once its successor was used, the client cannot have missed that.
  return isInTime && used.successors.refreshToken.used === undefined ? used.successors : undefined
}

/** A used token means that two parties have it; nobody can tell which of them is the client. */
function refuseReuse(
  { config, grants, services }: ExampleModel,
  { grant }: RefreshToken,
): OauthError {
  if (!config.reuseDetection) return invalidGrant('The refresh token was used before')
  grant.reuseDetectedAt = services.clock.now()
  grants.end(grant)
  return invalidGrant('The refresh token was used before; its grant is revoked')
}

/** Exchanges a refresh token for tokens. Nothing here waits, so two requests cannot both win. */
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
  if (scenarios.consume('refresh-token-reused')) {
    token.used = { at: clock.now(), successors: undefined }
  }
  if (token.used !== undefined) {
    const successors = successorsWithinGrace(model, token)
    if (successors === undefined) return refuseReuse(model, token)
    const { accessToken, refreshToken } = successors
    return { accessToken, refreshToken: refreshToken.value }
  }

  const { scopes: granted } = grant
  // A refresh without scope asks for what was granted, whatever an authorization request does.
  const rules = { ...config, omittedScope: 'all-registered' } as const
  const asked = scopesOf(rules, granted, parameters.get('scope'))
  if ('error' in asked) return asked
  const scopes = scenarios.consume('refresh-with-fewer-scopes') ? asked.slice(0, -1) : asked
  const accessToken = issueAccessToken(model, grant, scopes)
  const unrotated = UNROTATED_REFRESHES.find(({ name }) => scenarios.consume(name))
  if (unrotated !== undefined)
    return { accessToken, refreshToken: unrotated.refreshTokenInResponse(value) }
  if (config.rotation === 'never') return { accessToken, refreshToken: undefined }
  const refreshToken = grants.issueRefreshToken(grant)
  token.used = { at: clock.now(), successors: { accessToken, refreshToken } }
  return { accessToken, refreshToken: refreshToken.value }
}

/** A token for the client itself: there is no user, and no refresh token (RFC 6749, 4.4.3). */
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
  return { accessToken: issueAccessToken(model, grant, scopes), refreshToken: undefined }
}
