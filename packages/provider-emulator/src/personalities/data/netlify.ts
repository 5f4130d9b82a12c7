import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** Access tokens have no end. // not verified */
export const netlify: Personality = {
  name: 'netlify',
  title: 'Netlify',
  hosts: ['app.netlify.com', 'api.netlify.com'],
  accounts: people(['5b3000000000000000000001', '5b3000000000000000000002']),
  authorization: { at: 'app.netlify.com/authorize', scope: 'none', pkce: 'ignored' }, // not verified: PKCE
  token: {
    at: 'api.netlify.com/oauth/token',
    formats: ['form', 'json'],
    client: ['post'],
    lifetime: null,
    refresh: { kind: 'none' },
    errors: describedErrors({ code: 'The authorization code is invalid', client: 'Client authentication failed' }), // not verified
  },
  api: {
    dead: answer(401, { code: 401, message: 'Access Denied' }),
    forbidden: answer(403, { code: 403, message: 'Forbidden' }),
    account: {
      at: 'GET api.netlify.com/api/v1/user',
      answer: ({ granted: { account } }) => ({ id: account.id, full_name: account.name, email: account.email }),
    },
    routes: [{ at: 'GET api.netlify.com/api/v1/sites', answer: () => [] }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}
