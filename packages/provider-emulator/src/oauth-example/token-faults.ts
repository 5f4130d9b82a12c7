import { htmlAnswer, hugeAnswer, JSON_TYPE, redirectingAnswer } from '../broken-answers.ts'
import {
  type DeliveryScenario,
  deliverDripping,
  deliverSlowly,
  deliverStalling,
} from '../delivery.ts'
import type { ProviderBindings } from '../provider.ts'
import { type FaultScenario, faultScenario } from '../scenarios.ts'
import type { ExampleConfig } from './config.ts'
import {
  errorResponse,
  invalidClient,
  invalidGrant,
  invalidScope,
  type OauthError,
  unauthorizedClient,
} from './errors.ts'

export interface TokenFaultContext {
  readonly config: ExampleConfig
  readonly urlOf: ProviderBindings['urlOf']
  /** Whether the client sent an Authorization header. */
  readonly usedHeader: boolean
}

/** An answer given instead of tokens. A code or refresh token is left unused. */
export type TokenFaultScenario = FaultScenario<TokenFaultContext>

const fault = faultScenario<TokenFaultContext>

const refusal = (name: string, description: string, error: OauthError): TokenFaultScenario =>
  fault(name, description, ({ config, usedHeader }) => errorResponse(config, error, usedHeader))

export const TOKEN_FAULTS: readonly TokenFaultScenario[] = [
  fault('example-token-500', 'Status 500 with a JSON error.', () =>
    Response.json({ error: 'server_error' }, { status: 500 }),
  ),
  fault(
    'example-token-503',
    'Status 503 with Retry-After: 1.',
    () =>
      new Response('Service Unavailable', {
        status: 503,
        headers: { 'Content-Type': 'text/plain', 'Retry-After': '1' },
      }),
  ),
  fault('example-token-429', 'Status 429 with Retry-After: 1.', () =>
    Response.json({ error: 'slow_down' }, { status: 429, headers: { 'Retry-After': '1' } }),
  ),
  fault('example-token-html', 'Status 200 with an HTML page.', () => htmlAnswer('oauth.example')),
  fault(
    'example-token-null',
    'Status 200 with the JSON null.',
    () => new Response('null', { headers: JSON_TYPE }),
  ),
  fault(
    'example-token-redirects',
    'Status 307 to oauth.example/redirected; the request log shows whether it was followed.',
    ({ urlOf }) => redirectingAnswer(urlOf('oauth.example', '/redirected')),
  ),
  fault('example-token-huge', 'Status 200 with a body of 50 MB and no Content-Length.', () =>
    hugeAnswer('{"token_type":"Bearer","access_token":"'),
  ),
  refusal(
    'example-invalid-client',
    'The error invalid_client, whoever asks.',
    invalidClient('The client is unknown, or its secret is wrong'),
  ),
  refusal(
    'example-invalid-grant',
    'The error invalid_grant; the code or refresh token stays good.',
    invalidGrant('The grant is not valid'),
  ),
  refusal(
    'example-unauthorized-client',
    'The error unauthorized_client, whoever asks.',
    unauthorizedClient('The client may not use this grant type'),
  ),
  refusal(
    'example-invalid-scope',
    'The error invalid_scope, whatever is asked for.',
    invalidScope('The scope is not allowed'),
  ),
]

export const TOKEN_DELIVERIES: readonly DeliveryScenario[] = [
  {
    name: 'example-token-slow',
    description: 'No answer until the client goes away or 30 seconds are over, then the usual one.',
    deliver: deliverSlowly,
  },
  {
    name: 'example-token-stalls',
    description: 'Headers at once and then silence for up to 30 seconds, then the usual body.',
    deliver: deliverStalling,
  },
  {
    name: 'example-token-drip',
    description: 'The ordinary answer, one byte per second.',
    deliver: deliverDripping,
  },
]
