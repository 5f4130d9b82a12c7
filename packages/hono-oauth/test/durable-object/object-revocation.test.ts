import { describe, expect, it } from 'vitest'
import { down } from './fake-provider.ts'
import { advance, passed, START, setup, standStill } from './setup.ts'

standStill()

const HALF_A_DAY = 12 * 60 * 60

/** A connection that was disconnected while the provider was down so often. */
async function pending(failures: number, retryAfterSeconds?: number) {
  const made = setup()
  const { connect, home, address, p } = made
  const { id } = await connect('one')
  p.fail(down(retryAfterSeconds), failures)
  expect(await home.disconnect(address(), id)).toBe('pending')
  return made
}

describe('a revocation that is pending', () => {
  it('is tried again by the alarm after growing pauses, until it ends the grant', async () => {
    const { ring, alarm, p, events } = await pending(4)
    const pauses = [alarm()]
    for (let time = 0; time < 3; time++) {
      await ring()
      pauses.push(Number(alarm()) - passed())
    }
    expect(pauses).toEqual([60, 120, 240, 480])
    await ring()
    expect(p.asked('revoke')).toEqual(Array(5).fill('revoke one'))
    const outcomes = events.flatMap((event) => (event.type === 'revoked' ? event.outcome : []))
    expect(outcomes).toEqual(['pending', 'revoked'])
  })

  it('waits as long as the provider asks for', async () => {
    const { alarm } = await pending(1, 600)
    expect(alarm()).toBe(600)
  })

  it('is given up after days, and leaves nothing behind', async () => {
    const { ring, alarm, p, events, object } = await pending(1000)
    const pauses = []
    let last = 0
    while (alarm() !== undefined && pauses.length < 50) {
      await ring()
      pauses.push(passed() - last)
      last = passed()
    }
    const doubled = Array.from({ length: 19 }, (_, index) => Math.min(60 * 2 ** index, HALF_A_DAY))
    // After the last comes what marks for two minutes that there is nothing any more.
    expect(pauses).toEqual([...doubled, 120])
    expect(p.asked('revoke')).toHaveLength(20)
    expect(events.at(-1)).toMatchObject({ type: 'revoked', outcome: 'deleted_only' })
    expect(object.storage.tables()).toEqual([])
  })

  it('is tried once for an alarm that comes twice', async () => {
    const { object, ring, alarm, p } = await pending(2)
    await ring()
    await object.alarm()
    await object.alarm()
    expect(p.asked('revoke')).toHaveLength(2)
    expect(alarm()).toBe(60 + 120)
  })

  it('outlives a restart, and the end of its owner', async () => {
    const { connect, home, address, p, object, ring } = setup()
    const owner = { key: 'ada', expiresAt: START + 30 }
    const { id } = await connect('one', address('p', owner))
    p.fail(down())
    await home.disconnect(address('p', owner), id)
    object.restart()
    advance(40)
    await ring()
    expect(p.asked('revoke')).toHaveLength(2)
  })

  it('does not keep a connection that is left beside it from being renewed', async () => {
    const { connect, home, address, p, ring, alarm } = setup()
    const gone = await connect('gone')
    await connect('kept')
    await home.list(address())
    p.fail(down(4000))
    await home.disconnect(address(), gone.id)
    expect(alarm()).toBe(3240)
    await ring()
    expect(p.asked('renew')).toHaveLength(1)
    expect(alarm()).toBe(4000)
    await ring()
    expect(p.asked('revoke')).toEqual(['revoke gone', 'revoke gone'])
  })
})
