import type { ScenarioDefinition } from '../scenarios.ts'
import { AUTHORIZE_FAULTS } from './authorization-response.ts'
import { ID_TOKEN_FAULTS } from './id-token.ts'
import { METADATA_SCENARIOS } from './metadata.ts'
import { REFRESH_SCENARIOS, TOKEN_DELIVERIES, TOKEN_FAULTS, UNROTATED_REFRESHES } from './token-faults.ts'

/** All scenarios of `oauth.example`. */
export const OAUTH_EXAMPLE_SCENARIOS: readonly ScenarioDefinition[] = [
  ...TOKEN_FAULTS,
  ...TOKEN_DELIVERIES,
  {
    name: 'example-token-without-token-type',
    description: 'Success without token_type.',
  },
  {
    name: 'example-token-expires-in-1s',
    description: 'Success with expires_in 1; the token expires after one second on the emulator clock.',
  },
  ...REFRESH_SCENARIOS,
  ...UNROTATED_REFRESHES,
  ...AUTHORIZE_FAULTS,
  {
    name: 'example-callback-drops-state',
    description: 'The redirect to the client has no state.',
  },
  {
    name: 'example-iss-missing',
    description: 'The redirect to the client has no iss, although the metadata announces it.',
  },
  {
    name: 'example-iss-foreign',
    description: 'The redirect to the client has the iss of another issuer.',
  },
  {
    name: 'example-revoke-503',
    description: 'Revocation answers 503 with Retry-After: 1; the token stays valid.',
  },
  {
    name: 'example-revoke-unsupported-token-type',
    description: 'Revocation answers unsupported_token_type; the token stays valid.',
  },
  {
    name: 'example-revoke-slow',
    description: 'Revocation succeeds, and the response comes after 30 seconds.',
  },
  {
    name: 'example-api-401-once',
    description: 'One API request is answered 401 invalid_token; the token stays valid.',
    defaultTimes: 1,
  },
  {
    name: 'example-api-401',
    description: 'API requests are answered 401 invalid_token; the token stays valid.',
  },
  {
    name: 'example-api-403-scope',
    description: 'API requests are answered 403 insufficient_scope.',
  },
  {
    name: 'example-api-429',
    description: 'API requests are answered 429 with Retry-After: 1.',
  },
  {
    name: 'example-api-500',
    description: 'API requests are answered 500.',
  },
  {
    name: 'example-userinfo-foreign-sub',
    description: 'The userinfo response is about another user.',
  },
  {
    name: 'example-userinfo-503',
    description: 'The userinfo endpoint answers 503.',
  },
  {
    name: 'example-id-token-missing',
    description: 'A token response has no ID token although openid was granted.',
  },
  ...ID_TOKEN_FAULTS,
  ...METADATA_SCENARIOS,
]
