import { describe, expect, it } from 'vitest'
import { deferred } from '../rig/gate.ts'
import { advance, passed, RENEWAL, setup, standStill, WEEK } from './setup.ts'

standStill()

const HALF_A_DAY = 12 * 60 * 60

/** A connection that was disconnected while the provider was down so often. */
async function pending(failures: number, retryAfter?: number) {
  const made = await setup()
  const id = await made.connect()
  made.fail('/revoke', failures, retryAfter)
  expect(await made.leave(id)).toBe('pending')
  return made
}

describe('a revocation that is pending', () => {
  it('is tried again by the alarm after growing pauses, until it ends the grant', async () => {
    const { rig, ring, alarm, revocations } = await pending(4)
    const pauses = [alarm()]
    for (let time = 0; time < 3; time++) {
      await ring()
      pauses.push(Number(alarm()) - passed())
    }
    expect(pauses).toEqual([60, 120, 240, 480])
    await ring()
    expect(revocations()).toBe(5)
    expect(rig.provider.control.oauthExample.grants()).toMatchObject([{ alive: false }])
    expect(await rig.events('revoked')).toMatchObject([{ outcome: 'pending' }, { outcome: 'revoked' }])
  })

  it('waits as long as the provider asks for', async () => {
    expect((await pending(1, 600)).alarm()).toBe(600)
  })

  it('is given up after days, and leaves nothing behind', async () => {
    const { rig, ring, alarm, revocations, object } = await pending(1000)
    const pauses: number[] = []
    let last = 0
    while (alarm() !== undefined && pauses.length < 50) {
      await ring()
      pauses.push(passed() - last)
      last = passed()
    }
    const doubled = Array.from({ length: 19 }, (_, index) => Math.min(60 * 2 ** index, HALF_A_DAY))
    // After the last comes what marks for two minutes that there is nothing any more.
    expect(pauses).toEqual([...doubled, 120])
    expect(revocations()).toBe(20)
    expect((await rig.events('revoked')).at(-1)).toMatchObject({ outcome: 'deleted_only' })
    expect(object().storage.tables()).toEqual([])
  })

  it('is tried once for an alarm that comes twice, also after a restart', async () => {
    const { object, ring, alarm, revocations } = await pending(2)
    object().restart()
    await ring()
    await object().alarm()
    await object().alarm()
    expect(revocations()).toBe(2)
    expect(alarm()).toBe(60 + 120)
  })

  it.each([
    ['in use is renewed', true, 1],
    ['that is not used is left alone', false, 0],
  ])('does not change that a connection beside it %s', async (_what, isUsed, renewed) => {
    const { connect, read, leave, fail, ring, alarm, renewals, revocations } = await setup()
    const gone = await connect('user-1001')
    await connect('user-1002')
    if (isUsed) await read()
    fail('/revoke', 1, 4000)
    expect(await leave(gone)).toBe('pending')
    expect(alarm()).toBe(RENEWAL)
    await ring()
    expect(renewals()).toBe(renewed)
    expect(alarm()).toBe(4000)
    await ring()
    expect(revocations()).toBe(2)
    if (isUsed) return
    // The entry was written anew, so the connection is looked at once more.
    await ring()
    expect([alarm(), renewals()]).toEqual([passed() + WEEK, 0])
  })

  it('is made by the alarm when the object died in it, and the owner is told to try again', async () => {
    const { rig, connect, leave, object, ring, revocations } = await setup()
    const id = await connect()
    const held = deferred()
    rig.wire.intercept(({ url }) => {
      if (url.pathname !== '/revoke') return undefined
      held.resolve()
      return new Promise(() => undefined)
    })
    const left = leave(id)
    await held.promise
    object().restart()
    expect(await left).toBeUndefined()
    rig.wire.release()
    expect(await rig.connections(rig.browser('ada'), '/account')).toEqual([])
    await ring()
    expect(revocations()).toBe(2)
    expect((await rig.events('revoked')).at(-1)).toMatchObject({ outcome: 'revoked' })
  })
})

it('a provider whose circuit is open is asked again for a token in use once the circuit closes', async () => {
  const { rig, connect, read, fail, ring, alarm, renewals } = await setup()
  const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((user) => rig.browser(user))
  for (const other of others) await rig.connect(other, '/account/ex-object/login')
  advance(100)
  await connect()
  await read()
  advance(RENEWAL - 1)
  // Others find the provider down more than five times.
  fail('/token', 100)
  for (const other of others) await other.request('/u/use/ex-object')
  rig.wire.clear()
  await ring()
  expect(renewals()).toBe(0)
  expect(alarm()).toBe(100 + RENEWAL - 1 + 30)
  await ring()
  expect(renewals()).toBe(1)
  expect(alarm()).toBe(passed() + RENEWAL)
})
