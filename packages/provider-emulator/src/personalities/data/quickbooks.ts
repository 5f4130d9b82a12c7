import { answer, describedErrors } from '../answers.ts'
import type { ApiRoute, Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'

const fault = (status: number, code: string, type: string, message: string) =>
  answer(status, { fault: { error: [{ message, code }], type } })

const company: ApiRoute['answer'] = ({ granted: { account } }) => ({
  CompanyInfo: { Id: '1', CompanyName: tenantNameOf(account, 'Company') },
})

const userinfo: ApiRoute['answer'] = ({ granted: { account } }) => ({
  sub: account.id,
  email: account.email,
  givenName: account.name.split(' ')[0],
})

/** https://github.com/intuit/oauth-jsclient */
export const quickbooks: Personality = {
  name: 'quickbooks',
  title: 'Intuit',
  hosts: [
    'appcenter.intuit.com',
    'oauth.platform.intuit.com',
    'developer.api.intuit.com',
    'accounts.platform.intuit.com',
    'sandbox-accounts.platform.intuit.com',
    'quickbooks.api.intuit.com',
    'sandbox-quickbooks.api.intuit.com',
  ],
  accounts: people(
    ['1182d6ec-0000-4000-8000-000000000001', '1182d6ec-0000-4000-8000-000000000002'],
    ['9130347957983501', '9130347957983502'],
  ),
  authorization: {
    at: 'appcenter.intuit.com/connect/oauth2',
    pkce: 'optional', // not verified
    // The company of the connection.
    callback: ({ granted }) => ({ realmId: granted.account.tenant }),
  },
  token: {
    at: 'oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
    formats: ['form'],
    client: ['basic'],
    lifetime: 3600,
    refresh: { kind: 'rotating', grace: 86_400, lifetime: 8_726_400 },
    answer: ({ accessToken, expiresIn, refreshToken, refreshExpiresIn, idToken }) => ({
      token_type: 'bearer',
      access_token: accessToken,
      expires_in: expiresIn,
      refresh_token: refreshToken,
      x_refresh_token_expires_in: refreshExpiresIn,
      id_token: idToken,
    }),
    errors: describedErrors({ code: 'Invalid authorization code', refresh: 'Incorrect or invalid refresh token' }),
  },
  openid: {
    issuer: 'https://oauth.platform.intuit.com/op/v1',
    discovery: 'developer.api.intuit.com/.well-known/openid_configuration', // not verified
    jwks: 'oauth.platform.intuit.com/op/v1/jwks', // not verified
    claims: ({ granted: { account } }) => ({ realmid: account.tenant }),
  },
  api: {
    dead: fault(401, '3200', 'AUTHENTICATION', 'message=AuthenticationFailed; errorCode=003200; statusCode=401'),
    forbidden: fault(
      403,
      '3100',
      'AUTHORIZATION',
      'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
    ),
    belongs: ({ granted, params }) => (params['realm'] ?? granted.account.tenant) === granted.account.tenant,
    account: { at: 'GET accounts.platform.intuit.com/v1/openid_connect/userinfo', answer: userinfo },
    routes: [
      { at: 'GET quickbooks.api.intuit.com/v3/company/{realm}/companyinfo/{id}', answer: company },
      { at: 'GET sandbox-accounts.platform.intuit.com/v1/openid_connect/userinfo', answer: userinfo },
      { at: 'GET sandbox-quickbooks.api.intuit.com/v3/company/{realm}/companyinfo/{id}', answer: company },
    ],
  },
  revocations: [
    {
      at: 'POST developer.api.intuit.com/v2/oauth2/tokens/revoke',
      client: ['basic'],
      formats: ['json', 'form'],
      ends: 'grant', // not verified
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'D', refresh: 'D', revocation: 'D', account: 'D', errors: 'U' },
    pages: ['https://github.com/intuit/oauth-jsclient'],
  },
}
