// What the FAPI 2.0 Security Profile asks of a client, each proven from outside. The server signs with PS256, binds every
// token to a key, wants nonces in proofs, and takes pushed requests and signed client assertions alone.
import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { codeOf } from '../rig/oracles.ts'
import type { Sent } from '../rig/wire.ts'
import { advance, app, open as openAppOfTest } from './app-of-test.ts'
import { remove, repeat, set } from './callback.ts'
import { digestOf } from './digest.ts'
import { privateKey, SERVER, settings } from './fapi-client.ts'
import { editMetadata, skew } from './other-server.ts'
import { proofOf, watchKeys } from './proofs.ts'
import { CLIENT_ID, CLIENT_SECRET, CODE_LIFETIME, ISSUER, LIFETIME, type ServerOptions } from './server.ts'

let keys: string[]
const open = (server: ServerOptions = SERVER, more: Partial<OidcOptions> = {}) =>
  openAppOfTest(server, { ...settings(), ...more })
beforeEach(async () => {
  keys = watchKeys()
  await open()
})
afterEach(() => void vi.restoreAllMocks())

const isTo =
  (...paths: string[]) =>
  ({ url }: Sent) =>
    paths.includes(url.pathname)
const formsTo = (...paths: string[]) =>
  app.wire.sent.filter(isTo(...paths)).map(({ body }) => Object.fromEntries(new URLSearchParams(body)))
const AUTHENTICATED = ['/request', '/token', '/token/revocation']

/** Logs in, uses the connection, renews it and ends it. */
async function liveThrough() {
  const browser = await app.connected()
  const tokens = [await app.token(browser)]
  expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
  advance(LIFETIME + 1)
  expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
  tokens.push(await app.token(browser))
  expect(await app.leave(browser)).toBe('revoked')
  return tokens
}

/** Logs in with a change of the callback, and expects a refusal and so many token requests. */
async function expectRefused(
  code: string,
  tokenRequests: number,
  change: (callback: URL) => unknown = () => undefined,
) {
  const browser = app.browser()
  const callback = await app.login(browser)
  change(callback)
  expect(await codeOf(await browser.navigate(callback.href))).toBe(code)
  expect(app.tokenRequests()).toBe(tokenRequests)
}

type Row = readonly [requirement: string, prove: () => Promise<void>]

const GENERAL: readonly Row[] = [
  [
    'supports sender-constrained access tokens: DPoP',
    async () => {
      const tokens = await liveThrough()
      const uses = app.wire.sent.filter(isTo('/me'))
      expect(uses.map(({ headers }) => headers.get('authorization'))).toEqual([
        ...Array(2).fill(`DPoP ${tokens[0]}`),
        `DPoP ${tokens[1]}`,
      ])
      for (const { claims } of await Promise.all(uses.map(proofOf))) {
        expect(tokens.map(digestOf)).toContain(claims?.['ath'])
      }
    },
  ],
  [
    'takes no token that is not sender-constrained, and gives it back',
    async () => {
      app.wire.editToken((json) => ({ ...json, token_type: 'Bearer' }))
      await expectRefused('provider_response_invalid', 2)
      expect(formsTo('/token/revocation')).toHaveLength(2)
    },
  ],
  [
    'supports nonces that the server provides with DPoP',
    async () => {
      await liveThrough()
      const proofs = await Promise.all(app.wire.sent.filter(isTo('/token', '/me')).map(proofOf))
      expect(proofs.map(({ claims }) => claims?.['nonce'] !== undefined)).toEqual([false, ...Array(6).fill(true)])
    },
  ],
  [
    'authenticates with private_key_jwt, and sends no secret',
    async () => {
      await liveThrough()
      const forms = formsTo(...AUTHENTICATED)
      expect(forms).toHaveLength(7)
      expect(forms.every((form) => form['client_assertion'] && !form['client_secret'])).toBe(true)
      expect(app.wire.sent.filter(isTo(...AUTHENTICATED)).some(({ headers }) => headers.has('authorization'))).toBe(
        false,
      )
    },
  ],
  [
    'names the issuer, as a text, as the audience of each client assertion, which is new and short',
    async () => {
      await liveThrough()
      const claims = formsTo(...AUTHENTICATED).map(({ client_assertion = '' }) => decodeJwt(client_assertion))
      expect(claims.map(({ aud }) => aud)).toEqual(Array(7).fill(ISSUER))
      expect(claims.map(({ exp = 0, iat = 0 }) => exp - iat)).toEqual(Array(7).fill(60))
      expect(new Set(claims.map(({ jti }) => jti)).size).toBe(7)
    },
  ],
  [
    'sends access tokens in a header alone, never in an address or a body',
    async () => {
      const tokens = await liveThrough()
      for (const { url, body } of app.wire.sent.filter((sent) => !isTo('/token/revocation')(sent))) {
        expect(tokens.filter((token) => `${url.href}\n${body}`.includes(token))).toEqual([])
      }
    },
  ],
  [
    'supports refresh tokens and their rotation',
    async () => {
      const browser = await app.connected()
      for (let renewal = 0; renewal < 3; renewal++) {
        advance(LIFETIME + 1)
        expect(await app.me(browser)).toMatchObject({ status: 200 })
      }
      expect(new Set(formsTo('/token').flatMap((form) => form['refresh_token'] ?? [])).size).toBe(3)
    },
  ],
  [
    'uses the endpoints of the metadata alone',
    async () => {
      editMetadata(app.wire, {
        token_endpoint: `${ISSUER}/elsewhere`,
        pushed_authorization_request_endpoint: `${ISSUER}/pushed`,
      })
      app.wire.intercept((sent) =>
        isTo('/elsewhere', '/pushed')(sent) ? new Response('', { status: 503 }) : undefined,
      )
      expect(await codeOf(await app.browser().navigate('/auth/op/login'))).toBe('provider_unavailable')
      expect(app.wire.sent.map(({ url }) => url.pathname)).toEqual(['/.well-known/openid-configuration', '/pushed'])
    },
  ],
  [
    'ensures that the issuer in the metadata is the one of its configuration',
    async () => {
      editMetadata(app.wire, { issuer: 'https://evil.example' })
      expect(await codeOf(await app.browser().navigate('/auth/op/login'))).toBe('configuration_invalid')
      expect(formsTo('/request')).toEqual([])
    },
  ],
  [
    'uses TLS: an http issuer or endpoint is a configuration error',
    async () => {
      const issuer = 'http://op.example'
      expect(() => oidc({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, issuer })).toThrow(
        /^oidc issuer is not an https/,
      )
      editMetadata(app.wire, { token_endpoint: 'http://op.example/token' })
      expect(await codeOf(await app.browser().navigate('/auth/op/login'))).toBe('configuration_invalid')
    },
  ],
  [
    'follows no redirect with credentials',
    async () => {
      const headers = { location: 'https://evil.example/token' }
      app.wire.intercept((sent) => (isTo('/token')(sent) ? new Response('', { status: 307, headers }) : undefined))
      await expectRefused('provider_response_invalid', 1)
      expect(app.wire.sent.filter(({ url }) => url.host === 'evil.example')).toEqual([])
    },
  ],
  [
    'is no open redirector',
    async () => {
      const browser = app.browser()
      const answer = await browser.navigate('/auth/op/login?returnTo=https://evil.example/')
      const callback = await app.server.visit(String(answer.headers.get('location')))
      const landed = (await browser.navigate(callback.href)).headers.get('location')
      expect(new URL(String(landed), ORIGIN).origin).toBe(ORIGIN)
    },
  ],
  [
    'begins a login by a navigation of the person alone',
    async () => {
      const script = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' }
      const answer = await app.browser().navigate('/auth/op/login', script)
      expect([answer.status, app.wire.sent.length]).toEqual([403, 0])
    },
  ],
  [
    'tolerates ten seconds between the clocks, either way',
    async () => {
      for (const seconds of [10, -10]) {
        await app.close()
        await open()
        skew(app.wire, seconds)
        expect(await app.me(await app.connected())).toMatchObject({ status: 200, json: { sub: 'ada' } })
      }
    },
  ],
  [
    'keeps each private key to itself, one for each connection',
    async () => {
      await app.connected()
      await app.connected({ account: 'bob' })
      expect(new Set(keys).size).toBe(2)
      const seen = app.wire.sent.flatMap(({ url, headers, body }) => [url.href, ...headers.values(), body]).join('\n')
      expect([...keys, String(privateKey.d)].filter((key) => seen.includes(key))).toEqual([])
    },
  ],
]

const CODE_FLOW: readonly Row[] = [
  [
    'uses the code grant',
    async () => {
      await liveThrough()
      expect(formsTo('/request').map((form) => form['response_type'])).toEqual(['code'])
      const grants = new Set(formsTo('/token').map((form) => form['grant_type']))
      expect([...grants]).toEqual(['authorization_code', 'refresh_token'])
    },
  ],
  [
    'pushes authorization requests, and sends client_id and request_uri alone through the browser',
    async () => {
      const page = await app.start(app.browser())
      expect([...page.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
      expect(formsTo('/request')).toMatchObject([{ client_id: CLIENT_ID, state: expect.any(String) }])
    },
  ],
  [
    'uses PKCE with S256, and a new challenge for each request',
    async () => {
      await app.connected()
      await app.connected()
      const requests = formsTo('/request')
      const verifiers = formsTo('/token').map((form) => String(form['code_verifier']))
      expect(requests.map((form) => form['code_challenge_method'])).toEqual(['S256', 'S256'])
      const challenges = requests.map((form) => form['code_challenge'])
      expect(new Set(challenges).size).toBe(2)
      expect(new Set(verifiers.map(digestOf))).toEqual(new Set(challenges))
    },
  ],
  [
    'binds the challenge to the browser: a callback in another browser sends no code',
    async () => {
      const callback = await app.login(app.browser())
      expect((await app.browser().navigate(callback.href)).status).toBe(400)
      expect(app.tokenRequests()).toBe(0)
    },
  ],
  [
    'sends no code of another login with its verifier',
    async () => {
      const code = (await app.login(app.browser(), { account: 'bob' })).searchParams.get('code')
      // One request without a nonce, and one with it.
      await expectRefused('code_rejected', 2, ({ searchParams }) => searchParams.set('code', String(code)))
    },
  ],
  ['checks iss: none', () => expectRefused('authorization_response_invalid', 0, remove('iss'))],
  ['checks iss: another', () => expectRefused('authorization_response_invalid', 0, set('iss', 'https://evil.example'))],
  ['checks iss: the same twice', () => expectRefused('authorization_response_invalid', 0, repeat('iss'))],
  [
    'checks iss: another, in an error',
    () =>
      expectRefused('authorization_response_invalid', 0, ({ searchParams }) => {
        searchParams.delete('code')
        searchParams.set('error', 'access_denied')
        searchParams.set('iss', 'https://evil.example')
      }),
  ],
  ['checks state: another', () => expectRefused('transaction_unknown', 0, set('state', 'x'.repeat(43)))],
  ['checks state: none', () => expectRefused('state_missing', 0, remove('state'))],
  [
    'sends a code once',
    async () => {
      const browser = app.browser()
      const callback = await app.login(browser)
      expect((await browser.navigate(callback.href)).status).toBe(303)
      const sent = app.tokenRequests()
      expect((await browser.navigate(callback.href)).status).toBe(400)
      expect(app.tokenRequests()).toBe(sent)
    },
  ],
  [
    'is told when a code has ended, after a minute',
    () => expectRefused('code_rejected', 2, () => advance(CODE_LIFETIME + 1)),
  ],
]

const CRYPTOGRAPHY: readonly Row[] = [
  [
    'signs assertions and proofs with ES256, PS256 or EdDSA',
    async () => {
      await liveThrough()
      const assertions = formsTo(...AUTHENTICATED).map((form) => String(form['client_assertion']))
      const proofs = app.wire.sent.flatMap(({ headers }) => headers.get('dpop') ?? [])
      const algorithms = new Set([...assertions, ...proofs].map((jwt) => decodeProtectedHeader(jwt).alg))
      expect([...algorithms]).toEqual(['ES256'])
    },
  ],
  [
    'takes ID tokens of the one algorithm of its configuration',
    async () => {
      await app.close()
      await open({ ...SERVER, client: { ...SERVER.client, id_token_signed_response_alg: 'RS256' } })
      await expectRefused('provider_response_invalid', 2)
    },
  ],
  [
    'takes an ID token with the nonce of its own request alone',
    async () => {
      app.wire.intercept((sent, forward) => {
        if (!isTo('/request')(sent)) return undefined
        const form = new URLSearchParams(sent.body)
        form.set('nonce', 'of-another-login')
        return forward(form.toString())
      })
      await expectRefused('provider_response_invalid', 2)
    },
  ],
]

describe('a FAPI 2.0 client, in general,', () => {
  it.each(GENERAL)('%s', (_requirement, prove) => prove())
})

describe('a FAPI 2.0 client, in the code flow,', () => {
  it.each(CODE_FLOW)('%s', (_requirement, prove) => prove())
})

describe('a FAPI 2.0 client, with its cryptography,', () => {
  it.each(CRYPTOGRAPHY)('%s', (_requirement, prove) => prove())
})
