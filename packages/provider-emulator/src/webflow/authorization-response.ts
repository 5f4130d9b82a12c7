import { randomHex } from '../encoding.ts'
import { grantedScopes } from '../faults/authorization.ts'
import { breakCallback } from '../faults/callback.ts'
import type { Scenarios } from '../scenarios.ts'
import { type Parameters, withParameters } from '../urls.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { WebflowCodes } from './model.ts'
import type { Selection } from './selection.ts'

/** Adds the parameters of a response to the redirect URI, with the faults of active scenarios. */
const locationOf = (
  scenarios: Scenarios,
  { redirectUri, state }: AuthorizationRequest,
  parameters: Parameters,
): string =>
  withParameters(
    redirectUri,
    breakCallback(scenarios, state === undefined ? parameters : [...parameters, ['state', state]]),
  )

/** The redirect location with a code. */
export function successLocation(
  { scenarios, codes }: { readonly scenarios: Scenarios; readonly codes: WebflowCodes },
  request: AuthorizationRequest,
  selection: Selection,
): string {
  const { client, sentRedirectUri, challenge } = request
  const scopes = grantedScopes(scenarios, request.scopes)
  const allowed = { client, scopes, selection, sentRedirectUri, challenge }
  return locationOf(scenarios, request, [['code', codes.issue(allowed, randomHex(32))]])
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  access_denied: 'The user did not complete or allow the authorization',
  unsupported_response_type: 'The response type given was not code',
}

/** The redirect location with an error. */
export const errorLocation = (scenarios: Scenarios, request: AuthorizationRequest, error: string): string =>
  locationOf(scenarios, request, [
    ['error', error],
    ['error_description', DESCRIPTIONS[error] ?? error],
  ])
