import { describe, expect, it } from 'vitest'
import {
  digest,
  equalConstantTime,
  fromBase64,
  fromHex,
  randomText,
  toBase64Url,
  utf8,
} from '../../src/crypto/encoding.ts'

const bytesOfLength = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 37 + length * 11 + 250) % 256)

describe('base64', () => {
  it('comes back from base64url at every length', () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = bytesOfLength(length)
      const text = toBase64Url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64(text)).toEqual(bytes)
    }
  })

  it('reads padded base64 as well, at every length', () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = bytesOfLength(length)
      expect(fromBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes)
    }
  })

  it('writes every byte value', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
    expect(fromBase64(toBase64Url(bytes))).toEqual(bytes)
    expect(toBase64Url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe('-__-')
  })

  it.each(['a', 'abcde', '=', '====', 'ab=c', 'a===', '!', 'abc*', 'ab\u0000c', 'é', '🙂', '{}'])(
    'is not read from %j',
    (text) => {
      expect(fromBase64(text)).toBeUndefined()
    },
  )
})

describe('fromHex', () => {
  it('reads every byte value, in small letters and capitals', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
    const text = Buffer.from(bytes).toString('hex')
    expect(fromHex(text)).toEqual(bytes)
    expect(fromHex(text.toUpperCase())).toEqual(bytes)
    expect(fromHex('')).toEqual(new Uint8Array())
  })
})

describe('utf8', () => {
  it.each([
    ['', []],
    ['é', [0xc3, 0xa9]],
    ['🙂', [0xf0, 0x9f, 0x99, 0x82]],
    ['\ud800', [0xef, 0xbf, 0xbd]],
  ])('writes %j', (text, bytes) => {
    expect([...utf8(text)]).toEqual(bytes)
  })
})

describe('randomText', () => {
  it('has the length of its bytes in base64url and never repeats', () => {
    const texts = Array.from({ length: 1000 }, () => randomText(16))
    for (const text of texts) expect(text).toMatch(/^[\w-]{22}$/)
    expect(new Set(texts).size).toBe(texts.length)
    expect(randomText(9)).toHaveLength(12)
    expect(randomText(32)).toHaveLength(43)
  })
})

describe('digest', () => {
  // FIPS 180-4: the digest of "abc".
  const ABC = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'

  it.each([1, 16, 32, 43])('is SHA-256 cut to %d characters', async (length) => {
    expect(await digest('abc', length)).toBe(ABC.slice(0, length))
  })
})

describe('equalConstantTime', () => {
  it.each([
    ['', '', true],
    ['abc', 'abc', true],
    ['🙂', '🙂', true],
    ['abc', 'abd', false],
    ['abc', 'Abc', false],
    ['abc', 'abcd', false],
    ['abc', '', false],
    ['', 'a', false],
    ['ab', 'ba', false],
    ['\u0100', '\u0000', false],
  ])('compares %j with %j', (a, b, equal) => {
    expect(equalConstantTime(a, b)).toBe(equal)
    expect(equalConstantTime(b, a)).toBe(equal)
  })
})
