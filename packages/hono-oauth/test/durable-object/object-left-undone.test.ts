import { describe, expect, it } from 'vitest'
import { down, RENEWAL } from './fake-provider.ts'
import { advance, passed, setup, standStill, WEEK } from './setup.ts'

standStill()

describe('an alarm that leaves something undone', () => {
  it('does not forget a revocation beside a connection that nobody uses', async () => {
    const { connect, home, address, p, ring, alarm } = setup()
    const gone = await connect('gone')
    await connect('unused')
    p.fail(down(4000))
    expect(await home.disconnect(address(), gone.id)).toBe('pending')
    expect(alarm()).toBe(RENEWAL)
    await ring()
    expect(p.asked('renew')).toEqual([])
    expect(alarm()).toBe(4000)
    await ring()
    expect(p.asked('revoke')).toEqual(['revoke gone', 'revoke gone'])
    // The entry was written anew, so the connection is looked at once more.
    await ring()
    expect(alarm()).toBe(passed() + WEEK)
    expect(p.asked('renew')).toEqual([])
  })

  it('does not forget a revocation that begins when the connection beside it was given up', async () => {
    const { connect, home, address, p, ring, alarm } = setup()
    const gone = await connect('gone')
    await connect('unused')
    await ring()
    expect(alarm()).toBe(passed() + WEEK)
    p.fail(down())
    expect(await home.disconnect(address(), gone.id)).toBe('pending')
    for (let rings = 0; rings < 5; rings++) await ring()
    expect(p.asked('revoke')).toEqual(['revoke gone', 'revoke gone'])
    expect(p.asked('renew')).toEqual([])
  })

  it('comes back to a token in use when the provider is not spared any more', async () => {
    const { connect, home, address, p, ring, alarm } = setup()
    await connect('one')
    await home.list(address())
    advance(RENEWAL - 1)
    // Others find the provider down five times in a row.
    const other = address('p', { key: 'bea' })
    for (const code of ['a', 'b', 'c', 'd', 'e']) {
      const record = await connect(code, other)
      p.fail(down())
      await home.renew(other, record, 'ending')
    }
    await ring()
    expect(p.asked('renew')).toHaveLength(5)
    expect(alarm()).toBe(RENEWAL - 1 + 30)
    await ring()
    expect(p.asked('renew')).toHaveLength(6)
    expect(alarm()).toBe(passed() + RENEWAL)
  })

  it('comes back to a connection whose time comes later than that of one nobody uses', async () => {
    const { connect, home, address, p, ring } = setup()
    await connect('unused')
    advance(100)
    await connect('used')
    await ring()
    await home.list(address())
    await ring()
    expect(p.asked('renew')).toContain('renew refresh used')
  })
})
