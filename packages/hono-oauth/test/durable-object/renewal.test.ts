import { describe, expect, it } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { gate } from '../rig/gate.ts'
import { advance, passed, RENEWAL, setup, standStill, WEEK } from './setup.ts'

standStill()

/** A connection whose token is in use. */
async function inUse() {
  const made = await setup()
  await made.connect()
  await made.read()
  return made
}

describe('a renewal ahead of time', () => {
  it('is made by the alarm for a token that is in use, as long as it is read', async () => {
    const { connect, read, ring, alarm, renewals, types } = await setup()
    await connect()
    expect(alarm()).toBe(RENEWAL)
    for (const count of [1, 2, 3]) {
      await read()
      await ring()
      expect(renewals()).toBe(count)
      expect(alarm()).toBe(RENEWAL * (count + 1))
    }
    expect(await types()).toEqual(['connected', ...Array(3).fill('refreshed')])
    // One more for the last read, and then none until the token is read again.
    for (let rings = 0; rings < 4; rings++) await ring()
    expect(renewals()).toBe(3)
    expect(alarm()).toBe(passed() + WEEK)
  })

  it('is not made for a token that was never read, which is left alone until it is used', async () => {
    const { connect, use, object, ring, alarm, renewals } = await setup()
    await connect()
    await ring()
    expect(passed()).toBe(RENEWAL)
    const writes = object().storage.written()
    for (let time = 0; time < 10; time++) await object().alarm()
    expect(renewals()).toBe(0)
    expect(alarm()).toBe(RENEWAL + WEEK)
    expect(object().storage.written()).toBe(writes)

    advance(LIFETIME)
    expect(await use()).toBe(200)
    expect(alarm()).toBe(passed() + RENEWAL)
    await ring()
    expect(renewals()).toBe(2)
  })

  it('costs the readers a write in half a minute at most', async () => {
    const { connect, read, object } = await setup()
    await connect()
    const counts: number[] = []
    for (const seconds of [0, 29, 1, 1, 29]) {
      advance(seconds)
      const before = object().storage.written()
      await read()
      counts.push(object().storage.written() - before)
    }
    expect(counts).toEqual([1, 0, 0, 1, 0])
  })

  it('is tried again after growing pauses while the old token lives, once for each alarm', async () => {
    const { fail, ring, alarm, renewals, types, health } = await inUse()
    fail('/token', 3)
    const pauses: number[] = []
    for (let time = 0; time < 3; time++) {
      await ring()
      pauses.push(Number(alarm()) - passed())
    }
    expect(pauses).toEqual([30, 60, 120])
    expect(await health()).toEqual(['degraded'])
    expect(renewals()).toBe(3)
    await ring()
    expect(alarm()).toBe(passed() + RENEWAL)
    expect(await types()).toEqual(['connected', 'degraded', 'refreshed', 'recovered'])
  })

  it('is not tried again when the grant is gone', async () => {
    const { rig, object, ring, alarm, renewals, types, health } = await inUse()
    const { oauthExample } = rig.provider.control
    oauthExample.revokeGrant(oauthExample.grants()[0]?.id ?? '')
    await ring()
    expect(alarm()).toBe(passed() + WEEK)
    advance(RENEWAL)
    await object().alarm()
    expect(renewals()).toBe(1)
    expect(await types()).toEqual(['connected', 'needs_reauth'])
    expect(await health()).toEqual(['needs_reauth'])
  })

  it.each([
    ['one after the other', false],
    ['both at once', true],
  ])('is made once for an alarm that comes twice: %s', async (_how, atOnce) => {
    const { object, ring, alarm, renewals } = await inUse()
    await Promise.all([ring(), atOnce && object().alarm()])
    await object().alarm()
    expect(renewals()).toBe(1)
    expect(alarm()).toBe(RENEWAL * 2)
  })

  it('is shared by those who ask meanwhile', async () => {
    const { rig, use, ring, renewals } = await inUse()
    const open = gate(rig, 'before')
    const rung = ring()
    await open.done
    const asked = [1, 2, 3].map(() => use())
    open()
    await rung
    expect(await Promise.all(asked)).toEqual([200, 200, 200])
    expect(renewals()).toBe(1)
  })

  it.each(['a request', 'an alarm'])('is taken over from an object that dies in it by %s', async (who) => {
    const { rig, use, object, ring, alarm, renewals } = await inUse()
    // What the dead object would do with the answer does not happen: there is none.
    const held = gate(rig, 'before')
    if (who === 'a request') advance(LIFETIME)
    const first = who === 'a request' ? use() : ring().catch((error: Error) => error.message)
    await held.done
    object().restart()
    // The runtime delivers an alarm again that did not end well.
    expect(await first).toBe(who === 'a request' ? 200 : 'the object was reset')
    if (who === 'an alarm') await object().alarm()
    expect(renewals()).toBe(2)
    expect(alarm()).toBe(passed() + RENEWAL)
  })
})
