import { htmlResponse, unavailableResponse } from '../broken-responses.ts'
import { type FaultScenario, faultScenario, type ScenarioDefinition } from '../scenarios.ts'

/** Answers of a token endpoint that issues nothing. The code or refresh token stays unused. */
export const TOKEN_ENDPOINT_FAULTS: readonly FaultScenario<undefined>[] = [
  faultScenario('token-endpoint-500', 'The token endpoint answers 500 with a JSON error.', () =>
    Response.json({ error: 'server_error' }, { status: 500 }),
  ),
  faultScenario('token-endpoint-503', 'The token endpoint answers 503 with Retry-After: 1.', unavailableResponse),
  faultScenario('token-endpoint-429', 'The token endpoint answers 429 with Retry-After: 1.', () =>
    Response.json({ error: 'too_many_requests' }, { status: 429, headers: { 'Retry-After': '1' } }),
  ),
  faultScenario('token-endpoint-html', 'The token endpoint answers 200 with an HTML page.', () =>
    htmlResponse('Maintenance'),
  ),
]

/** The faults that every personality has, under the same names. */
export const COMMON_FAULTS: readonly ScenarioDefinition[] = [
  { name: 'authorize-denied', description: "The authorization endpoint answers the provider's denial at once." },
  { name: 'callback-drops-state', description: 'The redirect to the client has no state.' },
  ...TOKEN_ENDPOINT_FAULTS,
  { name: 'token-endpoint-slow', description: 'The token endpoint sends its normal response after 30 seconds.' },
  { name: 'token-expires-in-1s', description: 'The access token expires after one second on the emulator clock.' },
  {
    name: 'refresh-loses-response',
    description: 'A refresh succeeds and rotates the refresh token, but the response is lost.',
  },
  { name: 'refresh-token-reused', description: 'The refresh token that is sent counts as used before, and is dead.' },
  {
    name: 'refresh-rejected',
    description: "A refresh gets the provider's answer to a dead refresh token, which stays valid.",
  },
  { name: 'revoke-503', description: 'Revocation answers 503 with Retry-After: 1; the token stays valid.' },
  {
    name: 'api-401-once',
    description: "One API request gets the provider's answer to a dead token, which stays valid.",
    defaultTimes: 1,
  },
  { name: 'api-401', description: "API requests get the provider's answer to a dead token, which stays valid." },
  { name: 'api-403-scope', description: "API requests get the provider's answer to a token without the scope." },
  { name: 'userinfo-503', description: 'The request for the account answers 503 with Retry-After: 1.' },
]
