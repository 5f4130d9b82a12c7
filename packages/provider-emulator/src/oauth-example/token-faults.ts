import {
  type DeliveryScenario,
  deliverDripping,
  deliverNothing,
  deliverSlowly,
  deliverStalling,
  htmlResponse,
  hugeResponse,
  JSON_TYPE,
  redirectResponse,
  unavailableResponse,
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

/** A response without tokens. The request's code or refresh token stays unused. */
export type TokenFaultScenario = FaultScenario<TokenFaultContext>

const fault = faultScenario<TokenFaultContext>

const refusal = (name: string, description: string, error: OauthError): TokenFaultScenario =>
  fault(name, description, ({ config, usedHeader }) => errorResponse(config, error, usedHeader))

export const TOKEN_FAULTS: readonly TokenFaultScenario[] = [
  fault('example-token-500', 'Status 500 with a JSON error.', () =>
    Response.json({ error: 'server_error' }, { status: 500 }),
  ),
  fault('example-token-503', 'Status 503 with Retry-After: 1.', unavailableResponse),
  fault('example-token-429', 'Status 429 with Retry-After: 1.', () =>
    Response.json({ error: 'slow_down' }, { status: 429, headers: { 'Retry-After': '1' } }),
  ),
  fault('example-token-html', 'Status 200 with an HTML page.', () => htmlResponse('oauth.example')),
  fault('example-token-null', 'Status 200 with the JSON null.', () => new Response('null', { headers: JSON_TYPE })),
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
    'The error invalid_client, for every client.',
    invalidClient('The client is unknown, or its secret is wrong'),
  ),
  refusal(
    'example-invalid-grant',
    'The error invalid_grant; the code or refresh token stays valid.',
    invalidGrant('The grant is not valid'),
  ),
  refusal(
    'example-unauthorized-client',
    'The error unauthorized_client, for every client.',
    unauthorizedClient('The client may not use this grant type'),
  ),
  refusal(
    'example-invalid-scope',
    'The error invalid_scope, for every scope.',
    invalidScope('The scope is not allowed'),
  ),
]

export const TOKEN_DELIVERIES: readonly DeliveryScenario[] = [
  {
    name: 'example-token-slow',
    description: 'The normal response, after 30 seconds.',
    deliver: deliverSlowly,
  },
  {
    name: 'example-token-stalls',
    description: 'The normal response: headers at once, the body after 30 seconds.',
    deliver: deliverStalling,
  },
  {
    name: 'example-token-drip',
    description: 'The normal response, one byte per second.',
    deliver: deliverDripping,
  },
]

/** A refresh without rotation: the refresh token that was sent stays valid. */
export interface UnrotatedRefreshScenario extends ScenarioDefinition {
  /** The `refresh_token` of the response, from the one that was sent. */
  readonly refreshTokenInResponse: (sent: string) => string | undefined
}

export const UNROTATED_REFRESHES: readonly UnrotatedRefreshScenario[] = [
  {
    name: 'refresh-without-refresh-token',
    description: 'A refresh returns no refresh token; the one that was sent stays valid.',
    refreshTokenInResponse: () => undefined,
  },
  {
    name: 'refresh-with-same-refresh-token',
    description: 'A refresh returns the refresh token that was sent, which stays valid.',
    refreshTokenInResponse: (sent) => sent,
  },
  {
    name: 'refresh-with-empty-refresh-token',
    description: 'A refresh returns an empty refresh token; the one that was sent stays valid.',
    refreshTokenInResponse: () => '',
  },
]

/** The other faults of a refresh. */
export const REFRESH_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    name: 'refresh-loses-response',
    description: 'A refresh succeeds and rotates the refresh token, but the response is lost.',
  },
  {
    name: 'refresh-token-reused',
    description: 'The refresh token that is sent counts as used before, without a grace period.',
  },
  {
    name: 'refresh-without-expires-in',
    description: 'A refresh returns no expires_in.',
  },
  {
    name: 'refresh-with-fewer-scopes',
    description: 'A refresh returns a token without the last scope, and a scope that says so.',
  },
]

/** The response that replaces a lost one. */
export async function loseResponse(
  { lostResponse }: ExampleConfig,
  services: EmulatorServices,
  signal: AbortSignal,
): Promise<Response> {
  if (lostResponse === 'bad-gateway') {
    return new Response('Bad Gateway', { status: 502, headers: { 'Content-Type': 'text/plain' } })
  }
  return deliverNothing(new Response(null), services, signal)
}
