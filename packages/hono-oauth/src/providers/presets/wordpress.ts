import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** The scopes of WordPress.com for parts of one site. */
export type WordPressScope =
  | 'users'
  | 'sites'
  | 'posts'
  | 'comments'
  | 'taxonomy'
  | 'follow'
  | 'sharing'
  | 'freshly-pressed'
  | 'notifications'
  | 'insights'
  | 'read'
  | 'stats'
  | 'media'
  | 'menus'
  | 'batch'
  | 'videos'
  | OtherScope

/** The API answers 400 to a dead token. */
const apiError: ApiErrorHook = ({ error }) => (error === 'invalid_token' ? 'invalid_token' : undefined)

/**
 * WordPress.com: a connection is one site, on WordPress.com or with Jetpack, that the person chose. The parameter `blog`
 * of the authorization request preselects it.
 *
 * Checked: endpoints and client authentication by two implementations (I); scopes by the vendor's metadata (D),
 * September 2026.
 *
 * Unknown: `blog_id` and `blog_url` in the token response; a login without `blog_id` fails. Whether the server checks
 * PKCE; the challenge is sent. The scopes are those of the metadata of a newer server at `/oauth2-1/`, which has refresh
 * tokens and revocation; whether it takes every app is not known. Tokens count as endless, and no revocation endpoint
 * was found for them: a disconnect deletes the token here, and the person removes the app at WordPress.com.
 *
 * @see {@link https://developer.wordpress.com/docs/oauth2/ | WordPress.com - OAuth2 authentication}
 * @example
 * ```ts
 * wordpress({ clientId: env.WPCOM_CLIENT_ID, clientSecret: env.WPCOM_CLIENT_SECRET, loginParams: ['blog'] })
 * ```
 */
export const wordpress = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as WordPressScope[],
  authorizationEndpoint: 'https://public-api.wordpress.com/oauth2/authorize',
  tokenEndpoint: 'https://public-api.wordpress.com/oauth2/token',
  clientAuthentication: 'post',
  refreshTokens: 'none',
  account: { id: 'token.blog_id', name: 'token.blog_url' },
  details: { siteId: 'token.blog_id' },
  apiOrigins: ['https://public-api.wordpress.com'],
  apiErrors: { 400: apiError },
})

/**
 * {@link wordpress} for a person: with `auth` the account alone, with `global` all sites of the person.
 *
 * @example
 * ```ts
 * wordpressUser({ clientId: env.WPCOM_CLIENT_ID, clientSecret: env.WPCOM_CLIENT_SECRET })
 * ```
 */
export const wordpressUser = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['auth'] as ('auth' | 'global')[],
  authorizationEndpoint: 'https://public-api.wordpress.com/oauth2/authorize',
  tokenEndpoint: 'https://public-api.wordpress.com/oauth2/token',
  clientAuthentication: 'post',
  refreshTokens: 'none',
  userinfoEndpoint: 'https://public-api.wordpress.com/rest/v1.1/me',
  account: { id: 'userinfo.ID', name: 'userinfo.display_name' },
  apiOrigins: ['https://public-api.wordpress.com'],
  apiErrors: { 400: apiError },
})
