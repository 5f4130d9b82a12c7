import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/**
 * Netlify: a connection is one person, with everything that this person may do; Netlify has no scopes.
 *
 * Checked: two implementations (I), September 2026.
 *
 * Unknown: whether tokens end; they count as endless, and Netlify gives no refresh token. Whether Netlify checks PKCE;
 * the challenge is sent. A revocation endpoint; a disconnect deletes the token here, and the person removes the app at
 * Netlify.
 *
 * @see {@link https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/ | Netlify - Get started with the API}
 * @example
 * ```ts
 * netlify({ clientId: env.NETLIFY_CLIENT_ID, clientSecret: env.NETLIFY_CLIENT_SECRET })
 * ```
 */
export const netlify = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as never[],
  authorizationEndpoint: 'https://app.netlify.com/authorize',
  tokenEndpoint: 'https://api.netlify.com/oauth/token',
  clientAuthentication: 'post',
  refreshTokens: 'none',
  userinfoEndpoint: 'https://api.netlify.com/api/v1/user',
  account: { id: 'userinfo.id', name: ['userinfo.full_name', 'userinfo.email'] },
  apiOrigins: ['https://api.netlify.com'],
  apiErrors: { 401: 'invalid_token' },
})
