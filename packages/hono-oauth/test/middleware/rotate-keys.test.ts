import type { Rotation, Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { KEY, NEW_KEY, ORIGIN } from '../rig/constants.ts'
import { countingStore } from '../rig/counting-store.ts'
import { createPeople, type People } from '../rig/person.ts'

const OWNERS = 7
const [OLD, NEW] = [KEY, NEW_KEY]

describe('rotateKeys', () => {
  let people: People
  beforeEach(async () => {
    people = await createPeople({ now: Date.now, advance: () => undefined })
  })

  /** Two stores, each with so many owners, sealed with a key that has left first place. */
  async function rotating() {
    const stores = [countingStore(memoryStore()), countingStore(memoryStore())] as const
    const isolate = (keys: string[], more: Record<string, Store> = {}) => {
      const own = { 'ex-kv-2': stores[1].store, ...more } as never
      return people.isolate(stores[0].store, { keys, stores: own }, more)
    }
    const { app } = isolate([OLD])
    for (const name of ['ex-kv', 'ex-kv-2']) {
      for (let owner = 0; owner < OWNERS; owner++) {
        const headers = { 'x-user': `owner-${owner}`, origin: ORIGIN }
        const body = new URLSearchParams({ token: `ada:${owner}` })
        await app.request(`/u/paste/${name}`, { method: 'POST', headers, body })
      }
    }
    const object = { ...memoryStore(), openEngine: () => expect.unreachable() }
    return { stores, oauth: isolate([NEW, OLD], { 'ex-object': object }).users, isolate }
  }

  /** Whether the new key alone opens all that is stored. */
  async function opensAll(isolate: Awaited<ReturnType<typeof rotating>>['isolate']) {
    const { users } = isolate([NEW])
    const lists = Array.from({ length: OWNERS }, (_, owner) => users.connections({}).list({ owner: `owner-${owner}` }))
    const health = (await Promise.all(lists)).flat().map((each) => each.health)
    return health.length === 2 * OWNERS && health.every((each) => each === 'active')
  }

  it('seals all stores but those of objects, each once, in one call where it can', async () => {
    const { oauth, isolate } = await rotating()
    expect(await oauth.rotateKeys({})).toEqual({ resealed: 14, unchanged: 0, unreadable: 0 })
    expect(await oauth.rotateKeys({})).toEqual({ resealed: 0, unchanged: 14, unreadable: 0 })
    expect(await opensAll(isolate)).toBe(true)
  })

  it.each([1, 3, 7, 10, 13])('goes on where it stopped, %i at a time', async (limit) => {
    const { oauth, stores, isolate } = await rotating()
    const spent = () => stores.reduce((sum, { operations }) => sum + operations.get + operations.put, 0)
    const parts: Rotation[] = []
    let cursor: string | undefined
    do {
      const before = spent()
      const part = await oauth.rotateKeys({}, { cursor, limit })
      expect(spent() - before).toBeLessThanOrEqual(3 * limit)
      parts.push(part)
      cursor = part.cursor
    } while (cursor !== undefined && parts.length < 100)
    expect(parts.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(14)
    expect(parts.every(({ unchanged, unreadable }) => unchanged + unreadable === 0)).toBe(true)
    expect(await opensAll(isolate)).toBe(true)
  })

  it.each([
    ...['', 'x', '-1:', '9:'].map((cursor) => ['cursor', { cursor }] as const),
    ...[0, -1, 2.5, Number.NaN].map((limit) => ['limit', { limit }] as const),
  ])('refuses a %s that is none: %j', async (name, options) => {
    const { oauth, stores } = await rotating()
    await expect(oauth.rotateKeys({}, options)).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining(`rotateKeys ${name}`),
    })
    expect(stores.map(({ operations }) => operations.list)).toEqual([0, 0])
  })
})
