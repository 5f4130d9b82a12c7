import { type Parameters, withParameters } from '../redirect.ts'
import type { AuthorizationRequest, ErrorDestination } from './authorization-request.ts'
import { FOREIGN_ISSUER, ISSUER } from './defaults.ts'
import type { OauthError } from './errors.ts'
import type { ExampleModel } from './model.ts'
import type { OauthExampleUser } from './resources.ts'

/** What every response carries: the state, and who answers (RFC 9207). */
function commonParameters(
  { config, surroundings }: ExampleModel,
  { state }: ErrorDestination,
): Parameters {
  const { scenarios } = surroundings
  const parameters: [string, string][] = []
  if (state !== undefined && !scenarios.take('example-callback-drops-state')) {
    parameters.push(['state', state])
  }
  if (scenarios.take('example-iss-missing')) return parameters
  if (scenarios.take('example-iss-foreign')) return [...parameters, ['iss', FOREIGN_ISSUER]]
  return config.issParameter ? [...parameters, ['iss', ISSUER]] : parameters
}

/** The address that brings a code to the client. */
export function successLocation(
  model: ExampleModel,
  request: AuthorizationRequest,
  user: OauthExampleUser,
): string {
  const { value } = model.codes.issue(request, user)
  return withParameters(request.redirectUri, [['code', value], ...commonParameters(model, request)])
}

/** The address that brings an error to the client. */
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
