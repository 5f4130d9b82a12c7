import { describe, expect, it } from 'vitest'
import { UsedStates } from '../../src/transaction/used-states.ts'

const NOW = 1_790_000_000
const LIMIT = 10_000

function filled(expiresAt: (index: number) => number): UsedStates {
  const states = new UsedStates()
  for (let index = 0; index < LIMIT; index++) states.use(`state-${index}`, expiresAt(index), NOW)
  return states
}

describe('UsedStates', () => {
  it('lets a state pass once', () => {
    const states = new UsedStates()
    expect(states.use('a', NOW + 1200, NOW)).toBe(true)
    for (let index = 0; index < 50; index++) {
      expect(states.use('a', NOW + 1200, NOW + index)).toBe(false)
    }
  })

  it('keeps states apart', () => {
    const states = new UsedStates()
    const names = ['a', 'A', 'a ', '', '__proto__', 'constructor', 'é']
    for (const name of names) expect(states.use(name, NOW + 1200, NOW)).toBe(true)
    for (const name of names) expect(states.use(name, NOW + 1200, NOW)).toBe(false)
  })

  it('answers two at the same time with one yes', async () => {
    const states = new UsedStates()
    const uses = Array.from({ length: 50 }, async () => states.use('a', NOW + 1200, NOW))
    expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1)
  })

  it('remembers every state that has not expired', () => {
    const states = filled(() => NOW + 1200)
    for (let index = 0; index < LIMIT; index++) {
      expect(states.use(`state-${index}`, NOW + 1200, NOW + 1199)).toBe(false)
    }
  })

  it('forgets what has expired when it is full, and nothing else', () => {
    const states = filled((index) => (index % 2 === 0 ? NOW + 10 : NOW + 1200))
    expect(states.use('one more', NOW + 1200, NOW + 11)).toBe(true)
    expect(states.use('state-1', NOW + 1200, NOW + 11)).toBe(false)
    expect(states.use('state-9999', NOW + 1200, NOW + 11)).toBe(false)
    expect(states.use('state-0', NOW + 1200, NOW + 11)).toBe(true)
    expect(states.use('state-9998', NOW + 1200, NOW + 11)).toBe(true)
  })

  it('remembers a state through the last second of its login', () => {
    const states = filled(() => NOW + 1200)
    expect(states.use('one more', NOW + 2400, NOW + 1200)).toBe(true)
    expect(states.use('state-1', NOW + 1200, NOW + 1200)).toBe(false)
    expect(states.use('another', NOW + 2400, NOW + 1201)).toBe(true)
    expect(states.use('state-1', NOW + 1200, NOW + 1201)).toBe(true)
  })

  it('never grows beyond its limit: the oldest goes first', () => {
    const states = filled(() => NOW + 1200)
    expect(states.use('one more', NOW + 1200, NOW)).toBe(true)
    expect(states.use('one more', NOW + 1200, NOW)).toBe(false)
    expect(states.use('state-1', NOW + 1200, NOW)).toBe(false)
    expect(states.use('state-0', NOW + 1200, NOW)).toBe(true)
  })
})
