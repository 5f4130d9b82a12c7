import { configurationError, missingCredential, OAuthError } from '../../errors.ts'
import { invalid } from '../../protocol/answer.ts'
import { buildAuthorizationUrl } from '../../protocol/authorization-request.ts'
import { codeIn, validateAuthorizationResponse } from '../../protocol/authorization-response.ts'
import { type RegisteredClient, secretInBody } from '../../protocol/client.ts'
import { requestToken } from '../../protocol/token-request.ts'
import { processTokenResponse, readToken } from '../../protocol/token-response.ts'
import { Secret } from '../../secret.ts'
import type { Provider } from '../contract.ts'
import type { OtherScope } from '../other-scope.ts'
import { apiError, introspect, revoke, type WebflowAccount, type WebflowRevocationHost } from './webflow-api.ts'
import { type WebflowEvents, webhookVerifier } from './webhook.ts'

export type { WebflowAccount, WebflowEvents, WebflowRevocationHost }

type ReadOrWrite<Resource extends string> = `${Resource}:read` | `${Resource}:write`

/**
 * The scopes that Webflow documents; `otherScope()` lets others through, because Webflow adds scopes.
 *
 * @see {@link https://developers.webflow.com/data/reference/scopes | Webflow - Scopes}
 */
export type WebflowScope =
  | ReadOrWrite<
      | 'assets'
      | 'cms'
      | 'comments'
      | 'components'
      | 'custom_code'
      | 'ecommerce'
      | 'forms'
      | 'pages'
      | 'site_config'
      | 'sites'
      | 'users'
      | 'workspace'
    >
  | 'authorized_user:read'
  | 'site_activity:read'
  | 'workspace_activity:read'
  | OtherScope

/** The settings of a Webflow app. */
export interface WebflowOptions {
  /** The app's client id. */
  readonly clientId: string
  /** The app's client secret. */
  readonly clientSecret: string
  /** The scopes to request; Webflow shows an error page for a scope that the app has not registered. */
  readonly scopes: readonly WebflowScope[]
  /** Whether to send a PKCE challenge; false by default, because Webflow documents no support for PKCE. */
  readonly pkce?: boolean
  /** The secrets of single webhooks, accepted in addition to the client secret; list both while one rotates. */
  readonly webhookSecrets?: readonly string[]
  /** The highest age of a webhook, in seconds; 300 by default. */
  readonly webhookMaxAgeSeconds?: number
  /** The host to ask first to revoke a grant; `api.webflow.com` by default. */
  readonly revocationHost?: WebflowRevocationHost
}

// Webflow recommends this age.
const WEBHOOK_MAX_AGE_SECONDS = 300
const ISSUER = 'https://webflow.com'
const API = 'https://api.webflow.com'

/**
 * Makes the provider for Webflow, whose access tokens do not expire; a grant covers one workspace or some of its
 * sites.
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
export function webflow(options: WebflowOptions): Provider<WebflowScope, WebflowAccount, WebflowEvents> {
  const { clientId, clientSecret, scopes, pkce = false } = options
  if (!clientId) throw missingCredential('webflow clientId')
  if (!clientSecret) throw missingCredential('webflow clientSecret')
  if (!scopes) throw configurationError('webflow scopes', "is missing. Name them: `scopes: ['sites:read']`")
  const webhookSecrets = [clientSecret, ...(options.webhookSecrets ?? [])]
  if (!webhookSecrets.every(Boolean)) {
    throw configurationError('webflow webhookSecrets', 'has an entry that is missing')
  }
  const registered: RegisteredClient = {
    server: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      token_endpoint: `${API}/oauth/access_token`,
    },
    clientId,
    authentication: secretInBody(clientSecret),
  }
  const revocation = {
    clientId,
    clientSecret: new Secret(clientSecret),
    host: options.revocationHost ?? 'api.webflow.com',
  }
  return {
    server: `${registered.server.token_endpoint} ${clientId}`,
    scopes,
    pkce,
    // After the install links of the marketplace and the dashboard, the callback has a code and no state.
    restartsWithoutState: true,
    apiOrigins: () => [API],
    authorizationUrl: (request) => buildAuthorizationUrl(registered, request),
    async authorize(callback, backChannel) {
      validateAuthorizationResponse(registered, callback.parameters, callback.state)
      const code = codeIn(callback.parameters)
      const tokens = await processTokenResponse(await requestToken(registered, code, callback, backChannel), 'code')
      // After a failure nothing is revoked: that would end the whole grant, with earlier connections of the person.
      const grant = await introspect(tokens.accessToken, backChannel)
      if (!grant) throw invalid('an introspection that does not know the new access token')
      return { tokens, grant }
    },
    async acceptToken(accessToken, backChannel) {
      const grant = readToken(accessToken.reveal()) && (await introspect(accessToken, backChannel))
      if (!grant) throw new OAuthError('token_not_accepted')
      if (grant.revocable) {
        throw new OAuthError('token_not_accepted', {
          detail: 'This is the token of an app. Use a site token or a workspace token.',
        })
      }
      return { tokens: { accessToken }, grant }
    },
    revokesWholeGrant: true,
    revoke: ({ accessToken }, backChannel) => revoke(revocation, accessToken, backChannel),
    tokenHeaders: ({ accessToken }) => ({ authorization: `Bearer ${accessToken.reveal()}` }),
    apiError,
    webhooks: webhookVerifier(webhookSecrets, options.webhookMaxAgeSeconds ?? WEBHOOK_MAX_AGE_SECONDS),
  }
}
