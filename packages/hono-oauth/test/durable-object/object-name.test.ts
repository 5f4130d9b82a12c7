import { describe, expect, it } from 'vitest'
import { GrantIndex } from '../../src/connections/grants.ts'
import { objectName, ownerObjectName } from '../../src/durable-object/object-name.ts'
import type { WebhookVerifier } from '../../src/providers/webhook-contract.ts'
import { Deliveries } from '../../src/webhooks/deliveries.ts'
import { setup } from './setup.ts'

describe('the object of a key', () => {
  it.each([
    ['connections/webflow/ada', 'owners/ada'],
    ['connections/wix/ada', 'owners/ada'],
    ['connections/webflow/bea', 'owners/bea'],
    ['grants/webflow/digest', 'grants/webflow/digest'],
    ['grants/webflow/digest/webflow.ada', 'grants/webflow/digest'],
    ['grants/webflow/digest/', 'grants/webflow/digest'],
    ['webhooks/wix/event', 'webhooks/wix/event'],
  ])('%s is %s', (key, name) => expect(objectName(key)).toBe(name))

  it('is that of the owner', () => {
    expect(ownerObjectName('ada')).toBe(objectName('connections/p/ada'))
  })
})

const webhooks: WebhookVerifier = {
  endsGrants: true,
  realm: 'app',
  verify: () => Promise.reject(new Error('no webhook is expected')),
}

/** The objects that hold something, with its keys. */
function holding({ namespace }: ReturnType<typeof setup>) {
  const held = [...namespace.objects].map(([name, { storage }]) => [name, storage.keys()] as const)
  return Object.fromEntries(held.filter(([, keys]) => keys.length > 0))
}

describe('what is kept', () => {
  it('for one owner at several providers, is in one object', async () => {
    const made = setup()
    const { connect, address } = made
    await connect('one')
    await connect('two', address('q'))
    await connect('three', address('q', { key: 'bea' }))
    expect(holding(made)).toEqual({
      'owners/ada': ['connections/p/ada', 'connections/q/ada'],
      'owners/bea': ['connections/q/bea'],
    })
  })

  it('of a grant, is in an object of its own that knows all its owners', async () => {
    const made = setup({ overrides: { webhooks } })
    const { connect, address, home, store } = made
    const { id } = await connect('one')
    await connect('one', address('p', { key: 'bea' }))
    await connect('two', address('p', { key: 'bea' }))
    const grants = new GrantIndex(store, 'app')
    expect((await grants.owners('one')).sort()).toEqual(['p.ada', 'p.bea'])
    expect(await grants.owners('two')).toEqual(['p.bea'])
    const names = Object.keys(holding(made)).filter((name) => name.startsWith('grants/app/'))
    expect(names).toHaveLength(2)
    await home.disconnect(address(), id)
    expect(await grants.owners('one')).toEqual(['p.bea'])
    await grants.began('one', 100)
    expect(Object.keys(holding(made))).toHaveLength(4)
  })

  it('of a delivery, is in an object of its own', async () => {
    const made = setup()
    const handled: string[] = []
    for (const id of ['one', 'two', 'one']) {
      // Each in an isolate that has seen none.
      await new Deliveries(made.store).once('p', id, async () => void handled.push(id))
    }
    expect(handled).toEqual(['one', 'two'])
    expect(holding(made)).toEqual({
      'webhooks/p/one': ['webhooks/p/one'],
      'webhooks/p/two': ['webhooks/p/two'],
    })
  })
})
