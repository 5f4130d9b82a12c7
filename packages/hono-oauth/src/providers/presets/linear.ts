import { defineProvider } from '../define-provider.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

/** The scopes of Linear; `app:…` are for apps that act as themselves. */
export type LinearScope =
  | 'read'
  | 'write'
  | 'issues:create'
  | 'comments:create'
  | 'timeSchedule:write'
  | 'admin'
  | 'app:assignable'
  | 'app:mentionable'
  | 'customer:read'
  | 'customer:write'
  | 'initiative:read'
  | 'initiative:write'
  | OtherScope

/**
 * Linear: a connection is one person in one workspace, or the app itself in a workspace with `actor: 'app'` in
 * `authorizationParams`.
 *
 * Checked: vendor documentation (D); the GraphQL query by two implementations (I), September 2026.
 *
 * Unknown: whether the end of a refresh token also ends its access token. A disconnect ends the refresh token; the
 * access token ends by itself, after 24 hours at most.
 *
 * @see {@link https://linear.app/developers/oauth-2-0-authentication | Linear - OAuth 2.0 Authentication}
 * @example
 * ```ts
 * linear({ clientId: env.LINEAR_CLIENT_ID, clientSecret: env.LINEAR_CLIENT_SECRET, scopes: ['read', 'issues:create'] })
 * ```
 */
export const linear = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: ['read'] as LinearScope[],
  scopeSeparator: ',',
  authorizationEndpoint: 'https://linear.app/oauth/authorize',
  tokenEndpoint: 'https://api.linear.app/oauth/token',
  clientAuthentication: 'post',
  userinfoEndpoint: {
    url: 'https://api.linear.app/graphql',
    json: { query: '{ organization { id name urlKey } viewer { id name } }' },
  },
  account: { id: ['userinfo.data.organization.id', 'userinfo.data.viewer.id'], name: 'userinfo.data.viewer.name' },
  details: {
    organizationId: 'userinfo.data.organization.id',
    organizationName: 'userinfo.data.organization.name',
    organizationUrlKey: 'userinfo.data.organization.urlKey',
  },
  apiOrigins: ['https://api.linear.app'],
  revocationEndpoint: { url: 'https://api.linear.app/oauth/revoke', form: { refresh_token: '{refresh_token}' } },
})
