import { answer, describedErrors, oauthError, standardAnswer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const errors = (status: number, message: string) => answer(status, { errors: [{ message }] })

/** https://developers.asana.com/docs/oauth */
export const asana: Personality = {
  name: 'asana',
  title: 'Asana',
  hosts: ['app.asana.com'],
  accounts: people(['4673218951', '4673218952']),
  authorization: { at: 'app.asana.com/-/oauth_authorize', pkce: 'optional' },
  token: {
    at: 'app.asana.com/-/oauth_token',
    formats: ['form'],
    client: ['post'],
    lifetime: 3600,
    // Only the answer to a code has a refresh token.
    refresh: { kind: 'reusable' },
    answer: (issued) => {
      const { id, name, email } = issued.granted.account
      return { ...standardAnswer(issued), token_type: 'bearer', data: { id: Number(id), gid: id, name, email } }
    },
    errors: describedErrors({
      code: 'The `code` provided was invalid.',
      refresh: 'The `refresh_token` provided was invalid.',
      client: 'The `client_secret` provided was invalid.',
    }),
  },
  api: {
    dead: errors(
      401,
      'The bearer token has expired. If you have a refresh token, please use it to request a new bearer token.',
    ),
    forbidden: errors(403, 'Your access token has insufficient permissions.'),
    account: {
      at: 'GET app.asana.com/api/1.0/users/me',
      answer: ({ granted: { account } }) => ({ data: { gid: account.id, name: account.name, email: account.email } }),
    },
    routes: [{ at: 'GET app.asana.com/api/1.0/workspaces', answer: () => ({ data: [] }) }],
  },
  revocations: [
    {
      // An access token is refused; an unknown token is a success.
      at: 'POST app.asana.com/-/oauth_revoke',
      client: ['post'],
      formats: ['form'],
      kinds: ['refresh'],
      ends: 'grant',
      success: answer(200, {}),
      wrongKind: oauthError(400, 'invalid_request', 'The `token` must be a refresh token.'),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'I', errors: 'U' },
    pages: ['https://developers.asana.com/docs/oauth'],
  },
}
