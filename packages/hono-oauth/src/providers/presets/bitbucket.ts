import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/**
 * A connection is a user of Bitbucket Cloud. The OAuth consumer decides on the scopes, and must have `account`.
 *
 * Checked: two implementations (I); the endpoints and client authentication also by vendor documentation (D),
 * September 2026.
 *
 * Unknown: whether a refresh replaces the refresh token: it counts as `rotating`. No revocation was found: a disconnect
 * is `deleted_only`. No implementation sends PKCE: it is off.
 *
 * @see {@link https://developer.atlassian.com/cloud/bitbucket/oauth-2/ | Bitbucket Cloud - OAuth 2.0}
 * @example
 * ```ts
 * bitbucket({ clientId: env.BITBUCKET_CLIENT_ID, clientSecret: env.BITBUCKET_CLIENT_SECRET })
 * ```
 */
export const bitbucket = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as never[],
  pkce: false,
  authorizationEndpoint: 'https://bitbucket.org/site/oauth2/authorize',
  tokenEndpoint: 'https://bitbucket.org/site/oauth2/access_token',
  clientAuthentication: 'basic',
  tokenResponse: ({ scopes, ...answer }) => ({ scope: scopes, ...answer }),
  userinfoEndpoint: 'https://api.bitbucket.org/2.0/user',
  account: { id: 'userinfo.uuid', name: ['userinfo.display_name', 'userinfo.username'] },
  apiOrigins: ['https://api.bitbucket.org'],
})
