import { answer, standardAnswer } from '../answers.ts'
import type { Granted, Texts } from '../contexts.ts'
import type { Personality } from '../personality.ts'
import { people } from './people.ts'

const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const SHARED = ['common', 'organizations']

/** The tenant of a login: the one of the address, or the account's own. */
function tenantOf({ request, account }: Granted): string {
  const tenant = request['tenant'] ?? 'common'
  if (tenant === 'consumers') return CONSUMERS
  return SHARED.includes(tenant) ? account.tenant : tenant
}

const issuerOf = (tenant: string): string => `https://login.microsoftonline.com/${tenant}/v2.0`

/** Shared addresses do not name a tenant, so their metadata has a placeholder. */
const metadataIssuer = ({ tenant = 'common' }: Texts): string =>
  issuerOf(SHARED.includes(tenant) ? '{tenantid}' : tenant === 'consumers' ? CONSUMERS : tenant)

const refusal = (status: number, error: string, code: number, text: string) =>
  answer(status, { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] })

const expired = refusal(400, 'invalid_grant', 70008, 'The provided authorization code or refresh token has expired.')

const claimsOf = ({ account }: Granted) => ({
  sub: `pairwise-${account.id}`,
  name: account.name,
  email: account.email,
})

/** https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
export const microsoft: Personality = {
  name: 'microsoft',
  title: 'Microsoft',
  hosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
  accounts: people(
    ['6f1f5a30-0000-4000-8000-000000000001', '6f1f5a30-0000-4000-8000-000000000002'],
    ['11111111-aaaa-4000-8000-000000000001', '22222222-bbbb-4000-8000-000000000002'],
  ),
  authorization: { at: 'login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize', pkce: 'optional', formPost: true },
  token: {
    at: 'login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    formats: ['form'],
    client: ['post', 'basic'],
    lifetime: 3599, // not verified: between 60 and 90 minutes
    // Each refresh brings another refresh token, and the old one is not revoked.
    refresh: {
      kind: 'rotating',
      grace: Number.POSITIVE_INFINITY,
      lifetime: 90 * 86_400,
      when: ({ granted }) => granted.scopes.includes('offline_access'),
    },
    answer: (issued) => ({ ...standardAnswer(issued), ext_expires_in: issued.expiresIn }),
    errors: {
      code: expired,
      refresh: refusal(400, 'invalid_grant', 70000, 'The provided value for the input parameter is not valid.'),
      client: refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.'),
      redirect: refusal(400, 'invalid_grant', 500112, 'The reply address does not match the one of the authorization.'),
      verifier: refusal(400, 'invalid_grant', 501481, 'The Code_Verifier does not match the code_challenge.'),
    },
  },
  openid: {
    issuer: ({ granted }) => issuerOf(tenantOf(granted)),
    metadataIssuer,
    discovery: 'login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration',
    jwks: 'login.microsoftonline.com/{tenant}/discovery/v2.0/keys',
    userinfo: 'graph.microsoft.com/oidc/userinfo',
    claims: ({ granted }) => ({ ...claimsOf(granted), tid: tenantOf(granted), oid: granted.account.id, ver: '2.0' }),
  },
  api: {
    dead: answer(401, {
      error: { code: 'InvalidAuthenticationToken', message: 'Lifetime validation failed, the token is expired.' },
    }),
    forbidden: answer(403, {
      error: { code: 'ErrorAccessDenied', message: 'Access is denied. Check credentials and try again.' },
    }),
    account: {
      at: 'GET graph.microsoft.com/v1.0/me',
      answer: ({ granted: { account } }) => ({ id: account.id, displayName: account.name, mail: account.email }),
    },
    routes: [
      { at: 'GET graph.microsoft.com/v1.0/me/drive', answer: () => ({ id: 'drive-1', driveType: 'business' }) },
      { at: 'GET graph.microsoft.com/oidc/userinfo', answer: ({ granted }) => claimsOf(granted) },
    ],
  },
  sources: {
    marks: { authorization: 'D', token: 'D', refresh: 'D', revocation: 'U', account: 'I', errors: 'U' },
    pages: [
      'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
      'https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens',
    ],
  },
}
