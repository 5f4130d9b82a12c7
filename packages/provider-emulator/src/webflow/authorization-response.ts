import { randomHex } from '../encoding.ts'
import type { Scenarios } from '../scenarios.ts'
import { type Parameters, withParameters } from '../urls.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { WebflowCodes } from './model.ts'
import type { Selection } from './selection.ts'

const FOREIGN_ISSUER = 'https://issuer.example'

function stateParameters(scenarios: Scenarios, state: string | undefined): Parameters {
  if (state === undefined || scenarios.consume('callback-drops-state')) return []
  const parameter: [string, string] = ['state', state]
  return scenarios.consume('callback-duplicates-state') ? [parameter, parameter] : [parameter]
}

function codeParameters(scenarios: Scenarios, code: string): Parameters {
  if (scenarios.consume('callback-without-code')) return []
  const parameter: [string, string] = ['code', code]
  return scenarios.consume('callback-duplicates-code') ? [parameter, parameter] : [parameter]
}

const issuerParameters = (scenarios: Scenarios): Parameters =>
  scenarios.consume('callback-with-foreign-iss') ? [['iss', FOREIGN_ISSUER]] : []

/** The redirect location with a code. */
export function successLocation(
  { scenarios, codes }: { readonly scenarios: Scenarios; readonly codes: WebflowCodes },
  request: AuthorizationRequest,
  selection: Selection,
): string {
  const { client, redirectUri, sentRedirectUri, challenge, state } = request
  const scopes = scenarios.consume('scope-downgrade') ? request.scopes.slice(0, -1) : request.scopes
  const allowed = { client, scopes, selection, sentRedirectUri, challenge }
  const code = codes.issue(allowed, randomHex(32))
  return withParameters(redirectUri, [
    ...codeParameters(scenarios, code),
    ...stateParameters(scenarios, state),
    ...issuerParameters(scenarios),
  ])
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  access_denied: 'The user did not complete or allow the authorization',
  unsupported_response_type: 'The response type given was not code',
}

/** The redirect location with an error. */
export function errorLocation(
  scenarios: Scenarios,
  { redirectUri, state }: AuthorizationRequest,
  error: string,
): string {
  return withParameters(redirectUri, [
    ['error', error],
    ['error_description', DESCRIPTIONS[error] ?? error],
    ...stateParameters(scenarios, state),
    ...issuerParameters(scenarios),
  ])
}
