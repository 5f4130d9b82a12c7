import { expect, it, vi } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { advance, passed, setup, standStill } from './setup.ts'

standStill()

/** An object whose storage fails from the token request of a renewal on. */
async function unsaved() {
  const made = await setup()
  await made.connect()
  advance(LIFETIME)
  const { storage } = made.object()
  made.rig.wire.intercept(({ url }) => {
    if (url.pathname === '/token') storage.failure ??= new Error('database disk image is malformed')
    return undefined
  })
  expect(await made.use()).toBe(503)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  return { ...made, storage }
}

it('tokens that could not be stored are stored by the alarm within a minute, and outlive the object then', async () => {
  const { storage, ring, use, alarm, renewals, object, rig } = await unsaved()
  const before = passed()
  expect(Number(alarm()) - before).toBeLessThanOrEqual(60)
  rig.wire.release()
  storage.failure = undefined
  await ring()
  object().restart()
  expect([await use(), renewals()]).toEqual([200, 1])
  expect(rig.provider.control.oauthExample.grants()).toMatchObject([{ alive: true, reuseDetectedAt: null }])
})

it('an alarm that cannot store them comes again, and calls meanwhile do not put it off', async () => {
  const { storage, ring, read, alarm, renewals, use } = await unsaved()
  for (let time = 0; time < 3; time++) {
    const due = alarm()
    advance(10)
    await read()
    expect(alarm()).toBe(due)
    await ring()
    expect(Number(alarm()) - passed()).toBe(15)
  }
  storage.failure = undefined
  await ring()
  expect([await use(), renewals()]).toEqual([200, 1])
})

it('an alarm does not come again for tokens that a disconnect has ended', async () => {
  const { storage, leave, ring, alarm, rig, browser } = await unsaved()
  storage.failure = undefined
  const [connection] = await rig.connections(browser, '/account')
  expect(await leave(connection?.id ?? '')).toBe('revoked')
  await ring()
  expect(Number(alarm()) - passed()).toBeGreaterThan(60)
})
