import { answer } from '../answers.ts'
import type { Account } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const REGIONS = ['com', 'eu', 'in', 'com.au', 'jp', 'com.cn', 'ca', 'sa', 'uk'] // not verified: the last three
const LOCATIONS: Readonly<Record<string, string>> = { com: 'us', 'com.au': 'au', 'com.cn': 'cn' }

/** Errors have status 200. */
const refusal = (error: string) => answer(200, { error })
const apiError = (code: string, message: string) => answer(401, { code, details: {}, message, status: 'error' })

const locationOf = ({ tenant }: Account): string => LOCATIONS[tenant] ?? tenant

/** https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html */
export const zoho: Personality = {
  name: 'zoho',
  title: 'Zoho',
  hosts: REGIONS.flatMap((region) => [`accounts.zoho.${region}`, `www.zohoapis.${region}`]),
  // Each account lives in one region.
  accounts: people(['10001', '10002'], ['com', 'eu']),
  tenants: 'fixed',
  authorization: {
    at: 'accounts.zoho.{region}/oauth/v2/auth',
    scope: { separator: ',' },
    pkce: 'ignored',
    denial: { error: 'access_denied' },
    callback: ({ granted: { account } }) => ({
      location: locationOf(account),
      'accounts-server': `https://accounts.zoho.${account.tenant}`,
    }),
  },
  token: {
    at: 'accounts.zoho.{region}/oauth/v2/token',
    formats: ['form', 'query'],
    client: ['post'],
    // Only the server of the account's region knows its codes and tokens.
    check: ({ granted, sent, grantType }) => {
      if (sent['region'] === granted.account.tenant) return undefined
      return grantType === 'refresh_token' ? 'refresh' : 'code'
    },
    lifetime: 3600,
    refresh: {
      kind: 'reusable',
      when: ({ granted: { request, isFirst } }) =>
        request['access_type'] === 'offline' && (isFirst || request['prompt'] === 'consent'),
    },
    answer: ({ accessToken, expiresIn, refreshToken, granted }) => ({
      access_token: accessToken,
      refresh_token: refreshToken,
      scope: granted.scopes.join(' '),
      api_domain: `https://www.zohoapis.${granted.account.tenant}`,
      token_type: 'Bearer',
      expires_in: expiresIn,
    }),
    errors: {
      code: refusal('invalid_code'),
      redirect: refusal('invalid_redirect_uri'),
      client: refusal('invalid_client'), // not verified
      refresh: refusal('invalid_code'),
      request: refusal('invalid_request'),
      grantType: refusal('unsupported_grant_type'),
    },
  },
  api: {
    schemes: ['Zoho-oauthtoken'],
    dead: apiError('INVALID_TOKEN', 'invalid oauth token'),
    forbidden: apiError('OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL'),
    belongs: ({ granted, params }) => params['region'] === granted.account.tenant,
    account: {
      at: 'GET accounts.zoho.{region}/oauth/user/info',
      answer: ({ granted: { account } }) => ({
        ZUID: Number(account.id),
        Display_Name: account.name,
        Email: account.email,
      }),
    },
    routes: [{ at: 'GET www.zohoapis.{region}/crm/{version}/users', answer: () => ({ users: [] }) }],
  },
  revocations: [
    {
      at: 'POST accounts.zoho.{region}/oauth/v2/token/revoke',
      client: 'none',
      ends: 'grant', // not verified
      success: answer(200, { status: 'success' }),
      unknown: refusal('invalid_token'), // not verified
    },
  ],
  sources: {
    marks: { authorization: 'I', token: 'I', refresh: 'I', revocation: 'I', account: 'I', errors: 'I' },
    pages: ['https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html'],
  },
}
