import { describe, expect, it, vi } from 'vitest'
import { down, RENEWAL } from './fake-provider.ts'
import { passed, setup, standStill } from './setup.ts'

standStill()

/** The errors that were logged. */
const logged = () => vi.spyOn(console, 'error').mockImplementation(() => undefined)

describe('an alarm that finds a configuration', () => {
  it('without the provider of a connection leaves it alone, and sees to the others', async () => {
    const { connect, home, address, object, configured, ring, alarm, q } = setup()
    for (const name of ['p', 'q']) {
      await connect('one', address(name))
      await home.list(address(name))
    }
    object.restart(configured({ providers: { q: q.provider } }))
    await ring()
    expect(q.asked('renew')).toHaveLength(1)
    expect(alarm()).toBe(RENEWAL * 2)
    expect(object.storage.keys()).toEqual(['connections/p/ada', 'connections/q/ada'])
  })

  it('without the provider of a revocation tries that again later', async () => {
    const { connect, home, address, object, configured, ring, alarm, p, q } = setup()
    const errors = logged()
    const { id } = await connect('one')
    p.fail(down())
    await home.disconnect(address(), id)
    object.restart(configured({ providers: { q: q.provider } }))
    await ring()
    expect(alarm()).toBe(60 + 120)
    object.restart(configured())
    await ring()
    expect(p.asked('revoke')).toHaveLength(2)
    expect(errors).not.toHaveBeenCalled()
  })

  it('without the provider of a revocation gives that up in the end, and goes on', async () => {
    const { connect, home, address, object, configured, ring, alarm, p, q } = setup()
    const errors = logged()
    const { id } = await connect('one')
    p.fail(down(), 19)
    await home.disconnect(address(), id)
    for (let tries = 1; tries < 19; tries++) await ring()
    // Due at the same moment, and in use.
    await connect('two', address('q'))
    await home.list(address('q'))
    object.restart(configured({ providers: { q: q.provider } }))
    vi.setSystemTime(Date.now() + 14 * 60 * 60 * 1000)
    await object.ring()
    expect(q.asked('renew')).toHaveLength(1)
    expect(p.asked('revoke')).toHaveLength(19)
    // Nobody can be told of it any more: only the log is.
    expect(errors).toHaveBeenCalledTimes(1)
    expect(alarm()).toBe(passed() + 120)
  })

  it('that is broken fails nobody, and comes again until it is mended', async () => {
    const { connect, home, address, object, configured, ring, alarm, p } = setup()
    const errors = logged()
    await connect('one')
    await home.list(address())
    object.restart(configured({ providers: {} }))
    for (const times of [1, 2]) {
      await ring()
      expect(errors).toHaveBeenCalledTimes(times)
      expect(alarm()).toBe(passed() + 60 * 60)
    }
    object.restart(configured())
    await ring()
    expect(p.asked('renew')).toHaveLength(1)
    expect(errors).toHaveBeenCalledTimes(2)
  })
})
