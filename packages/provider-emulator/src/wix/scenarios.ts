import { ACCOUNT_FAULT, API_FAULTS } from '../faults/api.ts'
import { DENIAL } from '../faults/authorization.ts'
import { CALLBACK_FAULTS } from '../faults/callback.ts'
import { ENDLESS_REFRESH_FAULTS } from '../faults/refresh.ts'
import { TOKEN_DELIVERY_FAULTS, TOKEN_ENDPOINT_FAULTS } from '../faults/token-endpoint.ts'
import { TOKEN_RESPONSE_FAULTS } from '../faults/token-response.ts'
import type { ScenarioDefinition } from '../scenarios.ts'

/** All scenarios of the emulated Wix. */
export const WIX_SCENARIOS: readonly ScenarioDefinition[] = [
  DENIAL,
  {
    name: 'installer-drops-state',
    description: "The redirect of an external install drops the query of the app's URL.",
  },
  {
    name: 'installer-foreign-instance',
    description: 'The redirect of an external install has another instanceId than signedInstance.',
  },
  {
    name: 'installer-foreign-tenant',
    description: 'The redirect of an external install has another tenantId than the site.',
  },
  {
    name: 'installer-foreign-app',
    description: 'The redirect of an external install has the signedInstance of another app.',
  },
  {
    name: 'installer-tampered-signature',
    description: 'The redirect of an external install has a signedInstance with a wrong signature.',
  },
  {
    name: 'installer-stale-signed-instance',
    description: 'The redirect of an external install has a signedInstance from a day ago.',
  },
  {
    name: 'installer-without-signed-instance',
    description: 'The redirect of an external install has no signedInstance.',
  },
  ...CALLBACK_FAULTS,
  ...TOKEN_ENDPOINT_FAULTS,
  {
    name: 'token-endpoint-400',
    description: 'The token endpoint answers 400, as for an app that was removed.',
  },
  {
    name: 'token-endpoint-404',
    description: 'The token endpoint answers 404, as for an unknown instance.',
  },
  ...TOKEN_DELIVERY_FAULTS,
  ...TOKEN_RESPONSE_FAULTS,
  {
    name: 'code-rejected',
    description: 'A code exchange is answered as for a dead code; the code stays unused, the app installed.',
  },
  ...ENDLESS_REFRESH_FAULTS,
  {
    name: 'refresh-500',
    description: 'A refresh is answered 500; the refresh token stays valid.',
  },
  {
    name: 'token-info-inactive',
    description: 'Token info answers active: false for every token.',
  },
  {
    name: 'token-info-500',
    description: 'Token info answers 500.',
  },
  ...API_FAULTS,
  {
    name: 'api-428',
    description: 'API requests are answered 428, as for a site without the app.',
  },
  ACCOUNT_FAULT,
  {
    name: 'bi-event-500',
    description: 'Send BI Event answers 500; nothing is recorded.',
  },
]
