import {
  type DeliveryScenario,
  deliverDripping,
  deliverSlowly,
  deliverStalling,
  deliverTruncated,
  htmlResponse,
  hugeResponse,
  JSON_TYPE,
  redirectResponse,
} from '../broken-responses.ts'
import { type FaultScenario, faultScenario } from '../scenarios.ts'
import type { WebflowConfig } from './config.ts'
import { TOKEN_ERRORS } from './errors.ts'

export interface FaultContext {
  readonly config: WebflowConfig
  readonly urlOf: (host: string, path: string) => string
}

/** A response without a code exchange. The code stays unused. */
export type TokenFaultScenario = FaultScenario<FaultContext>

const text = (body: string, status = 200, headers: Record<string, string> = JSON_TYPE): Response =>
  new Response(body, { status, headers })

const fault = faultScenario<FaultContext>

export const TOKEN_FAULTS: readonly TokenFaultScenario[] = [
  fault('token-endpoint-500', 'Status 500 with a JSON error of the API.', () =>
    Response.json({ message: 'Internal Server Error', code: 'internal_error' }, { status: 500 }),
  ),
  fault('token-endpoint-503', 'Status 503 with Retry-After: 2.', () =>
    text('Service Unavailable', 503, { 'Content-Type': 'text/plain', 'Retry-After': '2' }),
  ),
  fault('token-endpoint-429', 'Status 429 with Retry-After: 60.', () =>
    Response.json(
      { message: 'Too Many Requests', code: 'too_many_requests' },
      { status: 429, headers: { 'Retry-After': '60' } },
    ),
  ),
  fault('token-endpoint-html', 'Status 200 with an HTML page.', () => htmlResponse('Webflow')),
  fault('token-endpoint-null', 'Status 200 with the JSON null.', () => text('null')),
  fault('token-endpoint-array', 'Status 200 with an empty JSON array.', () => text('[]')),
  fault('token-endpoint-string', 'Status 200 with a JSON string.', () => text('"x"')),
  fault('token-endpoint-number', 'Status 200 with a JSON number.', () => text('1')),
  fault('token-endpoint-empty', 'Status 200 with an empty body.', () => text('')),
  fault(
    'token-endpoint-redirects',
    'Status 307 to webflow.com/oauth/redirected; the request log shows whether it was followed.',
    ({ urlOf }) => redirectResponse(urlOf('webflow.com', '/oauth/redirected')),
  ),
  fault('token-endpoint-huge', 'Status 200 with a body of 50 MB and no Content-Length.', () =>
    hugeResponse('{"token_type":"bearer","access_token":"'),
  ),
  fault('token-endpoint-error-200', 'Status 200 with an OAuth error.', () =>
    Response.json({
      error: 'bad_verification_code',
      error_description: 'The code passed is incorrect or expired.',
    }),
  ),
  fault('token-endpoint-invalid-client', 'The error invalid_client, for every client.', ({ config }) =>
    Response.json(TOKEN_ERRORS.invalidClient, { status: config.tokenErrorStatus.client }),
  ),
  fault('token-endpoint-invalid-grant', 'The error invalid_grant, for every code.', ({ config }) =>
    Response.json(TOKEN_ERRORS.invalidGrant, { status: config.tokenErrorStatus.grant }),
  ),
]

export const TOKEN_DELIVERIES: readonly DeliveryScenario[] = [
  {
    name: 'token-endpoint-truncated',
    description: 'The normal response, cut in the middle of its JSON.',
    deliver: deliverTruncated,
  },
  {
    name: 'token-endpoint-slow',
    description: 'The normal response, after 30 seconds.',
    deliver: deliverSlowly,
  },
  {
    name: 'token-endpoint-stalls',
    description: 'The normal response: headers at once, the body after 30 seconds.',
    deliver: deliverStalling,
  },
  {
    name: 'token-endpoint-drip',
    description: 'The normal response, one byte per second.',
    deliver: deliverDripping,
  },
]
