import { answer, describedErrors, oauthError } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const DEAD_GRANT =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the ' +
  'authorization request, or was issued to another client.'

/** https://docs.gitlab.com/api/oauth2/ */
export const gitlab: Personality = {
  name: 'gitlab',
  title: 'GitLab',
  hosts: ['gitlab.com'],
  accounts: people(['1001', '1002']),
  authorization: { at: 'gitlab.com/oauth/authorize', pkce: 'optional' },
  token: {
    at: 'gitlab.com/oauth/token',
    formats: ['form', 'json'],
    client: ['post', 'basic'],
    lifetime: 7200,
    refresh: { kind: 'rotating', endsAccessTokens: true },
    answer: ({ accessToken, expiresIn, refreshToken, granted, now }) => ({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
      scope: granted.scopes.join(' '),
      created_at: Math.floor(now / 1000),
    }),
    errors: describedErrors({
      client: 'Client authentication failed due to unknown client, or no client authentication included.',
      code: DEAD_GRANT,
      redirect: DEAD_GRANT,
      verifier: DEAD_GRANT,
      refresh: DEAD_GRANT,
    }),
  },
  api: {
    dead: oauthError(401, 'invalid_token', 'Token is expired. You can either do re-authorization or token refresh.'),
    forbidden: oauthError(403, 'insufficient_scope', 'The request requires higher privileges than provided.'),
    account: {
      at: 'GET gitlab.com/api/v4/user',
      answer: ({ granted: { account } }) => ({ id: Number(account.id), name: account.name, email: account.email }),
    },
    routes: [{ at: 'GET gitlab.com/api/v4/projects', answer: () => [] }],
  },
  revocations: [
    { at: 'POST gitlab.com/oauth/revoke', client: ['post', 'basic'], ends: 'grant', success: answer(200, {}) },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'D', account: 'I', errors: 'U' },
    pages: ['https://docs.gitlab.com/api/oauth2/'],
  },
}
