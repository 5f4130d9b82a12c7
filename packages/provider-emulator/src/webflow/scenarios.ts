import { ACCOUNT_FAULT, API_FAULTS } from '../faults/api.ts'
import { AUTHORIZATION_FAULTS } from '../faults/authorization.ts'
import { CALLBACK_FAULTS } from '../faults/callback.ts'
import { REVOCATION_FAULTS } from '../faults/revocation.ts'
import { TOKEN_DELIVERY_FAULTS, TOKEN_ENDPOINT_FAULTS } from '../faults/token-endpoint.ts'
import { TOKEN_RESPONSE_FAULTS } from '../faults/token-response.ts'
import type { ScenarioDefinition } from '../scenarios.ts'

/** All scenarios of the emulated Webflow. */
export const WEBFLOW_SCENARIOS: readonly ScenarioDefinition[] = [
  ...AUTHORIZATION_FAULTS,
  ...CALLBACK_FAULTS,
  ...TOKEN_ENDPOINT_FAULTS,
  ...TOKEN_DELIVERY_FAULTS,
  ...TOKEN_RESPONSE_FAULTS,
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
  ...REVOCATION_FAULTS,
  {
    name: 'revoke-invalid-client',
    description: 'The revocation endpoint answers invalid_client, for every client.',
  },
  {
    name: 'revoke-did-not',
    description: 'Revocation answers 200 with false; the token stays valid.',
  },
  ...API_FAULTS,
  {
    name: 'api-403-forbidden',
    description: 'API requests (not introspection) are answered 403 forbidden, as for a role without access.',
  },
  ACCOUNT_FAULT,
]
