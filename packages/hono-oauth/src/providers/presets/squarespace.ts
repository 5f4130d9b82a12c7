import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** Scopes of Squarespace. */
export type SquarespaceScope =
  | `website.${'contacts' | 'inventory' | 'orders' | 'products'}`
  | `website.${'contacts' | 'inventory' | 'orders' | 'products' | 'profiles' | 'transactions'}.read`
  | OtherScope

/**
 * Squarespace: a connection is one website. Token responses tell when tokens end in place of how long they live.
 *
 * Checked: vendor documentation of the authorization request (D); separator, token request, token response and website
 * by two implementations (I), September 2026.
 *
 * Unknown: whether a refresh token is accepted twice; it counts as replaced at each use. Whether Squarespace takes
 * PKCE; none is sent. A revocation endpoint; a disconnect deletes the tokens here, and the person removes the app at
 * Squarespace.
 *
 * @see {@link https://developers.squarespace.com/oauth | Squarespace - Accessing Squarespace APIs using OAuth 2.0}
 * @example
 * ```ts
 * squarespace({
 *   clientId: env.SQUARESPACE_CLIENT_ID,
 *   clientSecret: env.SQUARESPACE_CLIENT_SECRET,
 *   scopes: ['website.orders.read', 'website.products.read'],
 *   loginParams: ['website_id'],
 * })
 * ```
 */
export const squarespace = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['website.inventory.read'] as SquarespaceScope[],
  scopeSeparator: ',',
  authorizationEndpoint: 'https://login.squarespace.com/api/1/login/oauth/provider/authorize',
  authorizationParams: { access_type: 'offline' }, // for a refresh token
  pkce: false,
  tokenEndpoint: 'https://login.squarespace.com/api/1/login/oauth/provider/tokens',
  tokenFormat: 'json',
  tokenResponse: (answer, { now }) => {
    // An end that is not told gives `NaN`, which counts as no lifetime.
    const until = (end: unknown) => Math.max(0, Number(end) - now)
    return {
      token_type: 'bearer',
      expires_in: until(answer['access_token_expires_at']),
      refresh_token_expires_in: until(answer['refresh_token_expires_at']),
      ...answer,
    }
  },
  userinfoEndpoint: 'https://api.squarespace.com/1.0/authorization/website',
  account: { id: 'userinfo.id', name: 'userinfo.title' },
  apiOrigins: ['https://api.squarespace.com'],
})
