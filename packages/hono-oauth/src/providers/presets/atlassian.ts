import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The classic scopes of Jira and Confluence; each API adds granular ones. */
export type AtlassianScope =
  | 'read:me'
  | 'read:account'
  | 'offline_access'
  | `${'read' | 'write'}:jira-work`
  | 'read:jira-user'
  | `manage:${'jira-project' | 'jira-configuration' | 'jira-webhook' | 'jira-data-provider'}`
  | `${'read' | 'write'}:confluence-${'content' | 'space' | 'file' | 'props'}`
  | `read:confluence-${'content.all' | 'content.summary' | 'content.permission' | 'user' | 'groups'}`
  | 'search:confluence'
  | `${'read' | 'write' | 'manage'}:servicedesk-${'request' | 'customer'}`
  | (string & {})

/**
 * A connection is an Atlassian user; its scopes must include `read:me`. The sites of the user are listed at
 * `/oauth/token/accessible-resources`, and called below `/ex/jira/{id}` or `/ex/confluence/{id}`.
 *
 * Checked: vendor documentation (D) for tokens; the request, the account and the API by two implementations (I), the
 * refusal of a dead refresh token by one (O), September 2026.
 *
 * Unknown: whether a replaced refresh token works for some time: it counts as dead at once. Whether Atlassian checks
 * PKCE: a challenge is sent, and may be ignored. No revocation was found: a disconnect is `deleted_only`.
 *
 * @see {@link https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/ | Atlassian - OAuth 2.0 (3LO) apps}
 * @example
 * ```ts
 * atlassian({
 *   clientId: env.ATLASSIAN_CLIENT_ID,
 *   clientSecret: env.ATLASSIAN_CLIENT_SECRET,
 *   scopes: ['read:me', 'offline_access', 'read:jira-work'],
 * })
 * ```
 */
export const atlassian = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['read:me', 'offline_access'] as AtlassianScope[],
  // The refresh token shows it; an answer may leave it out.
  scopeAliases: { offline_access: [] },
  authorizationEndpoint: 'https://auth.atlassian.com/authorize',
  authorizationParams: { audience: 'api.atlassian.com', prompt: 'consent' },
  tokenEndpoint: 'https://auth.atlassian.com/oauth/token',
  clientAuthentication: 'post',
  tokenFormat: 'json',
  // The error of a dead refresh token is `unauthorized_client`; only the description tells.
  errors: { 'refresh_token is invalid': 'invalid_grant', Unauthorized: 'invalid_client' },
  userinfoEndpoint: 'https://api.atlassian.com/me',
  account: { id: 'userinfo.account_id', name: ['userinfo.name', 'userinfo.nickname'] },
  apiOrigins: ['https://api.atlassian.com'],
})
