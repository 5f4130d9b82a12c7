import { describe, expect, it } from 'vitest'
import { readRawBody } from '../../src/webhooks/raw-body.ts'
import { streamedBody } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'

const MIB = 1024 * 1024
const MOST = MIB / 2
const CHUNK = 64 * 1024

type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null
const post = (body: Body, contentLength?: string) =>
  new Request('https://app.example/auth/p/webhook', {
    method: 'POST',
    body,
    duplex: 'half',
    headers: contentLength === undefined ? {} : { 'content-length': contentLength },
  } as RequestInit)

/** A body of so many bytes, in chunks; it counts what was asked of it. */
function bodyOf(length: number) {
  let left = length
  return streamedBody(() => {
    const size = Math.min(left, CHUNK)
    left -= size
    return size > 0 ? new Uint8Array(size).fill(0x61) : undefined
  })
}
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('the length of a webhook', () => {
  it.each(['524289', '99999999999999999999', '1e9', 'Infinity'])(
    'is believed when it says too much: %s',
    async (contentLength) => {
      const { body, seen } = bodyOf(5)
      const error = await refusal(() => readRawBody(post(body, contentLength)))
      expect([error.code, error.status]).toEqual(['webhook_too_large', 413])
      expect(seen.pulls).toBe(0)
    },
  )

  it.each(['0', '5', '524288', '-1', 'NaN', '', 'lies', undefined])(
    'is counted all the same: %s',
    async (contentLength) => {
      const { body, seen } = bodyOf(100 * MIB)
      const error = await refusal(() => readRawBody(post(body, contentLength)))
      expect(error.code).toBe('webhook_too_large')
      expect(seen.cancelled).toBe(true)
      expect(seen.pulls).toBeLessThanOrEqual(MOST / CHUNK + 2)
    },
  )

  it.each(['0', '4', '524288', '-1', 'lies', undefined])('does not cut what is there: %s', async (contentLength) => {
    expect(await readRawBody(post('{"a":1}', contentLength))).toBe('{"a":1}')
  })

  it.each([
    ['a', MOST - 1, true],
    ['a', MOST, true],
    ['a', MOST + 1, false],
    ['é', MOST / 2, true],
    ['é', MOST / 2 + 1, false],
  ])('may be 512 KiB, in bytes: %s, %d times, fits: %s', async (character, count, fits) => {
    const body = character === 'a' ? bodyOf(count).body : character.repeat(count)
    const work = readRawBody(post(body))
    if (fits) expect(await work).toBe(character.repeat(count))
    else expect((await refusal(() => work)).code).toBe('webhook_too_large')
  })

  it.each([
    [1024, true],
    [1025, false],
  ])('may come in %d pieces: %s', async (count, fits) => {
    let left = count
    const { body } = streamedBody(() => (left-- > 0 ? bytes(0x61) : undefined))
    const work = readRawBody(post(body))
    if (fits) expect(await work).toBe('a'.repeat(count))
    else expect((await refusal(() => work)).code).toBe('webhook_too_large')
  })

  it.each<[string, Body]>([
    ['no body', null],
    ['an empty text', ''],
    ['an empty stream', bodyOf(0).body],
  ])('may be nothing: %s', async (_name, body) => {
    expect(await readRawBody(post(body))).toBe('')
  })
})

describe('the text of a webhook', () => {
  it.each(['{"a":"é🙂\u2028"}', '\ufeff{}', '\ufeff', '\r\n a\n', '\u0000', '\ufffd'])(
    'is what was sent, byte for byte: %j',
    async (text) => {
      const sent = new TextEncoder().encode(text)
      const read = await readRawBody(post(sent))
      expect(read).toBe(text)
      expect(new TextEncoder().encode(read)).toEqual(sent)
    },
  )

  it('comes together when characters are cut between chunks', async () => {
    const text = '\ufeffé🙂€'
    const chunks = [...new TextEncoder().encode(text)].map((byte) => bytes(byte))
    const { body } = streamedBody(() => chunks.shift())
    expect(await readRawBody(post(body))).toBe(text)
  })

  it.each([
    ['a byte that is never used', bytes(0x61, 0xff)],
    ['a continuation alone', bytes(0x80)],
    ['an overlong zero', bytes(0xc0, 0x80)],
    ['half a surrogate pair', bytes(0xed, 0xa0, 0x80)],
    ['beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['an end that is cut off', bytes(0x61, 0xe2, 0x82)],
    ['UTF-16', bytes(0xff, 0xfe, 0x61, 0x00)],
  ])('is refused when it is no UTF-8: %s', async (_name, body) => {
    const error = await refusal(() => readRawBody(post(body)))
    expect([error.code, error.status]).toEqual(['webhook_unverified', 401])
  })
})
