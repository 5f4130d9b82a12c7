import { createOAuth, type Rotation, type Store } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import { adding, NOW, record } from '../connections/support.ts'
import { keyText, ringOf } from '../crypto/keys.ts'
import { refusal } from '../protocol/refusal.ts'
import { ORIGIN } from '../support/app.ts'
import { countingStore } from '../support/counting-store.ts'

const OWNERS = 7

/** Two stores, each with so many owners, sealed with a key that has left first place. */
async function rotating() {
  const stores = [countingStore(memoryStore()), countingStore(memoryStore())] as const
  for (const [index, { store }] of stores.entries()) {
    const documents = new ConnectionDocuments(store, ringOf('old'), () => NOW)
    for (let owner = 0; owner < OWNERS; owner++) {
      const provider = index === 0 ? 'one' : 'two'
      await documents.update({ provider, owner: { key: `owner-${owner}` } }, adding(record('x')))
    }
  }
  const provider = webflow({ clientId: 'id', clientSecret: 'secret', scopes: [] })
  const unused = { idFromName: () => ({}), get: () => expect.unreachable() }
  const oauth = createOAuth(() => ({
    origin: ORIGIN,
    keys: [keyText('new'), keyText('old')],
    providers: { one: provider, two: provider, also: provider, object: provider },
    store: stores[0].store,
    stores: { two: stores[1].store, object: durableObjectStore(unused as never) },
    now: () => (NOW + 100) * 1000,
  }))
  return { oauth, stores }
}

/** Whether the new key alone opens all that a store holds. */
async function opensAll(store: Store, provider: string): Promise<boolean> {
  const documents = new ConnectionDocuments(store, ringOf('new'), () => NOW)
  const read = async (owner: number) =>
    (await documents.read({ provider, owner: { key: `owner-${owner}` } })).isUnreadable
  const unreadable = await Promise.all(Array.from({ length: OWNERS }, (_, owner) => read(owner)))
  return !unreadable.includes(true)
}

describe('rotateKeys', () => {
  it('seals all stores but those of objects, each once, in one call where it can', async () => {
    const { oauth, stores } = await rotating()
    expect(await oauth.rotateKeys({})).toEqual({ resealed: 14, unchanged: 0, unreadable: 0 })
    expect(await oauth.rotateKeys({})).toEqual({ resealed: 0, unchanged: 14, unreadable: 0 })
    expect(await opensAll(stores[0].store, 'one')).toBe(true)
    expect(await opensAll(stores[1].store, 'two')).toBe(true)
  })

  it.each([1, 2, 3, 7, 10, 13])('goes on where it stopped, %i at a time', async (limit) => {
    const { oauth, stores } = await rotating()
    const parts: Rotation[] = []
    let cursor: string | undefined
    do {
      const before = stores.map(({ operations }) => operations.get + operations.put)
      const part = await oauth.rotateKeys({}, { cursor, limit })
      const after = stores.map(({ operations }) => operations.get + operations.put)
      const spent = after.reduce((sum, count, index) => sum + count - (before[index] ?? 0), 0)
      expect(spent).toBeLessThanOrEqual(3 * limit)
      parts.push(part)
      cursor = part.cursor
    } while (cursor !== undefined && parts.length < 100)
    expect(parts.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(14)
    expect(parts.every(({ unchanged, unreadable }) => unchanged + unreadable === 0)).toBe(true)
    expect(await opensAll(stores[0].store, 'one')).toBe(true)
    expect(await opensAll(stores[1].store, 'two')).toBe(true)
  })

  it.each([
    ['cursor', { cursor: '' }],
    ['cursor', { cursor: 'x' }],
    ['cursor', { cursor: '-1:' }],
    ['cursor', { cursor: '2:' }],
    ['limit', { limit: 0 }],
    ['limit', { limit: -1 }],
    ['limit', { limit: 2.5 }],
    ['limit', { limit: Number.NaN }],
  ])('refuses a %s that is none: %j', async (name, options) => {
    const { oauth, stores } = await rotating()
    const error = await refusal(() => oauth.rotateKeys({}, options))
    expect([error.code, error.message]).toEqual([
      'configuration_invalid',
      expect.stringContaining(`rotateKeys ${name}`),
    ])
    expect(stores.map(({ operations }) => operations.list)).toEqual([0, 0])
  })
})
