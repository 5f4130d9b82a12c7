import { deliverNothing } from '../broken-responses.ts'
import { PLAIN_SERVER_ERRORS } from '../faults/fault.ts'
import { losesRefreshResponse } from '../faults/refresh.ts'
import { answerTokenRequest } from '../faults/token-endpoint.ts'
import { tokenResponse } from '../faults/token-response.ts'
import type { ProviderBindings } from '../provider.ts'
import { consumeFirst, type ScenarioDefinition } from '../scenarios.ts'
import { type ClientRequest, readClientRequest } from './client-request.ts'
import { GRANT_TYPES } from './config.ts'
import {
  errorResponse,
  invalidClient,
  invalidGrant,
  invalidRequest,
  invalidScope,
  type OauthError,
  unauthorizedClient,
  unsupportedGrantType,
} from './errors.ts'
import { idTokenFor } from './id-token.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleGrantType } from './options.ts'
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
async function membersOf(model: ExampleModel, { accessToken, refreshToken, nonce }: IssuedTokens, isRefresh: boolean) {
  const { clock, scenarios } = model.services
  const { value, grant, scopes, expiresAt } = accessToken
  const hasIdToken = grant.user !== undefined && scopes.includes('openid')
  const isTimeless = isRefresh && scenarios.consume('refresh-without-expires-in')
  return {
    access_token: value,
    token_type: 'Bearer',
    expires_in: isTimeless ? undefined : Math.max(0, Math.ceil((expiresAt - clock.now()) / 1000)),
    refresh_token: refreshToken,
    scope: scopes.join(' '),
    id_token: hasIdToken ? await idTokenFor(model, grant, grant.user, nonce) : undefined,
  }
}

/** The response that replaces a lost one. */
const lostResponse = ({ config, services }: ExampleModel, signal: AbortSignal): Promise<Response> | Response =>
  config.lostResponse === 'bad-gateway'
    ? new Response('Bad Gateway', { status: 502, headers: { 'Content-Type': 'text/plain' } })
    : deliverNothing(new Response(null), services, signal)

/** An error that only this provider has as a scenario. The code or refresh token stays unused. */
interface TokenRefusal extends ScenarioDefinition {
  readonly error: OauthError
}

export const TOKEN_REFUSALS: readonly TokenRefusal[] = [
  {
    name: 'token-endpoint-unauthorized-client',
    description: 'The token endpoint answers unauthorized_client, for every client.',
    error: unauthorizedClient('The client may not use this grant type'),
  },
  {
    name: 'token-endpoint-invalid-scope',
    description: 'The token endpoint answers invalid_scope, for every scope.',
    error: invalidScope('The scope is not allowed'),
  },
]

/** Answers a token request, with the fault of an active scenario. */
export function handleTokenRequest(
  model: ExampleModel,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { config, services } = model
  const { scenarios } = services
  const refuse = (error: OauthError) => errorResponse(config, error, request.headers.has('Authorization'))

  async function normalResponse(): Promise<Response> {
    const refusal = consumeFirst(scenarios, TOKEN_REFUSALS)
    if (refusal !== undefined) return refuse(refusal.error)
    const sent = await readClientRequest(config, request)
    if ('error' in sent) return refuse(sent)
    const issued = await issue(model, sent)
    if ('error' in issued) return refuse(issued)
    const isRefresh = sent.parameters.get('grant_type') === 'refresh_token'
    if (isRefresh && losesRefreshResponse(scenarios)) return lostResponse(model, request.signal)
    return tokenResponse(issued.fault ?? {}, await membersOf(model, issued, isRefresh), issued.accessToken.scopes)
  }

  const answers = {
    ...PLAIN_SERVER_ERRORS,
    redirectTarget: urlOf('oauth.example', '/redirected'),
    invalidClient: () => refuse(invalidClient('The client is unknown, or its secret is wrong')),
    invalidGrant: () => refuse(invalidGrant('The grant is not valid')),
  }
  return answerTokenRequest(services, answers, request.signal, normalResponse)
}
