import { ACCOUNT_FAULT, API_FAULTS } from '../faults/api.ts'
import { AUTHORIZATION_FAULTS } from '../faults/authorization.ts'
import { ID_TOKEN_FAULTS } from '../faults/id-token.ts'
import { PUBLISHED_FAULTS } from '../faults/published.ts'
import { REFRESH_FAULTS } from '../faults/refresh.ts'
import { REVOCATION_FAULTS } from '../faults/revocation.ts'
import { TOKEN_DELIVERY_FAULTS, TOKEN_ENDPOINT_FAULTS } from '../faults/token-endpoint.ts'
import { TOKEN_RESPONSE_FAULTS } from '../faults/token-response.ts'
import type { ScenarioDefinition } from '../scenarios.ts'
import { AUTHORIZE_ERRORS, REDIRECT_FAULTS } from './authorization-response.ts'
import { UNROTATED_REFRESHES } from './refresh-faults.ts'
import { TOKEN_REFUSALS } from './token-endpoint.ts'

/** All scenarios of `oauth.example`. */
export const OAUTH_EXAMPLE_SCENARIOS: readonly ScenarioDefinition[] = [
  ...AUTHORIZATION_FAULTS,
  ...AUTHORIZE_ERRORS,
  ...REDIRECT_FAULTS,
  ...TOKEN_ENDPOINT_FAULTS,
  ...TOKEN_REFUSALS,
  ...TOKEN_DELIVERY_FAULTS,
  ...TOKEN_RESPONSE_FAULTS,
  ...REFRESH_FAULTS,
  ...UNROTATED_REFRESHES,
  {
    name: 'refresh-without-expires-in',
    description: 'A refresh returns no expires_in.',
  },
  {
    name: 'refresh-with-fewer-scopes',
    description: 'A refresh returns a token without the last scope, and a scope that says so.',
  },
  ...REVOCATION_FAULTS,
  {
    name: 'revoke-unsupported-token-type',
    description: 'Revocation answers unsupported_token_type; the token stays valid.',
  },
  ...API_FAULTS,
  ACCOUNT_FAULT,
  {
    name: 'userinfo-foreign-sub',
    description: 'The userinfo response is about another user.',
  },
  ...ID_TOKEN_FAULTS,
  ...PUBLISHED_FAULTS,
]
