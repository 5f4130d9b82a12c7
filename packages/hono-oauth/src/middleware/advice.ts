import type { OAuthError, OAuthErrorCode } from '../errors.ts'

/** The login that an error is about. */
export interface FailedLogin {
  /** The name of the provider in the configuration. */
  readonly provider?: string | undefined
  /** The redirect URI that the provider gets. */
  readonly redirectUri?: string | undefined
}

const REACH = 'Check the network, and the `emulator` setting.'
const SCOPES = 'Compare `scopes` with those that the provider allows this app.'

// What a developer checks, where the advice for the person does not say it.
const BY_CODE: Partial<Record<OAuthErrorCode, string>> = {
  request_not_navigation: 'Start a login by a link, not by fetch.',
  owner_missing: 'Run the sign-in middleware before `oauth.routes`.',
  state_missing: 'Link to the login route, not to the callback.',
  transaction_unknown: 'Begin and end a login at one host: localhost and 127.0.0.1 are two.',
  access_denied: 'The person declined, or is no test user of the app.',
  authorization_failed: SCOPES,
  code_rejected: 'The code is too old, was used, or belongs to another redirect URI.',
  client_rejected: 'Compare clientId and clientSecret with those at the provider, to the last character.',
  provider_unavailable: REACH,
  temporarily_unavailable: REACH,
  provider_timeout: REACH,
  provider_response_invalid: 'Compare the endpoints with the documentation of the provider.',
  store_unavailable: 'Check the binding of the store.',
  destination_forbidden: 'Give connection.fetch a path, or a URL of the API.',
}

/**
 * What a developer checks after an error, without secrets; `undefined` for an error of the configuration, which says
 * it itself.
 */
export function whatToCheck(error: OAuthError, { provider, redirectUri }: FailedLogin): string | undefined {
  const { code, advice, providerError: name } = error
  if (code === 'configuration_invalid') return undefined
  const check = name === 'invalid_scope' ? SCOPES : (BY_CODE[code] ?? advice)
  if (!name) return check
  const said = `${provider ? provider.charAt(0).toUpperCase() + provider.slice(1) : 'The provider'} said ${name}.`
  const isRedirect = /redirect/i.test(name) && redirectUri
  return `${said} ${isRedirect ? `Register ${redirectUri} as an authorized redirect URI.` : check}`
}
