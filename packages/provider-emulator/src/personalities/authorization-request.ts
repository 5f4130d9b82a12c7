import { challengeProblem } from '../pkce.ts'
import type { Texts } from './contexts.ts'
import type { LoginRequest, Model } from './model.ts'
import type { AuthorizationEndpoint } from './personality.ts'

/** An error of the authorization endpoint (RFC 6749, 4.1.2.1). */
export interface AuthorizationError {
  readonly error: string
  readonly error_description: string
}

export type LoginResult =
  | { readonly kind: 'valid'; readonly login: LoginRequest }
  /** The error is shown on a page, because no valid redirect URI is known. */
  | { readonly kind: 'error-page'; readonly reason: string }
  | { readonly kind: 'error-redirect'; readonly login: LoginRequest; readonly error: AuthorizationError }

const invalidRequest = (error_description: string): AuthorizationError => ({
  error: 'invalid_request',
  error_description,
})

function redirectUriOf({ personality, client }: Model, sent: string | undefined): string | undefined {
  const [first, ...others] = client.redirectUris
  if (sent !== undefined) return client.redirectUris.includes(sent) ? sent : undefined
  const isKnown = personality.authorization.redirectUri === 'registered' || others.length === 0
  return isKnown ? first : undefined
}

/** The requested scopes. A scope that contains another separator is refused. */
function scopesOf({ scope = {} }: AuthorizationEndpoint, parameters: Texts): readonly string[] | AuthorizationError {
  if (scope === 'none') return []
  const { parameter = 'scope', separator = ' ' } = scope
  const scopes = (parameters[parameter] ?? '').split(separator).filter((token) => token !== '')
  if (!scopes.some((token) => /[\s,]/.test(token))) return [...new Set(scopes)]
  return { error: 'invalid_scope', error_description: 'The scopes have the wrong separator' }
}

function challengeError({ pkce }: AuthorizationEndpoint, parameters: Texts): AuthorizationError | undefined {
  if (pkce === 'ignored') return undefined
  const problem = challengeProblem(parameters['code_challenge'], parameters['code_challenge_method'], pkce)
  return problem === undefined ? undefined : invalidRequest(problem)
}

function parameterError(
  { responseType, required = {}, check }: AuthorizationEndpoint,
  parameters: Texts,
): AuthorizationError | undefined {
  const { response_type: type } = parameters
  if (type === undefined && responseType !== 'optional') return invalidRequest('The response_type is missing')
  if (type !== undefined && type !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'The response_type must be code' }
  }
  for (const [name, values] of Object.entries(required)) {
    const value = parameters[name]
    if (value === undefined) return invalidRequest(`The parameter ${name} is required`)
    if (values !== null && !values.includes(value)) return invalidRequest(`The value of ${name} is not supported`)
  }
  const refusal = check?.(parameters)
  return refusal === undefined ? undefined : invalidRequest(refusal)
}

/** Validates an authorization request. `parameters` holds the query and the placeholders of the address. */
export function validateLogin(model: Model, parameters: Texts): LoginResult {
  const { authorization } = model.personality
  if (authorization.client !== 'implied' && parameters['client_id'] !== model.client.id) {
    return { kind: 'error-page', reason: 'The client_id is missing or unknown.' }
  }
  const sentRedirectUri = parameters['redirect_uri']
  const redirectUri = redirectUriOf(model, sentRedirectUri)
  if (redirectUri === undefined) {
    return { kind: 'error-page', reason: 'The redirect_uri is missing, or not registered for this client.' }
  }
  const scopes = scopesOf(authorization, parameters)
  const login: LoginRequest = {
    redirectUri,
    sentRedirectUri,
    state: parameters['state'],
    scopes: 'error' in scopes ? [] : scopes,
    challenge: authorization.pkce === 'ignored' ? undefined : parameters['code_challenge'],
    nonce: parameters['nonce'],
    parameters,
  }
  const error =
    parameterError(authorization, parameters) ??
    challengeError(authorization, parameters) ??
    ('error' in scopes ? scopes : undefined)
  return error === undefined ? { kind: 'valid', login } : { kind: 'error-redirect', login, error }
}
