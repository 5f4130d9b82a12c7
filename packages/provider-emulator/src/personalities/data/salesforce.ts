import { answer, oauthError } from '../answers.ts'
import type { Account, Granted } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const instanceOf = ({ tenant }: Account): string => `${tenant}.my.salesforce.com`
const organizationOf = ({ tenant }: Account): string => `00D${tenant.replaceAll('-', '')}`
const canRefresh = ({ scopes }: Granted): boolean =>
  scopes.some((scope) => ['refresh_token', 'offline_access'].includes(scope))

/** The vendor's pages were not read: the members are those of jsforce and other clients. */
export const salesforce: Personality = {
  name: 'salesforce',
  title: 'Salesforce',
  // The login host, a sandbox, or a My Domain host.
  hosts: ['*.salesforce.com'],
  accounts: people(['005ADA', '005GRACE'], ['ada-dev-ed', 'grace-dev-ed']),
  authorization: {
    at: '{login}.salesforce.com/services/oauth2/authorize',
    pkce: 'optional',
    denial: { error: 'access_denied', error_description: 'end-user denied authorization' },
  },
  token: {
    at: '{login}.salesforce.com/services/oauth2/token',
    formats: ['form'],
    client: ['post', 'basic'],
    // Sessions end, but no answer says when. // not verified
    lifetime: 7200,
    // An app with rotation on, which some orgs require.
    refresh: { kind: 'rotating', when: ({ granted }) => canRefresh(granted) },
    answer: ({ accessToken, refreshToken, granted, now }) => ({
      access_token: accessToken,
      refresh_token: refreshToken,
      signature: 'c2lnbmF0dXJl',
      scope: granted.scopes.join(' '),
      instance_url: `https://${instanceOf(granted.account)}`,
      id: `https://${granted.request['login']}.salesforce.com/id/${organizationOf(granted.account)}/${granted.account.id}`,
      token_type: 'Bearer',
      issued_at: String(now),
    }),
    errors: {
      code: oauthError(400, 'invalid_grant', 'invalid authorization code'),
      verifier: oauthError(400, 'invalid_grant', 'invalid code verifier'),
      redirect: oauthError(400, 'redirect_uri_mismatch', 'redirect_uri must match configuration'),
      client: oauthError(400, 'invalid_client', 'invalid client credentials'),
      refresh: oauthError(400, 'invalid_grant', 'expired access/refresh token'),
    },
  },
  api: {
    dead: answer(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]),
    forbidden: answer(403, [
      { message: 'This session is not valid for use with the API', errorCode: 'INSUFFICIENT_ACCESS' },
    ]),
    belongs: ({ granted, host, params }) =>
      params['organization'] === undefined
        ? host === instanceOf(granted.account)
        : params['organization'] === organizationOf(granted.account) && params['user'] === granted.account.id,
    account: {
      at: 'GET {domain}.salesforce.com/services/oauth2/userinfo',
      answer: ({ granted: { account } }) => ({
        user_id: account.id,
        organization_id: organizationOf(account),
        name: account.name,
        email: account.email,
      }),
    },
    routes: [
      // The identity URL, which the token response names `id`.
      {
        at: 'GET {login}.salesforce.com/id/{organization}/{user}',
        answer: ({ granted: { account } }) => ({
          user_id: account.id,
          organization_id: organizationOf(account),
          display_name: account.name,
          username: account.email,
        }),
      },
      { at: 'GET {domain}.salesforce.com/services/data/{version}/sobjects', answer: () => ({ sobjects: [] }) },
    ],
  },
  revocations: [
    {
      at: 'POST {login}.salesforce.com/services/oauth2/revoke',
      client: 'none',
      ends: 'grant',
      success: answer(200, null),
      unknown: oauthError(400, 'invalid_token', 'invalid token'), // not verified
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'I', account: 'I', errors: 'U' },
    pages: ['https://github.com/jsforce/jsforce'],
  },
}
