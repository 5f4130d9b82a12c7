import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RenewalSlots } from '../../src/connections/renewal-slots.ts'

const LEFT_MS = 15_000

/** Time that passes only while somebody waits. */
function patience(whileWaiting: (count: number) => void = () => undefined) {
  const pauses: number[] = []
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds)
    vi.setSystemTime(Date.now() + milliseconds)
    whileWaiting(pauses.length)
  }
  return { pauses, pause, random: () => 0.5 }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 0 }))
afterEach(() => void vi.useRealTimers())

/** Slots of `p`, two of them, both taken. */
function taken() {
  const slots = new RenewalSlots()
  const held = [1, 2].map(() => slots.take('p', 2, LEFT_MS))
  return { slots, held }
}

describe('the slots of a provider', () => {
  it('are as many as there may be, and each is there again once it is given back', () => {
    const { slots, held } = taken()
    expect(held).not.toContain(undefined)
    expect(slots.take('p', 2, LEFT_MS)).toBeUndefined()
    expect(slots.isFull('p', 2)).toBe(true)
    for (const slot of held) if (slot) slots.free(slot)
    expect(slots.isFull('p', 1)).toBe(false)
    expect(slots.take('p', 1, LEFT_MS)).toBeDefined()
  })

  it('are its own', () => {
    const { slots } = taken()
    expect(slots.isFull('q', 1)).toBe(false)
    expect(slots.take('q', 1, LEFT_MS)).toBeDefined()
    expect(slots.isFull('p', 3)).toBe(false)
  })

  it('are not used up by who only asks whether there is one', () => {
    const slots = new RenewalSlots()
    for (let count = 0; count < 3; count++) expect(slots.isFull('p', 1)).toBe(false)
    expect(slots.take('p', 1, LEFT_MS)).toBeDefined()
  })

  it('free themselves after their time: who was cancelled gives nothing back', () => {
    const { slots } = taken()
    vi.setSystemTime(LEFT_MS - 1)
    expect(slots.isFull('p', 2)).toBe(true)
    vi.setSystemTime(LEFT_MS)
    expect(slots.isFull('p', 1)).toBe(false)
  })

  it('are not those of others when one comes back late', () => {
    const { slots, held } = taken()
    vi.setSystemTime(LEFT_MS)
    expect([1, 2].map(() => slots.take('p', 2, LEFT_MS))).not.toContain(undefined)
    for (const slot of held) if (slot) slots.free(slot)
    expect(slots.take('p', 2, LEFT_MS)).toBeUndefined()
  })
})

describe('whoever waits for a slot', () => {
  it('does not wait for one that is there', async () => {
    const { pauses, ...how } = patience()
    expect(await new RenewalSlots().waitFor('p', 1, LEFT_MS, how)).toMatchObject({ lostAt: 15_000 })
    expect(pauses).toEqual([])
  })

  it('gets the next, for as long as is left by then', async () => {
    const { slots, held } = taken()
    const { pauses, ...how } = patience((count) => {
      if (count === 3 && held[0]) slots.free(held[0])
    })
    const slot = await slots.waitFor('p', 2, LEFT_MS, how)
    expect(slot).toEqual({ provider: 'p', lostAt: LEFT_MS })
    expect(pauses).toEqual([150, 150, 150])
    expect(slots.isFull('p', 2)).toBe(true)
  })

  it('looks again after other times than the others', async () => {
    const { slots } = taken()
    const { pauses, pause } = patience()
    const numbers = [0, 0.25, 0.999]
    await slots.waitFor('p', 2, 5300, { pause, random: () => numbers.shift() ?? 0 })
    expect(pauses).toEqual([100, 125])
  })

  it.each([LEFT_MS, 8000])(
    'of %d ms gives up while a request could still be made',
    async (leftMs) => {
      const { slots } = taken()
      const { pauses, ...how } = patience()
      // Held by somebody who has longer than this one.
      expect(await slots.waitFor('p', 2, leftMs, how)).toBeUndefined()
      expect(Date.now()).toBeGreaterThan(leftMs - 5000 - 200)
      expect(Date.now()).toBeLessThanOrEqual(leftMs - 5000)
      expect(new Set(pauses)).toEqual(new Set([150]))
    },
  )

  it.each([5000, 100, 0])('does not wait at all with %d ms left', async (leftMs) => {
    const { slots } = taken()
    const { pauses, ...how } = patience()
    expect(await slots.waitFor('p', 2, leftMs, how)).toBeUndefined()
    expect(pauses).toEqual([])
  })

  it('gets the slot of one who was cancelled', async () => {
    const slots = new RenewalSlots()
    slots.take('p', 1, 2000)
    const { pauses, ...how } = patience()
    expect(await slots.waitFor('p', 1, LEFT_MS, how)).toBeDefined()
    expect(pauses).toHaveLength(Math.ceil(2000 / 150))
  })
})
