import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/**
 * Mailchimp Marketing: a connection is one person in one Mailchimp account, with everything that this person may do;
 * Mailchimp has no scopes.
 *
 * Checked: endpoints and metadata by two implementations (I); the lifetime `0` of tokens without an end by one (O),
 * September 2026.
 *
 * Unknown: a revocation endpoint; a disconnect deletes the token here, and the person removes the app at Mailchimp.
 * An API answer 401 counts as a dead token.
 *
 * @see {@link https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/ | Mailchimp - Access data with OAuth 2}
 * @example
 * ```ts
 * mailchimp({ clientId: env.MAILCHIMP_CLIENT_ID, clientSecret: env.MAILCHIMP_CLIENT_SECRET })
 * ```
 */
export const mailchimp = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as never[],
  authorizationEndpoint: 'https://login.mailchimp.com/oauth2/authorize',
  pkce: false,
  tokenEndpoint: 'https://login.mailchimp.com/oauth2/token',
  clientAuthentication: 'post',
  tokenResponse: ({ expires_in: _, ...answer }) => ({ token_type: 'bearer', ...answer }),
  refreshTokens: 'none',
  userinfoEndpoint: 'https://login.mailchimp.com/oauth2/metadata',
  account: { id: ['userinfo.user_id', 'userinfo.login.login_id'], name: 'userinfo.accountname' },
  // The data center of the account is the first label of its API host.
  details: { dataCenter: 'userinfo.dc' },
  hosts: ['*.api.mailchimp.com'],
  apiOrigins: ['https://{dataCenter}.api.mailchimp.com'],
  apiErrors: { 401: 'invalid_token' },
})
