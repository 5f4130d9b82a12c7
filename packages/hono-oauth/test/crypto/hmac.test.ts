import { expect, it, vi } from 'vitest'
import { fromHex } from '../../src/crypto/encoding.ts'
import { hmacVerifier } from '../../src/crypto/hmac.ts'

// RFC 4231, section 4.3.
const SECRET = 'Jefe'
const TEXT = 'what do ya want for nothing?'
const SIGNATURE = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'

it.each<[string, boolean, { secrets?: string[]; signature?: string; text?: string }]>([
  ['the only secret', true, {}],
  ['the first of two secrets', true, { secrets: [SECRET, 'other'] }],
  ['the last of two secrets', true, { secrets: ['other', SECRET] }],
  ['none of the secrets', false, { secrets: ['other', 'jefe'] }],
  ['no secret', false, { secrets: [] }],
  ['another text', false, { text: `${TEXT} ` }],
  ['no text', false, { text: '' }],
  ['another bit', false, { signature: SIGNATURE.replace(/3$/, '2') }],
  ['a byte less', false, { signature: SIGNATURE.slice(2) }],
  ['a byte more', false, { signature: `${SIGNATURE}00` }],
  ['nothing', false, { signature: '' }],
])(
  'a signature with %s holds: %s',
  async (_name, isSigned, { secrets = [SECRET], signature = SIGNATURE, text = TEXT }) => {
    expect(await hmacVerifier(secrets)(fromHex(signature), text)).toBe(isSigned)
  },
)

it.each([
  [1, 1025, true],
  [2, 512, true],
  [2, 513, false],
  [4, 256, true],
  [4, 257, false],
])('%d secrets are tried for a text of %d KiB: %s', async (count, kibibytes, isTried) => {
  const verifications = vi.spyOn(crypto.subtle, 'verify')
  verifications.mockClear()
  const secrets = Array.from({ length: count }, (_, index) => `secret ${index}`)
  const work = hmacVerifier(secrets)(fromHex(SIGNATURE), 'x'.repeat(kibibytes * 1024))
  expect(await work.catch((error) => error.code)).toBe(isTried ? false : 'webhook_too_large')
  expect(verifications).toHaveBeenCalledTimes(isTried ? count : 0)
})

it('a key is imported once and cannot be exported', async () => {
  const importKey = vi.spyOn(crypto.subtle, 'importKey')
  const verify = hmacVerifier([SECRET])
  for (const _time of [1, 2]) await verify(fromHex(SIGNATURE), TEXT)
  const keys = await Promise.all(importKey.mock.results.map(({ value }) => value as object))
  expect(keys).toMatchObject([{ extractable: false, usages: ['verify'] }])
})
