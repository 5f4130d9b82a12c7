import { answer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people, standardClaims, tenantNameOf } from './people.ts'

const problem = (status: number, Title: string, Detail: string) =>
  answer(status, { Type: null, Title, Status: status, Detail })

/** https://developer.xero.com/documentation/guides/oauth2/auth-flow/ */
export const xero: Personality = {
  name: 'xero',
  title: 'Xero',
  hosts: ['login.xero.com', 'identity.xero.com', 'api.xero.com'],
  accounts: people(
    ['a3a4dbaf-0000-4000-8000-000000000001', 'a3a4dbaf-0000-4000-8000-000000000002'],
    ['70784a63-0000-4000-8000-000000000001', '70784a63-0000-4000-8000-000000000002'],
  ),
  authorization: { at: 'login.xero.com/identity/connect/authorize', pkce: 'optional' }, // not verified: PKCE
  token: {
    at: 'identity.xero.com/connect/token',
    formats: ['form'],
    client: ['basic'],
    lifetime: 1800,
    refresh: {
      kind: 'rotating',
      grace: 1800, // not verified
      lifetime: 60 * 86_400,
      when: ({ granted }) => granted.scopes.includes('offline_access'),
    },
  },
  openid: {
    issuer: 'https://identity.xero.com',
    discovery: 'identity.xero.com/.well-known/openid-configuration',
    jwks: 'identity.xero.com/.well-known/openid-configuration/jwks',
    claims: ({ granted: { account, scopes } }) => ({ ...standardClaims(account, scopes), xero_userid: account.id }),
  },
  api: {
    dead: problem(401, 'Unauthorized', 'AuthenticationUnsuccessful'),
    forbidden: problem(403, 'Forbidden', 'AuthorizationUnsuccessful'),
    account: {
      at: 'GET identity.xero.com/connect/userinfo', // not verified
      answer: ({ granted: { account, scopes } }) => standardClaims(account, scopes),
    },
    routes: [
      {
        at: 'GET api.xero.com/connections',
        answer: ({ granted: { account } }) => [
          {
            id: `connection-${account.tenant}`,
            tenantId: account.tenant,
            tenantType: 'ORGANISATION',
            tenantName: tenantNameOf(account, 'Company'),
          },
        ],
      },
      { at: 'GET api.xero.com/api.xro/2.0/Organisation', answer: () => ({ Organisations: [] }) },
    ],
  },
  revocations: [
    {
      at: 'POST identity.xero.com/connect/revocation',
      client: ['basic'],
      formats: ['form'],
      kinds: ['refresh'],
      ends: 'grant', // not verified
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'I', account: 'U', errors: 'U' },
    pages: [
      'https://developer.xero.com/documentation/guides/oauth2/auth-flow/',
      'https://github.com/XeroAPI/xero-node',
    ],
  },
}
