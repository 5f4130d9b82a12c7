import { isHmacHex } from '../../crypto/hmac.ts'
import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

type Resource =
  | 'assigned_fulfillment_orders'
  | 'checkouts'
  | 'content'
  | 'customers'
  | 'discounts'
  | 'draft_orders'
  | 'files'
  | 'fulfillments'
  | 'gift_cards'
  | 'inventory'
  | 'locales'
  | 'locations'
  | 'marketing_events'
  | 'metaobject_definitions'
  | 'metaobjects'
  | 'online_store_navigation'
  | 'orders'
  | 'price_rules'
  | 'product_listings'
  | 'products'
  | 'publications'
  | 'reports'
  | 'returns'
  | 'shipping'
  | 'themes'
  | 'translations'

/** The scopes of the Admin API; Shopify adds scopes. */
export type ShopifyScope = `${'read' | 'write'}_${Resource}` | 'read_all_orders' | (string & {})

const MAX_AGE_SECONDS = 90

/**
 * A connection is a Shopify shop: offline tokens that expire, for all staff. The login route wants the shop in its
 * query, in lower case: `?shop=example.myshopify.com`.
 *
 * Checked: vendor documentation (D); the revocation and the token header by two implementations (I), September 2026.
 *
 * Unknown: which words refuse a dead refresh token: only those of RFC 6749 end a connection at once. Shopify also names
 * hosts outside `myshopify.com` for its own use; a login for these is refused. An install link has no state: start a
 * login for its `shop`.
 *
 * @see {@link https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant | Shopify - Authorization code grant}
 * @example
 * ```ts
 * shopify({ clientId: env.SHOPIFY_API_KEY, clientSecret: env.SHOPIFY_API_SECRET, scopes: ['read_products'] })
 * ```
 */
export const shopify = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as ShopifyScope[],
  scopeSeparator: ',',
  pkce: false,
  details: { shop: 'login.shop' },
  hosts: ['*.myshopify.com'],
  authorizationEndpoint: 'https://{shop}/admin/oauth/authorize',
  async authorizationResponse(parameters, { details, clientSecret, now }) {
    const signed = new URLSearchParams(parameters)
    for (const name of ['hmac', 'signature']) signed.delete(name)
    signed.sort()
    const isSigned = await isHmacHex(clientSecret, signed.toString(), parameters.get('hmac'))
    const isFresh = Math.abs(now - Number(parameters.get('timestamp'))) <= MAX_AGE_SECONDS
    return isSigned && isFresh && parameters.get('shop') === details.shop ? parameters : undefined
  },
  tokenEndpoint: 'https://{shop}/admin/oauth/access_token',
  clientAuthentication: 'post',
  tokenFormat: 'json',
  tokenParams: { expiring: '1' },
  tokenResponse: { token_type: 'bearer' },
  account: { id: 'login.shop', name: 'login.shop' },
  apiOrigins: ['https://{shop}'],
  apiHeaders: { 'x-shopify-access-token': '{access_token}' },
  // It uninstalls the app from the shop.
  revocationEndpoint: { method: 'DELETE', url: 'https://{shop}/admin/api_permissions/current.json', as: 'api' },
  revokesWholeGrant: true,
})
