import { readClientRequest } from './client-request.ts'
import { ISSUER } from './config.ts'
import { errorResponse, invalidClient, invalidRequest, type OauthError } from './errors.ts'
import type { AccessToken, RefreshToken } from './grants.ts'
import type { ExampleModel } from './model.ts'

const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

const describeToken = ({ grant, issuedAt, expiresAt }: AccessToken | RefreshToken) => ({
  active: true,
  client_id: grant.client.id,
  sub: grant.user?.sub ?? grant.client.id,
  ...(grant.user === undefined ? {} : { username: grant.user.email }),
  iss: ISSUER,
  iat: inSeconds(issuedAt),
  ...(Number.isFinite(expiresAt) ? { exp: inSeconds(expiresAt) } : {}),
})

function introspect({ grants }: ExampleModel, value: string): Record<string, unknown> {
  const accessToken = grants.findAccessToken(value)
  if (accessToken !== undefined) {
    const scope = accessToken.scopes.join(' ')
    return { ...describeToken(accessToken), scope, token_type: 'Bearer' }
  }
  const refreshToken = grants.findRefreshToken(value)
  // A used refresh token is inactive, also during its grace period.
  if (refreshToken === undefined || refreshToken.used !== undefined) return { active: false }
  return { ...describeToken(refreshToken), scope: refreshToken.grant.scopes.join(' ') }
}

/** Answers an introspection request (RFC 7662). A client with a secret may introspect any token. */
export async function handleIntrospectionRequest(model: ExampleModel, request: Request): Promise<Response> {
  const { config } = model
  const refuse = (error: OauthError) => errorResponse(config, error, request.headers.has('Authorization'))

  const sent = await readClientRequest(config, request)
  if ('error' in sent) return refuse(sent)
  if (sent.client.secret === undefined) {
    return refuse(invalidClient('A public client may not introspect tokens'))
  }
  const value = sent.parameters.get('token')
  if (value === undefined) return refuse(invalidRequest('The token is missing'))
  return Response.json(introspect(model, value))
}
