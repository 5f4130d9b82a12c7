import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { RENEWAL } from './fake-provider.ts'
import { advance, START, setup, standStill } from './setup.ts'

standStill()

describe('what an object keeps', () => {
  it('goes when it expires: all of it, if nothing is left', async () => {
    const { connect, home, address, ring, alarm, object } = setup()
    const { id } = await connect('one')
    await home.disconnect(address(), id)
    expect(object.storage.keys()).toEqual(['connections/p/ada'])
    await ring()
    expect(object.storage.tables()).toEqual([])
    expect(alarm()).toBeUndefined()
  })

  it('goes with the session it belongs to', async () => {
    const { connect, address, ring, object } = setup()
    await connect('one', address('p', { key: 'ada', expiresAt: START + 600 }))
    await ring()
    expect(object.storage.tables()).toEqual([])
  })

  it('goes one by one', async () => {
    const { connect, home, address, ring, alarm, object } = setup()
    const { id } = await connect('one')
    await connect('other', address('q'))
    await home.disconnect(address(), id)
    await ring()
    expect(object.storage.keys()).toEqual(['connections/q/ada'])
    expect(alarm()).toBe(RENEWAL)
  })

  it('comes again after all was gone, with an alarm', async () => {
    const { connect, home, address, ring, alarm } = setup()
    const { id } = await connect('one')
    await home.disconnect(address(), id)
    await ring()
    await connect('two')
    expect(await home.list(address())).toMatchObject([{ grantId: 'two' }])
    expect(alarm()).toBe(120 + RENEWAL)
  })

  it.each(['webhooks/p/event', 'grants/p/digest'])(
    'goes too where it is no connection: %s',
    async (key) => {
      const { namespace, store } = setup()
      await store.put(key, '1', { ttlSeconds: 60 })
      const { storage } = namespace.object(key)
      expect(storage.alarmAt).toBe((START + 60) * 1000)
      advance(60)
      await namespace.object(key).ring()
      expect([storage.tables(), storage.alarmAt]).toEqual([[], undefined])
    },
  )

  it('has an alarm of its own, if it came when that of others was just over', async () => {
    const { store, ring, alarm, object } = setup()
    const key = 'connections/p/ada'
    await store.put(key, 'value', { ttlSeconds: 10, wakeAt: START + 10 })
    const rung = ring()
    // What is read meanwhile is due, and sets an alarm for it.
    await store.get(key)
    await rung
    expect([object.storage.tables(), alarm()]).toEqual([[], undefined])
    await store.put(key, 'value', { ttlSeconds: 0.5 })
    expect(alarm()).toBe(10.5)
  })

  it('is in the object, wherever the configuration keeps its connections', async () => {
    const elsewhere = memoryStore()
    const { connect, object } = setup({ objectConfig: { store: elsewhere } })
    await connect('one')
    expect(object.storage.keys()).toEqual(['connections/p/ada'])
    expect(await elsewhere.list('')).toEqual({ keys: [] })
  })
})
