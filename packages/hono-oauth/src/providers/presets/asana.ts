import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'

/** Scopes of Asana, `<resource>:<action>`; `default` is everything that the person may do. */
export type AsanaScope =
  | 'default'
  | 'openid'
  | 'email'
  | 'profile'
  | `${'attachments' | 'projects' | 'tags' | 'tasks' | 'webhooks'}:${'read' | 'write' | 'delete'}`
  | `${'custom_fields' | 'portfolios' | 'stories' | 'time_tracking_entries'}:${'read' | 'write'}`
  | `${'goals' | 'jobs' | 'project_templates' | 'task_templates' | 'teams' | 'users' | 'workspaces'}:read`
  | (string & {})

/**
 * Asana: a connection is one person, with every workspace of that person.
 *
 * Checked: vendor documentation (D), September 2026.
 *
 * Unknown: whether the token response names the person by `gid` or by `id`; both are read, `gid` first. Without
 * `scopes`, Asana grants what the app is registered for.
 *
 * @see {@link https://developers.asana.com/docs/oauth | Asana - OAuth}
 * @see {@link https://developers.asana.com/docs/oauth-scopes | Asana - OAuth scopes}
 * @example
 * ```ts
 * asana({
 *   clientId: env.ASANA_CLIENT_ID,
 *   clientSecret: env.ASANA_CLIENT_SECRET,
 *   scopes: ['tasks:read', 'projects:read'],
 * })
 * ```
 */
export const asana = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as AsanaScope[],
  authorizationEndpoint: 'https://app.asana.com/-/oauth_authorize',
  tokenEndpoint: 'https://app.asana.com/-/oauth_token',
  clientAuthentication: 'post',
  tokenResponse: ({ data, ...answer }) => ({ ...answer, person: { ...data, gid: data?.gid ?? data?.id } }),
  // A refresh answers without a refresh token: the one of the login stays.
  refreshTokens: 'reusable',
  account: { id: 'token.person.gid', name: 'token.person.name' },
  apiOrigins: ['https://app.asana.com'],
  // Asana refuses to revoke an access token.
  revocationEndpoint: { url: 'https://app.asana.com/-/oauth_revoke', as: 'post', form: { token: '{refresh_token}' } },
})
