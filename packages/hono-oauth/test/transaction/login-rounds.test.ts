import { describe, expect, it } from 'vitest'
import { LoginRounds } from '../../src/transaction/login-rounds.ts'

const NOW = 1_790_000_000

describe('logins of one connection', () => {
  it('are a loop from the sixth in a minute that begins where the last one ended', () => {
    const rounds = new LoginRounds()
    const loops = [0, 1, 2, 3, 4, 5, 6].map((each) =>
      rounds.isLoop('one', NOW + each * 0.01, NOW + (each + 1) * 0.01),
    )
    expect(loops).toEqual([false, false, false, false, false, true, true])
    expect(rounds.isLoop('another', NOW + 1, NOW + 1)).toBe(false)
  })

  it('are none while they are on their way beside each other', () => {
    const rounds = new LoginRounds()
    const ends = Array.from({ length: 50 }, (_, index) =>
      rounds.isLoop('one', NOW, NOW + index + 1),
    )
    expect(ends).toEqual(Array(50).fill(false))
  })

  it('are forgotten after a minute', () => {
    const rounds = new LoginRounds()
    const loop = (at: number) => rounds.isLoop('one', at, at)
    for (let each = 0; each < 5; each++) expect(loop(NOW)).toBe(false)
    expect(loop(NOW + 59.9)).toBe(true)
    expect(loop(NOW + 60)).toBe(false)
  })

  it('are remembered for so many connections and no more', () => {
    const rounds = new LoginRounds()
    const loop = (id: string) => rounds.isLoop(id, NOW, NOW)
    for (let each = 0; each < 5; each++) loop('first')
    for (let each = 0; each < 9_999; each++) loop(`other ${each}`)
    expect(loop('first')).toBe(true)
    for (let each = 0; each < 10_000; each++) loop(`another ${each}`)
    expect(loop('first')).toBe(false)
  })
})
