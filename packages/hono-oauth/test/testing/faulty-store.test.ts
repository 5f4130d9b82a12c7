import type { Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { faultyStore, type StoreOperation } from 'hono-oauth/testing'
import { describe, expect, it, vi } from 'vitest'
import { testStore } from '../stores/store-suite.ts'

testStore('faultyStore without a fault', (options) => faultyStore(memoryStore(options)).store)

// What each operation answers, and the value that it leaves where `old` was.
const OPERATIONS = [
  ['get', 'old', 'old'],
  ['put', undefined, 'new'],
  ['compareAndSwap', true, 'new'],
  ['list', { keys: ['key'] }, 'old'],
  ['delete', undefined, null],
] as const

/** A faulty store that holds `old` under `key`, and what calls each of its operations. */
async function setup(broken: Partial<Store> = {}) {
  const memory = memoryStore()
  await memory.put('key', 'old')
  const { store, faults } = faultyStore({ ...memory, ...broken })
  const run = (operation: StoreOperation, key = 'key'): Promise<unknown> => {
    const calls = {
      get: () => store.get(key),
      put: () => store.put(key, 'new'),
      compareAndSwap: async () => store.compareAndSwap?.(key, 'old', 'new'),
      list: () => store.list(key),
      delete: () => store.delete(key),
    }
    return calls[operation]()
  }
  return { read: () => memory.get('key'), faults, run }
}

/** Whether a promise settles without a release. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const note = vi.fn()
  promise.then(note, note)
  await new Promise((resolve) => setImmediate(resolve))
  return note.mock.calls.length > 0
}

describe.each(OPERATIONS)('a fault of %s', (operation, answer, left) => {
  it.each([
    ['fail', 'old'],
    ['failAfter', left],
  ] as const)('%s throws an error that names it, or the given one', async (kind, value) => {
    const { read, faults, run } = await setup()
    const error = new Error('KV PUT failed: 429 Too Many Requests')
    faults[kind](operation, { times: 1 })
    await expect(run(operation)).rejects.toThrow(`store ${operation} failed: 500`)
    expect(await read()).toBe(value)
    faults[kind](operation, { error })
    await expect(run(operation)).rejects.toBe(error)
  })

  it.each([
    ['hang', 'old'],
    ['answerLate', left],
  ] as const)('%s waits for a release, each time until its end', async (kind, during) => {
    const { read, faults, run } = await setup()
    const fault = faults[kind](operation)
    const call = run(operation)
    expect([await isSettled(call), fault.held, await read()]).toEqual([false, 1, during])
    fault.release()
    expect([await call, fault.held, await read()]).toEqual([answer, 0, left])
    const later = run(operation)
    fault.end()
    expect([await isSettled(later), await isSettled(run(operation))]).toEqual([false, true])
    fault.release()
    await later
  })

  it('answers late with an error of the store too', async () => {
    const error = new Error('the disk is full')
    const { faults, run } = await setup({ [operation]: () => Promise.reject(error) })
    const fault = faults.answerLate(operation)
    const call = run(operation)
    expect(await isSettled(call)).toBe(false)
    fault.release()
    await expect(call).rejects.toBe(error)
  })

  it('strikes as many calls as set, with the prefix, of its operation only', async () => {
    const { faults, run } = await setup()
    const fault = faults.fail(operation, { prefix: 'other/', times: 2 })
    for (const [each] of OPERATIONS) await run(each, each === operation ? 'key' : 'other/key')
    for (let i = 0; i < 2; i++) await expect(run(operation, 'other/key')).rejects.toThrow('500')
    await run(operation, 'other/key')
    expect([fault.struck, faults.count(operation)]).toEqual([2, 4])
  })
})

describe('the faults of a store', () => {
  it('strike in the order they were set, one to a call, until they are ended', async () => {
    const { faults, run } = await setup()
    const first = faults.fail('get', { error: new Error('first'), times: 1 })
    const second = faults.fail('get', { error: new Error('second') })
    await expect(run('get')).rejects.toThrow('first')
    expect([first.struck, second.struck]).toEqual([1, 0])
    for (let i = 0; i < 3; i++) await expect(run('get')).rejects.toThrow('second')
    second.end()
    expect(await run('get')).toBe('old')
  })

  it('are all ended and released by clear', async () => {
    const { faults, run } = await setup()
    faults.fail('put')
    faults.hang('get')
    faults.answerLate('list', { times: 1 })
    const answers = [run('get'), run('list')]
    faults.clear()
    expect(await Promise.all(answers)).toEqual(['old', { keys: ['key'] }])
    await run('put')
    expect(await run('get')).toBe('new')
  })

  it('leave the rest of the store and the options of a call as they are', async () => {
    const { compareAndSwap, ...plain } = memoryStore()
    expect(faultyStore(plain).store.compareAndSwap).toBeUndefined()
    const [forget, get, put, list] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()]
    const { store } = faultyStore({ ...plain, forget, get, put, list })
    await store.get('key', { fresh: true })
    await store.put('key', 'value', { ttlSeconds: 60, wakeAt: 5 })
    await store.list('key', { cursor: 'a', limit: 3 })
    expect(store.forget).toBe(forget)
    expect(get).toHaveBeenCalledWith('key', { fresh: true })
    expect(put).toHaveBeenCalledWith('key', 'value', { ttlSeconds: 60, wakeAt: 5 })
    expect(list).toHaveBeenCalledWith('key', { cursor: 'a', limit: 3 })
  })
})
