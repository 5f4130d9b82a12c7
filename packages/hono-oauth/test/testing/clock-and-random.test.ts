import { fakeClock, seededRandom } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'

describe('fakeClock', () => {
  it('stands still until a test advances it, backwards too, for each holder of now', () => {
    const { now, advance } = fakeClock(1_790_000_000_000)
    expect([now(), now()]).toEqual([1_790_000_000_000, 1_790_000_000_000])
    advance(60)
    advance(0.001)
    expect(now()).toBe(1_790_000_060_001)
    advance(-0.001)
    expect(now()).toBe(1_790_000_060_000)
  })

  it('starts in the present', () => {
    const before = Date.now()
    const started = fakeClock().now()
    expect(started).toBeGreaterThanOrEqual(before)
    expect(started).toBeLessThanOrEqual(Date.now())
  })

  it('loses no fraction', () => {
    const clock = fakeClock(0)
    for (let i = 0; i < 1000; i++) clock.advance(0.1)
    expect(clock.now()).toBe(100_000)
  })
})

describe('seededRandom', () => {
  const take = (seed: number, count: number) => Array.from({ length: count }, seededRandom(seed))

  // The numbers of the published Mulberry32.
  it('gives the same numbers in every version, and others for another seed', () => {
    const numbers = [2_693_262_067, 11_749_833, 2_265_367_787].map((each) => each / 2 ** 32)
    expect([take(1, 3), take(1, 3)]).toEqual([numbers, numbers])
    expect(new Set([0, 1, 2, 3, 42].flatMap((seed) => take(seed, 1))).size).toBe(5)
  })

  it('gives numbers of at least 0 and less than 1, evenly', () => {
    const tenths = take(7, 10_000).map((each) => Math.floor(each * 10))
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(tenths.filter((each) => each === tenth).length).toBeGreaterThan(850)
    }
    expect(new Set(tenths).size).toBe(10)
  })
})
