/**
 * What a client knows of each provider's wire. It is written from the providers' documentation a second time, and
 * never from the personalities that the tests check.
 *
 * `{name}` in a URL or a value stands for a member of the callback or of the token answer.
 */
export interface Facts {
  readonly authorize: string
  /** Further parameters of the authorization request. An undefined one is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly pkce?: true
  readonly token: string
  readonly format?: 'json'
  readonly auth: 'basic' | 'post' | 'secret'
  /** Makes a client secret, if it is not `<name>-client-secret`. */
  readonly secret?: () => string
  /** Further members of the request with a code. An undefined one is left out. */
  readonly code?: Texts
  /** The member of the answer that holds the tokens of a code. */
  readonly nested?: string
  readonly refresh: 'rotating' | 'reusable' | 'none'
  readonly refreshUrl?: string
  /** There is a refresh token, but not for a renewal. */
  readonly uselessRefreshToken?: true
  readonly api: Call
  readonly account?: Call & { readonly id: string | number }
  readonly revoke?: Call & {
    readonly auth: 'basic' | 'post' | 'secret' | 'token' | 'none'
    /** The member, and the token it has. */
    readonly send?: readonly [name: string, value: string]
    readonly status: number
    /** The access tokens outlive the revocation of a refresh token. */
    readonly outlives?: true
  }
  /** Status and a part of the body. */
  readonly deadCode: Refusal
  readonly deadRefresh?: Refusal
  readonly wrongSecret: Refusal
  readonly deadToken: Refusal
  readonly denial?: string
}

export interface Call {
  readonly url: string
  readonly method?: string
  readonly format?: 'json'
  /** The Authorization scheme, or the name of a header of its own. */
  readonly scheme?: string
  readonly header?: string
  readonly headers?: Texts
  readonly body?: string
}

export type Texts = Readonly<Record<string, string>>
export type Refusal = readonly [status: number, part: string]

const INVALID_GRANT: Refusal = [400, '"error":"invalid_grant"']
const INVALID_CLIENT: Refusal = [401, '"error":"invalid_client"']

const userAgent = { 'User-Agent': 'a client' }
const githubToken = { token: 'https://github.com/login/oauth/access_token', auth: 'post' } as const

const github: Facts = {
  authorize: 'https://github.com/login/oauth/authorize',
  query: { response_type: undefined, scope: 'repo user:email' },
  ...githubToken,
  refresh: 'none',
  api: { url: 'https://api.github.com/user/repos', headers: userAgent },
  account: { url: 'https://api.github.com/user', headers: userAgent, id: 583231 },
  revoke: {
    method: 'DELETE',
    url: 'https://api.github.com/applications/github-client-id/token',
    auth: 'basic',
    format: 'json',
    send: ['access_token', '{access_token}'],
    status: 204,
  },
  deadCode: [200, '"error":"bad_verification_code"'],
  wrongSecret: [200, '"error":"incorrect_client_credentials"'],
  deadToken: [401, '"message":"Bad credentials"'],
}

const slackCall = (url: string) => ({ url, method: 'POST' })

const slack: Facts = {
  authorize: 'https://slack.com/oauth/v2/authorize',
  query: { response_type: undefined, scope: 'chat:write,channels:read' },
  token: 'https://slack.com/api/oauth.v2.access',
  auth: 'basic',
  refresh: 'rotating',
  api: slackCall('https://slack.com/api/conversations.list'),
  account: { ...slackCall('https://slack.com/api/auth.test'), id: 'U0ADA' },
  revoke: { ...slackCall('https://slack.com/api/auth.revoke'), auth: 'token', status: 200 },
  deadCode: [200, '"error":"invalid_code"'],
  deadRefresh: [200, '"error":"invalid_refresh_token"'],
  wrongSecret: [200, '"error":"bad_client_secret"'],
  deadToken: [200, '"ok":false'],
}

const notionVersion = { 'Notion-Version': '2025-09-03' }
const shopHeader = { header: 'X-Shopify-Access-Token' }

export const FACTS: Readonly<Record<string, Facts>> = {
  github,
  'github-app': {
    ...github,
    query: { response_type: undefined },
    refresh: 'rotating',
    revoke: {
      method: 'DELETE',
      url: 'https://api.github.com/applications/github-app-client-id/token',
      auth: 'basic',
      format: 'json',
      send: ['access_token', '{access_token}'],
      status: 204,
    },
    deadRefresh: [200, '"error":"bad_refresh_token"'],
  },
  slack,
  'slack-user': {
    ...slack,
    query: { response_type: undefined, user_scope: 'search:read' },
    nested: 'authed_user',
  },
  notion: {
    authorize: 'https://api.notion.com/v1/oauth/authorize',
    query: { owner: 'user' },
    token: 'https://api.notion.com/v1/oauth/token',
    format: 'json',
    auth: 'basic',
    refresh: 'rotating',
    api: { url: 'https://api.notion.com/v1/search', method: 'POST', headers: notionVersion },
    account: {
      url: 'https://api.notion.com/v1/users/me',
      headers: notionVersion,
      id: 'bf0a5f2e-0000-4000-8000-000000000001',
    },
    revoke: {
      url: 'https://api.notion.com/v1/oauth/revoke',
      auth: 'basic',
      format: 'json',
      send: ['token', '{access_token}'],
      status: 200,
    },
    deadCode: INVALID_GRANT,
    deadRefresh: INVALID_GRANT,
    wrongSecret: INVALID_CLIENT,
    deadToken: [401, '"code":"unauthorized"'],
  },
  shopify: {
    authorize: 'https://ada.myshopify.com/admin/oauth/authorize',
    query: { response_type: undefined, scope: 'read_products,write_orders' },
    token: 'https://ada.myshopify.com/admin/oauth/access_token',
    format: 'json',
    auth: 'post',
    code: { expiring: '1' },
    refresh: 'rotating',
    api: { url: 'https://ada.myshopify.com/admin/api/2026-07/shop.json', ...shopHeader },
    account: {
      url: 'https://ada.myshopify.com/admin/api/2026-07/graphql.json',
      ...shopHeader,
      body: '{"query":"{ shop { id name } }"}',
      id: 'gid://shopify/Shop/1',
    },
    revoke: {
      method: 'DELETE',
      url: 'https://ada.myshopify.com/admin/api_permissions/current.json',
      ...shopHeader,
      auth: 'token',
      status: 200,
    },
    deadCode: [400, 'already used'],
    deadRefresh: INVALID_GRANT,
    wrongSecret: [400, '"error":"invalid_client"'],
    deadToken: [401, 'Invalid API key or access token'],
  },
  google: {
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    query: { scope: 'openid profile', access_type: 'offline', prompt: 'consent' },
    pkce: true,
    token: 'https://oauth2.googleapis.com/token',
    auth: 'post',
    refresh: 'reusable',
    api: { url: 'https://www.googleapis.com/drive/v3/files' },
    account: { url: 'https://openidconnect.googleapis.com/v1/userinfo', id: '110169484474386276334' },
    revoke: {
      url: 'https://oauth2.googleapis.com/revoke',
      auth: 'none',
      send: ['token', '{refresh_token}'],
      status: 200,
    },
    deadCode: INVALID_GRANT,
    deadRefresh: [400, 'expired or revoked'],
    wrongSecret: INVALID_CLIENT,
    deadToken: [401, 'UNAUTHENTICATED'],
  },
}

export const NAMES = Object.keys(FACTS)
