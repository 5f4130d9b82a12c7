import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import { type OidcOptions, oidc } from '../../../src/providers/oidc/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { API_ORIGINS, DEFAULTS, MISSING_SECRET, NO_ID, NO_SECRET, NO_URL, REPLACED, stored } from '../oauth2/support.ts'
import { emulated, ISSUER, JWKS, METADATA, SETTINGS, TOKEN } from './emulated.ts'

const ALGS = 'RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519'
type Row = [problem: string, options: object]
const BAD_ISSUERS = ['http://canary.example', 'canary', 'https://a@canary.example', `${ISSUER}#c`]
const REFUSED: Row[] = [
  [NO_ID, { clientId: '' }],
  [MISSING_SECRET, { clientSecret: '' }],
  [NO_SECRET, { clientSecret: undefined, clientAuthentication: 'post' }],
  ['issuer is missing. It is a URL such as https://login.example.com/oauth/token', { issuer: undefined }],
  ['issuer has a query', { issuer: 'https://canary.example?tenant=1' }],
  ['issuer has a query', { issuer: 'https://canary.example?' }],
  ...BAD_ISSUERS.map((issuer): Row => [`issuer ${NO_URL}`, { issuer }]),
  ...['none', 'HS256', 'rs256', '', 'canary'].map(
    (idTokenAlg): Row => [`idTokenAlg is none of ${ALGS}`, { idTokenAlg }],
  ),
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY, '60', null].map(
    (clockToleranceSeconds): Row => ['clockToleranceSeconds is no number of seconds', { clockToleranceSeconds }],
  ),
  ["apiOrigins is empty. Write apiOrigins: ['https://api.example.com']", { apiOrigins: [] }],
  [`apiOrigins ${NO_URL}`, { apiOrigins: ['http://canary.example'] }],
]

describe('the settings of an app at an OpenID provider', () => {
  it.each(REFUSED)('are refused: %s, with %j', async (problem, options) => {
    const error = await refusal(() => oidc({ ...SETTINGS, ...options } as unknown as OidcOptions))
    expect([error.code, error.message]).toEqual(['configuration_invalid', `oidc ${problem}.`])
    expect(shown(error)).not.toMatch(/canary|example-secret/)
  })

  it('have safe defaults, and the provider shows no secret', () => {
    const made = oidc(SETTINGS)
    expect(made).toMatchObject({ ...DEFAULTS, scopes: SETTINGS.scopes })
    expect(made.apiOrigins(stored())).toEqual([ISSUER])
    expect([made.acceptToken, made.webhooks]).toEqual([undefined, undefined])
    expect(shown(made)).not.toContain('example-secret')
  })

  it('replace the defaults', () => {
    const made = oidc({ ...SETTINGS, ...REPLACED, apiOrigins: API_ORIGINS })
    expect(made).toMatchObject(REPLACED)
    expect(made.apiOrigins(stored())).toEqual(API_ORIGINS)
    const tenant = { ...SETTINGS, issuer: 'https://login.example:8443/tenant/1' }
    expect(oidc(tenant).apiOrigins(stored())).toEqual(['https://login.example:8443'])
  })
})

type Change = [change: object, problem: string, options?: object]
const endpoint = (name: string, value: unknown): Change => [
  { [name]: value },
  `issuer has metadata whose ${name} is no https URL without credentials and fragment`,
]
const BAD_URLS = ['http://canary.example/x', 'http://localhost/x', 7, null]
const BAD_METADATA: Change[] = [
  ...['https://issuer.example', `${ISSUER}/`, [ISSUER], undefined].map((issuer): Change => {
    const named = typeof issuer === 'string' ? issuer : 'none'
    return [{ issuer }, `issuer is ${ISSUER}, and the metadata names ${named}: both must be the same text`]
  }),
  ...['authorization_endpoint', 'token_endpoint', 'jwks_uri'].flatMap((name) =>
    [...[...BAD_URLS, undefined, '', 'canary'], ...['https://a:b@canary.example/x', 'https://canary.example/x#']].map(
      (value) => endpoint(name, value),
    ),
  ),
  ...['revocation_endpoint', 'userinfo_endpoint'].flatMap((name) => BAD_URLS.map((value) => endpoint(name, value))),
  ...[['plain'], [], 'S256'].map(
    (methods): Change => [
      { code_challenge_methods_supported: methods },
      'pkce needs S256, which the issuer does not support',
    ],
  ),
  [{}, 'idTokenAlg is none of those that the issuer supports', { idTokenAlg: 'ES256' }],
  [{ userinfo_endpoint: undefined }, 'userinfo needs an endpoint, which the issuer does not have', { userinfo: true }],
]

describe('the metadata of an issuer', () => {
  it.each(BAD_METADATA)('with %j is refused before the redirect: %s', async (...row) => {
    const [change, problem, options] = row
    const server = emulated(options)
    server.editJson(METADATA, (json) => ({ ...json, ...change }))
    const error = await refusal(() => server.authorizationUrl())
    expect([error.code, error.message]).toEqual(['configuration_invalid', `oidc ${problem}.`])
    expect(shown(error)).not.toContain('canary')
    // A callback sends no code either.
    const parameters = new URLSearchParams({ code: 'x', state: 'af0ifjsldkj', iss: ISSUER })
    expect((await refusal(() => server.authorize(parameters))).code).toBe('configuration_invalid')
    expect([JWKS, TOKEN].map(server.requestsTo)).toEqual([0, 0])
  })

  it.each(['foreign-issuer', 'http-endpoint', 'without-endpoint', 'plain-only'])(
    'is read again after a failure: %s',
    async (scenario) => {
      const server = emulated()
      server.control.setScenario('oauth.example', `metadata-${scenario}`, 1)
      expect((await refusal(() => server.login())).code).toBe('configuration_invalid')
      expect((await server.login()).grant.id).toBe('user-1001')
    },
  )

  it.each([[['plain']], [undefined]])('may list %j without PKCE', async (methods) => {
    const server = emulated({ pkce: false })
    server.editJson(METADATA, (json) => ({ ...json, code_challenge_methods_supported: methods }))
    expect((await server.authorizationUrl()).searchParams.get('code_challenge_method')).not.toBe('plain')
  })

  it('may name neither PKCE, revocation nor user info', async () => {
    const server = emulated()
    server.editJson(METADATA, (json) => ({
      ...json,
      code_challenge_methods_supported: undefined,
      revocation_endpoint: undefined,
      userinfo_endpoint: undefined,
    }))
    const { tokens, grant } = await server.login()
    expect(grant).toMatchObject({ id: 'user-1001', revocable: false })
    expect(await server.revoke(tokens)).toBe('deleted_only')
  })

  it.each([
    ['', '/.well-known/openid-configuration'],
    ['/', '/.well-known/openid-configuration'],
    ['/tenant/1', '/tenant/1/.well-known/openid-configuration'],
    ['/tenant/', '/tenant/.well-known/openid-configuration'],
  ])('of an issuer with the path %j is at %s', async (issuerPath, path) => {
    const issuer = `https://login.example${issuerPath}`
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      const [x, y, z] = ['x', 'y', 'z'].map((path) => `https://login.example/${path}`)
      return Response.json({ issuer, authorization_endpoint: x, token_endpoint: y, jwks_uri: z })
    }
    const request = { state: 's', redirectUri: 'https://app.example/cb', scopes: [] }
    const backChannel = new BackChannel({ fetch, timeoutMs: 1000 })
    await oidc({ ...SETTINGS, issuer }).authorizationUrl(request, backChannel, 0)
    expect(asked).toEqual([`https://login.example${path}`])
  })

  it.each<[string, () => Response, string, number]>([
    ['503', () => new Response('', { status: 503 }), 'provider_unavailable', 2],
    ['404', () => new Response('', { status: 404 }), 'provider_response_invalid', 1],
    ['HTML', () => new Response('<html>'), 'provider_response_invalid', 1],
    ['a redirect', () => Response.redirect(ISSUER, 302), 'provider_response_invalid', 1],
  ])('stops the redirect when it cannot be read: %s', async (_name, make, code, asked) => {
    const server = emulated()
    server.answer(METADATA, make)
    expect((await refusal(() => server.authorizationUrl())).code).toBe(code)
    expect(server.requestsTo(METADATA)).toBe(asked)
  })
})
