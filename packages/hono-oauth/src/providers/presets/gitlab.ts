import { defineProvider } from '../define-provider.ts'
import { requireHost } from '../described/host.ts'
import type { AppSettings } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

/** The scopes of GitLab, which adds scopes. */
export type GitLabScope =
  | 'api'
  | 'read_api'
  | 'read_user'
  | `${'read' | 'write'}_${'repository' | 'registry' | 'virtual_registry' | 'observability'}`
  | `${'create' | 'manage'}_runner`
  | 'k8s_proxy'
  | 'ai_features'
  | 'sudo'
  | 'admin_mode'
  | 'openid'
  | 'profile'
  | 'email'
  | (string & {})

/** The settings of an app at GitLab. */
export interface GitLabSettings extends AppSettings<GitLabScope> {
  /** The host of a self-managed GitLab; `gitlab.com` by default. */
  readonly host?: string | undefined
}

/**
 * A connection is a user of GitLab.com or of a self-managed GitLab.
 *
 * Checked: vendor documentation (D); the account by two implementations (I), September 2026.
 *
 * Unknown: nothing that a login, a refresh or a revocation needs. A GitLab below a path of its host is not covered.
 *
 * @param settings - `host`, `gitlab.com` by default, and what every provider takes
 * @throws OAuthError `configuration_invalid` for a setting that is missing or wrong
 * @see {@link https://docs.gitlab.com/api/oauth2/ | GitLab - OAuth 2.0 identity provider API}
 * @example
 * ```ts
 * gitlab({ host: 'gitlab.example.com', clientId: env.GITLAB_CLIENT_ID, clientSecret: env.GITLAB_CLIENT_SECRET })
 * ```
 */
export function gitlab({ host = 'gitlab.com', ...app }: GitLabSettings) {
  const origin = `https://${requireHost('gitlab host', host)}`
  return defineProvider(oauth2, {
    scopes: ['read_user'] as GitLabScope[],
    authorizationEndpoint: `${origin}/oauth/authorize`,
    tokenEndpoint: `${origin}/oauth/token`,
    clientAuthentication: 'post',
    // A refresh names the redirect URI of the login, too.
    tokenParams: { redirect_uri: '{redirect_uri}' },
    userinfoEndpoint: `${origin}/api/v4/user`,
    account: { id: 'userinfo.id', name: ['userinfo.name', 'userinfo.username'] },
    apiOrigins: [origin],
    revocationEndpoint: `${origin}/oauth/revoke`,
  })(app)
}
