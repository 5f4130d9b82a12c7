import { ACCOUNT_FAULT, API_FAULTS } from '../faults/api.ts'
import { AUTHORIZATION_FAULTS } from '../faults/authorization.ts'
import { CALLBACK_FAULTS } from '../faults/callback.ts'
import { ID_TOKEN_FAULTS } from '../faults/id-token.ts'
import { PUBLISHED_FAULTS } from '../faults/published.ts'
import { REFRESH_FAULTS } from '../faults/refresh.ts'
import { REVOCATION_FAULTS } from '../faults/revocation.ts'
import { TOKEN_DELIVERY_FAULTS, TOKEN_ENDPOINT_FAULTS } from '../faults/token-endpoint.ts'
import { TOKEN_RESPONSE_FAULTS } from '../faults/token-response.ts'
import type { ScenarioDefinition } from '../scenarios.ts'
import type { Personality } from './personality.ts'

/** The scenarios of the endpoints that a personality has. */
export function scenariosOf({ token, revocations = [], api, openid }: Personality): readonly ScenarioDefinition[] {
  const hasApi = api.account !== undefined || api.routes.length > 0
  return [
    ...AUTHORIZATION_FAULTS,
    ...CALLBACK_FAULTS,
    ...TOKEN_ENDPOINT_FAULTS,
    ...TOKEN_DELIVERY_FAULTS,
    ...TOKEN_RESPONSE_FAULTS,
    ...(token.refresh.kind === 'none' ? [] : REFRESH_FAULTS),
    ...(revocations.length === 0 ? [] : REVOCATION_FAULTS),
    ...(hasApi ? API_FAULTS : []),
    ...(api.account === undefined ? [] : [ACCOUNT_FAULT]),
    ...(openid === undefined ? [] : [...ID_TOKEN_FAULTS, ...PUBLISHED_FAULTS]),
  ]
}
