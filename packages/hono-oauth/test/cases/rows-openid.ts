import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { oidc } from 'hono-oauth/providers/oidc'
import { expect } from 'vitest'
import { fieldCase as row } from './case.ts'
import { openField, ORIGIN, outcome, SERVER, token } from './field.ts'

const APP = { clientId: 'id', clientSecret: 'secret' }
const START = 1_800_000_000
const keys = await generateKeyPair('RS256', { extractable: true })
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }

interface OpenIdAnswers {
  readonly issuer: string
  readonly metadataPath?: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: 'RS256' | 'HS256'
  readonly nonce?: boolean
}

/** A login at an OpenID provider with this issuer and these claims. */
async function login(provider: unknown, answers: OpenIdAnswers) {
  const { issuer, metadataPath = '/.well-known/openid-configuration', claims = {}, alg = 'RS256' } = answers
  let idToken = ''
  const field = openField(provider as never, {
    [metadataPath]: () => ({
      issuer,
      authorization_endpoint: 'https://as.example/authorize',
      token_endpoint: 'https://as.example/token',
      jwks_uri: 'https://as.example/jwks',
    }),
    '/jwks': () => ({ keys: [jwk] }),
    '/token': () => token({ id_token: idToken }),
  })
  const { response, to, state } = await field.begin()
  if (!to?.searchParams.has('state')) return { field, code: await outcome(response) }
  const nonce = answers.nonce === false ? {} : { nonce: to.searchParams.get('nonce') }
  const key = alg === 'HS256' ? new TextEncoder().encode('secret'.padEnd(32, 's')) : keys.privateKey
  idToken = await new SignJWT({ iss: issuer, sub: 's-1', ...nonce, ...claims })
    .setProtectedHeader({ alg, kid: 'k' })
    .setAudience('id')
    .setIssuedAt(START)
    .setExpirationTime(START + 300)
    .sign(key)
  return { field, code: await outcome(await field.comeBack(state)) }
}

const LOGIN = 'https://login.microsoftonline.com'
const TENANT = '11111111-2222-3333-4444-555555555555'

/** OpenID providers that differ. */
export const OPENID = [
  row('C42', 'Entra `common`: the issuer of the ID token holds its own tenant', async () => {
    const entra = () =>
      oidc({
        ...APP,
        issuer: `${LOGIN}/{claims.tid}/v2.0`,
        metadataUrl: `${LOGIN}/common/v2.0/.well-known/openid-configuration`,
        account: { id: ['claims.tid', 'claims.oid'], name: 'claims.name' },
        details: { tenantId: 'claims.tid' },
      })
    const metadata = {
      issuer: `${LOGIN}/{tenantid}/v2.0`,
      metadataPath: '/common/v2.0/.well-known/openid-configuration',
    }
    const claims = { iss: `${LOGIN}/${TENANT}/v2.0`, tid: TENANT, oid: 'o-1', name: 'Ada' }
    const { field, code } = await login(entra(), { ...metadata, claims })
    expect(code).toBe('303')
    expect(await field.connections()).toMatchObject([{ account: { id: `${TENANT}/o-1`, name: 'Ada' } }])
    for (const wrong of [
      { iss: `${LOGIN}/other/v2.0` },
      { tid: 'other' },
      { tid: undefined },
      { iss: metadata.issuer },
    ]) {
      const refused = await login(entra(), { ...metadata, claims: { ...claims, ...wrong } })
      expect(refused.code).toBe('provider_response_invalid')
      expect(await refused.field.connections()).toEqual([])
    }
  }),
  row('C43', 'Azure AD B2C: a metadata URL of its own, and the issuer is still checked', async () => {
    const issuer = 'https://contoso.b2clogin.com/tenant/v2.0/'
    const metadataPath = '/contoso.onmicrosoft.com/B2C_1_signin/v2.0/.well-known/openid-configuration'
    const b2c = () => oidc({ ...APP, issuer, metadataUrl: `https://contoso.b2clogin.com${metadataPath}` })
    expect((await login(b2c(), { issuer, metadataPath })).code).toBe('303')
    expect((await login(b2c(), { issuer: 'https://evil.example/', metadataPath })).code).toBe('configuration_invalid')
  }),
  row('C44', 'LinkedIn: an ID token without the nonce is refused; userinfo works', async () => {
    const issuer = 'https://as.example'
    expect((await login(oidc({ ...APP, issuer }), { issuer, nonce: false })).code).toBe('provider_response_invalid')
    const provider = oauth2({
      ...SERVER,
      scopes: ['openid'],
      userinfoEndpoint: 'https://api.example/userinfo',
      account: { id: 'userinfo.sub', name: 'userinfo.name' },
    })
    const field = openField(provider, {
      '/token': () => token({ id_token: 'unread' }),
      '/userinfo': () => ({ sub: 's-1', name: 'Ada' }),
    })
    expect((await field.login()).status).toBe(303)
    expect(await field.connections()).toMatchObject([{ account: { id: 's-1', name: 'Ada' } }])
  }),
  row('C45', 'LINE: HS256 is refused by name', async () => {
    const issuer = 'https://as.example'
    expect(() => oidc({ ...APP, issuer, idTokenAlg: 'HS256' as never })).toThrow(/idTokenAlg is none of RS256/)
    expect((await login(oidc({ ...APP, issuer }), { issuer, alg: 'HS256' })).code).toBe('provider_response_invalid')
  }),
  row('C46', 'an issuer with or without a slash at its end is exact, and the error names both texts', async () => {
    const issuer = 'https://as.example'
    const { field, code } = await login(oidc({ ...APP, issuer }), { issuer: `${issuer}/` })
    expect(code).toBe('configuration_invalid')
    expect(field.browser.transactions()).toEqual([])
    const answer = await field.app.request(`${ORIGIN}/auth/p/login`, { headers: { accept: 'application/json' } })
    expect(((await answer.json()) as { detail: string }).detail).toContain(
      `is ${issuer}, and the metadata names ${issuer}/`,
    )
  }),
]
