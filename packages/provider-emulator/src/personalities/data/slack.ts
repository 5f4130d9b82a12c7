import { answer } from '../answers.ts'
import type { Issued, Json, Use } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'
import { prefixed } from './tokens.ts'

/** Every answer of Slack is 200: `ok` says whether it is an error. */
const refusal = (error: string) => answer(200, { ok: false, error })

const teamOf = ({ granted }: Pick<Issued, 'granted'>) => ({
  id: granted.account.tenant,
  name: tenantNameOf(granted.account, 'Team'),
})

const installation = (issued: Issued): Json => ({
  ok: true,
  app_id: 'A0KRD7HC3',
  team: teamOf(issued),
  enterprise: null,
  is_enterprise_install: false,
})

const tokensOf = (type: 'bot' | 'user', { accessToken, expiresIn, refreshToken, granted }: Issued): Json => ({
  access_token: accessToken,
  token_type: type,
  scope: granted.scopes.join(','),
  refresh_token: refreshToken,
  expires_in: expiresIn,
})

/** https://docs.slack.dev/reference/methods/auth.test */
const identityOf = (use: Use) => {
  const { account } = use.granted
  const { id, name } = teamOf(use)
  return { ok: true, url: 'https://team.slack.com/', team: name, user: account.name, team_id: id, user_id: account.id }
}

/** https://docs.slack.dev/reference/methods/oauth.v2.access, with token rotation. */
export const slack: Personality = {
  name: 'slack',
  title: 'Slack',
  hosts: ['slack.com'],
  accounts: people(['U0ADA', 'U0GRACE'], ['T0FIRST', 'T0SECOND']),
  authorization: {
    at: 'slack.com/oauth/v2/authorize',
    responseType: 'optional',
    scope: { separator: ',' },
    // Only an app that opted in as a public client has PKCE.
    pkce: 'ignored',
    denial: { error: 'access_denied' },
  },
  token: {
    at: 'slack.com/api/oauth.v2.access',
    formats: ['form', 'json'],
    client: ['basic', 'post'],
    grantType: 'optional',
    lifetime: 43_200,
    // The real grace period is short and of unknown length; none here. // not verified
    refresh: { kind: 'rotating' },
    accessToken: prefixed('xoxe.xoxb-1-'),
    answer: (issued) => ({
      ...installation(issued),
      ...tokensOf('bot', issued),
      bot_user_id: 'B0BOT',
      ...(issued.grantType === 'refresh_token' ? {} : { authed_user: { id: issued.granted.account.id } }),
    }),
    errors: {
      code: refusal('invalid_code'),
      verifier: refusal('invalid_code'),
      client: refusal('bad_client_secret'),
      redirect: refusal('bad_redirect_uri'),
      refresh: refusal('invalid_refresh_token'),
      grantType: refusal('invalid_grant_type'),
      request: refusal('invalid_form_data'), // not verified
    },
  },
  api: {
    dead: refusal('token_expired'), // not verified: `token_revoked` after a revocation
    // The only status that is not 200: https://docs.slack.dev/apis/web-api/rate-limits
    limited: answer(429, { ok: false, error: 'ratelimited' }, { 'Retry-After': '30' }),
    forbidden: answer(200, { ok: false, error: 'missing_scope', needed: 'channels:read', provided: '' }),
    account: { at: 'slack.com/api/auth.test', answer: identityOf },
    routes: [{ at: 'slack.com/api/conversations.list', answer: () => ({ ok: true, channels: [] }) }],
  },
  revocations: [
    // With token rotation it ends that one token alone.
    {
      at: 'slack.com/api/auth.revoke',
      client: 'token',
      ends: 'token',
      success: answer(200, { ok: true, revoked: true }),
    },
    {
      at: 'slack.com/api/apps.uninstall',
      client: 'token',
      // https://docs.slack.dev/reference/methods/apps.uninstall
      clientToo: ['post'],
      ends: 'alike',
      isLike: (one, other) => one.account.tenant === other.account.tenant,
      success: answer(200, { ok: true }),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'DS', refresh: 'DS', revocation: 'DS', account: 'DS', errors: 'IS' },
    clients: ['@slack/web-api'],
    pages: [
      'https://docs.slack.dev/reference/methods/oauth.v2.access',
      'https://docs.slack.dev/authentication/using-token-rotation',
      'https://github.com/slackapi/node-slack-sdk',
    ],
  },
}

/** The user token of a Slack app: in `authed_user` after a code, at the top after a refresh. */
export const slackUser: Personality = {
  ...slack,
  name: 'slack-user',
  authorization: { ...slack.authorization, scope: { parameter: 'user_scope', separator: ',' } },
  token: {
    ...slack.token,
    accessToken: prefixed('xoxe.xoxp-1-'),
    answer: (issued) =>
      issued.grantType === 'refresh_token'
        ? { ...installation(issued), ...tokensOf('user', issued) }
        : { ...installation(issued), authed_user: { id: issued.granted.account.id, ...tokensOf('user', issued) } },
  },
  sources: {
    marks: { authorization: 'D', token: 'DS', refresh: 'DS', revocation: 'D', account: 'DS', errors: 'IS' },
    clients: ['@slack/web-api'],
    pages: ['https://docs.slack.dev/reference/methods/oauth.v2.access', 'https://github.com/slackapi/node-slack-sdk'],
  },
}
