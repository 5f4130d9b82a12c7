import { describe, expect, it } from 'vitest'
import { isUnavailable, parseRetryAfter, unavailable } from '../../src/protocol/retry-after.ts'
import { shown } from './refusal.ts'

const NOW = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
const DAY = 86_400

describe('a Retry-After header', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['1', 1],
    ['120', 120],
    ['007', 7],
    ['2026', 2026],
    [' 5 ', 5],
    ['\t5', 5],
    [String(DAY), DAY],
    [String(DAY + 1), DAY],
    ['9'.repeat(400), DAY],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Thu, 22 Oct 2026 07:28:00 GMT', DAY],
    ['Fri, 31 Dec 9999 23:59:59 GMT', DAY],
  ])('%j means %d seconds', (value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds)
  })

  it('counts a part of a second as a whole one', () => {
    expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:30 GMT', NOW + 1)).toBe(30)
    expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:30 GMT', NOW - 1)).toBe(31)
  })

  it.each([
    null,
    '',
    ' ',
    'soon',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '1 second',
    '1, 2',
    'NaN',
    'Infinity',
    '٣',
    '2026-10-21T07:28:30Z',
    'Wednesday, 21-Oct-26 07:28:30 GMT',
    'Wed Oct 21 07:28:30 2026',
    'Wed, 21 Oct 2026 07:28:30',
    'Wed, 21 Oct 2026 07:28:30 CET',
    'Wed, 21 Foo 2026 07:28:30 GMT',
    'Wed, 21 Oct 2026 25:28:30 GMT',
    'x Wed, 21 Oct 2026 07:28:30 GMT',
  ])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined()
  })

  it('is read by the clock of the machine when no other is given', () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
    const seconds = parseRetryAfter(inAnHour) ?? Number.NaN
    expect(seconds).toBeGreaterThan(3500)
    expect(seconds).toBeLessThanOrEqual(3601)
  })
})

describe('an answer', () => {
  it.each([
    [200, false],
    [204, false],
    [400, false],
    [401, false],
    [408, false],
    [428, false],
    [429, true],
    [499, false],
    [500, true],
    [503, true],
    [599, true],
  ])('with the status %d is that of a provider that is not well: %s', (status, isNotWell) => {
    expect(isUnavailable(new Response(null, { status }))).toBe(isNotWell)
  })

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': 'canary' }, undefined],
    [{}, undefined],
  ])('becomes an error that tells when to ask again: %j', (headers, seconds) => {
    const error = unavailable('the endpoint', new Response('canary', { status: 503, headers }))
    expect(error.code).toBe('provider_unavailable')
    expect(error.retryAfterSeconds).toBe(seconds)
    expect(error.cause).toEqual(new Error('the endpoint answered 503'))
    expect(shown(error)).not.toContain('canary')
    const told = seconds === undefined ? null : String(seconds)
    expect(error.getResponse().headers.get('retry-after')).toBe(told)
  })
})
