import { answer, describedErrors, standardAnswer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const tagged = (status: number, tag: string) => answer(status, { error_summary: `${tag}/.`, error: { '.tag': tag } })

/** https://www.dropbox.com/developers/documentation/http/documentation */
export const dropbox: Personality = {
  name: 'dropbox',
  title: 'Dropbox',
  hosts: ['www.dropbox.com', 'api.dropboxapi.com', 'content.dropboxapi.com'],
  accounts: people(['dbid:ada', 'dbid:grace']),
  authorization: { at: 'www.dropbox.com/oauth2/authorize', pkce: 'optional' },
  token: {
    at: 'api.dropboxapi.com/oauth2/token',
    formats: ['form'],
    client: ['post', 'basic'],
    lifetime: 14_400,
    refresh: { kind: 'reusable', when: ({ granted }) => granted.request['token_access_type'] === 'offline' },
    accessToken: prefixed('sl.'),
    answer: (issued) => ({
      ...standardAnswer(issued),
      token_type: 'bearer',
      ...(issued.grantType === 'refresh_token' ? {} : { uid: '1', account_id: issued.granted.account.id }),
    }),
    errors: describedErrors({
      code: "code doesn't exist or has expired",
      refresh: 'refresh token is invalid or revoked',
      verifier: 'invalid code verifier',
      client: 'Invalid client_id or client_secret',
    }),
  },
  api: {
    dead: tagged(401, 'expired_access_token'),
    forbidden: tagged(401, 'missing_scope'),
    account: {
      at: 'POST api.dropboxapi.com/2/users/get_current_account',
      answer: ({ granted: { account } }) => ({
        account_id: account.id,
        name: { display_name: account.name },
        email: account.email,
      }),
    },
    routes: [
      {
        at: 'POST api.dropboxapi.com/2/files/list_folder',
        answer: () => ({ entries: [], cursor: 'c', has_more: false }),
      },
    ],
  },
  revocations: [
    {
      // One call ends the access token, its refresh token and all access tokens of that one.
      at: 'POST api.dropboxapi.com/2/auth/token/revoke',
      client: 'token',
      ends: 'grant',
      success: answer(200, 'null', { 'Content-Type': 'application/json' }),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'I', errors: 'U' },
    pages: [
      'https://www.dropbox.com/developers/documentation/http/documentation',
      'https://github.com/dropbox/dropbox-sdk-js',
    ],
  },
}
