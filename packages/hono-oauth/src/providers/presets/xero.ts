import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of Xero; most `accounting.…` scopes also have a form with `.read`. */
export type XeroScope =
  | 'openid'
  | 'profile'
  | 'email'
  | 'offline_access'
  | 'accounting.transactions'
  | 'accounting.transactions.read'
  | 'accounting.contacts'
  | 'accounting.contacts.read'
  | 'accounting.settings'
  | 'accounting.settings.read'
  | 'accounting.attachments'
  | 'accounting.journals.read'
  | 'accounting.reports.read'
  | 'files'
  | 'projects'
  | 'assets'
  | (string & {})

/**
 * Xero: a connection is one person, with the organisations that this person chose. The app lists them with
 * `GET /connections`, and names one in the header `xero-tenant-id` of each API call.
 *
 * Checked: vendor documentation of the issuer and of `/connections` (D); endpoints and userinfo by two
 * implementations (I), September 2026.
 *
 * Unknown: whether ID tokens repeat a nonce; the account is read at the userinfo endpoint, so that no ID token is
 * needed. `scopes` must keep `openid`, and `offline_access` for a refresh token.
 *
 * @see {@link https://developer.xero.com/documentation/guides/oauth2/auth-flow/ | Xero - The standard authorization code flow}
 * @see {@link https://developer.xero.com/documentation/guides/oauth2/scopes/ | Xero - Scopes}
 * @example
 * ```ts
 * xero({
 *   clientId: env.XERO_CLIENT_ID,
 *   clientSecret: env.XERO_CLIENT_SECRET,
 *   scopes: ['openid', 'profile', 'offline_access', 'accounting.contacts.read'],
 * })
 * ```
 */
export const xero = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['openid', 'profile', 'offline_access'] as XeroScope[],
  authorizationEndpoint: 'https://login.xero.com/identity/connect/authorize',
  tokenEndpoint: 'https://identity.xero.com/connect/token',
  userinfoEndpoint: 'https://identity.xero.com/connect/userinfo',
  account: { id: 'userinfo.sub', name: ['userinfo.name', 'userinfo.email'] },
  apiOrigins: ['https://api.xero.com'],
  revocationEndpoint: {
    url: 'https://identity.xero.com/connect/revocation',
    as: 'basic',
    form: { token: '{refresh_token}', token_type_hint: 'refresh_token' },
  },
})
