import { defineProvider } from '../define-provider.ts'
import type { ApiErrorHook } from '../described/options.ts'
import { oauth2 } from '../oauth2/index.ts'

type Conversations = 'channels' | 'groups' | 'im' | 'mpim'

/** The scopes of Slack, for bots and users; Slack adds scopes. */
export type SlackScope =
  | `${Conversations}:${'history' | 'read' | 'write'}`
  | 'app_mentions:read'
  | 'assistant:write'
  | `${'bookmarks' | 'canvases' | 'files' | 'lists' | 'pins' | 'reactions' | 'reminders' | 'usergroups'}:${'read' | 'write'}`
  | 'channels:join'
  | 'channels:manage'
  | `chat:write${'' | '.customize' | '.public'}`
  | 'commands'
  | 'emoji:read'
  | 'identify'
  | 'incoming-webhook'
  | `search:read${'' | '.public' | '.private' | '.files' | '.users' | '.im' | '.mpim'}`
  | 'team:read'
  | `users:read${'' | '.email'}`
  | 'users:write'
  | `users.profile:${'read' | 'write'}`
  | (string & {})

const DEAD = ['account_inactive', 'invalid_auth', 'token_expired', 'token_revoked']

/** The errors of the Web API, which answers each request with 200. */
const apiError: ApiErrorHook = ({ error, needed }) => {
  if (error === 'missing_scope') return { insufficientScope: needed }
  return DEAD.includes(error) ? 'invalid_token' : undefined
}

/**
 * A connection is the bot of an app in one Slack workspace, or in one organization.
 *
 * Checked: vendor documentation (D); the words for errors by two implementations (I), September 2026.
 *
 * Unknown: for how long a replaced refresh token still works: it counts as dead at once. Whether `auth.revoke` ends
 * more than its token depends on token rotation: it counts as if it did. With token rotation the refresh token stays at
 * Slack until the app is uninstalled. PKCE is off, because it makes the app a public
 * client for ever.
 *
 * @see {@link https://docs.slack.dev/authentication/installing-with-oauth | Slack - Installing with OAuth}
 * @example
 * ```ts
 * slack({ clientId: env.SLACK_CLIENT_ID, clientSecret: env.SLACK_CLIENT_SECRET, scopes: ['chat:write', 'channels:read'] })
 * ```
 */
export const slack = /* @__PURE__ */ defineProvider(oauth2, {
  scopes: [] as SlackScope[],
  scopeSeparator: ',',
  pkce: false,
  authorizationEndpoint: 'https://slack.com/oauth/v2/authorize',
  tokenEndpoint: 'https://slack.com/api/oauth.v2.access',
  tokenResponse: (answer) => ({ ...answer, token_type: 'bearer', place: answer['team'] ?? answer['enterprise'] }),
  errors: {
    invalid_code: 'invalid_grant',
    code_already_used: 'invalid_grant',
    invalid_refresh_token: 'invalid_grant',
    bad_client_secret: 'invalid_client',
    invalid_client_id: 'invalid_client',
    bad_redirect_uri: 'invalid_client',
    invalid_auth: 'invalid_token',
    token_revoked: 'invalid_token',
  },
  account: { id: 'token.place.id', name: 'token.place.name' },
  details: { appId: 'token.app_id', botUserId: 'token.bot_user_id', webhookUrl: 'token.incoming_webhook.url' },
  apiOrigins: ['https://slack.com'],
  apiErrors: { 200: apiError },
  revocationEndpoint: { url: 'https://slack.com/api/auth.revoke', as: 'api' },
  revokesWholeGrant: true,
})

/**
 * A connection is a user in one Slack workspace or organization: requests act as that user, and not as the bot.
 *
 * @see {@link https://docs.slack.dev/reference/methods/oauth.v2.access | Slack - oauth.v2.access}
 * @example
 * ```ts
 * slackUser({ clientId: env.SLACK_CLIENT_ID, clientSecret: env.SLACK_CLIENT_SECRET, scopes: ['search:read'] })
 * ```
 */
export const slackUser = /* @__PURE__ */ defineProvider(slack, {
  parameterNames: { scope: 'user_scope' },
  // A login answers in `authed_user`, a refresh at the top.
  tokenResponse: ({ authed_user: user, ...answer }) => ({
    ...answer,
    ...user,
    token_type: 'bearer',
    place: answer['team'] ?? answer['enterprise'],
  }),
  account: { id: ['token.place.id', 'token.id'], name: 'token.place.name' },
  details: { userId: 'token.id' },
})
