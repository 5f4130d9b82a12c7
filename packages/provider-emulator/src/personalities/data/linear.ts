import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'
import { prefixed } from './tokens.ts'

/** Linear's own client reads `type` and `userPresentableMessage`: @linear/sdk, src/error.ts. */
const graphqlError = (status: number, code: string, type: string, message: string) =>
  answer(status, {
    errors: [
      { message, extensions: { type, code, statusCode: status, userError: true, userPresentableMessage: message } },
    ],
  })

// https://linear.app/developers/rate-limiting
const limits = {
  'X-RateLimit-Requests-Limit': '5000',
  'X-RateLimit-Requests-Remaining': '0',
  'Retry-After': '60', // not verified
}

// A page always has its pageInfo: @linear/sdk, src/schema.graphql, IssueConnection.
const NO_ISSUES = {
  nodes: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
}

/** https://linear.app/developers/oauth-2-0-authentication, as an app since 2025-10. */
export const linear: Personality = {
  name: 'linear',
  title: 'Linear',
  hosts: ['linear.app', 'api.linear.app'],
  accounts: people(['user-ada', 'user-grace'], ['org-first', 'org-second']),
  authorization: { at: 'linear.app/oauth/authorize', scope: { separator: ',' }, pkce: 'optional' },
  token: {
    at: 'api.linear.app/oauth/token',
    formats: ['form'],
    client: ['post', 'basic'],
    lifetime: 86_399,
    refresh: { kind: 'rotating' },
    accessToken: prefixed('lin_oauth_'),
    errors: describedErrors({ code: 'Invalid authorization code', refresh: 'Invalid refresh token' }), // not verified
  },
  api: {
    dead: graphqlError(
      401,
      'AUTHENTICATION_ERROR',
      'authentication error',
      'Authentication required, not authenticated',
    ),
    forbidden: graphqlError(403, 'FORBIDDEN', 'forbidden', 'Invalid scope: `read` required'),
    limited: { ...graphqlError(400, 'RATELIMITED', 'ratelimited', 'Rate limit exceeded'), headers: limits },
    account: {
      at: 'POST api.linear.app/graphql',
      graphql: 'viewer',
      answer: ({ granted: { account } }) => ({
        data: {
          viewer: { id: account.id, name: account.name, email: account.email },
          organization: { id: account.tenant, name: tenantNameOf(account, 'Organization') },
        },
      }),
    },
    routes: [{ at: 'POST api.linear.app/graphql', graphql: 'issues', answer: () => ({ data: { issues: NO_ISSUES } }) }],
  },
  revocations: [
    {
      at: 'POST api.linear.app/oauth/revoke',
      client: 'none',
      member: ['access_token', 'refresh_token'],
      ends: 'grant',
      success: answer(200, null),
      unknown: answer(400, { error: 'invalid_request', error_description: 'The token is already revoked' }),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'IS', errors: 'IS' },
    clients: ['@linear/sdk'],
    pages: ['https://linear.app/developers/oauth-2-0-authentication', 'https://github.com/linear/linear'],
  },
}
