import type { ProviderBindings } from '../provider.ts'
import { consumeFirst } from '../scenarios.ts'
import { type ClientRequest, readClientRequest } from './client-request.ts'
import { GRANT_TYPES } from './config.ts'
import { errorResponse, invalidRequest, type OauthError, unauthorizedClient, unsupportedGrantType } from './errors.ts'
import { idTokenFor } from './id-token.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleGrantType } from './options.ts'
import { loseResponse, TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'
import { authorizationCodeGrant, clientCredentialsGrant, type IssuedTokens, refreshTokenGrant } from './token-grants.ts'

const GRANTS = {
  authorization_code: authorizationCodeGrant,
  refresh_token: refreshTokenGrant,
  client_credentials: clientCredentialsGrant,
} as const

const isGrantType = (text: string): text is OauthExampleGrantType => (GRANT_TYPES as readonly string[]).includes(text)

async function issue(model: ExampleModel, { client, parameters }: ClientRequest): Promise<IssuedTokens | OauthError> {
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) return invalidRequest('The grant_type is missing')
  if (!isGrantType(grantType)) return unsupportedGrantType('The grant_type is not supported')
  if (!client.grantTypes.includes(grantType)) {
    return unauthorizedClient(`The client may not use ${grantType}`)
  }
  return GRANTS[grantType](model, client, parameters)
}

/** The members of a token response (RFC 6749, 5.1; OpenID Connect Core, 3.1.3.3). */
async function tokenResponse(
  model: ExampleModel,
  { accessToken, refreshToken, nonce }: IssuedTokens,
): Promise<Record<string, unknown>> {
  const { clock, scenarios } = model.services
  const { value, grant, scopes, expiresAt } = accessToken
  const isTyped = !scenarios.consume('example-token-without-token-type')
  const idToken =
    grant.user !== undefined && scopes.includes('openid') && !scenarios.consume('example-id-token-missing')
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

async function normalResponse(model: ExampleModel, request: Request): Promise<Response> {
  const { config, services } = model
  const { scenarios } = services
  const refuse = (error: OauthError) => errorResponse(config, error, request.headers.has('Authorization'))

  const sent = await readClientRequest(config, request)
  if ('error' in sent) return refuse(sent)
  const issued = await issue(model, sent)
  if ('error' in issued) return refuse(issued)
  const isRefresh = sent.parameters.get('grant_type') === 'refresh_token'
  if (isRefresh && scenarios.consume('refresh-loses-response')) {
    return loseResponse(config, services, request.signal)
  }
  const { expires_in, ...members } = await tokenResponse(model, issued)
  const isTimeless = isRefresh && scenarios.consume('refresh-without-expires-in')
  return Response.json(isTimeless ? members : { ...members, expires_in })
}

/** Answers a token request, with the fault of an active scenario. */
export async function handleTokenRequest(
  model: ExampleModel,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { config, services } = model
  const fault = consumeFirst(services.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) {
    return fault.respond({ config, urlOf, usedHeader: request.headers.has('Authorization') })
  }
  const response = await normalResponse(model, request)
  const delivery = consumeFirst(services.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? response : delivery.deliver(response, services, request.signal)
}
