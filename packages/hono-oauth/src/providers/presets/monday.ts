import { fromBase64Url } from '../../crypto/encoding.ts'
import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** The scopes of monday.com; each version of an app lists those that it may ask for. */
export type MondayScope =
  | `${'account' | 'assets' | 'me' | 'tags'}:read`
  | `${'boards' | 'departments' | 'docs' | 'teams' | 'updates' | 'users' | 'webhooks' | 'workspaces'}:${'read' | 'write'}`
  | 'notifications:write'
  | OtherScope

/**
 * monday.com, new OAuth flow: a connection is one person in one account. An app version of the legacy flow has other
 * endpoints and tokens without an end.
 *
 * Checked: vendor documentation of the endpoints (D); token response, revocation and query by two implementations (I),
 * September 2026.
 *
 * Unknown: whether the end of a refresh token also ends its access token. A disconnect ends the refresh token; the
 * access token ends at its own `exp`. The consent is said to last six months (one implementation): then the
 * connection needs a new login. `scopes` must keep `me:read` and `account:read`, which tell the account.
 *
 * @see {@link https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow | monday.com - New OAuth flow}
 * @see {@link https://developer.monday.com/apps/docs/oauth | monday.com - OAuth and permissions}
 * @example
 * ```ts
 * monday({
 *   clientId: env.MONDAY_CLIENT_ID,
 *   clientSecret: env.MONDAY_CLIENT_SECRET,
 *   scopes: ['me:read', 'account:read', 'boards:read'],
 * })
 * ```
 */
export const monday = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['me:read', 'account:read'] as MondayScope[],
  authorizationEndpoint: 'https://auth.monday.com/oauth2/authorize',
  tokenEndpoint: 'https://auth.monday.com/oauth_ms/oauth/token',
  clientAuthentication: 'post',
  tokenFormat: 'json',
  tokenResponse: (answer, { now }) => ({ expires_in: lifetimeOf(answer['access_token'], now), ...answer }),
  userinfoEndpoint: { url: 'https://api.monday.com/v2', json: { query: '{ me { id name account { id slug } } }' } },
  account: { id: ['userinfo.data.me.account.id', 'userinfo.data.me.id'], name: 'userinfo.data.me.name' },
  details: { accountId: 'userinfo.data.me.account.id', accountSlug: 'userinfo.data.me.account.slug' },
  apiOrigins: ['https://api.monday.com'],
  revocationEndpoint: {
    url: 'https://auth.monday.com/oauth_ms/oauth/revoke',
    as: 'post',
    json: { token: '{refresh_token}', token_type_hint: 'refresh_token' },
  },
})

/**
 * The seconds until the `exp` of a JWT whose signature is not checked: a wrong value only renews too early or too late.
 *
 * @returns `undefined` for any other token
 */
function lifetimeOf(token: unknown, now: number): number | undefined {
  const [, payload = ''] = String(token).split('.')
  try {
    const { exp } = JSON.parse(new TextDecoder().decode(fromBase64Url(payload)))
    return typeof exp === 'number' ? Math.max(0, exp - now) : undefined
  } catch {
    return undefined
  }
}
