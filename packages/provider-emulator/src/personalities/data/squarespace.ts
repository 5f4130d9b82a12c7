import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const error = (status: number, type: string, message: string) => answer(status, { type, subtype: null, message })

/** Epoch seconds as text. */
const endOf = (now: number, seconds: number | undefined): string | undefined =>
  seconds === undefined ? undefined : String(Math.floor(now / 1000) + seconds)

/** https://developers.squarespace.com/commerce-apis/oauth.md */
export const squarespace: Personality = {
  name: 'squarespace',
  title: 'Squarespace',
  hosts: ['login.squarespace.com', 'api.squarespace.com'],
  accounts: people(['5134cbefe4b0c6fb04df8065', '5134cbefe4b0c6fb04df8066']),
  authorization: {
    at: 'login.squarespace.com/api/1/login/oauth/provider/authorize',
    responseType: 'optional', // not verified
    scope: { separator: ',' },
    pkce: 'ignored',
  },
  token: {
    at: 'login.squarespace.com/api/1/login/oauth/provider/tokens',
    formats: ['json'],
    client: ['basic'],
    lifetime: 1800,
    refresh: {
      kind: 'rotating',
      lifetime: 7 * 86_400,
      when: ({ granted }) => granted.request['access_type'] === 'offline',
    },
    answer: ({ accessToken, expiresIn, refreshToken, refreshExpiresIn, now }) => ({
      access_token: accessToken,
      token_type: 'bearer', // not verified
      access_token_expires_at: endOf(now, expiresIn),
      refresh_token: refreshToken,
      refresh_token_expires_at: endOf(now, refreshExpiresIn),
    }),
    errors: describedErrors({ code: 'Invalid code', refresh: 'Invalid refresh token', client: 'Invalid client' }), // not verified
  },
  api: {
    headers: { 'User-Agent': error(400, 'INVALID_REQUEST_ERROR', 'The User-Agent header is required.') },
    dead: error(401, 'AUTHORIZATION_ERROR', 'You are not authorized to do that.'),
    forbidden: error(403, 'FORBIDDEN', 'The token does not have the permission.'),
    account: {
      at: 'GET api.squarespace.com/1.0/authorization/website',
      answer: ({ granted: { account } }) => ({ id: account.id, title: `Website of ${account.name}` }),
    },
    routes: [{ at: 'GET api.squarespace.com/1.0/commerce/orders', answer: () => ({ result: [] }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'U', account: 'U', errors: 'U' },
    pages: ['https://developers.squarespace.com/commerce-apis/oauth.md'],
  },
}
