import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listAll } from '../../src/stores/guard.ts'
import { type KVNamespaceLike, kvStore } from '../../src/stores/kv.ts'
import { refusal } from '../protocol/refusal.ts'
import { openBindings } from './bindings.ts'
import { testStore } from './store-suite.ts'

const { namespace } = openBindings()
const makeUncached = async () => kvStore(await namespace('TWO'), { cacheSeconds: 0 })

testStore('kvStore', async () => kvStore(await namespace('ONE')), { swaps: false })
testStore('kvStore without its cache', makeUncached, { swaps: false })

/** A namespace of spies: `names` are listed two at a time, and each error fails one put. */
function spyNamespace({ names = [] as string[], errors = [] as Error[] } = {}) {
  const spies = {
    get: vi.fn(async () => 'stored'),
    put: vi.fn<KVNamespaceLike['put']>(async () => {
      const error = errors.shift()
      if (error) throw error
    }),
    list: vi.fn<KVNamespaceLike['list']>(async () => {
      const keys = names.splice(0, 2).map((name) => ({ name }))
      return { keys, list_complete: names.length === 0, cursor: `after ${keys.at(-1)?.name}` }
    }),
    delete: vi.fn(async () => undefined),
  }
  return { ...spies, store: kvStore(spies) }
}

describe('kvStore', () => {
  it.each([
    [-100, 60],
    [59.1, 60],
    [60.1, 61],
    [2_592_000, 2_592_000],
    [undefined, undefined],
  ])('asked for a lifetime of %s seconds, asks for %s', async (ttlSeconds, expirationTtl) => {
    const { put, store } = spyNamespace()
    await store.put('key', 'value', { ttlSeconds })
    expect(put.mock.lastCall?.[2]).toEqual(expirationTtl && { expirationTtl })
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

  it.each([0, 2, 5])('lets listAll follow the cursors over %d keys', async (count) => {
    const names = Array.from({ length: count }, (_, index) => `a${index}`)
    const { list, store } = spyNamespace({ names: [...names] })
    expect(await listAll(store, 'a')).toEqual(names)
    expect(list).toHaveBeenCalledTimes(Math.max(1, Math.ceil(count / 2)))
  })

  const NO_BINDING = /^store has no KV namespace\b.*[^.?!]\.$/
  const NO_SECONDS = /^cacheSeconds is not a number of seconds\b.*[^.?!]\.$/
  type Unusable = [unknown, unknown, RegExp]
  it.each<Unusable>([
    [undefined, 10, NO_BINDING],
    [null, 10, NO_BINDING],
    ...[-1, Number.NaN, Number.POSITIVE_INFINITY, '10', null].map((each): Unusable => [{}, each, NO_SECONDS]),
  ])('is not made of %j with %j', async (binding, seconds, message) => {
    const cacheSeconds = seconds as number
    const error = await refusal(() => kvStore(binding as KVNamespaceLike, { cacheSeconds }))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(message)
  })
})

describe('a write that KV refuses as too soon', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const TOO_SOON = new Error('KV PUT failed: 429 Too Many Requests')
  const OTHER = new Error('KV PUT failed: 413 Value too large')
  it.each([
    ['succeeds at the third attempt', [TOO_SOON, TOO_SOON], undefined, 3],
    ['fails after three attempts', [TOO_SOON, TOO_SOON, TOO_SOON, TOO_SOON], TOO_SOON, 3],
    ['is not tried again after another error', [OTHER], OTHER, 1],
  ])('%s, a second apart at least', async (_name, errors, outcome, attempts) => {
    const { put, store } = spyNamespace({ errors: [...errors] })
    const written = store.put('key', 'value').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(999)
    expect(put).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(4000)
    expect(await written).toBe(outcome)
    expect(put).toHaveBeenCalledTimes(attempts)
  })
})
