import { describe, expect, it, vi } from 'vitest'
import type { OidcOptions } from '../../../src/providers/oidc/index.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  type Emulated,
  emulated,
  ISSUER,
  JWKS,
  METADATA,
  NOW,
  TOKEN,
  USERINFO,
} from './emulated.ts'
import { forge, keyFor } from './forge.ts'

/** A login that ends at its ID token: no token is used but to give it back, and nothing is told of it. */
async function refused(server: Emulated, fault: string): Promise<void> {
  const error = await refusal(() => server.login())
  expect(error.code).toBe('provider_response_invalid')
  expect(error.cause).toMatchObject({ message: fault })
  expect([TOKEN, USERINFO, '/revoke'].map(server.requestsTo)).toEqual([1, 0, 2])
  expect(server.grants()).toMatchObject([{ alive: false, liveAccessTokens: 0 }])
  expect(shown(error)).not.toMatch(/user-1001|another-client|issuer\.example|eyJ/)
}
const bad = (claim: string) => `an ID token that has a bad ${claim}`
const code = (name: string) => `an ID token that is refused: ERR_${name}`

const { jwk: OURS } = await keyFor('RS256')

describe('an ID token', () => {
  it.each([
    ['wrong-nonce', bad('nonce')],
    ['wrong-aud', bad('aud')],
    ['wrong-iss', bad('iss')],
    ['wrong-azp', bad('azp')],
    ['expired', code('JWT_EXPIRED')],
    ['early', bad('iat')],
    ['without-iss', bad('iss')],
    ['without-sub', bad('sub')],
    ['without-aud', bad('aud')],
    ['without-exp', bad('exp')],
    ['without-iat', bad('iat')],
    ['without-nonce', bad('nonce')],
    ['secondary-aud', bad('azp')],
    ['wrong-signature', code('JWS_SIGNATURE_VERIFICATION_FAILED')],
    ['unknown-kid', code('JWKS_NO_MATCHING_KEY')],
    ['alg-none', code('JOSE_ALG_NOT_ALLOWED')],
    ['alg-null', code('JWS_INVALID')],
    ['hs256', code('JOSE_ALG_NOT_ALLOWED')],
    ['es256', code('JOSE_ALG_NOT_ALLOWED')],
    ['ps256', code('JOSE_ALG_NOT_ALLOWED')],
    ['missing', 'a token response without an ID token'],
  ])('ends the login when it is %s', async (scenario, fault) => {
    const server = emulated()
    server.control.setScenario(`example-id-token-${scenario}`)
    await refused(server, fault)
  })

  it.each(['aud-as-array', 'secondary-aud-azp', 'without-kid', 'old'])(
    'may be %s',
    async (scenario) => {
      const server = emulated()
      server.control.setScenario(`example-id-token-${scenario}`)
      expect((await server.login()).grant.id).toBe('user-1001')
      expect(server.requestsTo(JWKS)).toBe(1)
    },
  )

  it('is verified by whichever key fits when it names none', async () => {
    const server = emulated()
    server.control.setScenario('example-id-token-without-kid')
    server.control.setScenario('example-jwks-several-keys')
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(server.requestsTo(JWKS)).toBe(1)
  })

  it('is refused when it names no key and none fits', async () => {
    const server = emulated()
    const issuer = await forge(server)
    const [other, third] = [await keyFor('RS256', 'other'), await keyFor('RS256', 'third')]
    issuer.keys = [other.jwk, third.jwk]
    issuer.header = { kid: undefined }
    await refused(server, code('JWS_SIGNATURE_VERIFICATION_FAILED'))
    expect(server.requestsTo(JWKS)).toBe(2)
  })

  it('is judged by its claims once a key of several fits', async () => {
    const server = emulated()
    const issuer = await forge(server)
    const other = await keyFor('RS256', 'other')
    issuer.keys = [other.jwk, issuer.signs.jwk, other.jwk]
    issuer.header = { kid: undefined }
    issuer.claims = { exp: NOW - 3600 }
    await refused(server, code('JWT_EXPIRED'))
    expect(server.requestsTo(JWKS)).toBe(1)
  })

  it.each<[string, object, string]>([
    ['another', { sub: '' }, 'sub'],
    ['a number', { sub: 7 }, 'sub'],
    ['a list', { sub: ['user-1001'] }, 'sub'],
    ['too long', { sub: 'x'.repeat(256) }, 'sub'],
    ['for nobody', { aud: [] }, 'aud'],
    ['for us and a number', { aud: ['example-client', 7] }, 'azp'],
    ['for us, by a list', { azp: ['example-client'] }, 'azp'],
    ['made at no time', { iat: '1790000000' }, 'iat'],
    ['good until no time', { exp: '1999999999' }, 'exp'],
    ['not good yet', { nbf: NOW + 120 }, 'nbf'],
    ['of a nonce in a list', { nonce: ['x'] }, 'nonce'],
    ['of an issuer in a list', { iss: [ISSUER] }, 'iss'],
    ['of nearly the issuer', { iss: `${ISSUER}/` }, 'iss'],
  ])('ends the login when it is %s', async (_name, claims, claim) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.claims = claims
    await refused(server, bad(claim))
  })

  it('may be about anybody whose name is no longer than names are', async () => {
    const server = emulated({ userinfo: false })
    const issuer = await forge(server)
    issuer.claims = { sub: 'x'.repeat(255) }
    expect((await server.login()).grant.id).toBe('x'.repeat(255))
  })

  it.each<[string, object, string | undefined]>([
    ['jku', { jku: 'https://evil.example/keys' }, undefined],
    ['x5u', { x5u: 'https://evil.example/cert' }, undefined],
    ['jwk', { jwk: OURS }, undefined],
    ['crit', { crit: ['exp'], exp: 1 }, code('JOSE_NOT_SUPPORTED')],
    ['b64', { b64: false }, 'an ID token that has a header that asks for more'],
    [
      'critical b64',
      { crit: ['b64'], b64: true },
      'an ID token that has a header that asks for more',
    ],
    ['kid of another type', { kid: 7 }, code('JWKS_NO_MATCHING_KEY')],
  ])('may not ask for more in its header: %s', async (_name, header, fault) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.header = header
    if (fault) await refused(server, fault)
    else expect((await server.login()).grant.id).toBe('user-1001')
    // Whatever it points to was not asked.
    const hosts = server.control.requests().map(({ host }) => host)
    expect(new Set(hosts)).toEqual(new Set(['oauth.example']))
  })

  it.each<[string, (idToken: string) => unknown]>([
    ['a trailing dot', (text) => `${text}.`],
    ['padding', (text) => `${text}==`],
    ['white space', (text) => ` ${text}`],
    ['four parts', (text) => text.replace('.', '.e30.')],
    ['two parts', (text) => text.replace(/\.[^.]*$/, '')],
    ['another payload', (text) => text.replace(/\.[^.]*\./, '.e30.')],
    ['another alphabet', (text) => `${text.slice(0, -2)}+/`],
    ['nothing', () => ''],
    ['no text', () => ({ text: 'eyJ' })],
    ['null', () => null],
  ])('ends the login when it is written with %s', async (_name, finish) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.finish = finish
    const error = await refusal(() => server.login())
    expect(error.code).toBe('provider_response_invalid')
    expect([TOKEN, USERINFO, '/revoke'].map(server.requestsTo)).toEqual([1, 0, 2])
  })

  it.each([
    ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    'RS256',
  ] as const)('may be signed with %s where that is configured', async (alg) => {
    const server = emulated({ idTokenAlg: alg })
    server.editJson(METADATA, (json) => ({
      ...json,
      id_token_signing_alg_values_supported: ['RS256', alg],
    }))
    await forge(server, alg)
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it('is not refused for what the metadata does not list', async () => {
    const server = emulated()
    server.editJson(METADATA, ({ id_token_signing_alg_values_supported: _left, ...json }) => json)
    expect((await server.login()).grant.id).toBe('user-1001')
  })
})

describe('the keys of an ID token', () => {
  it.each<[string, object]>([
    ['for encryption', { use: 'enc' }],
    ['for another algorithm', { alg: 'PS256' }],
    ['for another operation', { key_ops: ['encrypt'] }],
    ['of another type', { kty: 'EC' }],
    ['with operations that are none', { key_ops: 'verify' }],
  ])('are none that are %s', async (_name, members) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.keys = [{ ...issuer.signs.jwk, ...members }]
    await refused(server, code('JWKS_NO_MATCHING_KEY'))
  })

  it.each<[string, unknown]>([
    ['a number', { kty: 'RSA', kid: 'first', n: 7, e: 'AQAB' }],
    ['too short', { kty: 'RSA', kid: 'first', n: 'AQAB', e: 'AQAB' }],
    ['nothing', { kty: 'RSA', kid: 'first' }],
  ])('are none that are %s', async (_name, key) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.keys = [key]
    await refused(server, 'an ID token that has a key of no use')
  })

  it('are asked for again when one is of no use', async () => {
    const server = emulated()
    const issuer = await forge(server)
    const { jwk } = issuer.signs
    let asked = 0
    server.answer(JWKS, () => Response.json({ keys: [asked++ > 0 ? jwk : { ...jwk, n: 'AQAB' }] }))
    expect((await server.login()).grant.id).toBe('user-1001')
    expect(asked).toBe(2)
  })

  it('may stand among others of no use', async () => {
    const server = emulated()
    const issuer = await forge(server)
    const { jwk } = issuer.signs
    issuer.keys = [null, 7, [], { kty: 'oct', k: 'AA' }, { ...jwk, n: 'AQAB' }, jwk, { kty: 'RSA' }]
    expect((await server.login()).grant.id).toBe('user-1001')
    issuer.header = { kid: undefined }
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it('may say that they are for signatures', async () => {
    const server = emulated()
    const issuer = await forge(server)
    const members = { use: 'sig', alg: 'RS256', key_ops: ['verify'], x5c: ['AA'], ext: true }
    issuer.keys = [{ ...issuer.signs.jwk, ...members }]
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it('are not private ones, though one of them signs', async () => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.keys = [{ ...issuer.signs.jwk, d: 'AQAB', p: 'AQAB' }]
    expect((await server.login()).grant.id).toBe('user-1001')
  })

  it.each([[{}], [{ keys: null }], [{ keys: {} }], [[]]])('are no set in %j', async (body) => {
    const server = emulated()
    server.answer(JWKS, () => Response.json(body))
    expect((await refusal(() => server.login())).code).toBe('provider_response_invalid')
    expect(server.requestsTo(TOKEN)).toBe(0)
  })

  it('are asked for at the address of the metadata alone, also when that changes', async () => {
    const server = emulated()
    const issuer = await forge(server)
    await server.login()
    server.editJson(METADATA, (json) => ({ ...json, jwks_uri: `${ISSUER}/other/jwks` }))
    server.advance(3600)
    server.answer('/other/jwks', () => Response.json({ keys: issuer.keys }))
    await server.login()
    expect([JWKS, '/other/jwks'].map(server.requestsTo)).toEqual([1, 1])
  })
})

describe('the clock of an issuer', () => {
  const login = async (options: Partial<OidcOptions>, claims: object) => {
    const server = emulated(options)
    const issuer = await forge(server)
    issuer.claims = claims
    return server.login()
  }

  it.each<[number | undefined, object]>([
    [undefined, { iat: NOW + 50 }],
    [undefined, { exp: NOW - 50 }],
    [0, { iat: NOW, exp: NOW + 60 }],
    [300, { iat: NOW + 290 }],
    [300, { exp: NOW - 290 }],
  ])('may differ by %s seconds: %j', async (clockToleranceSeconds, claims) => {
    expect((await login({ clockToleranceSeconds }, claims)).grant.id).toBe('user-1001')
  })

  it('goes on while the token endpoint takes its time', async () => {
    vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] })
    try {
      const server = emulated({ clockToleranceSeconds: 0 })
      const issuer = await forge(server)
      issuer.claims = { iat: NOW + 5 }
      issuer.finish = (idToken) => {
        vi.setSystemTime((NOW + 5) * 1000)
        return idToken
      }
      expect((await server.login()).grant.id).toBe('user-1001')
    } finally {
      vi.useRealTimers()
    }
  })

  it.each<[number | undefined, object]>([
    [undefined, { iat: NOW + 70 }],
    [undefined, { exp: NOW - 60 }],
    [0, { iat: NOW + 10 }],
    [0, { exp: NOW }],
    [300, { iat: NOW + 310 }],
    [300, { exp: NOW - 300 }],
  ])('may not differ by more than %s seconds: %j', async (clockToleranceSeconds, claims) => {
    const error = await refusal(() => login({ clockToleranceSeconds }, claims))
    expect(error.code).toBe('provider_response_invalid')
  })
})
