import { describe, expect, it } from 'vitest'
import { ADDRESS, DOCUMENTS, DUE, LIFETIME, NOW } from './constants.ts'
import { connected, tokenOf } from './fixture.ts'
import { answering, CLIENT_ERROR, GONE, type Reply, times, unreachable } from './replies.ts'
import { type Vary, withoutRenewal } from './varied-provider.ts'

const BUSY = answering(503, {}, { 'retry-after': '45' })

/** The one engine of a store with a connection, and its due work: when there is more to do, from the start on. */
async function working(vary?: Vary) {
  const world = await connected({ kind: 'object', vary })
  async function run(isInUse: (grantId: string) => boolean = () => true) {
    const next = await world.engine.runDueWork(ADDRESS, ({ grantId }) => isInUse(grantId))
    return next && next - NOW
  }
  return { ...world, run }
}

describe('the due work of a document', () => {
  it('renews what is due, and says when there is more to do: not within ten seconds', async () => {
    const { run, stepping, renewals } = await working()
    expect(await stepping([DUE - 1, 1, DUE - 1, 1], async () => [await run(), renewals().length])).toEqual([
      [DUE - 1 + 10, 0],
      [2 * DUE, 1],
      [2 * DUE - 1 + 10, 1],
      [3 * DUE, 2],
    ])
  })

  it('leaves connections that are not in use, and those that nothing renews', async () => {
    const { run, login, clock, renewals } = await working()
    await login({ user: 'user-1002' })
    clock.advance(LIFETIME)
    expect(await run((grantId) => grantId === 'user-1002')).toBe(LIFETIME + DUE)
    expect([await run(() => false), renewals().length]).toEqual([LIFETIME + DUE, 1])
    const last = await working(withoutRenewal)
    expect([await last.run(), last.renewals()]).toEqual([undefined, []])
  })

  it.each<[string, Reply, string, number, number]>([
    ['an outage that asks for time', BUSY, 'degraded', DUE + 45, 2],
    ['an outage', unreachable, 'degraded', DUE + 38, 3],
    ['a rejected client', CLIENT_ERROR, 'degraded', DUE + 38, 3],
    ['a grant that is gone', GONE, 'needs_reauth', 2 * DUE, 2],
  ])('goes on after %s', async (_n, reply, health, next, count) => {
    const { run, login, clock, onNext, renewals, list } = await working()
    await login({ user: 'user-1002' })
    clock.advance(DUE)
    onNext('/token', reply)
    expect([await run(), renewals().length]).toEqual([next, 2])
    expect((await list()).map((each) => each.health)).toEqual(['active', health])
    clock.advance(38)
    await run()
    expect(renewals()).toHaveLength(count)
  })

  it('waits for the circuit of a provider that is spared', async () => {
    const { run, login, clock, onNext, renewals } = await working()
    const connection = await login({ user: 'user-1002' })
    clock.advance(LIFETIME)
    onNext('/token', ...times(5, unreachable))
    for (let count = 0; count < 2; count++) await tokenOf(connection)
    await connection.revoke()
    // The other connection is due now, and the circuit is open for 30 seconds. All that wait for it wait for a moment of
    // their own in the half hour after it.
    expect([await run(), renewals().length]).toEqual([LIFETIME + 30 + 900, 5])
  })

  it('revokes and renews in one run, whatever comes of the revocation', async () => {
    const { run, connection, login, clock, onNext, pending, renewals } = await working()
    await login({ user: 'user-1002' })
    onNext('/revoke', unreachable, unreachable)
    expect(await connection.revoke()).toBe('pending')
    clock.advance(DUE)
    expect([await run(), renewals().length]).toEqual([DUE + 135, 1])
    expect(await pending()).toMatchObject([{ attempts: 2 }])
  })

  it('leaves tokens that the store did not take to the next caller', async () => {
    const { run, connection, first, clock, faults, renewals } = await working()
    clock.advance(DUE)
    const fault = faults.fail('compareAndSwap', DOCUMENTS)
    await run()
    fault.end()
    clock.advance(LIFETIME - DUE)
    expect([(await tokenOf(connection)) === first, renewals().length]).toEqual([false, 1])
  })
})
