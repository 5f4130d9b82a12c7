import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of X, which adds scopes. */
export type XScope =
  | `tweet.${'read' | 'write' | 'moderate.write'}`
  | `users.${'read' | 'email'}`
  | `${'follows' | 'mute' | 'like' | 'list' | 'block' | 'bookmark' | 'dm'}.${'read' | 'write'}`
  | 'space.read'
  | 'media.write'
  | 'offline.access'
  | (string & {})

/**
 * A connection is an account at X; its scopes must include `users.read` and `tweet.read`.
 *
 * Checked: vendor documentation (D); the account and the words for a dead refresh token by two implementations (I),
 * September 2026.
 *
 * Unknown: how long a refresh token lives; the refusal of a refresh tells its end.
 *
 * @see {@link https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code | X - OAuth 2.0 authorization code flow with PKCE}
 * @example
 * ```ts
 * x({ clientId: env.X_CLIENT_ID, clientSecret: env.X_CLIENT_SECRET })
 * ```
 */
export const x = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['users.read', 'tweet.read', 'offline.access'] as XScope[],
  authorizationEndpoint: 'https://x.com/i/oauth2/authorize',
  tokenEndpoint: 'https://api.x.com/2/oauth2/token',
  // The error of a dead refresh token is `invalid_request`; only the description tells.
  errors: { 'Value passed for the token was invalid.': 'invalid_grant' },
  userinfoEndpoint: 'https://api.x.com/2/users/me',
  account: { id: 'userinfo.data.id', name: ['userinfo.data.name', 'userinfo.data.username'] },
  apiOrigins: ['https://api.x.com'],
  revocationEndpoint: 'https://api.x.com/2/oauth2/revoke',
})
