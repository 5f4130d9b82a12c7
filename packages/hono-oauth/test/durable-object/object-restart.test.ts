import { describe, expect, it } from 'vitest'
import { deferred, LIFETIME, RENEWAL } from './fake-provider.ts'
import { advance, setup, standStill } from './setup.ts'

standStill()

describe('an object that dies in the middle of a renewal', () => {
  it('is followed by one that takes over at once', async () => {
    const { connect, object, renew, p, store } = setup()
    await connect('one')
    advance(LIFETIME)
    const before = await store.get('connections/p/ada')
    const renewal = p.hold()
    const asked = renew()
    await renewal.reached
    // The lease is written down, and the answer will never come.
    expect(await store.get('connections/p/ada')).not.toBe(before)
    object.restart()
    expect(await asked).toBe('access-2')
    expect(p.asked('renew')).toEqual(['renew refresh one', 'renew refresh one'])
    expect(object.calls.filter((call) => call === 'renew')).toHaveLength(2)
  })

  it('is followed by one whose alarm takes over', async () => {
    const { connect, home, address, object, ring, alarm, p } = setup()
    await connect('one')
    await home.list(address())
    const renewal = p.hold()
    const rung = ring().catch((error: Error) => error.message)
    await renewal.reached
    object.restart()
    expect(await rung).toBe('the object was reset')
    // The runtime delivers an alarm again that did not end well.
    await object.alarm()
    expect(p.asked('renew')).toHaveLength(2)
    expect(alarm()).toBe(RENEWAL * 2)
  })
})

describe('an object that dies in the middle of a disconnect', () => {
  it('is followed by one that ends the grant by its alarm, and the owner is told to try again', async () => {
    const revocations: string[] = []
    const dead = deferred()
    const { connect, home, address, object, ring, events } = setup({
      overrides: {
        async revoke({ accessToken }) {
          revocations.push(accessToken.reveal())
          if (revocations.length > 1) return 'revoked'
          dead.resolve()
          return new Promise(() => undefined)
        },
      },
    })
    const { id } = await connect('one')
    const left = home.disconnect(address(), id)
    const refused = expect(left).rejects.toMatchObject({ code: 'store_unavailable' })
    await dead.promise
    object.restart()
    await refused
    expect(await home.list(address())).toEqual([])
    expect(object.calls.filter((call) => call === 'disconnect')).toHaveLength(1)
    await ring()
    expect(revocations).toEqual(['one', 'one'])
    expect(events.at(-1)).toMatchObject({ type: 'revoked', outcome: 'revoked' })
  })
})
