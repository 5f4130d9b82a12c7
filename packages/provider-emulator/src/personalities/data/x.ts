import { answer, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const problem = (status: number, title: string) => answer(status, { title, type: 'about:blank', status, detail: title })

/** https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code */
export const x: Personality = {
  name: 'x',
  title: 'X',
  hosts: ['x.com', 'api.x.com'],
  accounts: people(['2244994945', '2244994946']),
  authorization: { at: 'x.com/i/oauth2/authorize', pkce: 'required', denial: { error: 'access_denied' } },
  token: {
    at: 'api.x.com/2/oauth2/token',
    formats: ['form'],
    client: ['basic'],
    codeSeconds: 30,
    lifetime: 7200,
    refresh: { kind: 'rotating', when: ({ granted }) => granted.scopes.includes('offline.access') },
    errors: {
      code: oauthError(400, 'invalid_request', 'Value passed for the authorization code was invalid.'),
      verifier: oauthError(
        400,
        'invalid_request',
        'Value passed for the code verifier did not match the code challenge.',
      ),
      redirect: oauthError(
        400,
        'invalid_request',
        'Value passed for the redirect uri did not match the uri of the authorization code.',
      ),
      refresh: oauthError(400, 'invalid_request', 'Value passed for the token was invalid.'),
      client: oauthError(401, 'unauthorized_client', 'Missing valid authorization header'),
    },
  },
  api: {
    dead: problem(401, 'Unauthorized'),
    forbidden: problem(403, 'Forbidden'),
    account: {
      at: 'GET api.x.com/2/users/me',
      answer: ({ granted: { account } }) => ({
        data: { id: account.id, name: account.name, username: account.email.split('@')[0] },
      }),
    },
    routes: [{ at: 'GET api.x.com/2/users/{id}/tweets', answer: () => ({ data: [], meta: { result_count: 0 } }) }],
  },
  revocations: [
    {
      at: 'POST api.x.com/2/oauth2/revoke',
      client: ['basic'],
      formats: ['form'],
      ends: 'token',
      success: answer(200, { revoked: true }),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'I', revocation: 'D', account: 'I', errors: 'I' },
    pages: [
      'https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code',
      'https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token',
    ],
  },
}
