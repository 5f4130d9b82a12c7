import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import { describe, expect, it } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { codeOf } from '../rig/oracles.ts'
import { app, open } from './app-of-test.ts'
import { editMetadata } from './other-server.ts'
import { CLIENT_ID, CLIENT_SECRET, ISSUER, REDIRECT_URI, type ServerOptions } from './server.ts'

const REQUIRED = { client: { require_pushed_authorization_requests: true } } satisfies ServerOptions
const PUSHED = /^urn:ietf:params:oauth:request_uri:/

describe('a pushed authorization request at oidc-provider', () => {
  it('goes to the server itself; the browser carries client_id and request_uri alone', async () => {
    await open(REQUIRED, { par: true })
    const browser = app.browser()
    const page = await app.start(browser)
    expect(Object.fromEntries(page.searchParams)).toEqual({
      client_id: CLIENT_ID,
      request_uri: expect.stringMatching(PUSHED),
    })
    expect(app.forms('/request')).toEqual([
      {
        response_type: 'code',
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uri: REDIRECT_URI,
        scope: 'openid profile offline_access items:read',
        prompt: 'consent',
        state: expect.any(String),
        nonce: expect.any(String),
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge_method: 'S256',
      },
    ])
    expect((await browser.navigate((await app.server.visit(page.href)).href)).status).toBe(303)
    expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
  })

  it.each<[string, ServerOptions, Partial<OidcOptions>]>([
    ['a secret in the body', {}, { clientAuthentication: 'post' }],
    [
      'no secret',
      { client: { token_endpoint_auth_method: 'none' } },
      { clientSecret: undefined, clientAuthentication: 'none' },
    ],
    ['a token request in JSON', {}, { tokenFormat: 'json' }],
    ['an issuer with a path', { issuer: `${ISSUER}/tenants/1` }, {}],
  ])('with %s', async (_title, server, settings) => {
    await open(server, { par: true, ...settings })
    const page = await app.start(app.browser())
    expect(page.searchParams.get('request_uri')).toMatch(PUSHED)
  })

  it.each<[string, Record<string, unknown>, boolean | undefined, boolean]>([
    ['does not require it', {}, undefined, false],
    ['requires it', { require_pushed_authorization_requests: true }, undefined, true],
    ['requires it, and the app does not want it', { require_pushed_authorization_requests: true }, false, false],
  ])('where the metadata %s', async (_title, metadata, par, isPushed) => {
    await open({}, { par })
    editMetadata(app.wire, metadata)
    const page = await app.start(app.browser())
    expect(page.searchParams.has('request_uri')).toBe(isPushed)
    expect(app.wire.requests('/request')).toHaveLength(isPushed ? 1 : 0)
  })

  it.each<[string, string, Partial<OidcOptions>, () => void]>([
    [
      'without an endpoint',
      'configuration_invalid',
      {},
      () => editMetadata(app.wire, { pushed_authorization_request_endpoint: undefined }),
    ],
    [
      'at an endpoint without TLS',
      'configuration_invalid',
      {},
      () => editMetadata(app.wire, { pushed_authorization_request_endpoint: 'http://op.example/request' }),
    ],
    ['with a wrong secret', 'client_rejected', { clientSecret: `${CLIENT_SECRET}!` }, () => undefined],
    ['with a wrong parameter', 'client_rejected', { authorizationParams: { max_age: 'x' } }, () => undefined],
    ['in unknown words', 'provider_response_invalid', { authorizationParams: { resource: 'x:y' } }, () => undefined],
    ['without an answer in JSON', 'provider_response_invalid', {}, answerWith(201, 'created')],
    ['without a request_uri', 'provider_response_invalid', {}, answerWith(201, '{"expires_in":60}')],
    ['with a redirect', 'provider_response_invalid', {}, answerWith(302, '')],
    ['at a server that is down', 'provider_unavailable', {}, answerWith(503, '')],
  ])('%s begins no login: %s', async (_title, code, settings, prepare) => {
    await open({}, { par: true, ...settings })
    prepare()
    const answer = await app.browser().navigate('/auth/op/login')
    expect(await codeOf(answer)).toBe(code)
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('a provider without an endpoint for pushed requests', () => {
  it('is a configuration error that names the option', async () => {
    await open({}, { par: true })
    editMetadata(app.wire, { pushed_authorization_request_endpoint: undefined })
    const provider = oidc({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, issuer: ISSUER, par: true })
    const backChannel = new BackChannel({ fetch: app.wire.follow.bind(app.wire), timeoutMs: 10_000 })
    const request = { state: 's', redirectUri: REDIRECT_URI, scopes: [] }
    await expect(provider.authorizationUrl(request, backChannel, 0)).rejects.toThrow(/^oidc par needs an endpoint/)
  })
})

function answerWith(status: number, body: string) {
  return () =>
    app.wire.intercept(({ url }) => (url.pathname === '/request' ? new Response(body, { status }) : undefined))
}
