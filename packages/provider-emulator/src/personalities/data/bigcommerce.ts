import { answer, describedErrors } from '../answers.ts'
import type { Account } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people, tenantNameOf } from './people.ts'

const SCOPE = 'store_v2_information'

const contextOf = ({ tenant }: Account): string => `stores/${tenant}`
const userOf = ({ id, email, name }: Account) => ({ id: Number(id), username: name, email })

/** https://developer.bigcommerce.com/docs/integrations/apps/guide/auth: the store starts a login, without state. */
export const bigcommerce: Personality = {
  name: 'bigcommerce',
  title: 'BigCommerce',
  hosts: ['login.bigcommerce.com', 'api.bigcommerce.com'],
  accounts: people(['24654', '24655'], ['g5cd38', 'g5cd39']),
  authorization: {
    at: 'login.bigcommerce.com/oauth2/authorize', // not verified: no page documents it
    installAt: 'login.bigcommerce.com/app/{client_id}/install',
    responseType: 'optional',
    scope: 'none',
    pkce: 'ignored',
    redirectUri: 'registered',
    callback: ({ granted: { account } }) => ({
      scope: SCOPE,
      context: contextOf(account),
      account_uuid: `uuid-${account.tenant}`,
    }),
  },
  token: {
    at: 'login.bigcommerce.com/oauth2/token',
    formats: ['json'],
    client: ['post'],
    required: { authorization_code: ['context', 'scope', 'redirect_uri'] },
    check: ({ granted, sent }) => (sent['context'] === contextOf(granted.account) ? undefined : 'code'),
    lifetime: null,
    refresh: { kind: 'none' },
    answer: ({ accessToken, granted: { account } }) => ({
      access_token: accessToken,
      scope: SCOPE,
      user: userOf(account),
      owner: userOf(account),
      context: contextOf(account),
      account_uuid: `uuid-${account.tenant}`,
    }),
    errors: describedErrors({ code: 'Invalid code', client: 'Invalid client id or secret' }), // not verified
  },
  api: {
    header: 'X-Auth-Token',
    dead: answer(401, { status: 401, title: 'Unauthorized', type: 'about:blank' }),
    forbidden: answer(403, { status: 403, title: "You don't have a required scope to access the endpoint" }),
    belongs: ({ granted, params }) => params['hash'] === granted.account.tenant,
    account: {
      at: 'GET api.bigcommerce.com/stores/{hash}/v2/store',
      answer: ({ granted: { account } }) => ({ id: account.tenant, name: tenantNameOf(account, 'Store') }),
    },
    routes: [
      { at: 'GET api.bigcommerce.com/stores/{hash}/v3/catalog/products', answer: () => ({ data: [], meta: {} }) },
    ],
  },
  sources: {
    marks: { authorization: 'I', token: 'D', refresh: 'D', revocation: 'U', account: 'U', errors: 'U' },
    pages: ['https://developer.bigcommerce.com/docs/integrations/apps/guide/auth'],
  },
}
