import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Dropbox; those of teams are many. */
export type DropboxScope =
  | `${'account_info' | 'files.metadata' | 'files.content' | 'sharing' | 'file_requests' | 'contacts'}.${'read' | 'write'}`
  | 'openid'
  | 'profile'
  | 'email'
  | 'team_info.read'
  | `team_data.${'member' | 'content.read' | 'content.write' | 'team_space'}`
  | `${'members' | 'groups' | 'sessions'}.${'read' | 'write'}`
  | 'events.read'
  | (string & {})

/** A missing scope has the status of a dead token. */
const apiError: ApiErrorHook = ({ error }) =>
  error?.['.tag'] === 'missing_scope' ? { insufficientScope: error.required_scope } : 'invalid_token'

/**
 * A connection is a Dropbox account; its scopes must include `account_info.read`.
 *
 * Checked: vendor documentation (D); the account by two implementations (I), September 2026.
 *
 * Unknown: how long an access token lives; the answer tells it. A revocation is sent with the access token: once that
 * has ended, a disconnect is `deleted_only`.
 *
 * @see {@link https://www.dropbox.com/developers/documentation/http/documentation | Dropbox - HTTP API}
 * @example
 * ```ts
 * dropbox({
 *   clientId: env.DROPBOX_APP_KEY,
 *   clientSecret: env.DROPBOX_APP_SECRET,
 *   scopes: ['account_info.read', 'files.content.read'],
 * })
 * ```
 */
export const dropbox = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['account_info.read'] as DropboxScope[],
  authorizationEndpoint: 'https://www.dropbox.com/oauth2/authorize',
  // Without it, a login brings no refresh token.
  authorizationParams: { token_access_type: 'offline' },
  tokenEndpoint: 'https://api.dropboxapi.com/oauth2/token',
  clientAuthentication: 'post',
  refreshTokens: 'reusable',
  userinfoEndpoint: { url: 'https://api.dropboxapi.com/2/users/get_current_account' },
  account: { id: 'userinfo.account_id', name: 'userinfo.name.display_name' },
  apiOrigins: ['https://api.dropboxapi.com', 'https://content.dropboxapi.com'],
  apiErrors: { 401: apiError },
  // It ends the refresh token of this login too, and every access token of that one.
  revocationEndpoint: { url: 'https://api.dropboxapi.com/2/auth/token/revoke', as: 'api' },
})
