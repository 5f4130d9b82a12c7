import { Miniflare } from 'miniflare'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { listAll } from '../../src/stores/guard.ts'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { refusal } from '../protocol/refusal.ts'
import { testStore } from './store-suite.ts'

let miniflare: Miniflare

beforeAll(() => {
  miniflare = new Miniflare({
    modules: true,
    script: 'export default {}',
    compatibilityDate: '2026-07-01',
    kvNamespaces: ['TOKENS', 'UNCACHED'],
  })
})

afterAll(() => miniflare.dispose())

const realNamespace = async (name: 'TOKENS' | 'UNCACHED') =>
  (await miniflare.getKVNamespace(name)) as KVNamespaceLike

testStore('kvStore over Workers KV', async () => kvStore(await realNamespace('TOKENS')), {
  swaps: false,
})
testStore(
  'kvStore over Workers KV, without its cache',
  async () => kvStore(await realNamespace('UNCACHED'), { cacheSeconds: 0 }),
  { swaps: false },
)

/** A namespace of spies: `names` are listed two at a time, and each error fails one put. */
function spyNamespace({ names = [] as string[], errors = [] as Error[] } = {}) {
  const namespace = {
    get: vi.fn(async () => 'stored'),
    put: vi.fn<KVNamespaceLike['put']>(async () => {
      const error = errors.shift()
      if (error) throw error
    }),
    list: vi.fn<KVNamespaceLike['list']>(async () => {
      const keys = names.splice(0, 2).map((name) => ({ name }))
      return names.length === 0
        ? { keys, list_complete: true, cursor: 'never followed' }
        : { keys, list_complete: false, cursor: `after ${keys.at(-1)?.name}` }
    }),
    delete: vi.fn(async () => undefined),
  }
  return { ...namespace, store: kvStore(namespace) }
}

describe('kvStore', () => {
  it.each([
    [{ ttlSeconds: -100 }, { expirationTtl: 60 }],
    [{ ttlSeconds: 0 }, { expirationTtl: 60 }],
    [{ ttlSeconds: 59.1 }, { expirationTtl: 60 }],
    [{ ttlSeconds: 60.1 }, { expirationTtl: 61 }],
    [{ ttlSeconds: 2_592_000 }, { expirationTtl: 2_592_000 }],
    [{ ttlSeconds: undefined }, undefined],
    [undefined, undefined],
  ])('asked for a lifetime of %j, asks for %j', async (options, asked) => {
    const { put, store } = spyNamespace()
    await store.put('key', 'value', options)
    expect(put.mock.lastCall?.filter((each) => each)).toEqual(
      ['key', 'value', asked].filter(Boolean),
    )
  })

  it.each([
    [undefined, { cursor: null, limit: 1000 }],
    [
      { cursor: 'after a2', limit: 7 },
      { cursor: 'after a2', limit: 7 },
    ],
    [{ limit: 1001 }, { cursor: null, limit: 1000 }],
  ])('asked for a page of %j, asks for %j', async (options, asked) => {
    const { list, store } = spyNamespace()
    expect(await store.list('a', options)).toEqual({ keys: [] })
    expect(list.mock.calls).toEqual([[{ prefix: 'a', ...asked }]])
  })

  it.each([
    [[], 1],
    [['a1', 'a2'], 1],
    [['a1', 'a2', 'a3', 'a4', 'a5'], 3],
  ])('has listAll follow the cursors: %j', async (names, pages) => {
    const { list, store } = spyNamespace({ names: [...names] })
    expect(await listAll(store, 'a')).toEqual(names)
    expect(list).toHaveBeenCalledTimes(pages)
  })

  it.each(['get', 'put', 'list', 'delete'] as const)(
    'lets the error of KV through: %s',
    async (operation) => {
      const failure = new Error('KV failed: 500 Internal Server Error')
      const fail = () => Promise.reject(failure)
      const store = kvStore({ get: fail, put: fail, list: fail, delete: fail })
      await expect(store[operation]('key', 'value' as never)).rejects.toBe(failure)
    },
  )

  it.each([
    [undefined, {}, /^store has no KV namespace\b.*[^.?!]\.$/],
    [null, {}, /^store has no KV namespace\b/],
    ...[-1, Number.NaN, Number.POSITIVE_INFINITY, '10' as unknown as number].map(
      (cacheSeconds) => [{}, { cacheSeconds }, /^cacheSeconds is not a number of seconds/] as const,
    ),
  ])('is not made of %j with %j', async (binding, options, message) => {
    const error = await refusal(() => kvStore(binding as KVNamespaceLike, options))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(message)
  })
})

describe('a write that KV refuses as too soon', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const TOO_SOON = new Error('KV PUT failed: 429 Too Many Requests')
  const TOO_LARGE = new Error('KV PUT failed: 413 Value too large')

  it('is tried again after more than a second', async () => {
    const { put, store } = spyNamespace({ errors: [TOO_SOON, TOO_SOON] })
    const written = store.put('key', 'value')
    await vi.advanceTimersByTimeAsync(999)
    expect(put).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(4000)
    await written
    expect(put).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['after three attempts', [TOO_SOON, TOO_SOON, TOO_SOON, TOO_SOON], 3],
    ['at once with any other error', [TOO_LARGE], 1],
  ])('fails %s', async (_name, errors, attempts) => {
    const { put, store } = spyNamespace({ errors: [...errors] })
    const outcome = store.put('key', 'value').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await outcome).toBe(errors[0])
    expect(put).toHaveBeenCalledTimes(attempts)
  })
})
