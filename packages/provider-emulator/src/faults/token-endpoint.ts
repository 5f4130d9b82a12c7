import {
  deliverDripping,
  deliverSlowly,
  deliverStalling,
  deliverTruncated,
  htmlResponse,
  hugeResponse,
  JSON_TYPE,
  redirectResponse,
  unavailableResponse,
} from '../broken-responses.ts'
import { randomHex } from '../encoding.ts'
import type { EmulatorServices } from '../provider.ts'
import { consumeFirst } from '../scenarios.ts'
import type { DeliveryFault, Fault, ServerErrors } from './fault.ts'

/** The answers of a token endpoint in the provider's words. */
export interface TokenEndpointAnswers extends ServerErrors {
  /** Where `token-endpoint-redirects` leads. */
  readonly redirectTarget: string
  readonly invalidClient: () => Response
  /** The answer to a dead code or refresh token. */
  readonly invalidGrant: () => Response
}

const fault = (
  name: string,
  description: string,
  respond: Fault<TokenEndpointAnswers>['respond'],
): Fault<TokenEndpointAnswers> => ({ name: `token-endpoint-${name}`, description, respond })

const json = (name: string, what: string, body: string) =>
  fault(name, `The token endpoint answers 200 with ${what}.`, () => new Response(body, { headers: JSON_TYPE }))

/** Responses without tokens. The code or refresh token stays unused. */
export const TOKEN_ENDPOINT_FAULTS: readonly Fault<TokenEndpointAnswers>[] = [
  fault('500', 'The token endpoint answers 500.', ({ serverError }) => serverError()),
  fault('503', 'The token endpoint answers 503 with Retry-After: 1.', unavailableResponse),
  fault('429', 'The token endpoint answers 429.', ({ tooManyRequests }) => tooManyRequests()),
  fault('html', 'The token endpoint answers 200 with an HTML page.', htmlResponse),
  json('null', 'the JSON null', 'null'),
  json('array', 'an empty JSON array', '[]'),
  json('string', 'a JSON string', '"x"'),
  json('number', 'a JSON number', '1'),
  json('empty', 'an empty body', ''),
  json('error-200', 'an OAuth error', '{"error":"bad_verification_code","error_description":"The code is incorrect"}'),
  fault(
    'redirects',
    'The token endpoint answers 307; the request log shows whether the redirect was followed.',
    ({ redirectTarget }) => redirectResponse(redirectTarget),
  ),
  fault('huge', 'The token endpoint answers 200 with a body of 50 MB and no Content-Length.', () =>
    hugeResponse('{"token_type":"Bearer","access_token":"'),
  ),
  fault('invalid-client', "Every client gets the provider's answer to a wrong secret.", ({ invalidClient }) =>
    invalidClient(),
  ),
  fault(
    'invalid-grant',
    "A request gets the provider's answer to a dead code or refresh token, which stays valid.",
    ({ invalidGrant }) => invalidGrant(),
  ),
]

/** Faulty deliveries of the normal response. The code or refresh token is used up. */
export const TOKEN_DELIVERY_FAULTS: readonly DeliveryFault[] = [
  {
    name: 'token-endpoint-truncated',
    description: 'The token endpoint cuts its normal response in the middle.',
    deliver: deliverTruncated,
  },
  {
    name: 'token-endpoint-slow',
    description:
      'The token endpoint sends its normal response late: after 30 seconds, or the `slowSeconds` of the emulator.',
    deliver: deliverSlowly,
  },
  {
    name: 'token-endpoint-stalls',
    description: 'The token endpoint sends the headers at once, and the body late, as with `token-endpoint-slow`.',
    deliver: deliverStalling,
  },
  {
    name: 'token-endpoint-drip',
    description: 'The token endpoint sends its normal response with one byte per second.',
    deliver: deliverDripping,
  },
]

/** Answers a token request, with the fault of an active scenario. */
export async function answerTokenRequest(
  services: EmulatorServices,
  answers: TokenEndpointAnswers,
  signal: AbortSignal,
  normalResponse: () => Promise<Response>,
): Promise<Response> {
  const active = consumeFirst(services.scenarios, TOKEN_ENDPOINT_FAULTS)
  if (active !== undefined) return active.respond(answers)
  const response = await normalResponse()
  const delivery = consumeFirst(services.scenarios, TOKEN_DELIVERY_FAULTS)
  return delivery === undefined ? response : delivery.deliver(response, services, signal)
}

/** The page at the redirect's target: a client that follows it gets a worthless token. */
export const redirectTargetResponse = (): Response =>
  Response.json({ token_type: 'Bearer', access_token: randomHex(32), expires_in: 3600 })
