import { describe, expect, it } from 'vitest'
import * as answers from '../../src/protocol/answer.ts'
import { readToken } from '../../src/protocol/token-response.ts'
import { empty } from './fake-fetch.ts'
import { shown } from './refusal.ts'

const { invalid, isUnavailable, parseRetryAfter, readJsonObject, readText, readTexts, unavailable } = answers

// The tests of token responses have content types and `__proto__`; row 181 has lists of scopes.
it.each([...['', ' ', 'null', '[]', '[{}]', '"x"', '1', 'true', '{', '{}{}', '<html>', null]])(
  'a JSON object is not %j',
  async (body) => {
    expect(await readJsonObject(new Response(body))).toBeUndefined()
  },
)

describe('a member of a JSON object', () => {
  it('is a text that is not empty', () => {
    expect(['a', '', 1, null, ['a']].map(readText)).toEqual(['a', ...Array(4).fill(undefined)])
  })

  it.each<{ value: unknown; texts: string[] }>([
    { value: ['a', 'b'], texts: ['a', 'b'] },
    { value: ['a', 1, null, {}, ['b'], 'c'], texts: ['a', 'c'] },
    ...[[], undefined, null, 'a', { 0: 'a', length: 1 }].map((value) => ({ value, texts: [] })),
  ])('is a list of texts: $value', ({ value, texts }) => {
    expect(readTexts(value)).toEqual(texts)
  })
})

it.each([
  ...['a', 'a.b-c_d~e+f/g=', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'].map((text) => [text, true] as const),
  ...['', 'a b', 'a\n', 'é'].map((text) => [text, false] as const),
])('the text of a token may be %j: %s', (text, isToken) => {
  expect(readToken(text) !== undefined).toBe(isToken)
})

const NOW = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
const DAY = 86_400

const MEANINGLESS = [
  ...[null, '', ' ', 'soon', '-1', '+1', '1.5', '1e3', '0x10', '1 second', '1, 2', 'NaN', '٣'],
  ...['2026-10-21T07:28:30Z', 'Wednesday, 21-Oct-26 07:28:30 GMT', 'Wed Oct 21 07:28:30 2026'],
  ...['Wed, 21 Oct 2026 07:28:30 CET', 'Wed, 21 Foo 2026 07:28:30 GMT', 'Wed, 21 Oct 2026 25:28:30 GMT'],
  'x Wed, 21 Oct 2026 07:28:30 GMT',
]

it.each<[string | null, number | undefined]>([
  ['0', 0],
  ['007', 7],
  ['\t5 ', 5],
  [String(DAY + 1), DAY],
  ['9'.repeat(400), DAY],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 30],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['Fri, 31 Dec 9999 23:59:59 GMT', DAY],
  ...MEANINGLESS.map((value): [string | null, undefined] => [value, undefined]),
])('the Retry-After header %j means %s seconds', (value, seconds) => {
  expect(parseRetryAfter(value, NOW)).toBe(seconds)
})

describe('an answer', () => {
  it.each([
    ...[200, 204, 400, 401, 408, 428, 499].map((status) => [status, false] as const),
    ...[429, 500, 503, 599].map((status) => [status, true] as const),
  ])('of status %d means an outage: %s', (status, isOutage) => {
    expect(isUnavailable(empty(status))).toBe(isOutage)
  })

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': 'canary' }, undefined],
    [{}, undefined],
  ])('of an outage becomes an error that says when to ask again: %j', (headers, seconds) => {
    const error = unavailable('the endpoint', new Response('canary', { status: 503, headers }))
    expect([error.code, error.retryAfterSeconds]).toEqual(['provider_unavailable', seconds])
    expect(error.cause).toEqual(new Error('the endpoint answered 503'))
    expect(shown(error)).not.toContain('canary')
  })

  it('that breaks the protocol becomes an error whose reason is for logs', () => {
    const error = invalid('a list')
    expect([error.code, error.cause]).toEqual(['provider_response_invalid', new Error('a list')])
    expect(JSON.stringify(error)).not.toContain('list')
  })
})
