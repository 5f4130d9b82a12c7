import { answerTokenRequest } from '../faults/token-endpoint.ts'
import { tokenResponse } from '../faults/token-response.ts'
import type { ProviderBindings } from '../provider.ts'
import { readTextMembers } from '../request-body.ts'
import { internalError, TOKEN_ERRORS, type TokenError, tooManyRequests } from './errors.ts'
import type { AccessToken } from './grants.ts'
import type { WebflowModel } from './model.ts'
import { exchangeCode } from './token-request.ts'

function successMembers({ config }: WebflowModel, { value, scopes }: AccessToken) {
  const { scope, expiresIn } = config.accessTokenFields
  return {
    token_type: 'bearer',
    access_token: value,
    ...(scope === undefined ? {} : { scope: scopes.join(scope === 'space' ? ' ' : ',') }),
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
  }
}

function errorResponse({ config }: WebflowModel, error: TokenError): Response {
  const { client, grant } = config.tokenErrorStatus
  const status = error.error === 'invalid_client' ? client : grant
  return Response.json(error, { status })
}

async function normalResponse(model: WebflowModel, request: Request): Promise<Response> {
  const members = readTextMembers(request.headers.get('Content-Type') ?? '', await request.text())
  if (members === undefined) return errorResponse(model, TOKEN_ERRORS.invalidRequest)
  const result = await exchangeCode(model, members, request.headers.get('Authorization') ?? undefined)
  if ('error' in result) return errorResponse(model, result)
  const { token, fault = {} } = result
  return tokenResponse(fault, successMembers(model, token), token.scopes)
}

/** Answers a token request, with the fault of an active scenario. */
export function handleTokenRequest(
  model: WebflowModel,
  request: Request,
  urlOf: ProviderBindings['urlOf'],
): Promise<Response> {
  const answers = {
    redirectTarget: urlOf('webflow.com', '/oauth/redirected'),
    serverError: internalError,
    tooManyRequests: () => tooManyRequests(60),
    invalidClient: () => errorResponse(model, TOKEN_ERRORS.invalidClient),
    invalidGrant: () => errorResponse(model, TOKEN_ERRORS.invalidGrant),
  }
  return answerTokenRequest(model.services, answers, request.signal, () => normalResponse(model, request))
}
