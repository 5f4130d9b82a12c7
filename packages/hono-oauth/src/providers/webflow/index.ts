import { ClientSecretPost } from 'oauth4webapi'
import { configurationError, OAuthError } from '../../errors.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import { invalid } from '../../protocol/back-channel.ts'
import type { RegisteredClient } from '../../protocol/client.ts'
import { requestToken } from '../../protocol/token-request.ts'
import { processTokenResponse } from '../../protocol/token-response.ts'
import { isTokenText } from '../../protocol/token-text.ts'
import { Secret } from '../../secret.ts'
import type { Provider } from '../contract.ts'
import { apiError } from './api-error.ts'
import { introspect, type WebflowAccount } from './introspection.ts'
import { revoke, type WebflowRevocationHost } from './revocation.ts'
import type { WebflowScope } from './scopes.ts'
import { type WebflowEvents, webhookVerifier } from './webhook.ts'

export type { WebflowAccount, WebflowEvents, WebflowRevocationHost, WebflowScope }

/** The settings of a Webflow app. */
export interface WebflowOptions {
  /** The app's client id. */
  readonly clientId: string
  /** The app's client secret. */
  readonly clientSecret: string
  /** The scopes to request: each must be registered for the app, or Webflow shows an error page. */
  readonly scopes: readonly WebflowScope[]
  /** Send a PKCE challenge. Webflow documents no support for it, so it is off by default. */
  readonly pkce?: boolean
  /** Secrets of single webhooks, which are accepted beside the client secret: both while one rotates. */
  readonly webhookSecrets?: readonly string[]
  /** How old a webhook may be, in seconds; 300 by default. */
  readonly webhookMaxAgeSeconds?: number
  /** The host asked first to revoke a grant; `api.webflow.com` by default. */
  readonly revocationHost?: WebflowRevocationHost
}

// What Webflow recommends.
const WEBHOOK_MAX_AGE_SECONDS = 300
const ISSUER = 'https://webflow.com'
const API = 'https://api.webflow.com'

/**
 * Webflow: consent on webflow.com, everything else on api.webflow.com.
 *
 * Its tokens carry no lifetime and are never refreshed; an authorization covers one workspace or
 * several of its sites.
 *
 * @param options - the app's credentials and the scopes to request
 * @returns the provider, for `providers` of the configuration
 * @throws OAuthError `configuration_invalid`, naming the setting that is missing
 * @see {@link https://developers.webflow.com/data/reference/oauth-app | Webflow - OAuth}
 * @example
 * ```ts
 * webflow({ clientId: env.WEBFLOW_CLIENT_ID, clientSecret: env.WEBFLOW_CLIENT_SECRET, scopes: ['sites:read'] })
 * ```
 */
export function webflow(
  options: WebflowOptions,
): Provider<WebflowScope, WebflowAccount, WebflowEvents> {
  const { clientId, clientSecret, scopes, pkce = false } = options
  if (!clientId) throw configurationError('webflow clientId', 'is missing')
  if (!clientSecret) throw configurationError('webflow clientSecret', 'is missing')
  const webhookSecrets = [clientSecret, ...(options.webhookSecrets ?? [])]
  if (!webhookSecrets.every(Boolean)) {
    throw configurationError('webflow webhookSecrets', 'has one that is missing')
  }
  const registered: RegisteredClient = {
    server: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${API}/oauth/access_token`,
    },
    client: { client_id: clientId },
    authentication: ClientSecretPost(clientSecret),
  }
  const revocation = {
    clientId,
    clientSecret: new Secret(clientSecret),
    host: options.revocationHost ?? 'api.webflow.com',
  }
  return {
    scopes,
    pkce,
    // Marketplace and dashboard install links come back with a code and no state.
    restartsWithoutState: true,
    apiOrigins: [API],
    authorizationUrl: (request) => buildAuthorizationUrl(registered, request),
    async authorize({ parameters, state, redirectUri, codeVerifier }, backChannel) {
      const response = validateAuthorizationResponse(registered, parameters, state)
      const exchange = { response, redirectUri, codeVerifier }
      const answer = await requestToken(registered, exchange, backChannel)
      const tokens = await processTokenResponse(answer)
      // Not given back when this fails: whose grant it is stays unknown, and a revocation would end all of it,
      // with whatever the same person has connected before.
      const grant = await introspect(tokens.accessToken, backChannel)
      if (!grant) throw invalid('an introspection that does not know the token just issued')
      return { tokens, grant }
    },
    async acceptToken(accessToken, backChannel) {
      if (!isTokenText(accessToken.reveal())) throw new OAuthError('token_not_accepted')
      const grant = await introspect(accessToken, backChannel)
      if (!grant) throw new OAuthError('token_not_accepted')
      if (grant.revocable) {
        throw new OAuthError('token_not_accepted', {
          detail: 'This is the token of an app, not a site token or a workspace token.',
        })
      }
      return { tokens: { accessToken }, grant }
    },
    revokesWholeGrant: true,
    revoke: ({ accessToken }, backChannel) => revoke(revocation, accessToken, backChannel),
    authorizationHeader: (accessToken) => `Bearer ${accessToken.reveal()}`,
    apiError,
    webhooks: webhookVerifier(
      webhookSecrets,
      options.webhookMaxAgeSeconds ?? WEBHOOK_MAX_AGE_SECONDS,
    ),
  }
}
