import { defineProvider } from '../define-provider.ts'
import { requireHost } from '../described/host.ts'
import type { AppSettings } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of Salesforce; its products add scopes. */
export type SalesforceScope =
  | 'api'
  | 'id'
  | 'openid'
  | 'profile'
  | 'email'
  | 'address'
  | 'phone'
  | 'refresh_token'
  | 'offline_access'
  | 'full'
  | 'web'
  | 'content'
  | 'lightning'
  | 'visualforce'
  | `${'chatter' | 'wave' | 'eclair' | 'pardot' | 'sfap' | 'cdp_query' | 'cdp_ingest' | 'cdp_profile'}_api`
  | 'custom_permissions'
  | (string & {})

/** The settings of an app at Salesforce. */
export interface SalesforceSettings extends AppSettings<SalesforceScope> {
  /**
   * The host of the login page: `login.salesforce.com` by default, `test.salesforce.com` for sandboxes, or a My Domain
   * such as `example.my.salesforce.com`.
   */
  readonly loginHost?: string | undefined
}

/**
 * A connection is a user of one Salesforce organization; its API is at the instance of the organization.
 *
 * Checked: two implementations (I); the vendor's pages were not read, September 2026.
 *
 * Unknown: the life of a session, which no answer tells: two hours are assumed, and a token that is refused earlier is
 * renewed. Whether a refresh token is replaced depends on the app: it counts as `rotating`. The hosts of instances:
 * those below `salesforce.com` and `force.com` are accepted. One implementation sends client credentials with a
 * revocation, another does not: they are sent.
 *
 * @param settings - `loginHost`, `login.salesforce.com` by default, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm | Salesforce - OAuth 2.0 web server flow}
 * @example
 * ```ts
 * salesforce({ clientId: env.SALESFORCE_CONSUMER_KEY, clientSecret: env.SALESFORCE_CONSUMER_SECRET })
 * ```
 */
export function salesforce({ loginHost = 'login.salesforce.com', ...app }: SalesforceSettings) {
  const login = `https://${requireHost('salesforce loginHost', loginHost)}/services/oauth2`
  return defineProvider(oauth2, {
    scopes: ['api', 'refresh_token', 'id'] as SalesforceScope[],
    authorizationEndpoint: `${login}/authorize`,
    tokenEndpoint: `${login}/token`,
    clientAuthentication: 'post',
    tokenResponse: { expires_in: 7200 },
    userinfoEndpoint: '{identityUrl}',
    account: { id: ['userinfo.organization_id', 'userinfo.user_id'], name: 'userinfo.display_name' },
    details: { identityUrl: 'token.id', instanceUrl: 'token.instance_url' },
    hosts: ['*.salesforce.com', '*.force.com'],
    apiOrigins: ['{instanceUrl}'],
    apiErrors: { 401: 'invalid_token' },
    revocationEndpoint: `${login}/revoke`,
  })(app)
}
