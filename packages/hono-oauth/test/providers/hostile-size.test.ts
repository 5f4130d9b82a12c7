import { beforeEach, describe, expect, it, vi } from 'vitest'
import { isCompactJws } from '../../src/providers/compact-jws.ts'
import { instanceVerifier } from '../../src/providers/wix/signed-instance.ts'
import { Secret } from '../../src/secret.ts'
import { over } from '../protocol/fake-fetch.ts'
import { codeOf, refusedAfter } from '../protocol/refusal.ts'
import { TOKEN } from './oidc/emulated.ts'
import { forged } from './oidc/forge.ts'
import { claims, jwt, receiver } from './wix/jwt.ts'
import { APP_ID, APP_SECRET, external, NOW, signInstance } from './wix/support.ts'

// Counts what is decoded, so that no test depends on the speed of a machine.
const decoded = vi.hoisted(() => ({ texts: 0 }))
vi.mock('../../src/crypto/encoding.ts', async (original) => {
  const encoding = await original<typeof import('../../src/crypto/encoding.ts')>()
  const counting =
    <T>(decode: (text: string) => T) =>
    (text: string) => {
      decoded.texts += 1
      return decode(text)
    }
  const { fromBase64, fromBase64Url } = encoding
  return { ...encoding, fromBase64: counting(fromBase64), fromBase64Url: counting(fromBase64Url) }
})
beforeEach(() => void Object.assign(decoded, { texts: 0 }))

const MIB = 1024 * 1024
const HOSTILE = [
  ['dots', '.'.repeat(MIB)],
  ['one part', 'A'.repeat(MIB)],
  ['three large parts', ['A', 'A', 'A'].map((part) => part.repeat(MIB / 3)).join('.')],
] as const

describe.each(HOSTILE)('a hostile text of %s', (_name, text) => {
  it('is refused as a webhook without decoding', async () => {
    expect(await codeOf(() => receiver()(text))).toBe('webhook_unverified')
    expect(decoded.texts).toBe(1) // The public key of the app.
  })

  it.each(['hmac', 'token-info'] as const)('is refused as a signed instance by %s', async (way) => {
    const provider = external({ instanceProof: way })
    const accepting = over([], (backChannel) => provider.acceptToken?.(new Secret(text), backChannel, 0))
    expect([...(await refusedAfter(accepting)), decoded.texts]).toEqual(['token_not_accepted', 0, 0])
  })

  it('is refused as an ID token without decoding', async () => {
    const server = await forged({ finish: () => text.slice(0, 200_000) })
    expect(await codeOf(() => server.login())).toBe('provider_response_invalid')
    expect(decoded.texts).toBe(0)
  })
})

it.each([
  ['YQ.YQ.YQ', 8, true],
  ['YQ.YQ.YQ', 7, false],
  ['YQ.YQ.', 8, true],
  ['YQ.YQ', 8, false],
  ['YQ.YQ.YQ.YQ', 99, false],
  ['YQ.YR.YQ', 8, false],
  ['YQ.Y=.YQ', 8, false],
])('a compact JWS is %s of at most %d characters: %s', (text, maxLength, isJws) => {
  expect(isCompactJws(text, maxLength)).toBe(isJws)
})

describe('the keys of a hostile issuer', () => {
  const big = (length: number) => Buffer.alloc(length, 255).toString('base64url')
  const other = (n = 256, e = 'AQAB') => ({ kty: 'RSA', n: big(n), e, kid: 'first' })

  it.each([
    ['a hundred that all fit', Array(100).fill(other()), 10],
    ['a modulus of 8192 bits', [other(1024)], 1],
    ['a longer modulus', [other(1025)], 0],
    ['an exponent of 32 bits', [other(256, big(4))], 1],
    ['a longer exponent', [other(256, big(5))], 0],
  ])('%s: so many verifications, and as many with newer keys', async (_name, keys, count) => {
    const verifications = vi.spyOn(crypto.subtle, 'verify')
    const server = await forged({ keys })
    verifications.mockClear()
    expect(await codeOf(() => server.login())).toBe('provider_response_invalid')
    expect(verifications).toHaveBeenCalledTimes(count * 2)
    verifications.mockRestore()
  })
})

describe('a genuine text', () => {
  it('is a webhook of at most 512 KiB', async () => {
    const padded = (length: number) => jwt({ ...claims(), x: 'x'.repeat(length) })
    expect((await receiver()(padded(380_000))).type).toBe('AppRemoved')
    expect(await codeOf(() => receiver()(padded(400_000)))).toBe('webhook_unverified')
  })

  it('is an ID token of at most 64 KiB', async () => {
    const server = await forged({ claims: { groups: 'x'.repeat(48_000) } }, { userinfo: false })
    expect((await server.login()).grant.id).toBe('user-1001')
    server.issuer.claims = { groups: 'x'.repeat(49_000) }
    expect(await codeOf(() => server.login())).toBe('provider_response_invalid')
  })

  it('is a signed instance of at most 8192 characters', async () => {
    const verify = instanceVerifier(APP_ID, APP_SECRET)
    const verified = (length: number) =>
      verify(signInstance({ x: 'x'.repeat(length) }), { maxAgeSeconds: 60, now: NOW })
    expect(await verified(5900)).toBeDefined()
    expect(await verified(6100)).toBeUndefined()
  })
})

it.each([
  [100, undefined],
  [101, 'provider_response_invalid'],
])('a key set of %d keys: %s', async (count, code) => {
  const server = await forged()
  server.issuer.keys = Array(count).fill({ ...server.issuer.signs.jwk })
  const outcome = await server.login().catch((error) => error)
  expect(outcome.code).toBe(code)
  expect(server.requestsTo(TOKEN)).toBe(code ? 0 : 1)
})
