import type { ScenarioDefinition } from '../scenarios.ts'
import { type Parameters, withParameters } from '../urls.ts'
import type { AuthorizationRequest, ErrorDestination } from './authorization-request.ts'
import { FOREIGN_ISSUER, ISSUER } from './config.ts'
import type { OauthError } from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './options.ts'

/** An error that the authorization endpoint sends without asking the user. */
export interface AuthorizeFaultScenario extends ScenarioDefinition {
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

export const AUTHORIZE_FAULTS: readonly AuthorizeFaultScenario[] = [
  {
    name: 'example-user-denies',
    description: 'The authorization endpoint answers access_denied at once.',
    error: ACCESS_DENIED,
  },
  {
    name: 'example-temporarily-unavailable',
    description: 'The authorization endpoint answers temporarily_unavailable at once.',
    error: {
      error: 'temporarily_unavailable',
      error_description: 'The server is overloaded',
    },
  },
  {
    name: 'example-login-required',
    description: 'The authorization endpoint answers login_required at once.',
    error: LOGIN_REQUIRED,
  },
]

/** The parameters of every response: `state`, and `iss` (RFC 9207). */
function commonParameters({ config, services }: ExampleModel, { state }: ErrorDestination): Parameters {
  const { scenarios } = services
  const parameters: [string, string][] = []
  if (state !== undefined && !scenarios.consume('example-callback-drops-state')) {
    parameters.push(['state', state])
  }
  if (scenarios.consume('example-iss-missing')) return parameters
  if (scenarios.consume('example-iss-foreign')) return [...parameters, ['iss', FOREIGN_ISSUER]]
  return config.issParameter ? [...parameters, ['iss', ISSUER]] : parameters
}

/** The redirect location with a code. */
export function successLocation(model: ExampleModel, request: AuthorizationRequest, user: OauthExampleUser): string {
  const { value } = model.codes.issue(request, user)
  return withParameters(request.redirectUri, [['code', value], ...commonParameters(model, request)])
}

/** The redirect location with an error. */
export function errorLocation(
  model: ExampleModel,
  to: ErrorDestination,
  { error, error_description }: OauthError,
): string {
  return withParameters(to.redirectUri, [
    ['error', error],
    ['error_description', error_description],
    ...commonParameters(model, to),
  ])
}
