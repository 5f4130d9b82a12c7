import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of BigCommerce; most also have a form with `_read_only`. */
export type BigCommerceScope =
  | 'store_v2_products'
  | 'store_v2_products_read_only'
  | 'store_v2_orders'
  | 'store_v2_orders_read_only'
  | 'store_v2_customers'
  | 'store_v2_customers_read_only'
  | 'store_v2_content'
  | 'store_v2_content_read_only'
  | 'store_v2_information'
  | 'store_v2_information_read_only'
  | 'store_v2_default'
  | (string & {})

/**
 * BigCommerce: a connection is one store; its detail `context`, such as `stores/abc123`, is the start of every API path.
 * The store opens our callback with a code and without our state. That code is never sent: the preset starts a login
 * at the authorization page instead, which comes back with our state. The control panel does so in a frame, where
 * browsers hold back the login's cookie: such an installation ends on an error page, and a login that starts in the
 * app completes it.
 *
 * Checked: vendor documentation of callback, token request and response (D); the authorization page by several
 * implementations, without documentation (I), September 2026.
 *
 * Unknown: whether the authorization page needs the store. An app that knows the store passes `context` on with
 * `loginParams`. Without the page, no connection can be made. No revocation endpoint is documented: a disconnect deletes
 * the token here, and the merchant uninstalls the app. Tokens count as endless.
 *
 * @see {@link https://developer.bigcommerce.com/docs/integrations/apps/guide/auth | BigCommerce - Implementing OAuth}
 * @example
 * ```ts
 * bigcommerce({
 *   clientId: env.BIGCOMMERCE_CLIENT_ID,
 *   clientSecret: env.BIGCOMMERCE_CLIENT_SECRET,
 *   scopes: ['store_v2_products_read_only'],
 *   loginParams: ['context'],
 * })
 * ```
 */
export const bigcommerce = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['store_v2_default'] as BigCommerceScope[],
  authorizationEndpoint: 'https://login.bigcommerce.com/oauth2/authorize',
  restartsWithoutState: true,
  pkce: false,
  tokenEndpoint: 'https://login.bigcommerce.com/oauth2/token',
  clientAuthentication: 'post',
  tokenFormat: 'json',
  // BigCommerce checks both against the code.
  details: { context: 'callback.context', scope: 'callback.scope' },
  tokenParams: { context: '{context}', scope: '{scope}' },
  tokenResponse: { token_type: 'bearer' },
  refreshTokens: 'none',
  account: { id: 'token.context', name: 'token.user.email' },
  apiOrigins: ['https://api.bigcommerce.com'],
  apiHeaders: { 'x-auth-token': '{access_token}' },
  apiErrors: { 401: 'invalid_token' },
})
