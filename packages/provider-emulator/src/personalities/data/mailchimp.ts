import { answer, describedErrors } from '../answers.ts'
import type { Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'

const problem = (status: number, title: string, detail: string) =>
  answer(status, { type: 'https://mailchimp.com/developer/marketing/docs/errors/', title, status, detail })

/** The data centre of an account says its API host: the metadata tells it. */
export const mailchimp: Personality = {
  name: 'mailchimp',
  title: 'Mailchimp',
  hosts: ['login.mailchimp.com', '*.api.mailchimp.com'],
  accounts: people(['140001', '140002'], ['us1', 'us2']),
  authorization: { at: 'login.mailchimp.com/oauth2/authorize', scope: 'none', pkce: 'ignored' },
  token: {
    at: 'login.mailchimp.com/oauth2/token',
    formats: ['form'],
    client: ['post'],
    lifetime: null,
    refresh: { kind: 'none' },
    answer: ({ accessToken, expiresIn = 0 }) => ({ access_token: accessToken, expires_in: expiresIn, scope: null }), // not verified
    errors: describedErrors({
      code: 'The authorization code is invalid',
      client: 'The client credentials are invalid',
    }),
  },
  api: {
    schemes: ['Bearer', 'OAuth'],
    dead: problem(
      401,
      'API Key Invalid',
      "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    ),
    forbidden: problem(403, 'Forbidden', 'You do not have permission to access the requested resource.'),
    belongs: ({ granted, params }) => (params['dc'] ?? granted.account.tenant) === granted.account.tenant,
    account: {
      at: 'GET login.mailchimp.com/oauth2/metadata',
      // Status 200 even for a bad token.
      dead: answer(200, { error: 'invalid_token' }),
      answer: ({ granted: { account } }) => ({
        dc: account.tenant,
        role: 'owner',
        accountname: tenantNameOf(account, 'Account'),
        user_id: Number(account.id),
        login: {
          email: account.email,
          login_id: Number(account.id),
          login_name: account.name,
          login_email: account.email,
        },
        login_url: 'https://login.mailchimp.com',
        api_endpoint: `https://${account.tenant}.api.mailchimp.com`,
      }),
    },
    routes: [{ at: 'GET {dc}.api.mailchimp.com/3.0/ping', answer: () => ({ health_status: "Everything's Chimpy!" }) }],
  },
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'U', revocation: 'U', account: 'I', errors: 'U' },
    pages: [],
  },
}
