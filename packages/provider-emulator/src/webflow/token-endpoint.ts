import { readTextMembers } from '../request-body.ts'
import { consumeFirst } from '../scenarios.ts'
import { TOKEN_ERRORS, type TokenError } from './errors.ts'
import type { AccessToken } from './grants.ts'
import type { WebflowModel } from './model.ts'
import { TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'
import { exchangeCode } from './token-request.ts'
import { type Success, TOKEN_RESPONSE_VARIANTS, type TokenResponseVariant } from './token-response-variants.ts'

const TOKEN_BYTES = 32

function successMembers({ config }: WebflowModel, { value, scopes }: AccessToken): Success {
  const { scope, expiresIn } = config.accessTokenFields
  return {
    token_type: 'bearer',
    access_token: value,
    ...(scope === undefined ? {} : { scope: scopes.join(scope === 'space' ? ' ' : ',') }),
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
  }
}

function successResponse(model: WebflowModel, token: AccessToken, variant: TokenResponseVariant | undefined): Response {
  const success = successMembers(model, token)
  const body = variant === undefined ? success : variant.render(success, token)
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    headers: { 'Content-Type': variant?.contentType ?? 'application/json' },
  })
}

function errorResponse({ config }: WebflowModel, error: TokenError): Response {
  const { client, grant } = config.tokenErrorStatus
  const status = error.error === 'invalid_client' ? client : grant
  return Response.json(error, { status })
}

async function normalResponse(model: WebflowModel, request: Request, body: string): Promise<Response> {
  const { scenarios } = model.services
  const members = readTextMembers(request.headers.get('Content-Type') ?? '', body)
  if (members === undefined) return errorResponse(model, TOKEN_ERRORS.invalidRequest)

  // The variant counts as used only if the request succeeds.
  const variant = TOKEN_RESPONSE_VARIANTS.find(({ name }) => scenarios.isActive(name))
  const { expiresIn } = model.config.accessTokenFields
  const result = await exchangeCode(model, members, request.headers.get('Authorization') ?? undefined, {
    bytes: variant?.tokenBytes ?? TOKEN_BYTES,
    lifetimeSeconds: variant?.lifetimeSeconds ?? expiresIn ?? Number.POSITIVE_INFINITY,
  })
  if ('error' in result) return errorResponse(model, result)
  if (variant !== undefined) scenarios.consume(variant.name)
  return successResponse(model, result, variant)
}

/** Answers a token request, with the fault of an active scenario. */
export async function handleTokenRequest(
  model: WebflowModel,
  request: Request,
  urlOf: (host: string, path: string) => string,
): Promise<Response> {
  const { config, services } = model
  const fault = consumeFirst(services.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) return fault.respond({ config, urlOf })
  const response = await normalResponse(model, request, await request.text())
  const delivery = consumeFirst(services.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? response : delivery.deliver(response, services, request.signal)
}
