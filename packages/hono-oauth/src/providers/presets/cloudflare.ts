import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of Cloudflare: the names of API token permissions, such as `workers-scripts.write`. */
export type CloudflareScope =
  | 'user-details.read'
  | 'memberships.read'
  | 'account-settings.read'
  | 'zone.read'
  | 'dns.read'
  | 'dns.write'
  | 'workers-platform.read'
  | 'workers-scripts.read'
  | 'workers-scripts.write'
  | 'workers-kv-storage.write'
  | 'offline_access'
  | (string & {})

/**
 * Cloudflare: a connection is one person, with the Cloudflare accounts that this person chose.
 *
 * Checked: vendor documentation of the endpoints (D); PKCE by the vendor's command line (D); the account by one
 * implementation (O), September 2026.
 *
 * Unknown: the scope for a refresh token. Implementations differ on `offline_access`, and a scope that the client is
 * not registered for is refused, so it is not requested by default: a client with the grant type `refresh_token` adds
 * it. A client that is registered for `client_secret_post` sets `clientAuthentication` with `defineProvider`.
 * `scopes` must keep `user-details.read`, which tells the account.
 *
 * @see {@link https://developers.cloudflare.com/fundamentals/oauth/integrate-with-cloudflare/ | Cloudflare - Integrate your OAuth client}
 * @see {@link https://developers.cloudflare.com/fundamentals/oauth/create-an-oauth-client/ | Cloudflare - Create your OAuth client}
 * @example
 * ```ts
 * cloudflare({
 *   clientId: env.CLOUDFLARE_CLIENT_ID,
 *   clientSecret: env.CLOUDFLARE_CLIENT_SECRET,
 *   scopes: ['user-details.read', 'workers-scripts.read', 'offline_access'],
 * })
 * ```
 */
export const cloudflare = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['user-details.read'] as CloudflareScope[],
  authorizationEndpoint: 'https://dash.cloudflare.com/oauth2/auth',
  tokenEndpoint: 'https://dash.cloudflare.com/oauth2/token',
  userinfoEndpoint: 'https://api.cloudflare.com/client/v4/user',
  account: { id: 'userinfo.result.id', name: 'userinfo.result.email' },
  apiOrigins: ['https://api.cloudflare.com'],
  revocationEndpoint: 'https://dash.cloudflare.com/oauth2/revoke',
})
