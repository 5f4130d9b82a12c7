import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import {
  digest,
  equalConstantTime,
  fromBase64,
  fromBase64Url,
  fromHex,
  isBase64Url,
  randomText,
  toBase64Url,
  utf8,
} from '../../src/crypto/encoding.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, value) => value)
const LENGTHS = Array.from({ length: 201 }, (_, length) => length)

/** Bytes that look random and are the same on every run. */
const bytesOf = (seed: string, length: number) => {
  const hash = createHash('shake256', { outputLength: 256 }).update(seed)
  return new Uint8Array(hash.digest()).slice(0, length)
}

// TC39's `toBase64` and `fromBase64` of Uint8Array, for runtimes that do not have them.
const NATIVE = {
  toBase64: vi.fn(function (this: Uint8Array, options: Record<string, unknown>) {
    expect(options).toEqual({ alphabet: 'base64url', omitPadding: true })
    return Buffer.from(this).toString('base64url')
  }),
  fromBase64: vi.fn((text: string) => {
    const bytes = Buffer.from(text, 'base64')
    const padded = bytes.toString('base64')
    if (![padded, padded.replace(/=+$/, '')].includes(text)) throw new SyntaxError('no base64')
    return Uint8Array.from(bytes)
  }),
}

describe.each([
  ['has', NATIVE, 1],
  ['lacks', { toBase64: undefined, fromBase64: undefined }, 0],
])('base64, in a runtime that %s its own', (_name, own, calls) => {
  beforeAll(() => {
    Object.assign(Uint8Array.prototype, { toBase64: own.toBase64 })
    Object.assign(Uint8Array, { fromBase64: own.fromBase64 })
  })

  it('is used', () => {
    vi.clearAllMocks()
    fromBase64(toBase64Url(utf8('text')))
    for (const each of Object.values(NATIVE)) expect(each).toHaveBeenCalledTimes(calls)
  })

  it('gives back the bytes that it was made of, at every length', () => {
    for (const bytes of [EVERY_BYTE, ...LENGTHS.map((length) => bytesOf('bytes', length))]) {
      const text = toBase64Url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      const padded = Buffer.from(bytes).toString('base64')
      for (const read of [fromBase64Url(text), fromBase64(text), fromBase64(padded)]) {
        expect(read).toEqual(bytes)
      }
    }
  })

  it.each(['a', 'abcde', '=', '====', 'ab=c', 'a===', '!', 'abc*', 'ab\u0000c', 'é', '🙂', '{}'])(
    'is not read from %j',
    (text) => expect([fromBase64(text), fromBase64Url(text)]).toEqual([undefined, undefined]),
  )
})

it.each(['', '=', '==', '+', '/', '.', ' ', '\n', '\u0000', 'é', '\ud800', ...ALPHABET])(
  'base64url has one spelling, at every length and with %j at its end',
  (last) => {
    for (const length of LENGTHS) {
      const text = toBase64Url(bytesOf(`${last} ${length}`, 200)).slice(0, length) + last
      const isWritten = Buffer.from(text, 'base64url').toString('base64url') === text
      expect([text, isBase64Url(text)]).toEqual([text, isWritten])
      expect(fromBase64Url(text) !== undefined).toBe(isWritten)
    }
  },
)

it.each(['A', '!'])('base64url may be long, after %j', (first) => {
  expect(isBase64Url(first + 'A'.repeat(2 ** 25 - 1))).toBe(first === 'A')
})

it.each([EVERY_BYTE, new Uint8Array()])('hexadecimal text may have capitals (%#)', (bytes) => {
  const text = Buffer.from(bytes).toString('hex')
  expect([fromHex(text), fromHex(text.toUpperCase())]).toEqual([bytes, bytes])
})

it.each(['', 'é', '🙂', '\ud800'])('%j is written in UTF-8', (text) => {
  expect([...utf8(text)]).toEqual([...Buffer.from(text)])
})

it.each([9, 16, 32])('random text has %d bytes and never repeats', (length) => {
  const texts = Array.from({ length: 1000 }, () => randomText(length))
  for (const text of texts) expect(fromBase64Url(text)).toHaveLength(length)
  expect(new Set(texts).size).toBe(1000)
})

// FIPS 180-4: the digest of "abc".
it.each([1, 16, 32, 43])('a digest is SHA-256 cut to %d characters', async (length) => {
  const digestOfAbc = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'
  expect(await digest('abc', length)).toBe(digestOfAbc.slice(0, length))
})

const EQUAL = ['=', 'abc=abc', '🙂=🙂']
it.each([...EQUAL, 'abc≠abd', 'abc≠Abc', 'abc≠abcd', 'abc≠', 'ab≠ba', '\u0100≠\u0000'])(
  'texts are compared: %s',
  (pair) => {
    const [a = '', b = ''] = pair.split(/[=≠]/)
    const isEqual = EQUAL.includes(pair)
    expect([equalConstantTime(a, b), equalConstantTime(b, a)]).toEqual([isEqual, isEqual])
  },
)
