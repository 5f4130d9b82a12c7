import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** https://airtable.com/developers/web/api/oauth-reference */
export const airtable: Personality = {
  name: 'airtable',
  title: 'Airtable',
  hosts: ['airtable.com', 'api.airtable.com'],
  accounts: people(['usrADA', 'usrGRACE']),
  authorization: { at: 'airtable.com/oauth2/v1/authorize', required: { state: null }, pkce: 'required' },
  token: {
    at: 'airtable.com/oauth2/v1/token',
    formats: ['form'],
    client: ['basic'],
    lifetime: 3600, // not verified
    // The second use of a refresh token may revoke the tokens.
    refresh: { kind: 'rotating', lifetime: 60 * 86_400, reuseEndsGrant: true },
    answer: ({ accessToken, expiresIn, refreshToken, refreshExpiresIn, granted }) => ({
      access_token: accessToken,
      token_type: 'Bearer',
      scope: granted.scopes.join(' '),
      expires_in: expiresIn,
      refresh_token: refreshToken,
      refresh_expires_in: refreshExpiresIn,
    }),
    errors: describedErrors({
      code: 'The authorization code is invalid',
      refresh: 'The refresh token is invalid',
      client: 'Client authentication failed',
    }),
  },
  api: {
    dead: answer(401, { error: { type: 'AUTHENTICATION_REQUIRED', message: 'Authentication required' } }),
    forbidden: answer(403, {
      error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND', message: 'Invalid permissions' },
    }),
    account: {
      at: 'GET api.airtable.com/v0/meta/whoami',
      answer: ({ granted: { account, scopes } }) => ({
        id: account.id,
        scopes,
        ...(scopes.includes('user.email:read') ? { email: account.email } : {}),
      }),
    },
    routes: [{ at: 'GET api.airtable.com/v0/meta/bases', answer: () => ({ bases: [] }) }],
  },
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'U', account: 'I', errors: 'U' },
    pages: ['https://airtable.com/developers/web/api/oauth-reference'],
  },
}
