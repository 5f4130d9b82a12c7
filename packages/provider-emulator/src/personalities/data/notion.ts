import { answer, oauthError } from '../answers.ts'
import type { Account, Texts } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'
import { prefixed } from './tokens.ts'

const REQUEST_ID = '00000000-0000-4000-8000-000000000000'

/** Notion's own client reads code, message and request_id: notion-sdk-js, src/errors.ts. */
const error = (status: number, code: string, message: string, headers?: Texts) =>
  answer(status, { object: 'error', status, code, message, request_id: REQUEST_ID }, headers)

const ownerOf = ({ id, name, email }: Account) => ({
  type: 'user',
  user: { object: 'user', id, name, avatar_url: null, type: 'person', person: { email } },
})

/** https://developers.notion.com/reference/create-a-token */
export const notion: Personality = {
  name: 'notion',
  title: 'Notion',
  hosts: ['api.notion.com'],
  accounts: people(
    ['8f0a5f2e-0000-4000-8000-000000000001', '8f0a5f2e-0000-4000-8000-000000000002'],
    ['3c7b1a90-0000-4000-8000-000000000001', '3c7b1a90-0000-4000-8000-000000000002'],
  ),
  authorization: {
    at: 'api.notion.com/v1/oauth/authorize',
    scope: 'none',
    required: { owner: ['user'] },
    pkce: 'ignored',
  },
  token: {
    at: 'api.notion.com/v1/oauth/token',
    formats: ['json', 'form'],
    client: ['basic'],
    // Unknown members are refused. // not verified
    known: ['grant_type', 'code', 'redirect_uri', 'refresh_token', 'external_account'],
    lifetime: null, // not verified: the lifetime is not documented
    refresh: { kind: 'rotating' },
    accessToken: prefixed('ntn_'),
    answer: ({ accessToken, refreshToken, granted: { account } }) => ({
      access_token: accessToken,
      token_type: 'bearer',
      refresh_token: refreshToken ?? null,
      bot_id: `b${account.id.slice(1)}`,
      workspace_id: account.tenant,
      workspace_name: tenantNameOf(account, 'Workspace'),
      workspace_icon: null,
      owner: ownerOf(account),
      duplicated_template_id: null,
    }),
    errors: {
      request: oauthError(400, 'invalid_request', 'The request body failed validation.'),
      client: oauthError(401, 'invalid_client', 'Client authentication failed.'),
      code: oauthError(400, 'invalid_grant', 'Invalid code.'),
      refresh: oauthError(400, 'invalid_grant', 'Invalid refresh token.'), // not verified
    },
  },
  api: {
    headers: {
      'Notion-Version': error(
        400,
        'missing_version',
        'Notion-Version header should be defined, instead was `undefined`.',
      ),
    },
    dead: error(401, 'unauthorized', 'API token is invalid.'),
    // https://developers.notion.com/reference/request-limits
    limited: error(429, 'rate_limited', 'You have been rate limited. Please try again in a few minutes.', {
      'Retry-After': '60',
    }),
    forbidden: error(403, 'restricted_resource', 'Insufficient permissions for this endpoint.'),
    account: {
      at: 'GET api.notion.com/v1/users/me',
      answer: ({ granted: { account } }) => ({
        object: 'user',
        id: `b${account.id.slice(1)}`,
        type: 'bot',
        name: 'The app',
        bot: { owner: ownerOf(account), workspace_name: tenantNameOf(account, 'Workspace') },
      }),
    },
    routes: [{ at: 'POST api.notion.com/v1/search', answer: () => ({ object: 'list', results: [], has_more: false }) }],
  },
  revocations: [
    {
      at: 'POST api.notion.com/v1/oauth/revoke',
      client: ['basic'],
      formats: ['json', 'form'],
      ends: 'grant', // not verified
      success: answer(200, { request_id: REQUEST_ID }),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'DS', refresh: 'DS', revocation: 'DS', account: 'IS', errors: 'IS' },
    clients: ['@notionhq/client'],
    pages: [
      'https://developers.notion.com/reference/create-a-token',
      'https://developers.notion.com/reference/refresh-a-token',
      'https://developers.notion.com/reference/status-codes',
      'https://github.com/makenotion/notion-sdk-js',
    ],
  },
}
