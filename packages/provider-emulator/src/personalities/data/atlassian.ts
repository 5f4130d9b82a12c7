import { answer, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/ */
export const atlassian: Personality = {
  name: 'atlassian',
  title: 'Atlassian',
  hosts: ['auth.atlassian.com', 'api.atlassian.com'],
  accounts: people(['557058:ada', '557058:grace'], ['cloud-first', 'cloud-second']),
  authorization: {
    at: 'auth.atlassian.com/authorize',
    required: { audience: ['api.atlassian.com'], prompt: ['consent'] },
    pkce: 'optional', // not verified
  },
  token: {
    at: 'auth.atlassian.com/oauth/token',
    formats: ['json', 'form'],
    client: ['post'],
    lifetime: 3600,
    refresh: {
      kind: 'rotating',
      lifetime: 90 * 86_400,
      when: ({ granted }) => granted.scopes.includes('offline_access'),
    },
    errors: {
      code: oauthError(403, 'invalid_grant', 'Invalid authorization code'), // not verified
      refresh: oauthError(403, 'unauthorized_client', 'refresh_token is invalid'),
      client: oauthError(401, 'access_denied', 'Unauthorized'), // not verified
    },
  },
  api: {
    dead: answer(401, { code: 401, message: 'Unauthorized' }),
    forbidden: answer(403, { code: 403, message: 'Unauthorized; scope does not match' }),
    account: {
      at: 'GET api.atlassian.com/me',
      answer: ({ granted: { account } }) => ({ account_id: account.id, name: account.name, email: account.email }),
    },
    routes: [
      {
        at: 'GET api.atlassian.com/oauth/token/accessible-resources',
        answer: ({ granted: { account, scopes } }) => [
          { id: account.tenant, name: account.tenant, url: `https://${account.tenant}.atlassian.net`, scopes },
        ],
      },
      {
        at: 'GET api.atlassian.com/ex/jira/{cloud}/rest/api/3/myself',
        answer: ({ granted: { account } }) => ({ accountId: account.id, displayName: account.name }),
      },
    ],
  },
  sources: {
    marks: { authorization: 'I', token: 'D', refresh: 'D', revocation: 'U', account: 'I', errors: 'I' },
    pages: ['https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/'],
  },
}
