import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { decodeProtectedHeader } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { codeOf } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import { app, open } from './app-of-test.ts'
import { remove, set } from './callback.ts'
import { generateServerKeys, type SigningAlg } from './keys.ts'
import type { Person } from './person.ts'
import { API, CLIENT_ID, CLIENT_SECRET, CODE_LIFETIME, ISSUER, REDIRECT_URI, type ServerOptions } from './server.ts'

/** Every printable character that the form-encoding of RFC 6749, section 2.3.1, has to protect. */
const ODD = ` !"#$%&'()*+,-./:;<=>?@[]^_\`{|}~ %41`
const ODD_ID = `the app: ${ODD}`
const ODD_SECRET = `a secret: ${ODD}`
const ODD_CLIENT = { client_id: ODD_ID, client_secret: ODD_SECRET }
const ODD_SETTINGS = { clientId: ODD_ID, clientSecret: ODD_SECRET }
const ODD_RAW = { clientSecret: ODD_SECRET, clientAuthentication: 'basic-raw' } as const
/** Public keys with the key ids of the server's keys. */
const OTHER_KEYS = generateServerKeys().map(({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }) => key)
const PUBLIC = { token_endpoint_auth_method: 'none' } as const

describe('a login at oidc-provider', () => {
  it('has PKCE, a nonce and iss, and reads only what the metadata names', async () => {
    await open()
    const browser = app.browser()
    const page = await app.start(browser)
    expect(page.origin + page.pathname).toBe(`${ISSUER}/auth`)
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile offline_access items:read',
      prompt: 'consent',
      state: expect.any(String),
      nonce: expect.any(String),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    const callback = await app.server.visit(page.href)
    expect(callback.searchParams.get('iss')).toBe(ISSUER)
    expect((await browser.navigate(callback.href)).status).toBe(303)
    expect(await app.connection(browser)).toMatchObject({
      account: { id: 'ada', name: 'Ada Example' },
      scopes: ['openid', 'profile', 'offline_access', 'items:read'],
      health: 'active',
    })
    expect(await app.me(browser)).toEqual({ status: 200, json: { sub: 'ada', name: 'Ada Example' } })
    const paths = app.wire.sent.map(({ url }) => url.href.slice(ISSUER.length))
    expect(paths).toEqual(['/.well-known/openid-configuration', '/jwks', '/token', '/me', '/me'])
  })

  it.each<[string, ServerOptions, Partial<OidcOptions>]>([
    ['a secret in the header', {}, {}],
    ['an odd secret in the header', { client: ODD_CLIENT }, ODD_SETTINGS],
    ['an odd secret in the body', { client: ODD_CLIENT }, { ...ODD_SETTINGS, clientAuthentication: 'post' }],
    ['a plain secret in the header', {}, { clientAuthentication: 'basic-raw' }],
    ['no secret', { client: PUBLIC }, { clientSecret: undefined, clientAuthentication: 'none' }],
    ['an issuer with a path', { issuer: `${ISSUER}/tenants/1` }, {}],
    ['an issuer with a slash at its end', { issuer: `${ISSUER}/` }, {}],
  ])('takes %s', async (_title, server, settings) => {
    await open(server, settings)
    expect(await app.me(await app.connected())).toMatchObject({ status: 200, json: { sub: 'ada' } })
    expect(app.tokenRequests()).toBe(1)
  })

  const ALGS: readonly SigningAlg[] = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
  it.each(ALGS)('takes an ID token with %s, and no other', async (alg) => {
    await open({ client: { id_token_signed_response_alg: alg } }, { idTokenAlg: alg })
    const browser = await app.connected()
    expect((await app.connection(browser)).account.id).toBe('ada')
    await app.close()

    const other = alg === 'RS256' ? 'ES256' : 'RS256'
    await open({ client: { id_token_signed_response_alg: alg } }, { idTokenAlg: other })
    await expectRefused('provider_response_invalid')
  })

  it('takes an ID token of a key that is newer than the known keys', async () => {
    await open()
    const [rsa] = OTHER_KEYS
    let reads = 0
    app.wire.intercept(({ url }) =>
      url.pathname === '/jwks' && ++reads === 1 ? Response.json({ keys: [{ ...rsa, kid: 'older' }] }) : undefined,
    )
    await app.connected()
    expect(reads).toBe(2)
  })

  it('has the scopes that the person allows, and no others', async () => {
    await open()
    const browser = await app.connected({ account: 'bob', scopes: ['offline_access', 'items:read'] })
    expect(await app.connection(browser)).toMatchObject({
      account: { id: 'bob', name: null },
      scopes: ['openid', 'offline_access', 'items:read'],
    })
  })

  it('reads the user info with the headers of the API, which may need a claim', async () => {
    await open({}, { details: { subject: 'claims.sub' }, apiHeaders: { 'x-subject': '{subject}' } })
    const browser = await app.connected()
    expect((await app.connection(browser)).account).toEqual({ id: 'ada', name: 'Ada Example' })
    expect(app.wire.requests('/me').map(({ headers }) => headers.get('x-subject'))).toEqual(['ada'])
  })

  it('takes the name from the ID token when the access token is for an API alone', async () => {
    await open({ resources: true }, { authorizationParams: { prompt: 'consent', resource: API } })
    const browser = await app.connected()
    expect(decodeProtectedHeader(await app.token(browser))).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect((await app.connection(browser)).account).toEqual({ id: 'ada', name: 'Ada Example' })
    expect(await app.me(browser)).toMatchObject({ status: 401, json: { code: 'needs_reauth' } })
  })
})

/** Ways to end a login without a connection. */
interface Refusal {
  readonly server?: ServerOptions
  readonly settings?: Partial<OidcOptions>
  readonly person?: Person
  /** Changes the address of the server's page. */
  readonly page?: (url: URL) => void
  /** Changes the address that the server sends the browser back to. */
  readonly callback?: (url: URL) => void
  readonly tokenRequests?: number
}

/** Logs in, and expects an error, no connection, and no token that lives on at the server. */
async function expectRefused(code: string, refusal: Refusal = {}): Promise<void> {
  const { person, page = () => undefined, callback = () => undefined, tokenRequests = 1 } = refusal
  const browser = app.browser()
  const start = await app.start(browser)
  page(start)
  const end = await app.server.visit(start.href, person)
  callback(end)
  expect(await codeOf(await browser.navigate(end.href))).toBe(code)
  expect((await readJson(browser.request('/auth/connections'))).connections).toEqual([])
  expect(app.tokenRequests()).toBe(tokenRequests)
  expect(app.server.storage.count('RefreshToken')).toBe(0)
}

describe('a login that oidc-provider or the app refuses', () => {
  it.each<[string, string, Refusal]>([
    ['denied consent', 'access_denied', { person: { allows: false }, tokenRequests: 0 }],
    ['no page allowed', 'authorization_failed', { page: set('prompt', 'none'), tokenRequests: 0 }],
    ['an unknown response type', 'authorization_failed', { page: set('response_type', 'none x'), tokenRequests: 0 }],
    ['no challenge', 'authorization_failed', { page: remove('code_challenge'), tokenRequests: 0 }],
    ['a plain challenge', 'authorization_failed', { page: set('code_challenge_method', 'plain'), tokenRequests: 0 }],
    ['a callback without iss', 'authorization_response_invalid', { callback: remove('iss'), tokenRequests: 0 }],
    [
      'a callback of another issuer',
      'authorization_response_invalid',
      { callback: set('iss', 'https://evil.example'), tokenRequests: 0 },
    ],
    ['another challenge', 'code_rejected', { page: set('code_challenge', 'x'.repeat(43)) }],
    ['an unknown code', 'code_rejected', { callback: set('code', 'unknown') }],
    ['a code that has ended', 'code_rejected', { callback: () => advance(CODE_LIFETIME + 1) }],
    ['another nonce', 'provider_response_invalid', { page: set('nonce', 'of-another-login') }],
    ['no nonce', 'provider_response_invalid', { page: remove('nonce') }],
    ['a wrong secret', 'client_rejected', { settings: { clientSecret: `${CLIENT_SECRET}!` } }],
    ['no secret', 'client_rejected', { settings: { clientSecret: undefined, clientAuthentication: 'none' } }],
    ['a secret of a public client', 'client_rejected', { server: { client: PUBLIC } }],
    [
      'a secret that is not form-encoded',
      'client_rejected',
      { server: { client: { client_secret: ODD_SECRET } }, settings: ODD_RAW },
    ],
  ])('%s: %s', async (_title, code, refusal) => {
    await open(refusal.server, refusal.settings)
    await expectRefused(code, refusal)
  })

  it('with the code of another login: code_rejected', async () => {
    await open()
    const code = (await app.login(app.browser(), { account: 'bob' })).searchParams.get('code')
    await expectRefused('code_rejected', { callback: set('code', String(code)) })
  })

  it('with keys that did not sign the ID token: provider_response_invalid, and the tokens are revoked', async () => {
    await open()
    app.wire.intercept(({ url }) => (url.pathname === '/jwks' ? Response.json({ keys: OTHER_KEYS }) : undefined))
    await expectRefused('provider_response_invalid')
    expect(app.forms('/token/revocation').map((form) => form['token_type_hint'])).toEqual([
      'refresh_token',
      'access_token',
    ])
  })
})

function advance(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}
