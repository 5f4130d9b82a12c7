import { signingInput } from '../../jws.ts'
import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow; the legacy flow is not emulated. */
export const monday: Personality = {
  name: 'monday',
  title: 'monday.com',
  hosts: ['auth.monday.com', 'api.monday.com'],
  accounts: people(['4012689', '4012690'], ['75', '76']),
  authorization: { at: 'auth.monday.com/oauth2/authorize', responseType: 'optional', pkce: 'optional' },
  token: {
    at: 'auth.monday.com/oauth_ms/oauth/token',
    formats: ['json'],
    client: ['post'],
    lifetime: 3600, // not verified
    refresh: { kind: 'rotating' },
    // Only the JWT says when it ends.
    accessToken: ({ granted: { account }, expiresIn = 0, now }) => {
      const claims = { uid: Number(account.id), actid: Number(account.tenant), exp: Math.floor(now / 1000) + expiresIn }
      return `${signingInput({ alg: 'HS256' }, { ...claims, jti: crypto.randomUUID() })}.c2lnbmF0dXJl`
    },
    answer: ({ accessToken, refreshToken, granted }) => ({
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: 'Bearer',
      scope: granted.scopes.join(' '),
    }),
    errors: describedErrors({ code: 'Invalid code', refresh: 'Invalid refresh token', client: 'Invalid client' }), // not verified
  },
  api: {
    schemes: ['', 'Bearer'],
    dead: answer(401, { errors: ['Not Authenticated'] }),
    forbidden: answer(403, {
      errors: [{ message: 'Unauthorized field or type', extensions: { code: 'UserUnauthorizedException' } }],
    }),
    account: {
      at: 'POST api.monday.com/v2',
      graphql: 'me',
      answer: ({ granted: { account } }) => ({
        data: { me: { id: account.id, name: account.name, account: { id: account.tenant } } },
      }),
    },
    routes: [{ at: 'POST api.monday.com/v2', graphql: 'boards', answer: () => ({ data: { boards: [] } }) }],
  },
  revocations: [
    {
      at: 'POST auth.monday.com/oauth_ms/oauth/revoke',
      client: ['post'],
      formats: ['json'],
      ends: 'grant', // not verified
      success: answer(200, { success: true }),
    },
  ],
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'I', revocation: 'I', account: 'I', errors: 'U' },
    pages: ['https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow'],
  },
}
