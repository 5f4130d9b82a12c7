import { answer, standardAnswer } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

/** Errors have a numeric code and a text. // not verified: which code goes with which text */
const refusal = (status: number, error: string, code: number, reason: string) => answer(status, { reason, error, code })

/** https://developers.zoom.us/docs/integrations/oauth/ */
export const zoom: Personality = {
  name: 'zoom',
  title: 'Zoom',
  hosts: ['zoom.us', 'api.zoom.us'],
  accounts: people(['KDcuGIm1QgePTO8WbOqwIQ', 'KDcuGIm1QgePTO8WbOqwIR'], ['accountFirst', 'accountSecond']),
  authorization: { at: 'zoom.us/oauth/authorize', scope: { separator: /[ ,]+/ }, pkce: 'optional' },
  token: {
    at: 'zoom.us/oauth/token',
    formats: ['form', 'query'],
    client: ['basic', 'post'],
    codeSeconds: 300,
    lifetime: 3600,
    refresh: { kind: 'rotating', lifetime: 90 * 86_400 },
    answer: (issued) => ({ ...standardAnswer(issued), token_type: 'bearer', api_url: 'https://api.zoom.us' }),
    errors: {
      code: refusal(400, 'invalid_grant', 4734, 'Invalid authorization code'),
      verifier: refusal(400, 'invalid_grant', 4734, 'Invalid authorization code'),
      redirect: refusal(400, 'invalid_grant', 4709, 'Redirect URI mismatch'),
      client: refusal(401, 'invalid_client', 4702, 'Invalid client_id or client_secret'),
      refresh: refusal(400, 'invalid_grant', 4735, 'Invalid Token!'),
    },
  },
  api: {
    dead: answer(401, { code: 124, message: 'Invalid access token.' }),
    forbidden: answer(400, { code: 4711, message: 'Invalid access token, does not contain scopes:[meeting:read].' }),
    account: {
      at: 'GET api.zoom.us/v2/users/me',
      answer: ({ granted: { account } }) => ({
        id: account.id,
        display_name: account.name,
        email: account.email,
        account_id: account.tenant,
      }),
    },
    routes: [{ at: 'GET api.zoom.us/v2/users/me/meetings', answer: () => ({ meetings: [] }) }],
  },
  revocations: [
    {
      at: 'POST zoom.us/oauth/revoke',
      client: ['basic'],
      ends: 'grant', // not verified
      success: answer(200, { status: 'success' }),
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'I', account: 'I', errors: 'I' },
    pages: [],
  },
}
