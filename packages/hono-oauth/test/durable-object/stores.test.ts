import type { Store } from 'hono-oauth'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { afterAll, describe, expect, it } from 'vitest'
import { SOON } from '../rig/constants.ts'
import { keysOf } from '../rig/dump.ts'
import { nodeHost, openWorkerd } from '../rig/hosts.ts'
import { createRig } from '../rig/rig.ts'
import { testStore } from '../stores/store-suite.ts'

// The names of the suite's keys mean nothing: one object keeps them all, or its lists would be split.
testStore('durableObjectStore over one object', async (options) => {
  const { place } = await createRig(nodeHost({ now: options?.now ?? Date.now }))
  const { objects } = place
  return durableObjectStore({ ...objects, idFromName: () => 'one', get: () => objects.get('one') })
})

let count = 0
const rig = await createRig(openWorkerd)
afterAll(() => rig.dispose())

/** The store in a Worker, over an object that is new; and the tables of that. */
function remoteStore(now: () => number = Date.now): Store & { tables(): Promise<unknown[]> } {
  const owner = `object-${++count}`
  async function run<T>(name: string, ...args: unknown[]): Promise<T> {
    // What JSON would take for null is left out, as a call leaves it out.
    const given = args.filter((arg) => arg !== undefined)
    const answer = await rig.place.objectStore(`owners/${owner}`, now(), name, given)
    return (name === 'put' || name === 'delete' ? undefined : answer) as T
  }
  const tables = "SELECT name FROM sqlite_schema WHERE name GLOB 'oauth*'"
  return {
    get: (key) => run('get', key),
    put: (key, value, options) => run('put', key, value, options),
    compareAndSwap: (key, ...args) => run('compareAndSwap', key, ...args),
    list: (prefix, options) => run('list', prefix, options),
    delete: (key) => run('delete', key),
    tables: () => rig.place.object(`x.${owner}`, 'query', tables),
  }
}

testStore('durableObjectStore over an object in workerd', (options) => remoteStore(options?.now))

describe('an object in workerd', () => {
  it('has no table as long as it is only asked', async () => {
    const store = remoteStore()
    expect([await store.get('key'), await keysOf(store)]).toEqual([null, []])
    await store.delete('key')
    expect(await store.compareAndSwap?.('key', 'old', 'new')).toBe(false)
    expect(await store.tables()).toEqual([])
  })

  it('drops everything by its alarm when all has expired, and begins anew', async () => {
    let now = Date.now()
    const store = remoteStore(() => now)
    for (const value of ['old', 'new']) {
      expect(await store.compareAndSwap?.('key', null, value, { ttlSeconds: 3600 })).toBe(true)
      expect(await store.tables()).toContainEqual({ name: 'oauth_entries' })
      now += 3600_000
      // The object learns how late it is, and its alarm is due at once.
      expect(await store.get('key')).toBeNull()
      await expect.poll(() => store.tables(), SOON).toEqual([])
    }
  })
})
