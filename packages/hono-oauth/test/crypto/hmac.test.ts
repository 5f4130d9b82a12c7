import { expect, it, vi } from 'vitest'
import { fromHex } from '../../src/crypto/encoding.ts'
import { hmacVerifier } from '../../src/crypto/hmac.ts'

// RFC 4231, section 4.3.
const SECRET = 'Jefe'
const TEXT = 'what do ya want for nothing?'
const SIGNATURE = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'

it.each([
  ['the only secret', [SECRET], true],
  ['the first of two', [SECRET, 'other'], true],
  ['the last of two', ['other', SECRET], true],
  ['none of them', ['other', 'jefe'], false],
  ['none, for there is none', [], false],
])('a signature may be made with any secret: %s', async (_name, secrets, isSigned) => {
  expect(await hmacVerifier(secrets)(fromHex(SIGNATURE), TEXT)).toBe(isSigned)
})

it.each([
  ['another text', SIGNATURE, `${TEXT} `],
  ['no text', SIGNATURE, ''],
  ['another bit', SIGNATURE.replace(/3$/, '2'), TEXT],
  ['a byte less', SIGNATURE.slice(2), TEXT],
  ['a byte more', `${SIGNATURE}00`, TEXT],
  ['nothing', '', TEXT],
])('a signature does not hold with %s', async (_name, signature, text) => {
  expect(await hmacVerifier([SECRET])(fromHex(signature), text)).toBe(false)
})

it('a key is imported once and cannot be exported', async () => {
  const importKey = vi.spyOn(crypto.subtle, 'importKey')
  const verify = hmacVerifier([SECRET])
  for (const _time of [1, 2]) await verify(fromHex(SIGNATURE), TEXT)
  const keys = await Promise.all(importKey.mock.results.map(({ value }) => value as object))
  expect(keys).toMatchObject([{ extractable: false, usages: ['verify'] }])
})
