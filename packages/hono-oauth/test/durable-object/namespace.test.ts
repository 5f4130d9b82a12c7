import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ObjectNamespaceLike } from '../../src/durable-object/namespace.ts'
import { durableObjectStore } from '../../src/durable-object/store.ts'
import { refusal } from '../protocol/refusal.ts'
import { runtimeError } from './fake-namespace.ts'
import { START, setup } from './setup.ts'

const KEY = 'connections/p/ada'
const MOVED = { retryable: true }

beforeEach(() => {
  vi.useFakeTimers({ now: START * 1000 })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** What a call comes to, and after how many milliseconds. */
async function outcome(work: Promise<unknown>) {
  const startedAt = Date.now()
  const ended = work.then(
    (value) => ({ value, afterMs: Date.now() - startedAt }),
    (error: unknown) => ({ error, afterMs: Date.now() - startedAt }),
  )
  // Nothing on the way waits for anything but timers: the work of the fake is done at once.
  await vi.runAllTimersAsync()
  return ended
}

const UNAVAILABLE = { code: 'store_unavailable', status: 503, retryAfterSeconds: 5 }

describe('a call that the runtime says may be made again', () => {
  it.each([
    [1, 100],
    [2, 100 + 200],
  ])('is made again with a new stub, after a pause: %d failures', async (failures, afterMs) => {
    const { namespace, store, object } = setup()
    await store.put(KEY, 'value')
    namespace.stubs = 0
    namespace.fail(runtimeError(MOVED), failures)
    expect(await outcome(store.get(KEY))).toEqual({ value: 'value', afterMs })
    expect(namespace.stubs).toBe(failures + 1)
    expect(object.calls).toEqual(['put', 'get'])
  })

  it('is made three times at most', async () => {
    const { namespace, store, object } = setup()
    const cause = runtimeError(MOVED)
    namespace.fail(cause, 10)
    const { error } = (await outcome(store.get(KEY))) as { error: Error }
    expect(error).toMatchObject({ ...UNAVAILABLE, cause })
    expect(namespace.stubs).toBe(3)
    expect(object.calls).toEqual([])
  })
})

describe('a call that fails for good', () => {
  it.each([
    ['an overload', { overloaded: true }],
    ['an overload, though retryable', { overloaded: true, retryable: true }],
    ['what is not retryable', { retryable: false }],
    ['anything else', {}],
  ])('is not made again: %s', async (_what, verdict) => {
    const { namespace, store } = setup()
    const cause = runtimeError(verdict)
    namespace.fail(cause)
    const { error, afterMs } = (await outcome(store.get(KEY))) as { error: Error; afterMs: number }
    expect(error).toMatchObject({ ...UNAVAILABLE, cause })
    expect([namespace.stubs, afterMs]).toEqual([1, 0])
  })

  it.each(['the stub', 'the id'])('is told so where there is no stub: %s', async (what) => {
    const fail = () => {
      throw new Error(`no ${what}`)
    }
    const namespace: ObjectNamespaceLike = {
      idFromName: what === 'the id' ? fail : () => 'id',
      get: fail,
    }
    const { error } = (await outcome(durableObjectStore(namespace).get(KEY))) as { error: Error }
    expect(error).toMatchObject({ ...UNAVAILABLE, cause: { message: `no ${what}` } })
  })
})

describe('a call that is never answered', () => {
  it.each([
    ['an entry', 10_000],
    ['a connection', 40_000],
  ])('is given up, and not made again: %s', async (what, patienceMs) => {
    const { namespace, store, connect } = setup()
    namespace.hang()
    const work = what === 'an entry' ? store.get(KEY) : connect('one')
    expect(await outcome(work)).toMatchObject({ error: UNAVAILABLE, afterMs: patienceMs })
    expect(namespace.stubs).toBe(1)
  })

  it('is given up in the time of all tries together', async () => {
    const { namespace, store } = setup()
    namespace.fail(runtimeError(MOVED))
    namespace.hang()
    expect(await outcome(store.get(KEY))).toMatchObject({ error: UNAVAILABLE, afterMs: 10_000 })
    expect(namespace.stubs).toBe(2)
  })
})

it.each([undefined, null])(
  'durableObjectStore is not made without a binding: %s',
  async (binding) => {
    const error = await refusal(() => durableObjectStore(binding as never))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^store has no Durable Object namespace\b.*[^.]\.$/)
  },
)
