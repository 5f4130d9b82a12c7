import { configurationError } from '../../errors.ts'
import { defineProvider } from '../define-provider.ts'
import { type AppSettings, oauth2 } from '../oauth2/index.ts'

const ACCOUNTS = {
  us: 'accounts.zoho.com',
  eu: 'accounts.zoho.eu',
  in: 'accounts.zoho.in',
  au: 'accounts.zoho.com.au',
  jp: 'accounts.zoho.jp',
  cn: 'accounts.zoho.com.cn',
  ca: 'accounts.zohocloud.ca',
  sa: 'accounts.zoho.sa',
  uk: 'accounts.zoho.uk',
  ae: 'accounts.zoho.ae',
} as const
const APIS = /* @__PURE__ */ ['com', 'eu', 'in', 'com.au', 'jp', 'com.cn', 'ca', 'sa', 'uk', 'ae'].map(
  (end) => `www.zohoapis.${end}`,
)

/** Scopes of Zoho's products: `Service.resource.OPERATION`. */
export type ZohoScope =
  | 'AaaServer.profile.READ'
  | 'ZohoCRM.modules.ALL'
  | 'ZohoCRM.modules.READ'
  | 'ZohoCRM.settings.ALL'
  | 'ZohoBooks.fullaccess.all'
  | 'Desk.tickets.READ'
  | (string & {})

/** The settings of a Zoho app. */
export interface ZohoSettings extends AppSettings<ZohoScope> {
  /** The data center that the app is registered in; `us` by default. */
  readonly region?: keyof typeof ACCOUNTS | undefined
}

/**
 * Zoho: a connection is one person. Requests go to the data center that the callback names. For people outside `region`
 * the app turns on Multi DC, with one client secret for all data centers.
 *
 * Checked: vendor documentation of flow and data centers (D); separator, header and revocation by two implementations
 * (I); error words by one (O), September 2026.
 *
 * Unknown: whether Zoho takes PKCE for server apps; none is sent. The accounts host of the Emirates and the API host of
 * the United Kingdom follow the pattern of the others. `scopes` must keep `AaaServer.profile.READ`, which tells the
 * account. A product with an API host of its own, such as Zoho Desk, needs `apiOrigins` with `defineProvider`.
 *
 * @param settings - `region`, `us` by default, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html | Zoho - Server-based applications}
 * @see {@link https://www.zoho.com/accounts/protocol/oauth/multi-dc.html | Zoho - Multi DC support}
 * @example
 * ```ts
 * zoho({
 *   clientId: env.ZOHO_CLIENT_ID,
 *   clientSecret: env.ZOHO_CLIENT_SECRET,
 *   scopes: ['AaaServer.profile.READ', 'ZohoCRM.modules.READ'],
 *   region: 'eu',
 * })
 * ```
 */
export function zoho({ region = 'us', ...app }: ZohoSettings) {
  if (!Object.hasOwn(ACCOUNTS, region)) {
    throw configurationError('zoho region', `is none of ${Object.keys(ACCOUNTS).join(', ')}`)
  }
  const home = `https://${ACCOUNTS[region]}`
  return defineProvider(oauth2, {
    scopes: ['AaaServer.profile.READ'] as ZohoScope[],
    scopeSeparator: ',',
    authorizationEndpoint: `${home}/oauth/v2/auth`,
    // A refresh token comes with `offline`, and again only with `consent`.
    authorizationParams: { access_type: 'offline', prompt: 'consent' },
    pkce: false,
    authorizationResponse(parameters) {
      if (!parameters.has('accounts-server')) parameters.set('accounts-server', home)
      return parameters
    },
    details: { accountsServer: 'callback.accounts-server', apiDomain: 'token.api_domain' },
    hosts: [...Object.values(ACCOUNTS), ...APIS],
    tokenEndpoint: '{accountsServer}/oauth/v2/token',
    clientAuthentication: 'post',
    refreshTokens: 'reusable',
    errors: { invalid_code: 'invalid_grant', invalid_client_secret: 'invalid_client' },
    userinfoEndpoint: '{accountsServer}/oauth/user/info',
    account: { id: 'userinfo.ZUID', name: ['userinfo.Display_Name', 'userinfo.Email'] },
    apiOrigins: ['{apiDomain}'],
    apiHeaders: { authorization: 'Zoho-oauthtoken {access_token}' },
    revocationEndpoint: { url: '{accountsServer}/oauth/v2/token/revoke?token={refresh_token}' },
  })(app)
}
