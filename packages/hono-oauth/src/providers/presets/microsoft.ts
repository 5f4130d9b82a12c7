import { decodeJwt } from 'jose/jwt/decode'
import { configurationError } from '../../errors.ts'
import { defineProvider } from '../define-provider.ts'
import type { AppSettings, TokenResponseHook } from '../described/options.ts'
import { oidc } from '../oidc/index.ts'

/** The scopes of OpenID Connect and Microsoft Graph; other APIs have scopes of their own. */
export type MicrosoftScope =
  | 'openid'
  | 'profile'
  | 'email'
  | 'offline_access'
  | `${'User' | 'Calendars' | 'Contacts' | 'Files' | 'Mail' | 'Notes' | 'Tasks'}.${'Read' | 'ReadWrite'}`
  | `${'User' | 'Files' | 'Sites' | 'Group' | 'Directory' | 'Notes'}.${'Read' | 'ReadWrite'}.All`
  | 'User.ReadBasic.All'
  | 'Mail.Send'
  | 'Team.ReadBasic.All'
  | `${'Chat' | 'ChannelMessage'}.Send`
  | `Chat.${'Read' | 'ReadWrite'}`
  | (string & {})

/** The settings of an app at Microsoft. */
export interface MicrosoftSettings extends AppSettings<MicrosoftScope> {
  /** Who can log in: `common`, `organizations`, `consumers`, or the id of one tenant. */
  readonly tenant: string
}

const LOGIN = 'https://login.microsoftonline.com'
// The tenant of all personal accounts.
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const TENANT_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * A connection is a Microsoft account in one tenant: a work, school or personal account. Its scopes must include
 * `profile`, for the claim `oid`.
 *
 * Checked: vendor documentation (D); the account and the checks of `iss` and `tid` by two implementations (I),
 * September 2026.
 *
 * Unknown: no revocation endpoint was found: a disconnect is `deleted_only`. The userinfo endpoint is not read, because
 * the access token may be for another API; the ID token tells the account.
 *
 * @param settings - `tenant`: `common`, `organizations`, `consumers` or the id of a tenant; and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow | Microsoft - Authorization code flow}
 * @example
 * ```ts
 * microsoft({ tenant: 'common', clientId: env.MICROSOFT_CLIENT_ID, clientSecret: env.MICROSOFT_CLIENT_SECRET })
 * ```
 */
export function microsoft({ tenant, ...app }: MicrosoftSettings) {
  const isShared = tenant === 'common' || tenant === 'organizations'
  const id = tenant === 'consumers' ? CONSUMERS : tenant
  if (!isShared && !TENANT_ID.test(id ?? '')) {
    throw configurationError('microsoft tenant', 'is not common, organizations, consumers or the id of a tenant')
  }
  return defineProvider(oidc, {
    issuer: `${LOGIN}/${isShared ? '{claims.tid}' : id}/v2.0`,
    metadataUrl: `${LOGIN}/${tenant}/v2.0/.well-known/openid-configuration`,
    scopes: ['openid', 'profile', 'offline_access', 'User.Read'] as MicrosoftScope[],
    // An answer never names it; the refresh token shows it.
    scopeAliases: { offline_access: [] },
    tokenResponse: tenant === 'organizations' ? refusePersonal : {},
    // Each refresh brings another refresh token, and the earlier ones stay valid.
    refreshTokens: 'reusable',
    userinfo: false,
    account: { id: ['claims.tid', 'claims.oid'], name: ['claims.name', 'claims.preferred_username'] },
    details: { tenantId: 'claims.tid', objectId: 'claims.oid' },
    apiOrigins: ['https://graph.microsoft.com'],
  })(app)
}

/** Refuses personal accounts, whose ID tokens are signed by keys of `organizations` too. Other checks come after it. */
const refusePersonal: TokenResponseHook = (answer) => {
  const { id_token: idToken } = answer
  const isPersonal = idToken !== undefined && decodeJwt(idToken)['tid'] === CONSUMERS
  return isPersonal ? { error: 'access_denied' } : answer
}
