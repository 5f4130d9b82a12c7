import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { down, LIFETIME, RENEWAL } from './fake-provider.ts'
import { advance, passed, setup, standStill, WEEK } from './setup.ts'

standStill()

describe('a renewal ahead of time', () => {
  it('is made by the alarm for a token that is in use', async () => {
    const { connect, home, address, ring, alarm, p, types } = setup()
    const { id } = await connect('one')
    await home.list(address())
    await ring()
    expect(p.asked('renew')).toEqual(['renew refresh one'])
    const [held] = await home.list(address())
    expect([held?.id, held?.accessToken.reveal()]).toEqual([id, 'access-1'])
    expect(alarm()).toBe(RENEWAL * 2)
    expect(types()).toEqual(['connected', 'refreshed'])
  })

  it('follows the last as long as somebody reads the token', async () => {
    const { connect, home, address, ring, p } = setup()
    await connect('one')
    for (const count of [1, 2, 3]) {
      await home.list(address())
      await ring()
      expect(p.asked('renew')).toHaveLength(count)
    }
  })

  it('is not made for a token that nobody has read, which is left alone', async () => {
    const { connect, object, ring, alarm, p } = setup()
    await connect('one')
    await ring()
    expect(passed()).toBe(RENEWAL)
    const writes = object.storage.written()
    for (let time = 0; time < 10; time++) await object.alarm()
    expect(p.asked('renew')).toEqual([])
    expect(alarm()).toBe(RENEWAL + WEEK)
    expect(object.storage.written()).toBe(writes)
  })

  it('is not made again for what nobody has read since the last', async () => {
    const { connect, home, address, ring, alarm, p } = setup()
    await connect('one')
    await home.list(address())
    let rings = 0
    for (; alarm() !== passed() + WEEK && rings < 20; rings++) await ring()
    expect(rings).toBe(2)
    expect(p.asked('renew')).toHaveLength(1)
  })

  it('is made again once somebody has asked for a token that was left alone', async () => {
    const { connect, home, address, ring, renew, alarm, p } = setup()
    await connect('one')
    await ring()
    advance(LIFETIME)
    await home.list(address())
    expect(alarm()).toBe(RENEWAL + WEEK)
    expect(await renew()).toBe('access-1')
    expect(alarm()).toBe(passed() + RENEWAL)
    await ring()
    expect(p.asked('renew')).toHaveLength(2)
  })

  // A read is noted once in half a minute, so one that is noted may stand for one that much later.
  it.each([
    [30, 1],
    [31, 0],
  ])('takes a token for read that was issued %d seconds after', async (seconds, renewals) => {
    const { connect, home, address, ring, p } = setup()
    const held = await connect('one')
    await home.list(address())
    advance(seconds)
    await home.renew(address(), held, 'refused')
    await ring()
    expect(p.asked('renew')).toHaveLength(1 + renewals)
  })

  it('costs the readers a write in half a minute at most', async () => {
    const { connect, home, address, object } = setup()
    await connect('one')
    const counts = []
    for (const seconds of [0, 29, 1, 1, 29]) {
      advance(seconds)
      const before = object.storage.written()
      await home.list(address())
      counts.push(object.storage.written() - before)
    }
    expect(counts).toEqual([1, 0, 0, 1, 0])
  })

  it('costs nothing for what is no connection', async () => {
    const { namespace, store } = setup()
    await store.put('webhooks/p/event', '1')
    const { storage } = namespace.object('webhooks/p/event')
    const before = storage.written()
    expect(await store.get('webhooks/p/event')).toBe('1')
    expect(storage.written()).toBe(before)
  })

  it('is tried again after growing pauses while the old token lives', async () => {
    const { connect, home, address, ring, alarm, p, types } = setup()
    await connect('one')
    await home.list(address())
    p.fail(down(), 3)
    const pauses = []
    for (let time = 0; time < 3; time++) {
      await ring()
      pauses.push(Number(alarm()) - passed())
    }
    expect(pauses).toEqual([30, 60, 120])
    expect(await home.list(address())).toMatchObject([{ health: 'degraded', failures: 3 }])
    // Once for each alarm: nobody waits for it.
    expect(p.asked('renew')).toHaveLength(3)
    await ring()
    expect(alarm()).toBe(passed() + RENEWAL)
    expect(types()).toEqual(['connected', 'degraded', 'refreshed', 'recovered'])
  })

  it('is not tried again when the grant is gone', async () => {
    const { connect, home, address, object, ring, alarm, p, types } = setup()
    await connect('one')
    await home.list(address())
    p.fail(new OAuthError('needs_reauth'))
    await ring()
    expect(alarm()).toBe(passed() + WEEK)
    advance(RENEWAL)
    await object.alarm()
    expect(p.asked('renew')).toHaveLength(1)
    expect(types()).toEqual(['connected', 'needs_reauth'])
    expect(await home.list(address())).toMatchObject([{ health: 'needs_reauth' }])
  })

  it.each([
    ['one after the other', false],
    ['both at once', true],
  ])('is made once for an alarm that comes twice: %s', async (_how, atOnce) => {
    const { connect, home, address, object, ring, alarm, p } = setup()
    await connect('one')
    await home.list(address())
    await Promise.all([ring(), atOnce && object.alarm()])
    await object.alarm()
    expect(p.asked('renew')).toHaveLength(1)
    expect(alarm()).toBe(RENEWAL * 2)
  })

  it('is shared by those who ask meanwhile', async () => {
    const { connect, home, address, object, ring, p } = setup()
    const held = await connect('one')
    await home.list(address())
    const renewal = p.hold()
    const rung = ring()
    await renewal.reached
    const asked = [1, 2, 3].map(() => home.renew(address(), held, 'ending'))
    expect(object.calls.slice(-3)).toEqual(['renew', 'renew', 'renew'])
    renewal.release()
    await rung
    const tokens = (await Promise.all(asked)).map(({ accessToken }) => accessToken.reveal())
    expect(tokens).toEqual(['access-1', 'access-1', 'access-1'])
    expect(p.asked('renew')).toHaveLength(1)
  })
})
