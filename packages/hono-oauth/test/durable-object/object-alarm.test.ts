import { describe, expect, it } from 'vitest'
import { LIFETIME, RENEWAL } from './fake-provider.ts'
import { advance, START, setup, standStill, WEEK } from './setup.ts'

standStill()

describe('the alarm of an object', () => {
  it('is set to the next renewal', async () => {
    const { connect, alarm } = setup()
    await connect('one')
    expect(alarm()).toBe(RENEWAL)
  })

  it('goes by the clock of the machine, whatever the configuration takes for one', async () => {
    const { connect, alarm } = setup({ config: { now: () => Date.now() + 1e9 } })
    await connect('one')
    expect(alarm()).toBe(RENEWAL)
  })

  it('is the earliest of all that is due at any provider', async () => {
    const { connect, address, alarm, home } = setup()
    await connect('late', address('q'))
    advance(-100)
    const early = await connect('early')
    expect(alarm()).toBe(RENEWAL - 100)
    await home.condemn(address(), early)
    expect(alarm()).toBe(RENEWAL)
  })

  it('is the end of the session where that comes first', async () => {
    const { connect, address, alarm } = setup()
    await connect('one', address('p', { key: 'ada', expiresAt: START + 600 }))
    expect(alarm()).toBe(600)
  })

  it('moves with a renewal', async () => {
    const { connect, renew, alarm } = setup()
    await connect('one')
    advance(LIFETIME)
    expect(await renew()).toBe('access-1')
    expect(alarm()).toBe(LIFETIME + RENEWAL)
  })

  it('moves to the end of what a disconnect leaves', async () => {
    const { connect, home, address, alarm } = setup()
    const { id } = await connect('one')
    advance(10)
    expect(await home.disconnect(address(), id)).toBe('revoked')
    expect(alarm()).toBe(10 + 120)
  })

  it('is a week away when nothing is due any more', async () => {
    const { connect, home, address, alarm } = setup()
    const record = await connect('one')
    await home.condemn(address(), record)
    expect(alarm()).toBe(WEEK)
  })

  it('is a week away for a token without an end, however often that is used', async () => {
    const { accept, home, address, object } = setup()
    await accept('eternal')
    for (let time = 0; time < 5; time++) {
      advance(3600)
      await home.list(address())
    }
    expect(object.storage.alarmsSet).toEqual([(START + WEEK) * 1000])
  })

  it('is none for what nobody seals', async () => {
    const { namespace, store } = setup()
    const key = 'grants/p/digest'
    await store.put(`${key}/p.ada`, '1')
    expect(namespace.object(key).storage.alarmsSet).toEqual([])
  })

  it('is not written again as long as it stays the same', async () => {
    const { connect, address, home, store, object } = setup()
    await connect('one')
    for (let time = 0; time < 5; time++) {
      advance(7)
      await home.list(address())
      await connect(`later-${time}`, address('q'))
      await store.put('connections/p/nobody', 'value')
    }
    expect(object.storage.alarmsSet).toEqual([(START + RENEWAL) * 1000])
  })

  it('rings at once for what is overdue', async () => {
    const { connect, address, home, object, alarm } = setup()
    await connect('one')
    object.restart()
    advance(RENEWAL + 100)
    await home.list(address())
    expect(alarm()).toBe(RENEWAL + 100)
  })

  it('comes again for what is due a moment after the last', async () => {
    const { store, ring, alarm, object } = setup()
    await store.put('connections/p/ada', 'value', { ttlSeconds: 10 })
    await store.put('connections/q/ada', 'value', { ttlSeconds: 10.5 })
    await ring()
    expect(alarm()).toBe(10.5)
    await ring()
    expect(object.storage.tables()).toEqual([])
  })

  it('is set again after a restart, which forgets what it was', async () => {
    const { connect, address, home, object, alarm } = setup()
    await connect('one')
    object.storage.alarmAt = undefined
    object.restart()
    await home.list(address())
    expect(alarm()).toBe(RENEWAL)
  })
})

describe('an object that was only asked', () => {
  it('writes nothing, and sets no alarm', async () => {
    const { store, home, address, object } = setup()
    const key = 'connections/p/ada'
    expect(await store.get(key)).toBeNull()
    expect(await store.list(key)).toEqual({ keys: [] })
    await store.delete(key)
    expect(await store.compareAndSwap?.(key, 'old', 'new')).toBe(false)
    expect(await home.list(address())).toEqual([])
    await home.endGrant(address(), 'grant', START)
    await expect(home.disconnect(address(), 'p.ada.x')).rejects.toThrow('no such connection')
    expect(object.calls).toHaveLength(7)
    expect(object.storage.tables()).toEqual([])
    await object.alarm()
    expect(object.storage.alarmsSet).toEqual([])
  })

  it('is not taken for one that cannot answer', async () => {
    const { store, connect, object } = setup()
    await connect('one')
    object.storage.failure = new Error('database disk image is malformed')
    const cause = { message: 'database disk image is malformed' }
    const refusal = { code: 'store_unavailable', cause }
    await expect(store.get('connections/p/ada')).rejects.toMatchObject(refusal)
    await expect(store.put('connections/p/ada', 'value')).rejects.toMatchObject(refusal)
  })
})
