import { answer, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const badKey = answer(401, {
  error: { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_***' },
})

/** https://docs.stripe.com/connect/oauth-reference */
export const stripe: Personality = {
  name: 'stripe',
  title: 'Stripe',
  hosts: ['connect.stripe.com', 'api.stripe.com'],
  secret: 'sk_test_stripe',
  accounts: people(['acct_1ADA', 'acct_1GRACE']),
  authorization: {
    at: 'connect.stripe.com/oauth/authorize',
    pkce: 'ignored',
    denial: { error: 'access_denied', error_description: 'The user denied your request' },
    callback: ({ granted }) => ({ scope: granted.scopes[0] ?? 'read_only' }),
  },
  token: {
    at: 'connect.stripe.com/oauth/token',
    formats: ['form'],
    client: ['secret'],
    // The parameters of a token request have no redirect_uri: stripe-node, src/resources/OAuth.ts.
    redirectUri: 'optional',
    lifetime: null,
    // For an access token of another mode or scope: the first one has no end.
    refresh: { kind: 'reusable', repeats: true },
    accessToken: prefixed('sk_acct_'),
    answer: ({ accessToken, refreshToken, granted }) => ({
      access_token: accessToken,
      livemode: false,
      refresh_token: refreshToken,
      token_type: 'bearer',
      stripe_publishable_key: 'pk_test_account',
      stripe_user_id: granted.account.id,
      scope: granted.scopes[0] ?? 'read_only',
    }),
    errors: {
      code: oauthError(400, 'invalid_grant', 'Authorization code does not exist'),
      client: badKey,
      refresh: oauthError(400, 'invalid_grant', 'Refresh token does not exist'),
    },
  },
  api: {
    dead: badKey,
    // https://docs.stripe.com/rate-limits
    limited: answer(429, {
      error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' },
    }),
    forbidden: answer(403, {
      error: { type: 'invalid_request_error', message: 'The key does not have the required permissions' },
    }),
    account: {
      at: 'GET api.stripe.com/v1/account',
      answer: ({ granted: { account } }) => ({ id: account.id, object: 'account', email: account.email }),
    },
    routes: [{ at: 'GET api.stripe.com/v1/balance', answer: () => ({ object: 'balance', available: [] }) }],
  },
  revocations: [
    {
      at: 'POST connect.stripe.com/oauth/deauthorize',
      client: ['secret'],
      formats: ['form'],
      member: 'stripe_user_id',
      by: 'account',
      ends: 'alike',
      // The answer repeats the id: stripe-node, src/resources/OAuth.ts.
      success: (stripe_user_id) => answer(200, { stripe_user_id }),
      unknown: oauthError(401, 'invalid_client', 'This application is not connected to that Stripe account'),
    },
  ],
  sources: {
    marks: { authorization: 'DS', token: 'DS', refresh: 'DS', revocation: 'DS', account: 'IS', errors: 'DS' },
    clients: ['stripe'],
    pages: ['https://docs.stripe.com/connect/oauth-reference', 'https://github.com/stripe/stripe-node'],
  },
}
