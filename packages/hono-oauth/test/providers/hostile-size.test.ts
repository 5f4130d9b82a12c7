import { beforeEach, describe, expect, it, vi } from 'vitest'
import { instanceVerifier } from '../../src/providers/wix/signed-instance.ts'
import { Secret } from '../../src/secret.ts'
import { fakeBackChannel } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { emulated, TOKEN } from './oidc/emulated.ts'
import { forge } from './oidc/forge.ts'
import { claims, jwt, receiver } from './wix/jwt.ts'
import { APP_ID, APP_SECRET, external, NOW, signInstance } from './wix/support.ts'

// Counts what is decoded, so that no test depends on the speed of a machine.
const decoded = vi.hoisted(() => ({ texts: 0, characters: 0 }))
vi.mock('../../src/crypto/encoding.ts', async (original) => {
  const encoding = await original<typeof import('../../src/crypto/encoding.ts')>()
  const counting =
    <T>(decode: (text: string) => T) =>
    (text: string) => {
      decoded.texts += 1
      decoded.characters += text.length
      return decode(text)
    }
  return {
    ...encoding,
    fromBase64: counting(encoding.fromBase64),
    fromBase64Url: counting(encoding.fromBase64Url),
  }
})
beforeEach(() => void Object.assign(decoded, { texts: 0, characters: 0 }))

const MIB = 1024 * 1024
const HOSTILE = [
  ['dots', '.'.repeat(MIB)],
  ['one part', 'A'.repeat(MIB)],
  ['three large parts', ['A', 'A', 'A'].map((part) => part.repeat(MIB / 3)).join('.')],
] as const

describe.each(HOSTILE)('a hostile text of %s', (_name, text) => {
  it('is refused as a webhook without decoding', async () => {
    expect((await refusal(() => receiver()(text))).code).toBe('webhook_unverified')
    expect(decoded.texts).toBe(1) // The public key of the app.
  })

  it.each(['hmac', 'token-info'] as const)('is refused as a signed instance by %s', async (way) => {
    const provider = external({ instanceProof: way })
    const { backChannel, sent } = fakeBackChannel()
    const error = await refusal(() => provider.acceptToken?.(new Secret(text), backChannel, 0))
    expect([error.code, sent.length, decoded.texts]).toEqual(['token_not_accepted', 0, 0])
  })

  it('is refused as an ID token without decoding', async () => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.finish = () => text.slice(0, 200_000)
    expect((await refusal(() => server.login())).code).toBe('provider_response_invalid')
    expect(decoded.texts).toBe(0)
  })
})

describe('a genuine text', () => {
  it('is a webhook of at most 512 KiB', async () => {
    const padded = (length: number) => jwt({ ...claims(), x: 'x'.repeat(length) })
    expect((await receiver()(padded(380_000))).type).toBe('AppRemoved')
    expect((await refusal(() => receiver()(padded(400_000)))).code).toBe('webhook_unverified')
  })

  it('is an ID token of at most 64 KiB', async () => {
    const server = emulated({ userinfo: false })
    const issuer = await forge(server)
    issuer.claims = { groups: 'x'.repeat(48_000) }
    expect((await server.login()).grant.id).toBe('user-1001')
    issuer.claims = { groups: 'x'.repeat(49_000) }
    expect((await refusal(() => server.login())).code).toBe('provider_response_invalid')
  })

  it('is a signed instance of at most 8192 characters', async () => {
    const verify = instanceVerifier(APP_ID, APP_SECRET)
    const verified = (length: number) =>
      verify(signInstance({ x: 'x'.repeat(length) }), { maxAgeSeconds: 60, now: NOW })
    expect(await verified(5900)).toBeDefined()
    expect(await verified(6100)).toBeUndefined()
  })
})

describe('a key set', () => {
  it.each([
    [100, undefined],
    [101, 'provider_response_invalid'],
  ])('of %d keys: %s', async (count, code) => {
    const server = emulated()
    const issuer = await forge(server)
    issuer.keys = Array(count).fill({ ...issuer.signs.jwk })
    const login = server.login().then(
      () => undefined,
      ({ code }) => code,
    )
    expect(await login).toBe(code)
    expect(server.requestsTo(TOKEN)).toBe(code ? 0 : 1)
  })
})
