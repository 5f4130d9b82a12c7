import type { ScenarioDefinition } from '../scenarios.ts'
import { TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'
import { TOKEN_RESPONSE_VARIANTS } from './token-response-variants.ts'

/** Every way in which the emulated Webflow can be broken. */
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
    description: 'Introspection answers 401; the token stays good elsewhere.',
  },
  {
    name: 'introspect-space-separated',
    description: 'Introspection separates scopes by spaces instead of commas.',
  },
  {
    name: 'scope-downgrade',
    description: 'The grant lacks the last of the scopes that were asked for.',
  },
  {
    name: 'user-denies',
    description: 'The authorization endpoint answers access_denied at once.',
  },
  {
    name: 'callback-drops-state',
    description: 'The redirect to the client carries no state.',
  },
  {
    name: 'callback-duplicates-state',
    description: 'The redirect to the client carries the state twice.',
  },
  {
    name: 'callback-duplicates-code',
    description: 'The redirect to the client carries the code twice.',
  },
  {
    name: 'callback-without-code',
    description: 'The redirect to the client carries neither code nor error.',
  },
  {
    name: 'callback-with-foreign-iss',
    description: 'The redirect to the client carries the iss of another issuer.',
  },
  {
    name: 'revoke-503',
    description: 'Revocation answers 503 with Retry-After: 2; the token stays good.',
  },
  {
    name: 'revoke-invalid-client',
    description: 'Revocation answers invalid_client, whoever asks.',
  },
  {
    name: 'revoke-did-not',
    description: 'Revocation answers 200 with false; the token stays good.',
  },
  {
    name: 'revoke-html',
    description: 'Revocation answers 200 with an HTML page; the token stays good.',
  },
  {
    name: 'api-401-once',
    description: 'One API request (not introspection) is answered 401; the token stays good.',
    defaultTimes: 1,
  },
  {
    name: 'api-403-missing-scopes',
    description: 'API requests (not introspection) are answered 403 missing_scopes.',
  },
  {
    name: 'api-403-forbidden',
    description:
      'API requests (not introspection) are answered 403 forbidden: the role is too low.',
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
