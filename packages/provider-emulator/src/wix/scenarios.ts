import type { ScenarioDefinition } from '../scenarios.ts'
import { CODE_EXCHANGE_FAULTS, REFRESH_FAULTS, TOKEN_DELIVERIES, TOKEN_FAULTS } from './token-faults.ts'

/** All scenarios of the emulated Wix. */
export const WIX_SCENARIOS: readonly ScenarioDefinition[] = [
  ...TOKEN_FAULTS,
  ...TOKEN_DELIVERIES,
  {
    name: 'wix-token-without-expires-in',
    description: 'The token for client credentials comes without expires_in.',
  },
  ...CODE_EXCHANGE_FAULTS,
  ...REFRESH_FAULTS,
  {
    name: 'wix-installer-drops-state',
    description: "The redirect of an external install drops the query of the app's URL.",
  },
  {
    name: 'wix-installer-foreign-instance',
    description: 'The redirect of an external install has another instanceId than signedInstance.',
  },
  {
    name: 'wix-installer-foreign-tenant',
    description: 'The redirect of an external install has another tenantId than the site.',
  },
  {
    name: 'wix-installer-foreign-app',
    description: 'The redirect of an external install has the signedInstance of another app.',
  },
  {
    name: 'wix-installer-tampered-signature',
    description: 'The redirect of an external install has a signedInstance with a wrong signature.',
  },
  {
    name: 'wix-installer-stale-signed-instance',
    description: 'The redirect of an external install has a signedInstance from a day ago.',
  },
  {
    name: 'wix-installer-without-signed-instance',
    description: 'The redirect of an external install has no signedInstance.',
  },
  {
    name: 'wix-install-drops-state',
    description: 'The redirect after the permission page has no state.',
  },
  {
    name: 'wix-install-foreign-state',
    description: 'The redirect after the permission page has another state.',
  },
  {
    name: 'wix-token-info-inactive',
    description: 'Token info answers active: false for every token.',
  },
  {
    name: 'wix-token-info-500',
    description: 'Token info answers 500.',
  },
  {
    name: 'wix-api-401-once',
    description: 'One API request is answered 401; the token stays valid.',
    defaultTimes: 1,
  },
  {
    name: 'wix-api-403',
    description: 'API requests are answered 403, as for a missing permission.',
  },
  {
    name: 'wix-api-428',
    description: 'API requests are answered 428, as for a site without the app.',
  },
  {
    name: 'wix-api-429',
    description: 'API requests are answered 429 without Retry-After.',
  },
  {
    name: 'wix-instance-500',
    description: 'Get App Instance answers 500.',
  },
  {
    name: 'wix-bi-event-500',
    description: 'Send BI Event answers 500; nothing is recorded.',
  },
]
