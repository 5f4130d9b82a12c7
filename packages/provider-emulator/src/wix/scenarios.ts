import type { ScenarioDefinition } from '../scenarios.ts'
import {
  CODE_EXCHANGE_FAULTS,
  REFRESH_FAULTS,
  TOKEN_DELIVERIES,
  TOKEN_FAULTS,
} from './token-faults.ts'

/** Every way in which the emulated Wix can be broken. */
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
    description: "An external install loses the query that the app's address had.",
  },
  {
    name: 'wix-installer-foreign-instance',
    description: 'An external install names another instanceId than signedInstance.',
  },
  {
    name: 'wix-installer-foreign-tenant',
    description: 'An external install names another tenantId than the site.',
  },
  {
    name: 'wix-installer-foreign-app',
    description: 'An external install carries the signedInstance of another app.',
  },
  {
    name: 'wix-installer-tampered-signature',
    description: 'An external install carries a signedInstance with a wrong signature.',
  },
  {
    name: 'wix-installer-stale-signed-instance',
    description: 'An external install carries a signedInstance that was signed a day ago.',
  },
  {
    name: 'wix-installer-without-signed-instance',
    description: 'An external install carries no signedInstance.',
  },
  {
    name: 'wix-install-drops-state',
    description: 'The redirect after the permission page carries no state.',
  },
  {
    name: 'wix-install-foreign-state',
    description: "The redirect after the permission page carries somebody else's state.",
  },
  {
    name: 'wix-token-info-inactive',
    description: 'Token info says of every token that it is not active.',
  },
  {
    name: 'wix-token-info-500',
    description: 'Token info answers 500.',
  },
  {
    name: 'wix-api-401-once',
    description: 'One API request is answered 401; the token stays good.',
    defaultTimes: 1,
  },
  {
    name: 'wix-api-403',
    description: 'API requests are answered 403: a permission is missing.',
  },
  {
    name: 'wix-api-428',
    description: 'API requests are answered 428: the app is missing on the site.',
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
