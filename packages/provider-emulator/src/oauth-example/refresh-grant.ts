import { scopesOf } from './authorization-request.ts'
import type { ExampleClient } from './config.ts'
import { invalidGrant, invalidRequest, type OauthError } from './errors.ts'
import type { RefreshToken, Successors } from './grants.ts'
import type { ExampleModel } from './model.ts'
import type { Parameters } from './parameters.ts'
import { KEPT_REFRESH_TOKENS } from './refresh-faults.ts'
import { type Issued, issueAccessToken } from './token-response.ts'

/** What the previous refresh token led to, while it may still be asked for. */
function successorsInGrace(
  { config, surroundings }: ExampleModel,
  { used }: RefreshToken,
): Successors | undefined {
  if (used?.successors === undefined) return undefined
  const isInTime = surroundings.clock.now() < used.at + config.graceSeconds * 1000
  // Only the previous token: once its successor was used, the client cannot have missed that.
  return isInTime && used.successors.refreshToken.used === undefined ? used.successors : undefined
}

/** A used token means that two parties have it; nobody can tell which of them is the client. */
function refuseReuse(
  { config, grants, surroundings }: ExampleModel,
  { grant }: RefreshToken,
): OauthError {
  if (!config.reuseDetection) return invalidGrant('The refresh token was used before')
  grant.reuseDetectedAt = surroundings.clock.now()
  grants.end(grant)
  return invalidGrant('The refresh token was used before; its grant is revoked')
}

/** Exchanges a refresh token for tokens. Nothing here waits, so two requests cannot both win. */
export function requestWithRefreshToken(
  model: ExampleModel,
  client: ExampleClient,
  parameters: Parameters,
): Issued | OauthError {
  const { config, grants, surroundings } = model
  const { clock, scenarios } = surroundings
  const value = parameters.get('refresh_token')
  if (value === undefined) return invalidRequest('The refresh_token is missing')
  const token = grants.findRefreshToken(value)
  if (token === undefined || token.grant.client !== client) {
    return invalidGrant('The refresh token is unknown, expired or revoked')
  }
  const { grant } = token
  if (scenarios.take('refresh-token-reused')) {
    token.used = { at: clock.now(), successors: undefined }
  }
  if (token.used !== undefined) {
    const successors = successorsInGrace(model, token)
    if (successors === undefined) return refuseReuse(model, token)
    const { accessToken, refreshToken } = successors
    return { accessToken, refreshToken: refreshToken.value }
  }

  const { scopes: granted } = grant
  // A refresh without scope asks for what was granted, whatever an authorization request does.
  const rules = { ...config, omittedScope: 'all-registered' } as const
  const asked = scopesOf(rules, granted, parameters.get('scope'))
  if ('error' in asked) return asked
  const scopes = scenarios.take('refresh-with-fewer-scopes') ? asked.slice(0, -1) : asked
  const accessToken = issueAccessToken(model, grant, scopes)
  const kept = KEPT_REFRESH_TOKENS.find(({ name }) => scenarios.take(name))
  if (kept !== undefined) return { accessToken, refreshToken: kept.answer(value) }
  if (config.rotation === 'never') return { accessToken, refreshToken: undefined }
  const refreshToken = grants.issueRefreshToken(grant)
  token.used = { at: clock.now(), successors: { accessToken, refreshToken } }
  return { accessToken, refreshToken: refreshToken.value }
}
