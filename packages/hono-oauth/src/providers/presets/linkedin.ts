import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

type Rights = 'r' | 'w' | 'rw'

/** The scopes of LinkedIn; each product that an app has been granted adds its own. */
export type LinkedInScope =
  | 'openid'
  | 'profile'
  | 'email'
  | 'w_member_social'
  | `${Rights}_${'organization_social' | 'organization_admin' | 'ads' | 'events'}`
  | 'r_basicprofile'
  | 'r_1st_connections_size'
  | 'r_ads_reporting'
  | (string & {})

/**
 * A connection is a LinkedIn member; its scopes must include `openid` and `profile`. ID tokens are not used, because
 * they carry no nonce.
 *
 * Checked: two implementations (I); refresh tokens by vendor documentation (D), September 2026.
 *
 * Unknown: which API versions want the header `LinkedIn-Version`: a request that needs it sets it itself. Implementations
 * send no PKCE: it is off.
 *
 * @see {@link https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow | LinkedIn - Authorization code flow}
 * @example
 * ```ts
 * linkedin({ clientId: env.LINKEDIN_CLIENT_ID, clientSecret: env.LINKEDIN_CLIENT_SECRET })
 * ```
 */
export const linkedin = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['openid', 'profile'] as LinkedInScope[],
  pkce: false,
  authorizationEndpoint: 'https://www.linkedin.com/oauth/v2/authorization',
  tokenEndpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
  clientAuthentication: 'post',
  tokenResponse: { token_type: 'bearer' },
  // Only approved partners get refresh tokens; they end a year after the login, and a refresh does not change that.
  refreshTokens: 'reusable',
  errors: { user_cancelled_login: 'access_denied', user_cancelled_authorize: 'access_denied' },
  userinfoEndpoint: 'https://api.linkedin.com/v2/userinfo',
  account: { id: 'userinfo.sub', name: 'userinfo.name' },
  apiOrigins: ['https://api.linkedin.com'],
  apiErrors: { 401: 'invalid_token' },
  revocationEndpoint: 'https://www.linkedin.com/oauth/v2/revoke',
})
