import {
  type DeliveryScenario,
  deliverDripping,
  deliverSlowly,
  deliverStalling,
  htmlResponse,
  hugeResponse,
  JSON_TYPE,
  redirectResponse,
} from '../broken-responses.ts'
import type { EmulatorServices, ProviderBindings } from '../provider.ts'
import { type FaultScenario, faultScenario, type ScenarioDefinition } from '../scenarios.ts'
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
  fault('example-token-html', 'Status 200 with an HTML page.', () => htmlResponse('oauth.example')),
  fault(
    'example-token-null',
    'Status 200 with the JSON null.',
    () => new Response('null', { headers: JSON_TYPE }),
  ),
  fault(
    'example-token-redirects',
    'Status 307 to oauth.example/redirected; the request log shows whether it was followed.',
    ({ urlOf }) => redirectResponse(urlOf('oauth.example', '/redirected')),
  ),
  fault('example-token-huge', 'Status 200 with a body of 50 MB and no Content-Length.', () =>
    hugeResponse('{"token_type":"Bearer","access_token":"'),
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

/** A refresh that does not rotate: the refresh token that was sent stays good. */
export interface UnrotatedRefreshScenario extends ScenarioDefinition {
  /** What the answer says about the refresh token that was sent. */
  readonly refreshTokenInResponse: (sent: string) => string | undefined
}

export const UNROTATED_REFRESHES: readonly UnrotatedRefreshScenario[] = [
  {
    name: 'refresh-without-refresh-token',
    description: 'A refresh gives no refresh token; the one that was sent stays good.',
    refreshTokenInResponse: () => undefined,
  },
  {
    name: 'refresh-with-same-refresh-token',
    description: 'A refresh gives the refresh token that was sent, which stays good.',
    refreshTokenInResponse: (sent) => sent,
  },
  {
    name: 'refresh-with-empty-refresh-token',
    description: 'A refresh gives an empty refresh token; the one that was sent stays good.',
    refreshTokenInResponse: () => '',
  },
]

/** What else can be wrong with a refresh. */
export const REFRESH_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    name: 'refresh-loses-response',
    description: 'A refresh is carried out and rotates, but its answer never arrives.',
  },
  {
    name: 'refresh-token-reused',
    description: 'The refresh token that is sent counts as used before, without grace.',
  },
  {
    name: 'refresh-without-expires-in',
    description: 'A refresh gives no expires_in.',
  },
  {
    name: 'refresh-with-fewer-scopes',
    description: 'A refresh gives a token that lacks the last of the scopes, and says so.',
  },
]

/** In place of an answer that got lost. */
export async function loseResponse(
  { lostResponse }: ExampleConfig,
  { wait, slowSeconds }: EmulatorServices,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { 'Content-Type': 'text/plain' }
  if (lostResponse === 'bad-gateway') return new Response('Bad Gateway', { status: 502, headers })
  await wait(slowSeconds * 1000, signal)
  return new Response('Gateway Timeout', { status: 504, headers })
}
