import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { refusal } from '../protocol/refusal.ts'
import { testStore } from './store-suite.ts'

let miniflare: Miniflare

beforeAll(() => {
  miniflare = new Miniflare({
    modules: true,
    script: 'export default {}',
    compatibilityDate: '2026-07-01',
    kvNamespaces: ['TOKENS'],
  })
})

afterAll(() => miniflare.dispose())

const realNamespace = async () => (await miniflare.getKVNamespace('TOKENS')) as KVNamespaceLike

testStore('kvStore over Workers KV', async () => kvStore(await realNamespace()), { swaps: false })

/** A namespace that keeps the calls it gets, and lists names two at a time. */
function spyNamespace(...names: string[]) {
  const calls: unknown[][] = []
  const namespace: KVNamespaceLike = {
    async get(...args) {
      calls.push(['get', ...args])
      return 'stored'
    },
    async put(...args) {
      calls.push(['put', ...args])
    },
    async list(...args) {
      calls.push(['list', ...args])
      const keys = names.splice(0, 2).map((name) => ({ name }))
      return names.length === 0
        ? { keys, list_complete: true, cursor: 'never followed' }
        : { keys, list_complete: false, cursor: `after ${keys.at(-1)?.name}` }
    },
    async delete(...args) {
      calls.push(['delete', ...args])
    },
  }
  return { calls, store: kvStore(namespace) }
}

describe('kvStore', () => {
  it('promises no more than KV does', () => {
    expect(spyNamespace().store.guarantees).toEqual({
      consistency: 'eventual',
      compareAndSwap: false,
      minTtlSeconds: 60,
      writesPerKeyPerSecond: 1,
    })
  })

  it.each([
    [-100, 60],
    [0, 60],
    [1, 60],
    [59, 60],
    [59.1, 60],
    [60, 60],
    [60.1, 61],
    [61, 61],
    [3600, 3600],
    [2_592_000, 2_592_000],
  ])('raises a lifetime of %d seconds to %d', async (ttlSeconds, expirationTtl) => {
    const { calls, store } = spyNamespace()
    await store.put('key', 'value', { ttlSeconds })
    expect(calls).toEqual([['put', 'key', 'value', { expirationTtl }]])
  })

  it.each([[], [{}], [{ ttlSeconds: undefined }]])(
    'sets no lifetime without one (%#)',
    async (...options) => {
      const { calls, store } = spyNamespace()
      await store.put('key', 'value', ...options)
      expect(calls.map((call) => call.filter((part) => part !== undefined))).toEqual([
        ['put', 'key', 'value'],
      ])
    },
  )

  it('costs one operation each', async () => {
    const { calls, store } = spyNamespace()
    expect(await store.get('key')).toBe('stored')
    await store.delete('key')
    expect(calls).toEqual([
      ['get', 'key'],
      ['delete', 'key'],
    ])
  })

  it.each([
    [[], [null]],
    [['a1'], [null]],
    [['a1', 'a2'], [null]],
    [
      ['a1', 'a2', 'a3', 'a4', 'a5'],
      [null, 'after a2', 'after a4'],
    ],
  ])('lists %j page by page, where the cursor leads', async (names, cursors) => {
    const { calls, store } = spyNamespace(...names)
    expect(await store.list('a')).toEqual(names)
    expect(calls).toEqual(cursors.map((cursor) => ['list', { prefix: 'a', cursor }]))
  })

  it('lists more than one page of real keys', async () => {
    const namespace = await realNamespace()
    const store = kvStore(namespace)
    const keys = Array.from({ length: 1003 }, (_, index) => `pages/${index}`)
    await Promise.all([...keys, 'page', 'pages'].map((key) => namespace.put(key, '1')))
    const first = await namespace.list({ prefix: 'pages/' })
    expect([first.keys.length, first.list_complete]).toEqual([1000, false])
    expect([...(await store.list('pages/'))].sort()).toEqual(keys.sort())
  }, 30_000)

  it('lets the failure of the namespace through', async () => {
    const failure = new Error('KV PUT failed: 500 Internal Server Error')
    const fail = () => Promise.reject(failure)
    const store = kvStore({ get: fail, put: fail, list: fail, delete: fail })
    await expect(store.get('key')).rejects.toBe(failure)
    await expect(store.put('key', 'value')).rejects.toBe(failure)
    await expect(store.list('key')).rejects.toBe(failure)
    await expect(store.delete('key')).rejects.toBe(failure)
  })

  it.each([undefined, null])('is not made without a binding: %s', async (binding) => {
    const error = await refusal(() => kvStore(binding as unknown as KVNamespaceLike))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^store has no KV namespace\b/)
    expect(error.message).toMatch(/[^.?!]\.$/)
  })
})
