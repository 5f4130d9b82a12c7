import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Box; an app has those of its configuration unless a login asks for fewer. */
export type BoxScope =
  | `root_${'readonly' | 'readwrite'}`
  | `manage_${'app_users' | 'data_retention' | 'enterprise_properties' | 'groups' | 'legal_hold' | 'managed_users' | 'webhook'}`
  | 'enterprise_content'
  | `sign_requests.${'readonly' | 'readwrite'}`
  | 'ai.readwrite'
  | (string & {})

/**
 * A connection is a Box user.
 *
 * Checked: vendor documentation (D), September 2026.
 *
 * Unknown: whether Box checks PKCE, which its documentation does not name: it is off.
 *
 * @see {@link https://developer.box.com/guides/authentication/oauth2/ | Box - OAuth 2.0 authentication}
 * @example
 * ```ts
 * box({ clientId: env.BOX_CLIENT_ID, clientSecret: env.BOX_CLIENT_SECRET })
 * ```
 */
export const box = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as BoxScope[],
  pkce: false,
  authorizationEndpoint: 'https://account.box.com/api/oauth2/authorize',
  tokenEndpoint: 'https://api.box.com/oauth2/token',
  clientAuthentication: 'post',
  userinfoEndpoint: 'https://api.box.com/2.0/users/me',
  account: { id: 'userinfo.id', name: ['userinfo.name', 'userinfo.login'] },
  apiOrigins: ['https://api.box.com', 'https://upload.box.com'],
  revocationEndpoint: 'https://api.box.com/oauth2/revoke',
})
