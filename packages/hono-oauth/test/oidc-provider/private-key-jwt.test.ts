import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type PrivateKeyJwtOptions, privateKeyJwt } from 'hono-oauth/private-key-jwt'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { JWK } from 'oidc-provider'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noteSecret } from '../rig/notes.ts'
import { codeOf } from '../rig/oracles.ts'
import { openApp, type TestApp } from './app.ts'
import { CLIENT_ID, ISSUER, LIFETIME, type ServerOptions } from './server.ts'

let app: TestApp | undefined
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await app?.close()
  app = undefined
})

type Options = Omit<PrivateKeyJwtOptions, 'key'>
const pairs = {
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ed: generateKeyPairSync('ed25519'),
}
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' })
const pemOf = (key: KeyObject) => String(key.export({ format: 'pem', type: 'pkcs8' }))
for (const { privateKey } of Object.values(pairs)) {
  noteSecret('a private key', pemOf(privateKey).split('\n')[1])
  noteSecret('a private key', jwkOf(privateKey).d)
}

/** Opens an app whose client has one key pair, and signs with a key. */
async function open(pair: keyof typeof pairs, key: PrivateKeyJwtOptions['key'], options: Options = {}) {
  const alg = { ec: 'ES256', rsa: 'PS256', ed: options.alg ?? 'EdDSA' }[pair]
  const client: ServerOptions['client'] = {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: (options.alg ?? alg) as 'ES256',
    jwks: { keys: [{ ...jwkOf(pairs[pair].publicKey), kid: 'the-key' } as JWK] },
  }
  const settings: Partial<OidcOptions> = {
    clientSecret: undefined,
    clientAuthentication: privateKeyJwt({ key, ...options }),
    par: true,
  }
  app = await openApp({ client }, settings)
  return app
}

describe('private_key_jwt at oidc-provider', () => {
  it.each<[string, keyof typeof pairs, PrivateKeyJwtOptions['key'], Options]>([
    ['a JWK', 'ec', jwkOf(pairs.ec.privateKey), {}],
    ['a JWK with an id', 'ec', { ...jwkOf(pairs.ec.privateKey), kid: 'the-key' }, {}],
    ['PEM', 'ec', pemOf(pairs.ec.privateKey), { alg: 'ES256', keyId: 'the-key' }],
    ['PEM with escaped line breaks', 'ec', pemOf(pairs.ec.privateKey).replaceAll('\n', '\\n'), { alg: 'ES256' }],
    ['an RSA key in PEM', 'rsa', pemOf(pairs.rsa.privateKey), { alg: 'PS256' }],
    ['an RSA key as a JWK', 'rsa', jwkOf(pairs.rsa.privateKey), { alg: 'RS256' }],
    ['an Ed25519 key', 'ed', jwkOf(pairs.ed.privateKey), {}],
    ['an Ed25519 key by its newer name', 'ed', jwkOf(pairs.ed.privateKey), { alg: 'Ed25519' }],
    ['the token endpoint as audience', 'ec', jwkOf(pairs.ec.privateKey), { audience: 'token_endpoint' }],
  ])('with %s: login, renewal and revocation', async (_title, pair, key, options) => {
    const { connected, me, leave, forms } = await open(pair, key, options)
    const browser = await connected()
    vi.setSystemTime(Date.now() + (LIFETIME + 1) * 1000)
    expect(await me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
    expect(await leave(browser)).toBe('revoked')
    const sent = ['/request', '/token', '/token/revocation'].flatMap(forms)
    expect(sent).toHaveLength(5)
    const audience = options.audience === undefined ? ISSUER : `${ISSUER}/token`
    const ids = new Set<unknown>()
    for (const { client_id, client_secret, client_assertion = '', client_assertion_type } of sent) {
      expect({ client_id, client_secret, client_assertion_type }).toEqual({
        client_id: CLIENT_ID,
        client_secret: undefined,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
      const { jti, iat = 0, ...claims } = decodeJwt(client_assertion)
      expect(claims).toEqual({ iss: CLIENT_ID, sub: CLIENT_ID, aud: audience, exp: iat + 60 })
      const kid = options.keyId ?? (typeof key === 'object' && key.kid)
      expect(decodeProtectedHeader(client_assertion).kid).toBe(kid || undefined)
      ids.add(jti)
    }
    expect(ids.size).toBe(5)
    expect(app?.wire.sent.some(({ headers }) => headers.get('authorization')?.startsWith('Basic'))).toBe(false)
  })

  it.each<[string, string, PrivateKeyJwtOptions['key'], Options]>([
    ['another key', 'client_rejected', jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), {}],
    ['another key id', 'client_rejected', jwkOf(pairs.ec.privateKey), { keyId: 'other' }],
    ['a key of another curve', 'configuration_invalid', jwkOf(pairs.ec.privateKey), { alg: 'ES384' }],
    ['a key of another type', 'configuration_invalid', pemOf(pairs.rsa.privateKey), { alg: 'ES256' }],
    [
      'a key that is too short',
      'configuration_invalid',
      jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      { alg: 'PS256' },
    ],
    ['PEM of nothing', 'configuration_invalid', '-----BEGIN PRIVATE KEY-----\n-----END', { alg: 'ES256' }],
  ])('refuses %s: %s', async (_title, code, key, options) => {
    const { browser } = await open('ec', key, options)
    expect(await codeOf(await browser().navigate('/auth/op/login'))).toBe(code)
  })

  it('refuses an assertion that is used again or has ended', async () => {
    const { start, browser, forms, server } = await open('ec', jwkOf(pairs.ec.privateKey))
    await start(browser())
    const [form = {}] = forms('/request')
    const push = async () => {
      const init = { method: 'POST', body: new URLSearchParams(form) }
      return (await server.fetch(new Request(`${ISSUER}/request`, init))).status
    }
    expect(await push()).toBe(401)
    await server.close()
    const second = await open('ec', jwkOf(pairs.ec.privateKey))
    vi.setSystemTime(Date.now() + 120_000)
    const init = { method: 'POST', body: new URLSearchParams(form) }
    expect((await second.server.fetch(new Request(`${ISSUER}/request`, init))).status).toBe(401)
  })
})

describe('the settings of privateKeyJwt()', () => {
  it.each<[string, object, RegExp]>([
    ['no key', {}, /^privateKeyJwt key is missing/],
    ['an empty key', { key: '' }, /^privateKeyJwt key is missing/],
    ['a public key', { key: jwkOf(pairs.ec.publicKey) }, /^privateKeyJwt key has no private part/],
    [
      'another PEM',
      { key: String(pairs.rsa.privateKey.export({ format: 'pem', type: 'pkcs1' })), alg: 'PS256' },
      /^privateKeyJwt key is no PKCS #8 in PEM. Convert another form: openssl pkcs8 -topk8 -nocrypt/,
    ],
    ['PEM without an algorithm', { key: pemOf(pairs.ec.privateKey) }, /^privateKeyJwt alg is missing/],
    ['an RSA key without an algorithm', { key: jwkOf(pairs.rsa.privateKey) }, /^privateKeyJwt alg is missing/],
    ['a shared secret', { key: { kty: 'oct', k: 'AA', d: 'AA' }, alg: 'HS256' }, /^privateKeyJwt alg is no algorithm/],
    ['no signature', { key: jwkOf(pairs.ec.privateKey), alg: 'none' }, /^privateKeyJwt alg is no algorithm/],
    ['an audience', { key: jwkOf(pairs.ec.privateKey), audience: 'x' }, /^privateKeyJwt audience is none of/],
  ])('%s: configuration_invalid', (_title, options, message) => {
    expect(() => privateKeyJwt(options as PrivateKeyJwtOptions)).toThrow(
      expect.objectContaining({ code: 'configuration_invalid', message: expect.stringMatching(message) }),
    )
  })

  it('make a confidential client, which may go without PKCE', () => {
    const endpoints = {
      clientId: CLIENT_ID,
      authorizationEndpoint: `${ISSUER}/auth`,
      tokenEndpoint: `${ISSUER}/token`,
      apiOrigins: [ISSUER] as const,
    }
    const clientAuthentication = privateKeyJwt({ key: jwkOf(pairs.ec.privateKey) })
    expect(oauth2({ ...endpoints, pkce: false, clientAuthentication }).pkce).toBe(false)
    expect(() => oauth2({ ...endpoints, pkce: false })).toThrow(/pkce/)
  })
})
