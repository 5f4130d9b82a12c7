import { answer } from '../answers.ts'
import type { ApiRoute, Personality } from '../personality.ts'
import { people } from './people.ts'
import { prefixed } from './tokens.ts'

const error = (status: number, code: number, message: string) =>
  answer(status, { error: { message, type: 'OAuthException', code, fbtrace_id: 'Atrace' } })

const expired = error(401, 190, 'Error validating access token: Session has expired.') // not verified: status 400 or 401

const me: ApiRoute['answer'] = ({ granted: { account } }) => ({ id: account.id, name: account.name })

/** Facebook Login. The version is a part of the path; the Graph API answers without it too. */
export const facebook: Personality = {
  name: 'facebook',
  title: 'Facebook',
  hosts: ['www.facebook.com', 'graph.facebook.com'],
  accounts: people(['10158000000000001', '10158000000000002']),
  authorization: {
    at: 'www.facebook.com/{version}/dialog/oauth',
    responseType: 'optional',
    scope: { separator: /[ ,]+/ },
    pkce: 'optional', // not verified
    denial: {
      error: 'access_denied',
      error_code: '200',
      error_description: 'Permissions error',
      error_reason: 'user_denied',
    },
  },
  token: {
    at: 'graph.facebook.com/{version}/oauth/access_token',
    get: true,
    formats: ['query', 'form'],
    client: ['post'],
    grantType: 'optional',
    lifetime: 5400, // not verified: one to two hours
    refresh: { kind: 'none' },
    exchange: { grantType: 'fb_exchange_token', member: 'fb_exchange_token', lifetime: 60 * 86_400 },
    accessToken: prefixed('EAA'),
    answer: ({ accessToken, expiresIn }) => ({
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: expiresIn,
    }),
    errors: {
      request: error(400, 1, 'Invalid request'),
      code: error(400, 100, 'This authorization code has been used.'),
      verifier: error(400, 100, 'Invalid code verifier.'),
      redirect: error(400, 100, 'Error validating verification code. Please make sure your redirect_uri is identical.'),
      client: error(400, 1, 'Error validating client secret.'),
      grantType: error(400, 100, 'Unsupported grant type'),
      refresh: expired,
    },
  },
  api: {
    query: 'access_token',
    dead: expired,
    forbidden: error(403, 10, 'Application does not have permission for this action'),
    account: { at: 'GET graph.facebook.com/me', answer: me },
    routes: [
      { at: 'GET graph.facebook.com/{version}/me', answer: me },
      { at: 'GET graph.facebook.com/{version}/me/accounts', answer: () => ({ data: [] }) },
    ],
  },
  revocations: [
    {
      at: 'DELETE graph.facebook.com/{version}/{user}/permissions',
      client: 'token',
      ends: 'alike',
      success: answer(200, { success: true }),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'I', account: 'I', errors: 'U' },
    pages: [],
  },
}
