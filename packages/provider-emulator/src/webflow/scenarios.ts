import type { ScenarioDefinition } from '../scenarios.ts'
import { TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'
import { TOKEN_RESPONSE_VARIANTS } from './token-response-variants.ts'

/** All scenarios of the emulated Webflow. */
export const WEBFLOW_SCENARIOS: readonly ScenarioDefinition[] = [
  ...TOKEN_FAULTS,
  ...TOKEN_DELIVERIES,
  ...TOKEN_RESPONSE_VARIANTS,
  {
    name: 'introspect-500',
    description: 'Introspection answers 500.',
  },
  {
    name: 'introspect-401',
    description: 'Introspection answers 401; the token stays valid elsewhere.',
  },
  {
    name: 'introspect-space-separated',
    description: 'Introspection separates scopes by spaces instead of commas.',
  },
  {
    name: 'scope-downgrade',
    description: 'The grant lacks the last of the requested scopes.',
  },
  {
    name: 'user-denies',
    description: 'The authorization endpoint answers access_denied at once.',
  },
  {
    name: 'callback-drops-state',
    description: 'The redirect to the client has no state.',
  },
  {
    name: 'callback-duplicates-state',
    description: 'The redirect to the client has the state twice.',
  },
  {
    name: 'callback-duplicates-code',
    description: 'The redirect to the client has the code twice.',
  },
  {
    name: 'callback-without-code',
    description: 'The redirect to the client has neither code nor error.',
  },
  {
    name: 'callback-with-foreign-iss',
    description: 'The redirect to the client has the iss of another issuer.',
  },
  {
    name: 'revoke-503',
    description: 'Revocation answers 503 with Retry-After: 2; the token stays valid.',
  },
  {
    name: 'revoke-invalid-client',
    description: 'The revocation endpoint answers invalid_client, for every client.',
  },
  {
    name: 'revoke-did-not',
    description: 'Revocation answers 200 with false; the token stays valid.',
  },
  {
    name: 'revoke-html',
    description: 'Revocation answers 200 with an HTML page; the token stays valid.',
  },
  {
    name: 'api-401-once',
    description: 'One API request (not introspection) is answered 401; the token stays valid.',
    defaultTimes: 1,
  },
  {
    name: 'api-403-missing-scopes',
    description: 'API requests (not introspection) are answered 403 missing_scopes.',
  },
  {
    name: 'api-403-forbidden',
    description: 'API requests (not introspection) are answered 403 forbidden, as for a role without access.',
  },
  {
    name: 'api-429',
    description: 'API requests (not introspection) are answered 429 with Retry-After: 60.',
  },
  {
    name: 'api-500',
    description: 'API requests (not introspection) are answered 500.',
  },
]
