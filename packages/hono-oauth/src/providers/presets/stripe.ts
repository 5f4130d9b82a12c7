import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Stripe Connect; a login asks for one of them. */
export type StripeScope = 'read_write' | 'read_only'

/**
 * A connection is a Stripe account that is linked to a Connect platform, in test or in live mode. The client secret is
 * the platform's secret API key.
 *
 * Checked: vendor documentation (D); client authentication and the revocation by two implementations (I),
 * September 2026.
 *
 * Unknown: whether calls should carry the account's token or the platform's key with `Stripe-Account`: the token is
 * sent. Refresh tokens are for another mode or scope, and are not used.
 *
 * @see {@link https://docs.stripe.com/connect/oauth-reference | Stripe - Connect OAuth reference}
 * @example
 * ```ts
 * stripe({ clientId: env.STRIPE_CLIENT_ID, clientSecret: env.STRIPE_SECRET_KEY, scopes: ['read_only'] })
 * ```
 */
export const stripe = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['read_write'] as StripeScope[],
  pkce: false,
  authorizationEndpoint: 'https://connect.stripe.com/oauth/authorize',
  tokenEndpoint: 'https://connect.stripe.com/oauth/token',
  clientAuthentication: 'post',
  // A wrong API key is refused in the words of the API: an object, where OAuth has a text.
  tokenResponse: ({ error, ...answer }) => ({ ...answer, error: error?.type ? 'invalid_client' : error }),
  refreshTokens: 'none',
  account: { id: ['token.stripe_user_id', 'token.livemode'] },
  details: {
    stripeUserId: 'token.stripe_user_id',
    publishableKey: 'token.stripe_publishable_key',
    livemode: 'token.livemode',
  },
  apiOrigins: ['https://api.stripe.com'],
  apiErrors: { 401: 'invalid_token' },
  revocationEndpoint: {
    url: 'https://connect.stripe.com/oauth/deauthorize',
    headers: { authorization: 'Bearer {client_secret}' },
    form: { client_id: '{client_id}', stripe_user_id: '{stripeUserId}' },
  },
  revokesWholeGrant: true,
})
