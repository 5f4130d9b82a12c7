import { defineProvider } from '../define-provider.ts'
import { requireHost } from '../described/host.ts'
import { oauth2 } from '../oauth2/index.ts'
import type { OtherScope } from '../other-scope.ts'

type Admin = 'public_key' | 'repo_hook' | 'org' | 'gpg_key' | 'ssh_signing_key'

/** The scopes of an OAuth app; GitHub adds scopes. A GitHub App has permissions instead. */
export type GitHubScope =
  | 'repo'
  | 'public_repo'
  | 'repo:status'
  | 'repo_deployment'
  | 'repo:invite'
  | 'security_events'
  | 'workflow'
  | 'gist'
  | 'notifications'
  | 'project'
  | 'read:project'
  | 'user'
  | 'read:user'
  | 'user:email'
  | 'user:follow'
  | 'codespace'
  | 'delete_repo'
  | 'admin:org_hook'
  | 'read:audit_log'
  | `${'read' | 'write' | 'delete'}:packages`
  | `${'admin' | 'write' | 'read'}:${Admin}`
  | OtherScope

/**
 * A connection is a GitHub user who authorized an OAuth app; its token has no end.
 *
 * Checked: vendor documentation (D); the account by two implementations (I), September 2026.
 *
 * Unknown: the answer to the revocation of a token that GitHub no longer knows; any status but 2xx counts as
 * `deleted_only`.
 *
 * @see {@link https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps | GitHub - Authorizing OAuth apps}
 * @example
 * ```ts
 * github({ clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET, scopes: ['read:user', 'repo'] })
 * ```
 */
export const github = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as GitHubScope[],
  // An answer leaves out each scope that another granted scope includes.
  scopeAliases: {
    'read:user': ['user'],
    'user:email': ['user'],
    'user:follow': ['user'],
    public_repo: ['repo'],
    'repo:status': ['repo'],
    repo_deployment: ['repo'],
    'repo:invite': ['repo'],
    security_events: ['repo'],
    'read:org': ['write:org', 'admin:org'],
    'write:org': ['admin:org'],
    'read:project': ['project'],
  },
  authorizationEndpoint: 'https://github.com/login/oauth/authorize',
  tokenEndpoint: 'https://github.com/login/oauth/access_token',
  clientAuthentication: 'post',
  refreshTokens: 'none',
  // Refusals of the token endpoint have the status 200.
  errors: {
    bad_verification_code: 'invalid_grant',
    unverified_user_email: 'access_denied',
    incorrect_client_credentials: 'invalid_client',
    redirect_uri_mismatch: 'invalid_client',
  },
  userinfoEndpoint: 'https://api.github.com/user',
  account: { id: 'userinfo.id', name: ['userinfo.name', 'userinfo.login'] },
  apiOrigins: ['https://api.github.com'],
  apiErrors: { 401: 'invalid_token' },
  revocationEndpoint: /* @__PURE__ */ deletion('https://api.github.com', 'token'),
})

/**
 * A connection is a GitHub user who authorized a GitHub App. Permissions take the place of scopes, and tokens end after
 * eight hours unless the app has switched that off. An installation that starts at GitHub starts a login here.
 *
 * @see {@link https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens | GitHub - Refreshing user access tokens}
 * @example
 * ```ts
 * githubApp({ clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET })
 * ```
 */
export const githubApp = /* @__PURE__ */ defineProvider(github, {
  refreshTokens: 'rotating',
  errors: { bad_refresh_token: 'invalid_grant' },
  restartsWithoutState: true,
  // The end of an access token would leave its refresh token.
  revocationEndpoint: /* @__PURE__ */ deletion('https://api.github.com', 'grant'),
  revokesWholeGrant: true,
})

/**
 * A connection is a user of a GitHub Enterprise Server, for an OAuth app that is registered there.
 *
 * @param host - of the server, such as `github.example.com`
 * @returns a preset, to call with the settings of an app
 * @throws OAuthError `configuration_invalid` for a host that is not valid
 * @see {@link https://docs.github.com/en/enterprise-server@latest/rest/apps/oauth-applications | GitHub - OAuth authorizations at Enterprise Server}
 * @example
 * ```ts
 * githubServer('github.example.com')({ clientId: env.GITHUB_CLIENT_ID, clientSecret: env.GITHUB_CLIENT_SECRET })
 * ```
 */
export function githubServer(host: string) {
  const origin = `https://${requireHost('githubServer host', host)}`
  return defineProvider(github, {
    authorizationEndpoint: `${origin}/login/oauth/authorize`,
    tokenEndpoint: `${origin}/login/oauth/access_token`,
    userinfoEndpoint: `${origin}/api/v3/user`,
    apiOrigins: [origin],
    revocationEndpoint: deletion(`${origin}/api/v3`, 'token'),
  })
}

function deletion(api: string, what: 'token' | 'grant') {
  return {
    method: 'DELETE',
    url: `${api}/applications/{client_id}/${what}`,
    as: 'basic',
    json: { access_token: '{access_token}' },
  } as const
}
