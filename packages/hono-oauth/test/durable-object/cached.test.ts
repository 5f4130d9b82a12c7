import { describe, expect, it } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import { isHostingStore } from '../../src/connections/home.ts'
import { durableObjectStore } from '../../src/durable-object/store.ts'
import { Secret } from '../../src/secret.ts'
import { cachedStore } from '../../src/stores/cached.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { ringOf } from '../crypto/keys.ts'
import { runtimeError } from './fake-namespace.ts'
import { LIFETIME, RENEWAL } from './fake-provider.ts'
import { advance, ORIGIN, setup, standStill } from './setup.ts'

standStill()

const KEY = 'connections/p/ada'

/** The objects behind a cache of this isolate, with one connection that was read once. */
async function cached() {
  const made = setup()
  const cache = memoryStore()
  const store = cachedStore(durableObjectStore(made.namespace), cache)
  if (!isHostingStore(store)) throw new Error('the cache hides where connections live')
  const now = () => Math.floor(Date.now() / 1000)
  const home = store.openHome(new ConnectionDocuments(store, ringOf('objects'), now))
  const { object, address } = made
  const record = await home.accept(address(), new Secret('first'))
  const list = async () => {
    const records = await home.list(address())
    return records.map(({ accessToken, health }) => `${health} ${accessToken.reveal()}`)
  }
  await list()
  object.calls.length = 0
  return { ...made, cache, home, record, list }
}

describe('a list through a cache', () => {
  it('costs no call to the object while it is cached', async () => {
    const { list, object } = await cached()
    expect([await list(), await list()]).toEqual([['active first'], ['active first']])
    expect(object.calls).toEqual([])
    advance(60)
    expect(await list()).toEqual(['active first'])
    expect(object.calls).toEqual(['get'])
  })

  it.each([
    ['complete', ['active first', 'active second']],
    ['accept', ['active first', 'active second']],
    ['disconnect', []],
    ['condemn', ['needs_reauth first']],
    ['endGrant', []],
  ] as const)('is read afresh after a change through it: %s', async (operation, expected) => {
    const { home, record, address, cache, list, object } = await cached()
    const parameters = new URLSearchParams({ code: 'second' })
    const callback = { parameters, state: 'state', redirectUri: ORIGIN, now: record.createdAt }
    const changes = {
      complete: () => home.complete(address(), callback),
      accept: () => home.accept(address(), new Secret('second')),
      disconnect: () => home.disconnect(address(), record.id),
      condemn: () => home.condemn(address(), record),
      endGrant: () => home.endGrant(address(), record.grantId, record.updatedAt),
    }
    expect(await cache.get(KEY)).not.toBeNull()
    await changes[operation]()
    expect(await cache.get(KEY)).toBeNull()
    expect(await list()).toEqual(expected)
    expect(object.calls).toEqual([operation, 'get'])
  })

  it('is read afresh after a change of which nobody knows whether it was made', async () => {
    const { namespace, home, record, address, list } = await cached()
    namespace.failAfter(runtimeError())
    await expect(home.disconnect(address(), record.id)).rejects.toMatchObject({ status: 503 })
    expect(await list()).toEqual([])
  })
})

describe('a token through a cache', () => {
  it('goes to the object when it is ending, and only then', async () => {
    const { app, namespace, p } = setup({
      cache: memoryStore(),
      overrides: {
        acceptToken: async (accessToken) => ({
          tokens: { accessToken, expiresInSeconds: LIFETIME, refreshToken: new Secret('refresh') },
          grant: { id: 'g', scopes: [], account: { id: 'a', name: null }, revocable: true },
        }),
      },
    })
    const headers = { 'x-user': 'ada' }
    await app.request(`${ORIGIN}/connect`, { method: 'POST', body: 'first', headers })
    const ask = async () => {
      namespace.stubs = 0
      const token = await (await app.request(`${ORIGIN}/token`, { headers })).text()
      return [token, namespace.stubs]
    }
    advance(RENEWAL - 30)
    expect([await ask(), await ask()]).toEqual([
      ['first', 1],
      ['first', 0],
    ])
    advance(30)
    expect(await ask()).toEqual(['access-1', 1])
    advance(30)
    expect([await ask(), await ask()]).toEqual([
      ['access-1', 1],
      ['access-1', 0],
    ])
    expect(p.asked('renew')).toHaveLength(1)
  })
})
