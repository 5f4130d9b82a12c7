import type { ProviderBindings } from '../provider.ts'
import { takeOne } from '../scenarios.ts'
import { requestForItself } from './client-credentials.ts'
import { type ClientRequest, readClientRequest } from './client-request.ts'
import { requestWithCode } from './code-grant.ts'
import { GRANT_TYPES } from './config.ts'
import {
  errorResponse,
  invalidRequest,
  type OauthError,
  unauthorizedClient,
  unsupportedGrantType,
} from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleGrantType } from './options.ts'
import { lostAnswer } from './refresh-faults.ts'
import { requestWithRefreshToken } from './refresh-grant.ts'
import { TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'
import { type Issued, tokenResponse } from './token-response.ts'

const REQUESTS = {
  authorization_code: requestWithCode,
  refresh_token: requestWithRefreshToken,
  client_credentials: requestForItself,
} as const

const isGrantType = (text: string): text is OauthExampleGrantType =>
  (GRANT_TYPES as readonly string[]).includes(text)

async function issue(
  model: ExampleModel,
  { client, parameters }: ClientRequest,
): Promise<Issued | OauthError> {
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) return invalidRequest('The grant_type is missing')
  if (!isGrantType(grantType)) return unsupportedGrantType('The grant_type is not known here')
  if (!client.grantTypes.includes(grantType)) {
    return unauthorizedClient(`The client may not use ${grantType}`)
  }
  return REQUESTS[grantType](model, client, parameters)
}

async function ordinaryAnswer(model: ExampleModel, request: Request): Promise<Response> {
  const { config, surroundings } = model
  const { scenarios } = surroundings
  const refuse = (error: OauthError) =>
    errorResponse(config, error, request.headers.has('Authorization'))

  const sent = await readClientRequest(config, request)
  if ('error' in sent) return refuse(sent)
  const issued = await issue(model, sent)
  if ('error' in issued) return refuse(issued)
  const isRefresh = sent.parameters.get('grant_type') === 'refresh_token'
  if (isRefresh && scenarios.take('refresh-loses-response')) {
    return lostAnswer(config, surroundings, request.signal)
  }
  const { expires_in, ...members } = await tokenResponse(model, issued)
  const isTimeless = isRefresh && scenarios.take('refresh-without-expires-in')
  return Response.json(isTimeless ? members : { ...members, expires_in })
}

/** Answers a token request, or breaks in the way a scenario says. */
export async function answerTokenRequest(
  model: ExampleModel,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const { config, surroundings } = model
  const fault = takeOne(surroundings.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) {
    return fault.answer({ config, urlOf, usedHeader: request.headers.has('Authorization') })
  }
  const answer = await ordinaryAnswer(model, request)
  const delivery = takeOne(surroundings.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? answer : delivery.deliver(answer, surroundings, request.signal)
}
