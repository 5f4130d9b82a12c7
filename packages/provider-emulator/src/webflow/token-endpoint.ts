import { takeOne } from '../scenarios.ts'
import { readTextMembers } from '../text-members.ts'
import type { AccessToken } from './grants.ts'
import type { WebflowModel } from './model.ts'
import { TOKEN_DELIVERIES } from './token-delivery.ts'
import { TOKEN_FAULTS } from './token-faults.ts'
import { exchangeCode, TOKEN_ERRORS, type TokenError } from './token-request.ts'
import { type Success, TOKEN_SHAPES, type TokenShapeScenario } from './token-shapes.ts'

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

function successResponse(
  model: WebflowModel,
  token: AccessToken,
  shape: TokenShapeScenario | undefined,
): Response {
  const success = successMembers(model, token)
  const body = shape === undefined ? success : shape.render(success, token)
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    headers: { 'Content-Type': shape?.contentType ?? 'application/json' },
  })
}

function errorResponse({ config }: WebflowModel, error: TokenError): Response {
  const { client, grant } = config.tokenErrorStatus
  const status = error.error === 'invalid_client' ? client : grant
  return Response.json(error, { status })
}

async function ordinaryAnswer(
  model: WebflowModel,
  request: Request,
  body: string,
): Promise<Response> {
  const { scenarios } = model.surroundings
  const members = readTextMembers(request.headers.get('Content-Type') ?? '', body)
  if (members === undefined) return errorResponse(model, TOKEN_ERRORS.invalidRequest)

  // Counted only when there is a success to distort.
  const shape = TOKEN_SHAPES.find(({ name }) => scenarios.isActive(name))
  const { expiresIn } = model.config.accessTokenFields
  const result = await exchangeCode(
    model,
    members,
    request.headers.get('Authorization') ?? undefined,
    {
      bytes: shape?.tokenBytes ?? TOKEN_BYTES,
      lifetimeSeconds: shape?.lifetimeSeconds ?? expiresIn ?? Number.POSITIVE_INFINITY,
    },
  )
  if ('error' in result) return errorResponse(model, result)
  if (shape !== undefined) scenarios.take(shape.name)
  return successResponse(model, result, shape)
}

/** Answers a token request, or breaks in the way a scenario says. */
export async function answerTokenRequest(
  model: WebflowModel,
  request: Request,
  urlOf: (host: string, path: string) => string,
): Promise<Response> {
  const { config, surroundings } = model
  const fault = takeOne(surroundings.scenarios, TOKEN_FAULTS)
  if (fault !== undefined) return fault.answer({ config, urlOf })
  const answer = await ordinaryAnswer(model, request, await request.text())
  const delivery = takeOne(surroundings.scenarios, TOKEN_DELIVERIES)
  return delivery === undefined ? answer : delivery.deliver(answer, surroundings, request.signal)
}
