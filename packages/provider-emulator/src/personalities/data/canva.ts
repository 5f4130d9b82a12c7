import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://www.canva.dev/docs/connect/authentication/ */
export const canva: Personality = {
  name: 'canva',
  title: 'Canva',
  hosts: ['www.canva.com', 'api.canva.com'],
  accounts: people(['oUADA', 'oUGRACE'], ['oBFIRST', 'oBSECOND']),
  authorization: { at: 'www.canva.com/api/oauth/authorize', pkce: 'required' },
  token: {
    at: 'api.canva.com/rest/v1/oauth/token',
    formats: ['form'],
    client: ['basic', 'post'],
    lifetime: 14_400,
    refresh: { kind: 'rotating' },
    errors: describedErrors({
      code: 'The authorization code is invalid or has expired.',
      refresh: 'The refresh token is invalid or has expired.',
      client: 'Client authentication failed.',
    }),
  },
  api: {
    dead: answer(401, { code: 'invalid_access_token', message: 'Access token is invalid' }),
    forbidden: answer(403, { code: 'missing_scope', message: 'Missing scopes: [design:meta:read]' }),
    account: {
      at: 'GET api.canva.com/rest/v1/users/me',
      answer: ({ granted: { account } }) => ({ team_user: { user_id: account.id, team_id: account.tenant } }),
    },
    routes: [
      {
        at: 'GET api.canva.com/rest/v1/users/me/profile',
        answer: ({ granted }) => ({ profile: { display_name: granted.account.name } }),
      },
    ],
  },
  revocations: [
    {
      // A refresh token ends its line and the consent.
      at: 'POST api.canva.com/rest/v1/oauth/revoke',
      client: ['basic', 'post'],
      formats: ['form'],
      ends: 'alike',
      success: answer(200, {}),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'D', errors: 'U' },
    pages: [
      'https://www.canva.dev/docs/connect/authentication/',
      'https://github.com/canva-sdks/canva-connect-api-starter-kit',
    ],
  },
}
