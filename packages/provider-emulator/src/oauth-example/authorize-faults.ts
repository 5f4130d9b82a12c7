import type { ScenarioDefinition } from '../scenarios.ts'
import type { OauthError } from './errors.ts'

/** An error that the authorization endpoint answers at once. */
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
