import { answer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const refusal = (status: string, message: string) => answer(400, { status, message, correlationId: 'c0ffee' })
const apiError = (status: number, category: string, message: string) =>
  answer(status, { status: 'error', message, category })

/** https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens, version 2026-03 */
export const hubspot: Personality = {
  name: 'hubspot',
  title: 'HubSpot',
  hosts: ['app.hubspot.com', 'api.hubapi.com'],
  accounts: people(['501', '502'], ['62515', '62516']),
  authorization: { at: 'app.hubspot.com/oauth/authorize', responseType: 'optional', pkce: 'optional' },
  token: {
    at: 'api.hubapi.com/oauth/2026-03/token',
    formats: ['form'],
    client: ['post'],
    lifetime: 1800,
    refresh: { kind: 'reusable', repeats: true }, // not verified: another source says single use
    // The members of version 1; the specification of 2026-03 gives none. // not verified
    answer: ({ accessToken, expiresIn, refreshToken, granted }) => ({
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: expiresIn,
      token_type: 'bearer',
      hub_id: Number(granted.account.tenant),
      user_id: Number(granted.account.id),
      scopes: granted.scopes,
      token_use: 'access',
    }),
    errors: {
      code: refusal('BAD_AUTH_CODE', 'missing or unknown auth code'),
      verifier: refusal('BAD_AUTH_CODE', 'missing or unknown auth code'),
      redirect: refusal('BAD_REDIRECT_URI', 'missing or invalid redirect uri'),
      client: refusal('BAD_CLIENT_SECRET', 'missing or unknown client secret'), // not verified
      refresh: refusal('BAD_REFRESH_TOKEN', 'missing or invalid refresh token'),
      grantType: refusal('BAD_GRANT_TYPE', 'missing or unknown grant type'),
    },
  },
  api: {
    dead: apiError(401, 'EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired.'),
    forbidden: apiError(403, 'MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call."),
    account: {
      at: 'GET api.hubapi.com/account-info/v3/details',
      answer: ({ granted: { account } }) => ({ portalId: Number(account.tenant), accountType: 'STANDARD' }),
    },
    routes: [{ at: 'GET api.hubapi.com/crm/v3/objects/contacts', answer: () => ({ results: [] }) }],
  },
  // A revocation ends the refresh token alone: the access tokens live on.
  revocations: [
    {
      at: 'POST api.hubapi.com/oauth/2026-03/token/revoke',
      client: ['post'],
      formats: ['form'],
      kinds: ['refresh'],
      ends: 'token',
      success: answer(200, null), // not verified
    },
    {
      at: 'DELETE api.hubapi.com/oauth/v1/refresh-tokens/{token}',
      client: 'none',
      kinds: ['refresh'],
      ends: 'token',
      success: answer(204, null),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'D', refresh: 'U', revocation: 'D', account: 'U', errors: 'I' },
    pages: ['https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens'],
  },
}
