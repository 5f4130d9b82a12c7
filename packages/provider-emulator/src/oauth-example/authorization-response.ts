import { grantedScopes } from '../faults/authorization.ts'
import { breakCallback, CALLBACK_FAULTS, type CallbackFault } from '../faults/callback.ts'
import type { ScenarioDefinition } from '../scenarios.ts'
import { type Parameters, withParameters } from '../urls.ts'
import type { AuthorizationRequest, ErrorDestination } from './authorization-request.ts'
import { ISSUER } from './config.ts'
import type { OauthError } from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './options.ts'

/** An error that the authorization endpoint sends without asking the user. */
export interface AuthorizeFault extends ScenarioDefinition {
  readonly error: OauthError
}

export const ACCESS_DENIED: OauthError = {
  error: 'access_denied',
  error_description: 'The user denied the request',
}

export const LOGIN_REQUIRED: OauthError = {
  error: 'login_required',
  error_description: 'The user is not signed in',
}

/** The errors of the authorization endpoint that only this provider has as scenarios. */
export const AUTHORIZE_ERRORS: readonly AuthorizeFault[] = [
  {
    name: 'authorize-temporarily-unavailable',
    description: 'The authorization endpoint answers temporarily_unavailable at once.',
    error: {
      error: 'temporarily_unavailable',
      error_description: 'The server is overloaded',
    },
  },
  {
    name: 'authorize-login-required',
    description: 'The authorization endpoint answers login_required at once.',
    error: LOGIN_REQUIRED,
  },
]

/** The faults of the redirect to the client. */
export const REDIRECT_FAULTS: readonly CallbackFault[] = [
  ...CALLBACK_FAULTS,
  {
    name: 'callback-without-iss',
    description: 'The redirect to the client has no iss, although the metadata announces it.',
    change: (parameters) => parameters.filter(([name]) => name !== 'iss'),
  },
]

/** The redirect location of a response with `state`, and `iss` (RFC 9207). */
function locationOf(
  { config, services }: ExampleModel,
  { redirectUri, state }: ErrorDestination,
  parameters: Parameters,
): string {
  const all = [...parameters]
  if (state !== undefined) all.push(['state', state])
  if (config.issParameter) all.push(['iss', ISSUER])
  return withParameters(redirectUri, breakCallback(services.scenarios, all, REDIRECT_FAULTS))
}

/** The redirect location with a code. */
export function successLocation(model: ExampleModel, request: AuthorizationRequest, user: OauthExampleUser): string {
  const scopes = grantedScopes(model.services.scenarios, request.scopes)
  return locationOf(model, request, [['code', model.codes.issue({ ...request, scopes }, user).value]])
}

/** The redirect location with an error. */
export const errorLocation = (
  model: ExampleModel,
  to: ErrorDestination,
  { error, error_description }: OauthError,
): string =>
  locationOf(model, to, [
    ['error', error],
    ['error_description', error_description],
  ])
