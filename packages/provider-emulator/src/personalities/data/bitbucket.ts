import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const error = (status: number, message: string) => answer(status, { type: 'error', error: { message } })

/** https://developer.atlassian.com/cloud/bitbucket/oauth-2/ (not read): the scopes are those of the consumer. */
export const bitbucket: Personality = {
  name: 'bitbucket',
  title: 'Bitbucket',
  hosts: ['bitbucket.org', 'api.bitbucket.org'],
  accounts: people(['{00000000-0000-4000-8000-00000000ada1}', '{00000000-0000-4000-8000-00000000face}']),
  authorization: { at: 'bitbucket.org/site/oauth2/authorize', scope: 'none', pkce: 'ignored' },
  token: {
    at: 'bitbucket.org/site/oauth2/access_token',
    formats: ['form'],
    client: ['basic'],
    lifetime: 7200,
    refresh: { kind: 'reusable', repeats: true }, // not verified
    answer: ({ accessToken, expiresIn, refreshToken }) => ({
      access_token: accessToken,
      scopes: 'account repository',
      expires_in: expiresIn,
      refresh_token: refreshToken,
      token_type: 'bearer',
    }),
    errors: describedErrors({
      code: 'The specified code is not valid.',
      refresh: 'Invalid refresh_token',
      client: 'Invalid client credentials',
    }),
  },
  api: {
    dead: error(401, 'Access token expired. Use your refresh token to obtain a new access token.'),
    forbidden: error(403, 'Your credentials lack one or more required privilege scopes.'),
    account: {
      at: 'GET api.bitbucket.org/2.0/user',
      answer: ({ granted: { account } }) => ({
        uuid: account.id,
        account_id: `557058:${account.id}`,
        display_name: account.name,
      }),
    },
    routes: [{ at: 'GET api.bitbucket.org/2.0/repositories', answer: () => ({ values: [] }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}
