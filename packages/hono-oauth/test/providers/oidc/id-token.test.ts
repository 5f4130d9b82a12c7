import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { type Emulated, emulated, ISSUER, JWKS, METADATA, NOW, TOKEN, USERINFO } from './emulated.ts'
import { forge, forged, keyFor } from './forge.ts'

/** A login that fails at its ID token: its tokens are revoked and not used, and the error shows none. */
async function refused(server: Emulated, fault?: string): Promise<void> {
  const error = await refusal(() => server.login())
  expect(error.code).toBe('provider_response_invalid')
  if (fault) expect(error.cause).toMatchObject({ message: fault })
  expect([TOKEN, USERINFO, '/revoke'].map(server.requestsTo)).toEqual([1, 0, 2])
  expect(server.grants()).toMatchObject([{ alive: false, liveAccessTokens: 0 }])
  expect(shown(error)).not.toMatch(/user-1001|another-client|issuer\.example|eyJ/)
}
const accepted = async (server: Emulated, id = 'user-1001') => expect((await server.login()).grant.id).toBe(id)
const bad = (claim: string) => `an ID token that has a bad ${claim}`
const code = (name: string) => `an ID token that is refused: ERR_${name}`
const { jwk: OURS } = await keyFor('RS256')
const [OTHER, THIRD] = [await keyFor('RS256', 'other'), await keyFor('RS256', 'third')]

describe('an ID token', () => {
  it.each([
    ...['nonce', 'aud', 'iss', 'azp'].map((claim) => [`wrong-${claim}`, bad(claim)]),
    ...['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'].map((claim) => [`without-${claim}`, bad(claim)]),
    ['expired', code('JWT_EXPIRED')],
    ['early', bad('iat')],
    ['secondary-aud', bad('azp')],
    ['wrong-signature', code('JWS_SIGNATURE_VERIFICATION_FAILED')],
    ['unknown-kid', code('JWKS_NO_MATCHING_KEY')],
    ['alg-null', code('JWS_INVALID')],
    ...['alg-none', 'hs256', 'es256', 'ps256'].map((alg) => [alg, code('JOSE_ALG_NOT_ALLOWED')]),
    ['missing', 'a token response without an ID token'],
  ])('ends the login when it is %s', async (scenario, fault) => {
    const server = emulated()
    server.control.setScenario('oauth.example', `id-token-${scenario}`)
    await refused(server, fault)
  })

  it.each([
    ...['aud-as-array', 'secondary-aud-azp', 'without-kid', 'old'].map((scenario) => [`id-token-${scenario}`]),
    ['id-token-without-kid', 'jwks-several-keys'],
  ])('may be one of %s, %s', async (...scenarios) => {
    const server = emulated()
    for (const scenario of scenarios) server.control.setScenario('oauth.example', scenario)
    await accepted(server)
    expect(server.requestsTo(JWKS)).toBe(1)
  })

  it('is refused when it has no key id and no key fits', async () => {
    const server = await forged({ keys: [OTHER.jwk, THIRD.jwk], header: { kid: undefined } })
    await refused(server, code('JWS_SIGNATURE_VERIFICATION_FAILED'))
    expect(server.requestsTo(JWKS)).toBe(2)
  })

  it('is judged by its claims after one of several keys fits', async () => {
    const claims = { exp: NOW - 3600 }
    const server = await forged({ keys: [OTHER.jwk, OURS, OTHER.jwk], header: { kid: undefined }, claims })
    await refused(server, code('JWT_EXPIRED'))
    expect(server.requestsTo(JWKS)).toBe(1)
  })

  it.each<[object, string]>([
    ...['', 7, ['user-1001'], 'x'.repeat(256)].map((sub): [object, string] => [{ sub }, 'sub']),
    [{ aud: [] }, 'aud'],
    [{ aud: ['example-client', 7] }, 'azp'],
    [{ azp: ['example-client'] }, 'azp'],
    [{ iat: '1790000000' }, 'iat'],
    [{ exp: '1999999999' }, 'exp'],
    [{ nbf: NOW + 120 }, 'nbf'],
    [{ nonce: ['x'] }, 'nonce'],
    ...[[ISSUER], `${ISSUER}/`].map((iss): [object, string] => [{ iss }, 'iss']),
  ])('ends the login with %j', async (claims, claim) => {
    await refused(await forged({ claims }), bad(claim))
  })

  it('may have a subject of 255 characters', async () => {
    const sub = 'x'.repeat(255)
    await accepted(await forged({ claims: { sub } }, { userinfo: false }), sub)
  })

  const B64 = 'an ID token that has the header parameter b64'
  it.each<[object, string | undefined]>([
    [{ jku: 'https://evil.example/keys' }, undefined],
    [{ x5u: 'https://evil.example/cert' }, undefined],
    [{ jwk: OURS }, undefined],
    [{ crit: ['exp'], exp: 1 }, code('JOSE_NOT_SUPPORTED')],
    [{ b64: false }, B64],
    [{ crit: ['b64'], b64: true }, B64],
    [{ kid: 7 }, code('JWKS_NO_MATCHING_KEY')],
  ])('chooses no key and no extension by its header: %#', async (header, fault) => {
    const server = await forged({ header })
    await (fault ? refused(server, fault) : accepted(server))
    // No address of the header was requested.
    expect(new Set(server.control.requests().map(({ host }) => host))).toEqual(new Set(['oauth.example']))
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
    ['an object', () => ({ text: 'eyJ' })],
  ])('ends the login when it is written with %s', async (_name, finish) => {
    await refused(await forged({ finish }))
  })

  it.each([...['RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'], 'RS256'] as const)(
    'may be signed with %s when that is configured',
    async (alg) => {
      const server = emulated({ idTokenAlg: alg })
      const algs = alg === 'RS256' ? undefined : ['RS256', alg]
      const listed = { id_token_signing_alg_values_supported: algs }
      server.editJson(METADATA, (json) => ({ ...json, ...listed }))
      await forge(server, alg)
      await accepted(server)
    },
  )
})

describe('the keys of an ID token', () => {
  const UNUSABLE = 'an ID token that has an unusable key'
  it.each<[unknown, string]>([
    ...[{ use: 'enc' }, { alg: 'PS256' }, { key_ops: ['encrypt'] }, { kty: 'EC' }, { key_ops: 'verify' }].map(
      (members): [unknown, string] => [{ ...OURS, ...members }, code('JWKS_NO_MATCHING_KEY')],
    ),
    [{ kty: 'RSA', kid: 'first', n: 7, e: 'AQAB' }, UNUSABLE],
    [{ kty: 'RSA', kid: 'first', n: 'AQAB', e: 'AQAB' }, UNUSABLE],
    [{ kty: 'RSA', kid: 'first' }, UNUSABLE],
  ])('must be usable: %#', async (key, fault) => {
    await refused(await forged({ keys: [key] }), fault)
  })

  it('are read again when one is unusable', async () => {
    const server = await forged()
    let asked = 0
    server.answer(JWKS, () => Response.json({ keys: [asked++ > 0 ? OURS : { ...OURS, n: 'AQAB' }] }))
    await accepted(server)
    expect(asked).toBe(2)
  })

  const AMONG = [null, 7, [], { kty: 'oct', k: 'AA' }, { ...OURS, n: 'AQAB' }, OURS, { kty: 'RSA' }]
  const VERIFIES = { use: 'sig', alg: 'RS256', key_ops: ['verify'], x5c: ['AA'], ext: true }
  it.each<[string, object]>([
    ['among unusable ones', { keys: AMONG }],
    ['among unusable ones, without a key id', { keys: AMONG, header: { kid: undefined } }],
    ['with their purpose', { keys: [{ ...OURS, ...VERIFIES }] }],
    ['with private members', { keys: [{ ...OURS, d: 'AQAB', p: 'AQAB' }] }],
  ])('may stand %s', async (_name, changes) => accepted(await forged(changes)))

  it.each([[{}], [{ keys: null }], [{ keys: {} }], [[]]])('are not read from %j', async (body) => {
    const server = emulated()
    server.answer(JWKS, () => Response.json(body))
    expect((await refusal(() => server.login())).code).toBe('provider_response_invalid')
    expect(server.requestsTo(TOKEN)).toBe(0)
  })

  it('are read only at the address of the metadata, also after a change', async () => {
    const server = await forged()
    await accepted(server)
    server.editJson(METADATA, (json) => ({ ...json, jwks_uri: `${ISSUER}/other/jwks` }))
    server.advance(3600)
    server.answer('/other/jwks', () => Response.json({ keys: server.issuer.keys }))
    await accepted(server)
    expect([JWKS, '/other/jwks'].map(server.requestsTo)).toEqual([1, 1])
  })
})

describe('the clock of an issuer', () => {
  it.each<[number | undefined, object, boolean]>([
    [undefined, { iat: NOW + 50 }, true],
    [undefined, { exp: NOW - 50 }, true],
    [0, { iat: NOW, exp: NOW + 60 }, true],
    [300, { iat: NOW + 290 }, true],
    [300, { exp: NOW - 290 }, true],
    [undefined, { iat: NOW + 70 }, false],
    [undefined, { exp: NOW - 60 }, false],
    [0, { iat: NOW + 10 }, false],
    [0, { exp: NOW }, false],
    [300, { iat: NOW + 310 }, false],
    [300, { exp: NOW - 300 }, false],
  ])('may differ by %s seconds: %j is valid: %s', async (clockToleranceSeconds, claims, isValid) => {
    const server = await forged({ claims }, { clockToleranceSeconds })
    await (isValid ? accepted(server) : refused(server))
  })

  it('includes the time of the token request', async () => {
    vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const finish = (idToken: string) => {
      vi.setSystemTime((NOW + 5) * 1000)
      return idToken
    }
    await accepted(await forged({ claims: { iat: NOW + 5 }, finish }, { clockToleranceSeconds: 0 }))
  })
})
