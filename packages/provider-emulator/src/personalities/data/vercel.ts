import { answer, describedErrors } from '../answers.ts'
import type { Account } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const installationOf = ({ id }: Account): string => `icfg_${id}`
const error = (status: number, code: string, message: string) => answer(status, { error: { code, message } })

/** An integration: the address names it, and its redirect URI is registered. The first account has no team. */
export const vercel: Personality = {
  name: 'vercel',
  title: 'Vercel',
  hosts: ['vercel.com', 'api.vercel.com'],
  accounts: people(['zTuNVUXEAvvnNN3IaqinkyMw', 'zTuNVUXEAvvnNN3IaqinkyMx'], ['', 'team_second']),
  authorization: {
    at: 'vercel.com/integrations/{slug}/new',
    client: 'implied',
    responseType: 'optional',
    scope: 'none',
    pkce: 'ignored',
    redirectUri: 'registered',
    callback: ({ granted: { account } }) => ({
      configurationId: installationOf(account),
      teamId: account.tenant || undefined,
      next: 'https://vercel.com/dashboard', // not verified
    }),
  },
  token: {
    at: 'api.vercel.com/v2/oauth/access_token',
    formats: ['form'],
    client: ['post'],
    grantType: 'optional',
    lifetime: null,
    refresh: { kind: 'none' },
    answer: ({ accessToken, granted: { account } }) => ({
      access_token: accessToken,
      token_type: 'Bearer',
      installation_id: installationOf(account),
      user_id: account.id,
      team_id: account.tenant || null,
    }),
    errors: describedErrors({ code: 'The code is invalid', client: 'The client secret is invalid' }), // not verified
  },
  api: {
    dead: error(403, 'forbidden', 'Not authorized'), // not verified
    forbidden: error(403, 'forbidden', "You don't have permission to access this resource."),
    account: {
      at: 'GET api.vercel.com/v2/user',
      answer: ({ granted: { account } }) => ({ user: { id: account.id, name: account.name, email: account.email } }),
    },
    routes: [{ at: 'GET api.vercel.com/v9/projects', answer: () => ({ projects: [] }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}
