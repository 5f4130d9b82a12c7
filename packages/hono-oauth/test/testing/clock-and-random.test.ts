import { fakeClock, seededRandom } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

describe('fakeClock', () => {
  it('stands still until it is told to go on', () => {
    const clock = fakeClock(1_790_000_000_000)
    expect([clock.now(), clock.now()]).toEqual([1_790_000_000_000, 1_790_000_000_000])
    clock.advance(60)
    clock.advance(0.001)
    expect(clock.now()).toBe(1_790_000_060_001)
    clock.advance(-0.001)
    expect(clock.now()).toBe(1_790_000_060_000)
  })

  it('starts in the present', () => {
    const before = Date.now()
    const { now } = fakeClock()
    expect(now()).toBeGreaterThanOrEqual(before)
    expect(now()).toBeLessThanOrEqual(Date.now())
  })

  it('shows the same time wherever it is handed on to', () => {
    const clock = fakeClock(0)
    const { now } = clock
    clock.advance(1)
    expect(now()).toBe(1000)
  })

  it('loses nothing to fractions', () => {
    const clock = fakeClock(0)
    for (let i = 0; i < 1000; i++) clock.advance(0.1)
    expect(clock.now()).toBe(100_000)
  })
})

describe('seededRandom', () => {
  const take = (seed: number, count: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: count }, random)
  }

  it.each([0, 1, 42, -1, 2 ** 31, 2 ** 32 - 1])('repeats itself for one seed: %d', (seed) => {
    expect(take(seed, 100)).toEqual(take(seed, 100))
    expect(new Set(take(seed, 100)).size).toBe(100)
  })

  it('differs between seeds', () => {
    expect(new Set([0, 1, 2, 3, 42].map((seed) => take(seed, 1)[0])).size).toBe(5)
  })

  // The numbers of the published Mulberry32.
  it('gives the same in every version', () => {
    expect(take(1, 3).map((each) => each * 2 ** 32)).toEqual([
      2_693_262_067, 11_749_833, 2_265_367_787,
    ])
  })

  it('gives numbers from 0 up to but not 1, evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    for (const each of take(7, 10_000)) {
      expect(each >= 0 && each < 1).toBe(true)
      const tenth = Math.floor(each * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expect(count).toBeGreaterThan(850)
  })
})
