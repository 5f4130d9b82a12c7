import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { parseRetryAfter, unavailable } from '../../src/protocol/answer.ts'
import { mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const DAY = 86_400
const NOW = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')

function expectSensible(seconds: number | undefined): void {
  if (seconds === undefined) return
  expect(Number.isInteger(seconds)).toBe(true)
  expect(seconds).toBeGreaterThanOrEqual(0)
  expect(seconds).toBeLessThanOrEqual(DAY)
}

describe('any Retry-After', () => {
  fuzz(
    'is nothing, or seconds of a day',
    [
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^[ \t]?[-+]?\d{0,400}(\.\d+|e\d+)?[ \t]?$/),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        fc
          .tuple(fc.date({ noInvalidDate: true }), mutation)
          .map(([date, change]) => mutate(date.toUTCString(), change)),
      ),
      fc.date({ noInvalidDate: true }).map(Number),
    ],
    (value, now) => expectSensible(parseRetryAfter(value, now)),
  )

  fuzz(
    'of seconds is so many of them, up to a day',
    [fc.nat({ max: 2 * DAY }), fc.stringMatching(/^0{0,9}$/)],
    (seconds, zeros) => {
      expect(parseRetryAfter(zeros + seconds, NOW)).toBe(Math.min(seconds, DAY))
    },
  )

  fuzz('of a date is the time until then', [fc.integer({ min: -2 * DAY, max: 2 * DAY })], (seconds) => {
    const date = new Date(NOW + seconds * 1000).toUTCString()
    expect(parseRetryAfter(date, NOW)).toBe(Math.min(Math.max(seconds, 0), DAY))
  })

  fuzz(
    'goes on in the answer of the app, and nothing else does',
    [fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,40}$/)],
    (value) => {
      const headers = { 'retry-after': value }
      const error = unavailable('the endpoint', new Response(null, { status: 503, headers }))
      expectSensible(error.retryAfterSeconds)
      const told = error.getResponse().headers.get('retry-after')
      expect(told).toBe(error.retryAfterSeconds === undefined ? null : String(error.retryAfterSeconds))
    },
  )
})
