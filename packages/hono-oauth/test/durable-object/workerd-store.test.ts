import { fileURLToPath } from 'node:url'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/stores/contract.ts'
import { bundleWorker, CLIENT } from '../rotation/rig.ts'
import { testStore } from '../stores/store-suite.ts'
import { KEY } from '../support/rig.ts'
import type { Operation } from './worker.ts'

let miniflare: Miniflare
let objects = 0

beforeAll(async () => {
  const contents = await bundleWorker(fileURLToPath(new URL('./worker.ts', import.meta.url)))
  miniflare = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.js', contents }],
    compatibilityDate: '2026-07-01',
    bindings: { KEYS: KEY, CLIENT },
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
  })
  await miniflare.ready
})
afterAll(() => miniflare.dispose())

/** The store in a Worker, over an object that is new; and the tables of that. */
function remoteStore(now: () => number = Date.now): Store & { tables(): Promise<string[]> } {
  const object = `object ${++objects}`
  async function run<T>(name: string, ...args: unknown[]): Promise<T> {
    // What JSON would take for null is left out, as a call leaves it out.
    const operation: Operation = [object, now(), name, ...args.filter((arg) => arg !== undefined)]
    const answer = await miniflare.dispatchFetch('https://worker.example', {
      method: 'POST',
      body: JSON.stringify(operation),
    })
    if (answer.status !== 200) throw new Error(await answer.text())
    return ((await answer.json()) as { value: T }).value
  }
  return {
    get: (key) => run('get', key),
    put: (key, value, options) => run('put', key, value, options),
    compareAndSwap: (key, ...args) => run('compareAndSwap', key, ...args),
    list: (prefix, options) => run('list', prefix, options),
    delete: (key) => run('delete', key),
    tables: () => run('tables'),
  }
}

testStore('durableObjectStore over an object in workerd', (options) => remoteStore(options?.now))

describe('an object in workerd', () => {
  it('has no table as long as it is only asked', async () => {
    const store = remoteStore()
    expect([await store.get('key'), await store.list('')]).toEqual([null, { keys: [] }])
    await store.delete('key')
    expect(await store.compareAndSwap?.('key', 'old', 'new')).toBe(false)
    expect(await store.tables()).toEqual([])
  })

  it('drops everything by its alarm when all has expired, and begins anew', async () => {
    let now = Date.now()
    const store = remoteStore(() => now)
    await store.put('key', 'old', { ttlSeconds: 3600 })
    expect(await store.tables()).toContain('oauth_entries')
    now += 3600_000
    // The object learns how late it is, and its alarm is due at once.
    expect(await store.get('key')).toBeNull()
    await expect.poll(() => store.tables(), { timeout: 30_000 }).toEqual([])
    expect(await store.compareAndSwap?.('key', null, 'new', { ttlSeconds: 3600 })).toBe(true)
    expect(await store.get('key')).toBe('new')
    now += 3600_000
    expect(await store.get('key')).toBeNull()
    await expect.poll(() => store.tables(), { timeout: 30_000 }).toEqual([])
  })
})
