import { answerRevocation } from '../faults/revocation.ts'
import { readClientRequest } from './client-request.ts'
import { errorResponse, invalidGrant, invalidRequest, type OauthError, unsupportedTokenType } from './errors.ts'
import type { ExampleModel } from './model.ts'

/** Revokes a token (RFC 7009). An unknown token is answered like a revoked one. */
async function normalResponse(model: ExampleModel, request: Request): Promise<Response> {
  const { config, grants, services } = model
  const { clock, scenarios } = services
  const refuse = (error: OauthError) => errorResponse(config, error, request.headers.has('Authorization'))

  const sent = await readClientRequest(config, request)
  if ('error' in sent) return refuse(sent)
  const value = sent.parameters.get('token')
  if (value === undefined) return refuse(invalidRequest('The token is missing'))
  if (scenarios.consume('revoke-unsupported-token-type')) {
    return refuse(unsupportedTokenType('Tokens of this type cannot be revoked'))
  }
  // token_type_hint is only a hint, so both types are searched.
  const refreshToken = grants.findRefreshToken(value)
  const accessToken = grants.findAccessToken(value)
  const token = refreshToken ?? accessToken
  if (token !== undefined && token.grant.client !== sent.client) {
    return refuse(invalidGrant('The token belongs to another client'))
  }
  if (refreshToken !== undefined) {
    const endsGrant = refreshToken.used === undefined || config.revokedUsedRefreshToken === 'grant'
    if (endsGrant) grants.end(refreshToken.grant)
  } else if (accessToken !== undefined) {
    if (config.revokedAccessToken === 'grant') grants.end(accessToken.grant)
    accessToken.expiresAt = clock.now()
  }
  return new Response(null)
}

/** Answers a revocation request, with the fault of an active scenario. */
export const handleRevocationRequest = (model: ExampleModel, request: Request): Promise<Response> =>
  answerRevocation(model.services, request.signal, () => normalResponse(model, request))
