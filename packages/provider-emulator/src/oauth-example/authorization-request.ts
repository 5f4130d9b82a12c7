import { challengeProblem } from '../pkce.ts'
import type { ExampleClient, ExampleConfig } from './config.ts'
import { invalidRequest, type OauthError, unauthorizedClient } from './errors.ts'
import { type Parameters, readParameters, scopesOf } from './parameters.ts'

export interface AuthorizationRequest {
  readonly client: ExampleClient
  /** The address of the authorization response. */
  readonly redirectUri: string
  readonly sentRedirectUri: string | undefined
  readonly state: string | undefined
  readonly scopes: readonly string[]
  /** The S256 challenge. */
  readonly challenge: string | undefined
  readonly nonce: string | undefined
  readonly loginHint: string | undefined
  /** Whether `prompt=none` forbids a page. */
  readonly isSilent: boolean
}

/** The address and the state of an error response. */
export type ErrorDestination = Pick<AuthorizationRequest, 'redirectUri' | 'state'>

export type ValidationResult =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  /** The error is shown on a page, because no valid redirect URI is known. */
  | { readonly kind: 'error-page'; readonly reason: string }
  | { readonly kind: 'error-redirect'; readonly to: ErrorDestination; readonly error: OauthError }

/** The redirect URI of the response, or the reason why there is none. */
function redirectUriOf(
  { redirectUris }: ExampleClient,
  sent: string | undefined,
): { readonly uri: string } | { readonly reason: string } {
  if (sent === undefined) {
    const [only] = redirectUris
    return only !== undefined && redirectUris.length === 1
      ? { uri: only }
      : { reason: 'The redirect_uri is missing, and the client has more than one.' }
  }
  return redirectUris.includes(sent)
    ? { uri: sent }
    : { reason: `The redirect_uri "${sent}" is not registered for this client.` }
}

function firstError({ pkce }: ExampleConfig, client: ExampleClient, parameters: Parameters): OauthError | undefined {
  if (parameters.repeated.length > 0) return invalidRequest('A parameter is repeated')
  const responseType = parameters.get('response_type')
  if (responseType === undefined) return invalidRequest('The response_type is missing')
  if (responseType !== 'code') {
    const error_description = 'The response_type must be code'
    return { error: 'unsupported_response_type', error_description }
  }
  if (!client.grantTypes.includes('authorization_code')) {
    return unauthorizedClient('The client may not request a code')
  }
  const problem = challengeProblem(parameters.get('code_challenge'), parameters.get('code_challenge_method'), pkce)
  return problem === undefined ? undefined : invalidRequest(problem)
}

/** Validates an authorization request (RFC 6749, 4.1.2.1). */
export function validateAuthorizationRequest(config: ExampleConfig, sent: URLSearchParams): ValidationResult {
  const parameters = readParameters(sent)
  const { get, repeated } = parameters
  const client = config.clients.find(({ id }) => id === get('client_id'))
  if (client === undefined || repeated.includes('client_id')) {
    return { kind: 'error-page', reason: 'The client_id is missing or unknown.' }
  }
  if (repeated.includes('redirect_uri')) {
    return { kind: 'error-page', reason: 'The redirect_uri is repeated.' }
  }
  const sentRedirectUri = get('redirect_uri')
  const address = redirectUriOf(client, sentRedirectUri)
  if ('reason' in address) return { kind: 'error-page', reason: address.reason }

  const state = repeated.includes('state') ? undefined : get('state')
  const to = { redirectUri: address.uri, state }
  const error = firstError(config, client, parameters)
  if (error !== undefined) return { kind: 'error-redirect', to, error }
  const scopes = scopesOf(config, client.scopes, get('scope'))
  if ('error' in scopes) return { kind: 'error-redirect', to, error: scopes }
  const request: AuthorizationRequest = {
    ...to,
    client,
    sentRedirectUri,
    scopes,
    challenge: get('code_challenge'),
    nonce: get('nonce'),
    loginHint: get('login_hint'),
    isSilent: get('prompt') === 'none',
  }
  return { kind: 'valid', request }
}
