import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

/** https://developers.figma.com/docs/rest-api/authentication */
export const figma: Personality = {
  name: 'figma',
  title: 'Figma',
  hosts: ['www.figma.com', 'api.figma.com'],
  accounts: people(['880001', '880002']),
  authorization: { at: 'www.figma.com/oauth', scope: { separator: /[ ,]+/ }, pkce: 'optional' },
  token: {
    at: 'api.figma.com/v1/oauth/token',
    refreshAt: 'api.figma.com/v1/oauth/refresh',
    formats: ['form'],
    client: ['basic'],
    lifetime: 7_776_000,
    refresh: { kind: 'reusable' },
    accessToken: prefixed('figu_'),
    // Without token_type. // not verified
    answer: ({ accessToken, refreshToken, expiresIn, granted }) => ({
      user_id: Number(granted.account.id),
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: expiresIn,
    }),
    errors: describedErrors({ code: 'Invalid code', refresh: 'Invalid refresh token', client: 'Invalid client' }), // not verified
  },
  api: {
    dead: answer(403, { status: 403, err: 'Token expired' }), // not verified
    forbidden: answer(403, { status: 403, err: 'Invalid scope(s): current_user:read' }),
    account: {
      at: 'GET api.figma.com/v1/me',
      answer: ({ granted: { account } }) => ({ id: account.id, handle: account.name, email: account.email }),
    },
    routes: [{ at: 'GET api.figma.com/v1/files/{key}', answer: ({ params }) => ({ name: `File ${params['key']}` }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'D', revocation: 'U', account: 'I', errors: 'U' },
    pages: ['https://developers.figma.com/docs/rest-api/authentication'],
  },
}
