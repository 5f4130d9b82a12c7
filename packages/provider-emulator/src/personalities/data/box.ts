import { answer, describedErrors, standardAnswer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://developer.box.com/guides/authentication/tokens/refresh */
export const box: Personality = {
  name: 'box',
  title: 'Box',
  hosts: ['account.box.com', 'api.box.com'],
  accounts: people(['11446498', '11446499']),
  authorization: {
    at: 'account.box.com/api/oauth2/authorize',
    pkce: 'ignored',
    denial: { error: 'access_denied', error_description: 'The user denied access to your application' },
  },
  token: {
    at: 'api.box.com/oauth2/token',
    formats: ['form'],
    client: ['post'],
    lifetime: 3600,
    refresh: { kind: 'rotating', lifetime: 60 * 86_400 },
    answer: (issued) => ({ ...standardAnswer(issued), token_type: 'bearer', scope: undefined, restricted_to: [] }),
    errors: describedErrors({
      code: 'The authorization code has expired',
      refresh: 'Invalid refresh token',
      client: 'The client credentials are invalid',
    }),
  },
  api: {
    dead: answer(401, null, { 'WWW-Authenticate': 'Bearer realm="Service", error="invalid_token"' }),
    forbidden: answer(403, { type: 'error', status: 403, code: 'access_denied_insufficient_permissions' }),
    account: {
      at: 'GET api.box.com/2.0/users/me',
      answer: ({ granted: { account } }) => ({
        type: 'user',
        id: account.id,
        name: account.name,
        login: account.email,
      }),
    },
    routes: [
      { at: 'GET api.box.com/2.0/folders/{id}', answer: ({ params }) => ({ type: 'folder', id: params['id'] }) },
    ],
  },
  revocations: [
    {
      at: 'POST api.box.com/oauth2/revoke',
      client: ['post'],
      formats: ['form'],
      ends: 'grant',
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'D', errors: 'U' },
    pages: ['https://developer.box.com/guides/authentication/tokens/refresh', 'https://github.com/box/box-openapi'],
  },
}
