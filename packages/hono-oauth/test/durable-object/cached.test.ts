import { cachedStore } from 'hono-oauth/stores/cached'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { advance, RENEWAL, type Setup, setup, standStill } from './setup.ts'

standStill()

/** The objects behind a cache of this isolate, with one connection that was read once. */
async function cached() {
  const made = await setup({}, (objects) => cachedStore(objects, memoryStore()))
  const id = await made.connect()
  /** The operations of the object since they were last asked for. */
  const operations = async () => made.object().calls.splice(0)
  await made.health()
  await operations()
  return { ...made, id, operations }
}

describe('connections through a cache', () => {
  it('cost no call to the object while they are cached', async () => {
    const { read, operations } = await cached()
    expect([await read(), await read()]).toEqual([200, 200])
    expect(await operations()).toEqual([])
    advance(60)
    expect(await read()).toBe(200)
    expect(await operations()).toEqual(['get'])
  })

  it.each<[string, string[], (made: Setup, id: string) => Promise<unknown>]>([
    ['a login', ['active', 'active'], ({ connect }) => connect('user-1002')],
    ['a pasted token', ['active', 'active'], ({ paste }) => paste()],
    ['a disconnect', [], ({ leave }, id) => leave(id)],
    [
      'a grant that is gone',
      ['needs_reauth'],
      async ({ rig, use }) => {
        advance(120)
        const { oauthExample } = rig.provider.control
        oauthExample.revokeGrant(oauthExample.grants()[0]?.id ?? '')
        expect(await use()).toBe(401)
      },
    ],
    [
      'a disconnect of which it is not known whether it was made',
      [],
      ({ place, leave }, id) => {
        place.calls.faults.push(async (work) => {
          await work()
          throw new Error('the object was reset')
        })
        return leave(id)
      },
    ],
  ])('are read afresh after a change through it: %s', async (_what, expected, change) => {
    const made = await cached()
    await change(made, made.id)
    expect(await made.health()).toEqual(expected)
  })

  it('go to the object for a token that is ending, and only then', async () => {
    const { use, operations, renewals } = await cached()
    const called = async () => {
      expect(await use()).toBe(200)
      return (await operations()).filter((name) => name !== 'get')
    }
    advance(RENEWAL - 30)
    expect([await called(), await called()]).toEqual([[], []])
    advance(31)
    expect([await called(), await called()]).toEqual([['renew'], []])
    expect(renewals()).toBe(1)
  })
})
