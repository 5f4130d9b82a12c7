import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://developer.wordpress.com/docs/oauth2/ (not read) */
export const wordpress: Personality = {
  name: 'wordpress',
  title: 'WordPress.com',
  hosts: ['public-api.wordpress.com'],
  accounts: people(['78972', '78973'], ['30434183', '30434184']),
  authorization: { at: 'public-api.wordpress.com/oauth2/authorize', pkce: 'ignored' }, // not verified: PKCE
  token: {
    at: 'public-api.wordpress.com/oauth2/token',
    formats: ['form'],
    client: ['post'],
    lifetime: null,
    refresh: { kind: 'none' },
    answer: ({ accessToken, granted }) => ({
      access_token: accessToken,
      token_type: 'bearer',
      blog_id: granted.account.tenant, // not verified
      blog_url: `https://blog-${granted.account.tenant}.example`,
      scope: granted.scopes.join(' '),
    }),
    errors: describedErrors({ code: 'The authorization code is invalid', client: 'The client secret is invalid' }), // not verified
  },
  api: {
    dead: answer(400, { error: 'invalid_token', message: 'The OAuth2 token is invalid.' }), // not verified
    forbidden: answer(403, { error: 'unauthorized', message: 'Your token is not allowed to do that.' }),
    account: {
      at: 'GET public-api.wordpress.com/rest/v1.1/me',
      answer: ({ granted: { account } }) => ({
        ID: Number(account.id),
        display_name: account.name,
        email: account.email,
      }),
    },
    routes: [{ at: 'GET public-api.wordpress.com/rest/v1.1/me/sites', answer: () => ({ sites: [] }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}
