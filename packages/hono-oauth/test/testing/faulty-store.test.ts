import type { Store } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { faultyStore, type StoreOperation } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { testStore } from '../stores/store-suite.ts'

testStore('faultyStore without a fault', (options) => faultyStore(memoryStore(options)).store)

const OPERATIONS = ['get', 'put', 'compareAndSwap', 'list', 'delete'] as const
const WRITES = ['put', 'compareAndSwap', 'delete'] as const

/** A faulty store that holds `old` under `key`, and what calls each of its operations. */
async function setup() {
  const inner = memoryStore()
  await inner.put('key', 'old')
  const { store, faults } = faultyStore(inner)
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
  return { inner, store, faults, run }
}

const ANSWERS = { get: 'old', put: undefined, compareAndSwap: true, list: ['key'] }
const answerOf = (operation: StoreOperation) =>
  operation === 'delete' ? undefined : ANSWERS[operation]
const leftBy = (operation: StoreOperation) =>
  ({ get: 'old', list: 'old', put: 'new', compareAndSwap: 'new', delete: null })[operation]

/** Whether a promise has settled once everything that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = () => {
    settled = true
  }
  promise.then(note, note)
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

describe.each(OPERATIONS)('a fault of %s', (operation) => {
  it('fails without doing anything, with an error that names it', async () => {
    const { inner, faults, run } = await setup()
    faults.fail(operation)
    await expect(run(operation)).rejects.toThrow(`store ${operation} failed: 500`)
    expect(await inner.get('key')).toBe('old')
  })

  it('fails with the error of choice', async () => {
    const { faults, run } = await setup()
    const error = new Error('KV PUT failed: 429 Too Many Requests')
    faults.fail(operation, { error })
    await expect(run(operation)).rejects.toBe(error)
  })

  it('fails after it was done', async () => {
    const { inner, faults, run } = await setup()
    const error = new Error('Network connection lost.')
    faults.failAfter(operation, { error })
    await expect(run(operation)).rejects.toBe(error)
    expect(await inner.get('key')).toBe(leftBy(operation))
  })

  it('hangs until it is released, and is done then', async () => {
    const { inner, faults, run } = await setup()
    const fault = faults.hang(operation)
    const answer = run(operation)
    expect(await isSettled(answer)).toBe(false)
    expect(fault.held).toBe(1)
    expect(await inner.get('key')).toBe('old')
    fault.release()
    expect(await answer).toEqual(answerOf(operation))
    expect(fault.held).toBe(0)
    expect(await inner.get('key')).toBe(leftBy(operation))
  })

  it('is done at once, and answered late', async () => {
    const { inner, faults, run } = await setup()
    const fault = faults.answerLate(operation)
    const answer = run(operation)
    expect(await isSettled(answer)).toBe(false)
    expect(await inner.get('key')).toBe(leftBy(operation))
    fault.release()
    expect(await answer).toEqual(answerOf(operation))
  })

  it('strikes the next calls, as many as were asked for', async () => {
    const { faults, run } = await setup()
    const fault = faults.fail(operation, { times: 2 })
    await expect(run(operation)).rejects.toThrow()
    await expect(run(operation)).rejects.toThrow()
    expect(await run(operation)).toEqual(answerOf(operation))
    expect(fault.struck).toBe(2)
    expect(faults.count(operation)).toBe(3)
  })

  it('strikes until it is ended', async () => {
    const { faults, run } = await setup()
    const fault = faults.fail(operation)
    for (let i = 0; i < 10; i++) await expect(run(operation)).rejects.toThrow()
    fault.end()
    expect(await run(operation)).toEqual(answerOf(operation))
    expect(fault.struck).toBe(10)
  })

  it('strikes only where the key begins as asked for', async () => {
    const { faults, run } = await setup()
    const fault = faults.fail(operation, { prefix: 'other/', times: 1 })
    expect(await run(operation)).toEqual(answerOf(operation))
    await expect(run(operation, 'other/key')).rejects.toThrow()
    expect(fault.struck).toBe(1)
  })

  it('strikes no other operation', async () => {
    const { faults, run } = await setup()
    faults.fail(operation)
    for (const other of OPERATIONS.filter((each) => each !== operation)) await run(other)
  })
})

describe('the faults of a store', () => {
  it.each(WRITES)('let an answer be late that is an error: %s', async (operation) => {
    const error = new Error('the disk is full')
    const fail = () => Promise.reject(error)
    const broken = { ...memoryStore(), put: fail, compareAndSwap: fail, delete: fail }
    const { store, faults } = faultyStore(broken)
    const fault = faults.answerLate(operation)
    const runs = {
      put: () => store.put('key', 'value'),
      compareAndSwap: async () => store.compareAndSwap?.('key', null, 'value'),
      delete: () => store.delete('key'),
    }
    const answer = runs[operation]()
    expect(await isSettled(answer)).toBe(false)
    fault.release()
    await expect(answer).rejects.toBe(error)
  })

  it('strike in the order they were set, one to a call', async () => {
    const { faults, run } = await setup()
    const first = faults.fail('get', { error: new Error('first'), times: 1 })
    const second = faults.fail('get', { error: new Error('second'), times: 1 })
    await expect(run('get')).rejects.toThrow('first')
    expect([first.struck, second.struck]).toEqual([1, 0])
    await expect(run('get')).rejects.toThrow('second')
    expect(await run('get')).toBe('old')
  })

  it('hold later calls again after a release, unless they were ended', async () => {
    const { faults, run } = await setup()
    const fault = faults.hang('get')
    const first = run('get')
    fault.release()
    await first
    const second = run('get')
    expect(await isSettled(second)).toBe(false)
    fault.end()
    expect(await isSettled(second)).toBe(false)
    expect(await run('get')).toBe('old')
    fault.release()
    expect(await second).toBe('old')
  })

  it('are all cleared at once', async () => {
    const { faults, run } = await setup()
    const held = [faults.hang('get'), faults.answerLate('list', { times: 1 })]
    faults.fail('put')
    const answers = [run('get'), run('list')]
    expect(held.map((fault) => fault.held)).toEqual([1, 1])
    faults.clear()
    expect(await Promise.all(answers)).toEqual(['old', ['key']])
    await run('put')
    expect(await run('get')).toBe('new')
  })

  it('count each operation, whatever becomes of it', async () => {
    const { faults, run } = await setup()
    faults.hang('get')
    void run('get')
    await run('put')
    expect(OPERATIONS.map((operation) => faults.count(operation))).toEqual([1, 1, 0, 0, 0])
  })

  it('leave the rest of the store as it is', () => {
    const forget = async () => {}
    const inner = { ...memoryStore(), forget }
    expect(faultyStore(inner).store.forget).toBe(forget)
    expect(faultyStore(inner).store.guarantees).toBe(inner.guarantees)
    const { compareAndSwap, ...plain } = memoryStore()
    expect(faultyStore(plain as Store).store.compareAndSwap).toBeUndefined()
  })

  it('hand on what the caller says', async () => {
    const calls: unknown[][] = []
    const get: Store['get'] = async (...args) => {
      calls.push(args)
      return null
    }
    const put: Store['put'] = async (...args) => void calls.push(args)
    const { store } = faultyStore({ ...memoryStore(), get, put })
    await store.get('key', { fresh: true })
    await store.put('key', 'value', { ttlSeconds: 60, wakeAt: 5 })
    expect(calls).toEqual([
      ['key', { fresh: true }],
      ['key', 'value', { ttlSeconds: 60, wakeAt: 5 }],
    ])
  })
})
