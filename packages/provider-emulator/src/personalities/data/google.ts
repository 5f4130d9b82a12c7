import { answer, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people, standardClaims } from './people.ts'
import { prefixed } from './tokens.ts'

/** https://developers.google.com/identity/protocols/oauth2 */
export const google: Personality = {
  name: 'google',
  title: 'Google',
  hosts: ['accounts.google.com', '*.googleapis.com'],
  accounts: people(['110169484474386276334', '110169484474386276335']),
  authorization: { at: 'accounts.google.com/o/oauth2/v2/auth', pkce: 'optional', denial: { error: 'access_denied' } },
  token: {
    at: 'oauth2.googleapis.com/token',
    formats: ['form'],
    client: ['basic', 'post'],
    lifetime: 3599,
    refresh: {
      kind: 'reusable',
      // Only with `access_type=offline`; again only with `prompt=consent`.
      when: ({ granted: { request, isFirst } }) =>
        request['access_type'] === 'offline' && (isFirst || request['prompt'] === 'consent'),
    },
    accessToken: prefixed('ya29.'),
    errors: {
      code: oauthError(400, 'invalid_grant', 'Bad Request'),
      verifier: oauthError(400, 'invalid_grant', 'Invalid code verifier.'),
      redirect: oauthError(400, 'redirect_uri_mismatch', 'Bad Request'),
      client: oauthError(401, 'invalid_client', 'The provided client secret is invalid.'),
      refresh: oauthError(400, 'invalid_grant', 'Token has been expired or revoked.'),
    },
  },
  openid: {
    issuer: 'https://accounts.google.com',
    discovery: 'accounts.google.com/.well-known/openid-configuration',
    jwks: 'www.googleapis.com/oauth2/v3/certs',
    // Google's own client for Node asks here. The real answer has certificates of the keys; the client takes both.
    pemKeys: 'www.googleapis.com/oauth2/v1/certs',
    claims: ({ granted: { account, scopes } }) => standardClaims(account, scopes),
  },
  api: {
    dead: answer(401, {
      error: {
        code: 401,
        message: 'Request had invalid authentication credentials.',
        status: 'UNAUTHENTICATED',
      },
    }),
    // https://cloud.google.com/apis/design/errors
    limited: answer(429, { error: { code: 429, message: 'Quota exceeded.', status: 'RESOURCE_EXHAUSTED' } }),
    forbidden: answer(403, {
      error: { code: 403, message: 'Request had insufficient authentication scopes.', status: 'PERMISSION_DENIED' },
    }),
    account: {
      at: 'GET openidconnect.googleapis.com/v1/userinfo',
      answer: ({ granted: { account, scopes } }) => standardClaims(account, scopes),
    },
    routes: [
      { at: 'GET www.googleapis.com/drive/v3/files', answer: () => ({ kind: 'drive#fileList', files: [] }) },
      {
        at: 'GET www.googleapis.com/oauth2/v2/userinfo',
        answer: ({ granted: { account } }) => ({ id: account.id, email: account.email, name: account.name }),
      },
    ],
  },
  revocations: [
    {
      at: 'POST oauth2.googleapis.com/revoke',
      client: 'none',
      ends: 'alike', // not verified: whether it ends the whole grant
      success: answer(200, {}),
      unknown: oauthError(400, 'invalid_token', 'Token expired or revoked'),
    },
  ],
  sources: {
    marks: { authorization: 'DS', token: 'DS', refresh: 'DS', revocation: 'IS', account: 'I', errors: 'IS' },
    clients: ['google-auth-library'],
    pages: [
      'https://developers.google.com/identity/protocols/oauth2',
      'https://github.com/googleapis/google-cloud-node-core',
    ],
  },
}
