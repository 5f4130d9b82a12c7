import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people, standardClaims } from './people.ts'

const YEAR = 365 * 86_400

/** https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens, as an approved partner. */
export const linkedin: Personality = {
  name: 'linkedin',
  title: 'LinkedIn',
  hosts: ['www.linkedin.com', 'api.linkedin.com'],
  accounts: people(['782bbtaQ', '782bbtaR']),
  authorization: {
    at: 'www.linkedin.com/oauth/v2/authorization',
    pkce: 'ignored',
    denial: { error: 'user_cancelled_authorize', error_description: 'The user cancelled the authorization' },
  },
  token: {
    at: 'www.linkedin.com/oauth/v2/accessToken',
    formats: ['form'],
    client: ['post'],
    lifetime: 60 * 86_400,
    // A refresh does not prolong the refresh token.
    refresh: { kind: 'reusable', repeats: true, lifetime: YEAR },
    answer: ({ accessToken, expiresIn, refreshToken, refreshExpiresIn, granted, idToken }) => ({
      access_token: accessToken,
      expires_in: expiresIn,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshExpiresIn,
      scope: granted.scopes.join(' '),
      token_type: 'Bearer',
      id_token: idToken,
    }),
    // The words of dead codes and refresh tokens are not documented. // not verified
    errors: describedErrors({ code: 'The authorization code is invalid.', client: 'Client authentication failed' }),
  },
  openid: {
    issuer: 'https://www.linkedin.com/oauth',
    discovery: 'www.linkedin.com/oauth/.well-known/openid-configuration',
    jwks: 'www.linkedin.com/oauth/openid/jwks',
    nonce: 'ignored',
    claims: ({ granted: { account, scopes } }) => standardClaims(account, scopes),
  },
  api: {
    dead: answer(401, {
      status: 401,
      serviceErrorCode: 65601,
      code: 'REVOKED_ACCESS_TOKEN',
      message: 'The token used in the request has been revoked by the user',
    }),
    forbidden: answer(403, {
      status: 403,
      serviceErrorCode: 100,
      code: 'ACCESS_DENIED',
      message: 'Not enough permissions to access: GET /me',
    }),
    account: {
      at: 'GET api.linkedin.com/v2/userinfo',
      answer: ({ granted: { account, scopes } }) => standardClaims(account, scopes),
    },
    routes: [{ at: 'GET api.linkedin.com/v2/me', answer: ({ granted }) => ({ id: granted.account.id }) }],
  },
  revocations: [
    {
      at: 'POST www.linkedin.com/oauth/v2/revoke',
      client: ['post'],
      formats: ['form'],
      ends: 'grant', // not verified
      success: answer(200, null),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'D', revocation: 'I', account: 'I', errors: 'U' },
    pages: ['https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens'],
  },
}
