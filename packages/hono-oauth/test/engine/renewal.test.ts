import { describe, expect, it, vi } from 'vitest'
import { ADDRESS, ENDING, KINDS, LIFETIME, NOW } from './constants.ts'
import { connected, outcomeOf, stopTimers, tokenOf } from './fixture.ts'
import { altering, passing, times, unreachable } from './replies.ts'

describe.each(KINDS)('an access token that is ending, over %s', (kind) => {
  it.each([
    [ENDING - 1, 0],
    [ENDING, 1],
    [LIFETIME, 1],
    [1e8, 1],
  ])('is renewed %d seconds after the login: %d times', async (seconds, count) => {
    const { connection, first, renewals, told, list, operations } = await connected({ kind, age: seconds })
    const token = await tokenOf(connection)
    expect([token === first, renewals().length]).toEqual([count === 0, count])
    expect(told().slice(1)).toEqual(Array(count).fill('refreshed'))
    if (count === 0) return expect(operations).toEqual([])
    const [listed] = await list()
    expect(await tokenOf(listed)).toBe(token)
    const expiresAt = new Date((NOW + seconds + LIFETIME) * 1000).toISOString()
    expect(listed?.toJSON()).toMatchObject({ id: connection.id, health: 'active', expiresAt })
  })

  it('is renewed once for 50 callers, and not for a late caller with the old record', async () => {
    const { connection, list, clock, renewals, writes, told } = await connected({ kind })
    const [late] = await list()
    clock.advance(LIFETIME)
    const lists = await Promise.all(Array.from({ length: 25 }, () => list()))
    const all = [...lists.flat(), ...Array.from({ length: 25 }, () => connection)]
    const tokens = await Promise.all(all.map(tokenOf))
    clock.advance(ENDING - 1)
    expect(new Set([...tokens, await tokenOf(late)]).size).toBe(1)
    expect([renewals().length, writes().length, told()]).toEqual([1, 1, ['connected', 'refreshed']])
  })

  it('is renewed for each connection by itself, again and again', async () => {
    const { connection, login, clock, during, renewals, alive } = await connected({ kind })
    const other = await login({ user: 'user-1002' })
    for (const count of [2, 4, 6]) {
      clock.advance(LIFETIME)
      const { waiting, release } = await during('/token', () => tokenOf(connection))
      const token = await tokenOf(other)
      release()
      expect([await waiting, token]).toEqual([await tokenOf(connection), await tokenOf(other)])
      expect([renewals().length, alive()]).toEqual([count, [true, true]])
    }
  })

  it('is renewed by a follower when its leader was cancelled', async () => {
    const { connection, list, clock, during, renewals } = await connected({ kind })
    const [other] = await list()
    clock.advance(LIFETIME)
    await during('/token', () => tokenOf(connection), passing)
    stopTimers()
    const done = vi.fn()
    const follower = tokenOf(other).finally(done)
    await vi.advanceTimersByTimeAsync(19_999)
    expect([done.mock.calls.length, renewals().length]).toEqual([0, 1])
    await vi.advanceTimersByTimeAsync(1)
    // The lease of the cancelled leader ends by itself.
    clock.advance(30)
    expect(await follower).toMatch(/^[0-9a-f]+$/)
    expect(renewals()).toHaveLength(2)
  })
})

describe('the answer of a renewal', () => {
  it.each([
    ['the lifetime that it tells', { expires_in: 1000 }, 1000],
    ['the last lifetime where it tells none', { expires_in: undefined }, LIFETIME],
    ['the last lifetime where its own makes no sense', { expires_in: -1 }, LIFETIME],
    ['its tokens although its scope makes no sense', { scope: 5 }, LIFETIME],
  ])('gives %s', async (_name, members, lifetime) => {
    const { connection, first, onNext, renewals, told } = await connected({ age: LIFETIME })
    onNext('/token', altering(members))
    expect(await tokenOf(connection)).not.toBe(first)
    const expiresAt = new Date((NOW + LIFETIME + lifetime) * 1000).toISOString()
    expect(connection.toJSON()).toMatchObject({ expiresAt, health: 'active' })
    expect([renewals().length, told()]).toEqual([1, ['connected', 'refreshed']])
  })

  it.each([
    ['refresh-without-refresh-token', 'the same refresh token', ['items:read']],
    ['refresh-with-same-refresh-token', 'the same refresh token', ['items:read']],
    ['refresh-with-fewer-scopes', 'another refresh token', []],
  ])('%s leaves %s', async (name, what, scopes) => {
    const { connection, clock, scenario, renewals } = await connected()
    scenario(name)
    for (const count of [1, 2]) {
      clock.advance(LIFETIME)
      await connection.accessToken()
      expect(renewals()).toHaveLength(count)
    }
    const sent = new Set(renewals().map(({ form }) => form.get('refresh_token')))
    expect(sent.size).toBe(what === 'the same refresh token' ? 1 : 2)
    expect(connection.scopes).toEqual(['openid', 'profile', ...scopes])
  })
})

describe('a renewal of a refused token', () => {
  /** Its record, with a renewal that another caller leads and that fails. */
  async function refused(leading: 'ending' | 'refused' | 'none', failures: number) {
    const world = await connected()
    const [record] = await world.engine.list(ADDRESS)
    const renew = async () => record && (await world.engine.renew(ADDRESS, record, 'refused')).accessToken.reveal()
    if (leading === 'none') return { ...world, renew, leader: undefined, release: () => {} }
    world.clock.advance(ENDING)
    const lead = () => outcomeOf(leading === 'ending' ? tokenOf(world.connection) : renew())
    const { waiting: leader, release } = await world.during('/token', lead, unreachable)
    world.onNext('/token', ...times(failures, unreachable))
    return { ...world, renew, leader, release }
  }

  it('is done before the token ends, and not again for a caller with the old record', async () => {
    const { renew, first, renewals } = await refused('none', 0)
    const token = await renew()
    expect([token === first, await renew(), renewals().length]).toEqual([false, token, 1])
  })

  it('is done for a follower whose leader keeps its living token', async () => {
    const { renew, leader, release, first, renewals } = await refused('ending', 0)
    const follower = renew()
    release()
    expect(await leader).toBe(first)
    expect([first, undefined]).not.toContain(await follower)
    expect(renewals()).toHaveLength(2)
  })

  it('that fails leaves a follower its living token', async () => {
    const { connection, leader, release, first, renewals } = await refused('refused', 2)
    const follower = tokenOf(connection)
    release()
    expect([await leader, await follower, renewals().length]).toEqual(['temporarily_unavailable', first, 3])
  })
})
