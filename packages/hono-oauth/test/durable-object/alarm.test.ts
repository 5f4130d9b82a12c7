import { describe, expect, it, vi } from 'vitest'
import { DAY, KEY, LIFETIME, NEW_KEY, ORIGIN } from '../rig/constants.ts'
import { advance, passed, RENEWAL, START, setup, standStill, WEEK } from './setup.ts'

standStill()

const alarmsOf = ({ object }: Awaited<ReturnType<typeof setup>>) =>
  object().storage.alarmsSet.map((at) => at / 1000 - START)

describe('the alarm of an object', () => {
  it('is the earliest of all that is due at any provider, on the clock of the machine', async () => {
    const { connect, alarm } = await setup({ now: () => Date.now() + 1e9 })
    await connect('user-1001', 'ex-object-2')
    advance(-100)
    await connect()
    expect(alarm()).toBe(RENEWAL - 100)
  })

  it('is not written again as long as it stays the same', async () => {
    const made = await setup()
    await made.connect()
    for (let time = 0; time < 5; time++) {
      advance(7)
      await made.read()
    }
    await made.connect('user-1002', 'ex-object-2')
    expect(alarmsOf(made)).toEqual([RENEWAL])
  })

  it('is a week away for a token without an end, however often that is used', async () => {
    const made = await setup()
    await made.paste()
    for (let life = 0; life < 5; life++) {
      advance(3600)
      if (life > 2) made.object().restart()
      await made.read()
    }
    expect(alarmsOf(made)).toEqual([WEEK])
    const written = made.object().storage.written()
    for (let week = 1; week <= 3; week++) await made.ring()
    expect(made.object().storage.written()).toBe(written)
    expect(alarmsOf(made)).toEqual([1, 2, 3, 4].map((week) => week * WEEK))
  })

  it('moves with a renewal, and to the end of what a disconnect leaves', async () => {
    const { connect, use, leave, ring, alarm, object } = await setup()
    const id = await connect()
    advance(LIFETIME)
    await use()
    expect(alarm()).toBe(LIFETIME + RENEWAL)
    expect(await leave(id)).toBe('revoked')
    expect(alarm()).toBe(LIFETIME + 120)
    await ring()
    // An object without entries costs nothing, if it also has no table.
    expect([object().storage.tables(), alarm()]).toEqual([[], undefined])
    await connect()
    expect(alarm()).toBe(passed() + RENEWAL)
  })

  it('rings at once for what is overdue, and is set again after a restart', async () => {
    const { connect, read, object, alarm } = await setup()
    await connect()
    object().storage.alarmAt = undefined
    object().restart()
    await read()
    expect(alarm()).toBe(RENEWAL)
    object().restart()
    advance(RENEWAL + 100)
    await read()
    expect(alarm()).toBe(RENEWAL + 100)
  })

  it('drops what expired one by one, and an owner whose session ends at once', async () => {
    const { rig, connect, leave, ring, keys, alarm } = await setup()
    const id = await connect()
    await connect('user-1001', 'ex-object-2')
    await leave(id)
    await ring()
    expect(keys()).toEqual([expect.stringMatching('connections/ex-object-2/')])
    expect(alarm()).toBe(RENEWAL)

    const visitor = await rig.connected('ex-object')
    const [, name] = (await rig.connections(visitor))[0]?.id.split('.') ?? []
    const object = rig.place.objects.object(`owners/${name}`)
    advance(30 * DAY)
    await object.alarm()
    expect(object.storage.tables()).toEqual([])
  })

  it('of an object that was only asked is none, and it writes nothing', async () => {
    const { browser, place, rig } = await setup()
    await rig.connections(browser, '/account')
    await browser.request('/u/use/ex-object')
    const [object] = [...place.objects.objects.values()]
    expect(object?.storage.tables()).toEqual([])
    await object?.alarm()
    expect(object?.storage.alarmsSet).toEqual([])
  })
})

describe('an alarm that finds a configuration', () => {
  it('that is broken comes again until it is mended, and fails no one', async () => {
    let origin = ORIGIN
    const config = {
      get basePath() {
        return origin === ORIGIN ? '/auth' : 'nowhere'
      },
    }
    const { connect, read, object, place, ring, alarm, renewals } = await setup(config)
    await connect()
    await read()
    origin = 'broken'
    await place.restart()
    object().restart()
    for (const times of [1, 2]) {
      await ring()
      expect((await place.ran()).logs).toHaveLength(times)
      expect(alarm()).toBe(passed() + 60 * 60)
    }
    origin = ORIGIN
    await place.restart()
    object().restart()
    await ring()
    expect(renewals()).toBe(1)
  })

  it('without the provider of a connection leaves it alone, and sees to the others', async () => {
    const { connect, read, object, place, keys, ring, alarm, renewals } = await setup()
    for (const name of ['ex-object', 'ex-object-2']) {
      await connect('user-1001', name)
      await read(name)
    }
    await place.restart({ only: ['ex-object-2'] })
    object().restart()
    await ring()
    expect(renewals()).toBe(1)
    expect(alarm()).toBe(RENEWAL * 2)
    expect(keys()).toHaveLength(2)
  })

  it('without the provider of a revocation tries that again later', async () => {
    const { connect, leave, fail, object, place, ring, alarm, revocations } = await setup()
    const id = await connect()
    fail('/revoke')
    expect(await leave(id)).toBe('pending')
    await place.restart({ only: ['ex-object-2'] })
    object().restart()
    await ring()
    // An hour later the configuration may have the provider again.
    expect(alarm()).toBe(60 + 3600)
    await place.restart()
    object().restart()
    await ring()
    expect(revocations()).toBe(2)
  })
})

describe('an object whose key has left first place', () => {
  /** The ids of the keys that sealed what an object stores. */
  const sealedBy = ({ object }: Awaited<ReturnType<typeof setup>>) => {
    const heads = object()
      .storage.entries()
      .flatMap(([, value]) => /eyJ[\w-]+/.exec(value)?.[0] ?? [])
    return new Set(heads.map((head) => JSON.parse(Buffer.from(head, 'base64url').toString()).kid))
  }

  it.each<[string, (made: Awaited<ReturnType<typeof setup>>) => Promise<unknown>]>([
    ['the alarm of a week, although it is never asked', ({ ring }) => ring()],
    ['its first use', ({ read }) => read()],
    [
      'a use after its storage has failed',
      async ({ object, read }) => {
        object().storage.failure = new Error('database disk image is malformed')
        expect(await read()).toBe(503)
        object().storage.failure = undefined
        await read()
      },
    ],
  ])('is sealed anew, whole, by %s', async (_how, wake) => {
    const made = await setup()
    await made.paste()
    const id = await made.connect('user-1001', 'ex-object-2')
    made.fail('/revoke', 10, 2 * WEEK)
    expect(await made.leave(id)).toBe('pending')
    const before = sealedBy(made)
    await made.place.restart({ keys: [NEW_KEY, KEY] })
    made.object().restart()
    await wake(made)
    await vi.waitFor(() => expect(sealedBy(made).size).toBe(1))
    await vi.waitFor(() => expect(sealedBy(made)).not.toEqual(before))
  })
})
