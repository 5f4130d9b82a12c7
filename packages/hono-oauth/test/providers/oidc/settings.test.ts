import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../../src/protocol/back-channel.ts'
import { type OidcOptions, oidc } from '../../../src/providers/oidc/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { emulated, ISSUER, JWKS, METADATA, SETTINGS, TOKEN } from './emulated.ts'

const refused = (options: object) =>
  refusal(() => oidc({ ...SETTINGS, ...options } as unknown as OidcOptions))

describe('the settings of an app at an OpenID provider', () => {
  it.each<[string, object]>([
    ['clientId is missing', { clientId: '' }],
    ['clientSecret is empty', { clientSecret: '' }],
    [
      'clientSecret is missing, and clientAuthentication needs it',
      { clientSecret: undefined, clientAuthentication: 'post' },
    ],
    ['issuer is missing', { issuer: undefined }],
    ['issuer has a query', { issuer: 'https://canary.example?tenant=1' }],
    ['issuer has a query', { issuer: 'https://canary.example?' }],
    ...['http://canary.example', 'canary', 'https://a@canary.example', `${ISSUER}#canary`].map(
      (issuer): [string, object] => [
        'issuer is not an https URL without credentials and fragment',
        { issuer },
      ],
    ),
    ...['none', 'HS256', 'rs256', '', 'RS1', 'canary'].map((idTokenAlg): [string, object] => [
      'idTokenAlg is none of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA',
      { idTokenAlg },
    ]),
    ...[-1, Number.NaN, Number.POSITIVE_INFINITY, '60', null].map(
      (clockToleranceSeconds): [string, object] => [
        'clockToleranceSeconds is no number of seconds',
        { clockToleranceSeconds },
      ],
    ),
    ['apiOrigins is empty', { apiOrigins: [] }],
    [
      'apiOrigins has one that is no https origin like https://api.example',
      { apiOrigins: ['http://canary.example'] },
    ],
  ])('are refused when %s: %j', async (problem, options) => {
    const error = await refused(options)
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toBe(`oidc ${problem}.`)
    expect(shown(error)).not.toMatch(/canary|example-secret/)
  })

  it('become a provider with safe assumptions that shows no secret', () => {
    const made = oidc(SETTINGS)
    expect(made).toMatchObject({
      scopes: SETTINGS.scopes,
      pkce: true,
      restartsWithoutState: false,
      refreshTokens: 'rotating',
      revokesWholeGrant: false,
      apiOrigins: [ISSUER],
      loginParams: [],
    })
    expect(made.acceptToken).toBeUndefined()
    expect(made.webhooks).toBeUndefined()
    expect(shown(made)).not.toContain('example-secret')
  })

  it('become what they say', () => {
    const options = {
      pkce: false,
      refreshTokens: 'reusable',
      revokesWholeGrant: true,
      loginParams: ['login_hint'],
      apiOrigins: ['https://api.example', 'https://files.example:8443'],
    } as const
    expect(oidc({ ...SETTINGS, ...options })).toMatchObject(options)
    const tenant = { ...SETTINGS, issuer: 'https://login.example:8443/tenant/1' }
    expect(oidc(tenant).apiOrigins).toEqual(['https://login.example:8443'])
  })
})

const ENDPOINT = 'is no https URL without credentials and fragment'
const BAD_METADATA: [string, object, object, string][] = [
  ['names another issuer', { issuer: 'https://issuer.example' }, {}, 'issuer has metadata that'],
  ['names nearly the issuer', { issuer: `${ISSUER}/` }, {}, 'issuer has metadata that'],
  ['names its issuer in a list', { issuer: [ISSUER] }, {}, 'issuer has metadata that'],
  ['names no issuer', { issuer: undefined }, {}, 'issuer has metadata that'],
  ...['authorization_endpoint', 'token_endpoint', 'jwks_uri'].flatMap((name) =>
    [
      undefined,
      '',
      null,
      7,
      'canary',
      'http://canary.example/x',
      'https://a:b@canary.example/x',
      'https://canary.example/x#',
    ].map((value): [string, object, object, string] => [
      `has ${name} ${value}`,
      { [name]: value },
      {},
      `issuer has metadata whose ${name} ${ENDPOINT}`,
    ]),
  ),
  ...['revocation_endpoint', 'userinfo_endpoint'].flatMap((name) =>
    ['http://canary.example/x', 7, null].map((value): [string, object, object, string] => [
      `has ${name} ${value}`,
      { [name]: value },
      {},
      `issuer has metadata whose ${name} ${ENDPOINT}`,
    ]),
  ),
  [
    'knows only plain',
    { code_challenge_methods_supported: ['plain'] },
    {},
    'pkce needs S256, which the issuer does not support',
  ],
  [
    'knows no challenge',
    { code_challenge_methods_supported: [] },
    {},
    'pkce needs S256, which the issuer does not support',
  ],
  [
    'knows S256 as a text',
    { code_challenge_methods_supported: 'S256' },
    {},
    'pkce needs S256, which the issuer does not support',
  ],
  [
    'signs otherwise',
    {},
    { idTokenAlg: 'ES256' },
    'idTokenAlg is none of those that the issuer supports',
  ],
  [
    'has no user info',
    { userinfo_endpoint: undefined },
    { userinfo: true },
    'userinfo needs an endpoint, which the issuer does not have',
  ],
]

describe('metadata', () => {
  it.each(BAD_METADATA)('that %s is told before anybody is sent away', async (...row) => {
    const [, change, options, problem] = row
    const server = emulated(options)
    server.editJson(METADATA, (json) => ({ ...json, ...change }))
    const error = await refusal(() => server.authorizationUrl())
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toContain(`oidc ${problem}`)
    expect(shown(error)).not.toMatch(/canary|issuer\.example/)
    // Nor is a code sent, by whichever isolate the browser comes back to.
    const parameters = new URLSearchParams({ code: 'x', state: 'af0ifjsldkj', iss: ISSUER })
    expect((await refusal(() => server.authorize(parameters))).code).toBe('configuration_invalid')
    expect([JWKS, TOKEN].map(server.requestsTo)).toEqual([0, 0])
  })

  it.each([
    'example-metadata-foreign-issuer',
    'example-metadata-http-endpoint',
    'example-metadata-without-endpoint',
    'example-metadata-plain-only',
  ])('is judged again at each login: %s', async (scenario) => {
    const server = emulated()
    server.control.setScenario(scenario, 1)
    expect((await refusal(() => server.login())).code).toBe('configuration_invalid')
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it.each([
    ['plain is all there is', ['plain']],
    ['nothing is listed', undefined],
  ])('is fine without PKCE when %s', async (_name, methods) => {
    const server = emulated({ pkce: false })
    server.editJson(METADATA, (json) => ({ ...json, code_challenge_methods_supported: methods }))
    const url = await server.authorizationUrl()
    expect(url.searchParams.get('code_challenge_method')).not.toBe('plain')
  })

  it('may say nothing of PKCE, revocation and user info', async () => {
    const server = emulated()
    server.editJson(METADATA, (json) => ({
      ...json,
      code_challenge_methods_supported: undefined,
      revocation_endpoint: undefined,
      userinfo_endpoint: undefined,
    }))
    const { tokens, grant } = await server.login()
    expect(grant).toMatchObject({ id: 'user-1001', revocable: false })
    expect(await server.provider.revoke(tokens, server.backChannel)).toBe('deleted_only')
  })

  it.each([
    ['https://login.example', '/.well-known/openid-configuration'],
    ['https://login.example/', '/.well-known/openid-configuration'],
    ['https://login.example/tenant/1', '/tenant/1/.well-known/openid-configuration'],
    ['https://login.example/tenant/', '/tenant/.well-known/openid-configuration'],
  ])('of %s is at %s', async (issuer, path) => {
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return Response.json({
        issuer,
        authorization_endpoint: 'https://login.example/authorize',
        token_endpoint: 'https://login.example/token',
        jwks_uri: 'https://login.example/jwks',
      })
    }
    const request = { state: 's', redirectUri: 'https://app.example/cb', scopes: [] }
    const backChannel = new BackChannel({ fetch, timeoutMs: 1000 })
    await oidc({ ...SETTINGS, issuer }).authorizationUrl(request, backChannel, 0)
    expect(asked).toEqual([`https://login.example${path}`])
  })

  it.each<[string, (answer: Response) => Response, string, number]>([
    ['503', () => new Response('', { status: 503 }), 'provider_unavailable', 2],
    ['429', () => new Response('', { status: 429 }), 'provider_unavailable', 1],
    ['404', () => new Response('', { status: 404 }), 'provider_response_invalid', 1],
    ['HTML', () => new Response('<html>'), 'provider_response_invalid', 1],
    ['a redirect', () => Response.redirect(ISSUER, 302), 'provider_response_invalid', 1],
    [
      'of 300 KB',
      () => new Response(`{"x":"${'x'.repeat(300_000)}"}`),
      'provider_response_invalid',
      1,
    ],
  ])('that cannot be had is no reason to send anybody away: %s', async (...row) => {
    const [, make, code, asked] = row
    const server = emulated()
    server.answer(METADATA, make)
    expect((await refusal(() => server.authorizationUrl())).code).toBe(code)
    expect(server.requestsTo(METADATA)).toBe(asked)
  })
})
