import type { WebflowClient, WebflowConfig } from './config.ts'
import type { CodeChallenge } from './model.ts'

export interface AuthorizationRequest {
  readonly client: WebflowClient
  /** The address of the authorization response. */
  readonly redirectUri: string
  readonly sentRedirectUri: string | undefined
  readonly state: string | undefined
  readonly scopes: readonly string[]
  readonly challenge: CodeChallenge | undefined
  /** The whole query. Some of its parameters preselect sites or a workspace. */
  readonly parameters: URLSearchParams
}

export type ValidationResult =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest }
  /** The error is shown on a page of Webflow and not sent to the client. */
  | { readonly kind: 'error-page'; readonly reason: string }
  | {
      readonly kind: 'error-redirect'
      readonly request: AuthorizationRequest
      readonly error: string
    }

const page = (reason: string): ValidationResult => ({ kind: 'error-page', reason })

function matches(config: WebflowConfig, registered: string, sent: string): boolean {
  if (registered === sent || config.redirectUriMatch === 'exact') return registered === sent
  return URL.canParse(sent) && new URL(sent).href === new URL(registered).href
}

/** Whether the client registered this redirect URI, compared by the configured rule. */
export const isRegistered = (config: WebflowConfig, client: WebflowClient, uri: string): boolean =>
  client.redirectUris.some((registered) => matches(config, registered, uri))

/**
 * Validates an authorization request. A wrong client_id, redirect_uri or scope ends on a 400 page, as
 * Webflow's documentation says under "Troubleshooting".
 */
export function validateAuthorizationRequest(config: WebflowConfig, parameters: URLSearchParams): ValidationResult {
  const client = config.clients.find(({ id }) => id === parameters.get('client_id'))
  if (client === undefined) return page('The client_id is missing or unknown.')

  const sentRedirectUri = parameters.get('redirect_uri') ?? undefined
  if (sentRedirectUri !== undefined && !isRegistered(config, client, sentRedirectUri)) {
    return page(`The redirect_uri "${sentRedirectUri}" is not registered for this app.`)
  }
  const redirectUri = sentRedirectUri ?? client.redirectUris[0] ?? ''

  const asked = (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  if (asked.length === 0 && config.omittedScope === 'refused') return page('The scope is missing.')
  const scopes = asked.length > 0 ? [...new Set(asked)] : client.scopes
  const unregistered = scopes.find((scope) => !client.scopes.includes(scope))
  if (unregistered !== undefined) {
    return page(`The scope "${unregistered}" is not registered for this app.`)
  }

  const challenge = parameters.get('code_challenge')
  if (challenge !== null && config.pkce === 'refuse') {
    return page('The parameter code_challenge is not supported.')
  }
  const request: AuthorizationRequest = {
    client,
    redirectUri,
    sentRedirectUri,
    state: parameters.get('state') ?? undefined,
    scopes,
    challenge:
      challenge === null ? undefined : { value: challenge, method: parameters.get('code_challenge_method') ?? 'plain' },
    parameters,
  }
  if (parameters.get('response_type') !== 'code') {
    return { kind: 'error-redirect', request, error: 'unsupported_response_type' }
  }
  return { kind: 'valid', request }
}
