import { defineProvider } from '../define-provider.ts'
import { type AppSettings, oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** Scopes of Intuit. */
export type QuickBooksScope =
  | 'com.intuit.quickbooks.accounting'
  | 'com.intuit.quickbooks.payment'
  | 'openid'
  | 'profile'
  | 'email'
  | 'phone'
  | 'address'
  | OtherScope

/** The settings of an Intuit app. */
export interface QuickBooksSettings extends AppSettings<QuickBooksScope> {
  /** Whether API calls go to the sandbox, with the development keys of the app; false by default. */
  readonly sandbox?: boolean | undefined
}

/**
 * QuickBooks Online: a connection is one company; its id is the detail `realmId`, which is part of every API path.
 *
 * Checked: the vendor's client library (D); scope separator by two implementations (I), September 2026.
 *
 * Unknown: whether Intuit checks PKCE; the challenge is sent. `scopes` must keep `com.intuit.quickbooks.accounting`:
 * a browser brings the company's id, and only a read of that company proves it.
 *
 * @param settings - `sandbox`, whether the API is that of sandbox companies, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0 | Intuit - OAuth 2.0}
 * @see {@link https://github.com/intuit/oauth-jsclient | Intuit - OAuth client for JavaScript}
 * @example
 * ```ts
 * quickbooks({ clientId: env.INTUIT_CLIENT_ID, clientSecret: env.INTUIT_CLIENT_SECRET, sandbox: true })
 * ```
 */
export function quickbooks({ sandbox = false, ...app }: QuickBooksSettings) {
  const api = `https://${sandbox ? 'sandbox-' : ''}quickbooks.api.intuit.com`
  return defineProvider(oauth2, {
    scopes: ['com.intuit.quickbooks.accounting'] as QuickBooksScope[],
    authorizationEndpoint: 'https://appcenter.intuit.com/connect/oauth2',
    tokenEndpoint: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
    // The last one is to be used; earlier ones live for 24 hours more.
    refreshTokens: 'reusable',
    details: { realmId: 'callback.realmId' },
    userinfoEndpoint: `${api}/v3/company/{realmId}/companyinfo/{realmId}`,
    account: { id: 'callback.realmId', name: 'userinfo.CompanyInfo.CompanyName' },
    apiOrigins: [api],
    revocationEndpoint: {
      url: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
      as: 'basic',
      json: { token: '{refresh_token}' },
    },
  })(app)
}
