import { describe, expect, it } from 'vitest'
import { CircuitBreaker } from '../../src/connections/circuit-breaker.ts'
import { refusal } from '../protocol/refusal.ts'
import { NOW } from './support.ts'

/** A breaker after so many failures of `p` at this moment. */
function brokenBy(failures: number) {
  const breaker = new CircuitBreaker()
  for (let count = 0; count < failures; count++) breaker.failed('p', NOW)
  return breaker
}

describe('a circuit', () => {
  it.each([0, 1, 4])('stays closed after %d failures', (failures) => {
    const breaker = brokenBy(failures)
    for (let count = 0; count < 3; count++) breaker.pass('p', NOW)
    expect(breaker.objection('p', NOW)).toBeUndefined()
  })

  it('opens with the fifth, and says how long', async () => {
    const breaker = brokenBy(5)
    const error = await refusal(() => breaker.pass('p', NOW + 10.5))
    expect(error.code).toBe('temporarily_unavailable')
    expect(error.retryAfterSeconds).toBe(20)
    expect(breaker.objection('p', NOW + 29)?.retryAfterSeconds).toBe(1)
  })

  it('lets one through after half a minute, and the next after another', async () => {
    const breaker = brokenBy(5)
    expect(breaker.objection('p', NOW + 30)).toBeUndefined()
    breaker.pass('p', NOW + 30)
    expect((await refusal(() => breaker.pass('p', NOW + 30))).retryAfterSeconds).toBe(30)
    // The one that went through never came back.
    expect((await refusal(() => breaker.pass('p', NOW + 59))).retryAfterSeconds).toBe(1)
    breaker.pass('p', NOW + 60)
  })

  it('is not used up by who only asks whether it is open', () => {
    const breaker = brokenBy(5)
    for (let count = 0; count < 3; count++) {
      expect(breaker.objection('p', NOW + 30)).toBeUndefined()
    }
    breaker.pass('p', NOW + 30)
  })

  it('opens again when the one fails', () => {
    const breaker = brokenBy(5)
    breaker.pass('p', NOW + 40)
    breaker.failed('p', NOW + 45)
    expect(breaker.objection('p', NOW + 74)?.retryAfterSeconds).toBe(1)
    expect(breaker.objection('p', NOW + 75)).toBeUndefined()
  })

  it('closes with an answer, and counts from nought', () => {
    const breaker = brokenBy(5)
    breaker.answered('p')
    for (let count = 0; count < 4; count++) breaker.failed('p', NOW)
    expect(breaker.objection('p', NOW)).toBeUndefined()
    breaker.answered('p')
    breaker.failed('p', NOW)
    expect(breaker.objection('p', NOW)).toBeUndefined()
  })

  it('is one for each provider', () => {
    const breaker = brokenBy(5)
    breaker.pass('q', NOW)
    breaker.answered('q')
    expect(breaker.objection('q', NOW)).toBeUndefined()
    expect(breaker.objection('p', NOW)).toBeDefined()
  })
})
