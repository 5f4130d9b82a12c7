import { describe, expect, it } from 'vitest'
import { RenewalMemory } from '../../src/connections/renewal-memory.ts'

describe('the memory of an isolate', () => {
  it('has a name of its own for leases', () => {
    const [one, other] = [new RenewalMemory(), new RenewalMemory()]
    expect(one.isolate).toMatch(/^[\w-]{12}$/)
    expect(other.isolate).not.toBe(one.isolate)
  })

  it('forgets the oldest of a thousand, and none before', () => {
    const { restingUntil } = new RenewalMemory()
    for (let count = 0; count < 1000; count++) restingUntil.set(`p.${count}`, count)
    restingUntil.set('p.0', 1)
    expect([restingUntil.size, restingUntil.get('p.0')]).toEqual([1000, 1])
    restingUntil.set('p.1000', 1000)
    expect(restingUntil.size).toBe(1000)
    expect([restingUntil.has('p.0'), restingUntil.has('p.1')]).toEqual([false, true])
  })
})
