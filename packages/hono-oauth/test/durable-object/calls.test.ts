import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { objectName, pack, unpack } from '../../src/durable-object/wire.ts'
import { ERROR_KINDS, OAuthError, type OAuthErrorCode } from '../../src/errors.ts'
import { refusal } from '../protocol/refusal.ts'
import { SCRIPT } from '../rig/constants.ts'
import { expectRefusal } from '../rig/oracles.ts'
import { type Fault, runtimeError, watchNamespace } from '../rig/watched-namespace.ts'
import { setup } from './setup.ts'

const KEY_OF_ADA = 'connections/p/ada'
const MOVED = { retryable: true }
const UNAVAILABLE = { code: 'store_unavailable', status: 503, retryAfterSeconds: 5 }

/** A store over objects that all answer at once with what is asked for. */
function answering() {
  const answer = async () => ({ value: 'value' })
  const calls = watchNamespace({ idFromName: (name) => name, get: () => ({ storage: answer, connections: answer }) })
  return { calls, store: durableObjectStore(calls.namespace) }
}

describe('a call to an object', () => {
  beforeEach(() => {
    vi.useFakeTimers()
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
    await vi.runAllTimersAsync()
    return ended
  }

  const never: Fault = () => new Promise(() => undefined)
  const again = (count: number, afterMs: number) =>
    [
      { value: 'value', afterMs },
      { calls: count + 1, stubs: count + 1, onBroken: 0 },
    ] as const
  const unavailable = (stubs: number, afterMs?: number) =>
    [{ error: UNAVAILABLE, ...(afterMs && { afterMs }) }, { stubs }] as const
  it.each([
    ['is made again with a new stub, after a pause', [MOVED], [], ...again(1, 100)],
    ['is made again twice, if that may help', [MOVED, MOVED], [], ...again(2, 100 + 200)],
    ['fails for good with what goes on failing', Array(10).fill(MOVED), [], ...unavailable(3)],
    ['fails for good with an overload', [{ overloaded: true }], [], ...unavailable(1)],
    ['fails for good with a retryable overload', [{ overloaded: true, retryable: true }], [], ...unavailable(1)],
    ['fails for good with what is not retryable', [{ retryable: false }], [], ...unavailable(1)],
    ['fails for good with anything else', [{}], [], ...unavailable(1)],
    ['that is never answered is given up after ten seconds', [], [never], ...unavailable(1, 10_000)],
    ['that is never answered after a failure is, too', [MOVED], [never], ...unavailable(2, 10_000)],
  ])('%s', async (_title, strikes, faults, expected, counts) => {
    const { calls, store } = answering()
    calls.strike(strikes)
    calls.faults.push(...faults)
    expect(await outcome(store.get(KEY_OF_ADA))).toMatchObject(expected)
    expect(calls.calls()).toMatchObject(counts)
  })

  it.each([
    ['get', 2],
    ['put', 2],
    ['list', 2],
    ['delete', 2],
    ['compareAndSwap', 1],
  ] as const)('is made again only if it may be made twice: %s', async (name, stubs) => {
    const { calls, store } = answering()
    calls.faults.push(async (work) => {
      await work()
      throw runtimeError(MOVED)
    })
    const run = store[name] as (...args: unknown[]) => Promise<unknown>
    expect('error' in (await outcome(run(KEY_OF_ADA, null, 'value')))).toBe(stubs === 1)
    expect(calls.calls()).toMatchObject({ stubs })
  })

  it('fails as unavailable without a stub, and is refused without a binding', async () => {
    const get = () => {
      throw new Error('no stub')
    }
    const store = durableObjectStore({ idFromName: () => 'id', get })
    const cause = { message: 'no stub' }
    expect(await outcome(store.get(KEY_OF_ADA))).toMatchObject({ error: { ...UNAVAILABLE, cause } })
    expect(() => durableObjectStore(undefined as never)).toThrow('Durable Object namespace')
  })
})

describe('the object of a key', () => {
  it.each([
    ['connections/webflow/ada', 'owners/ada'],
    ['connections/wix/ada', 'owners/ada'],
    ['connections/webflow/bea', 'owners/bea'],
    ['grants/webflow/digest', 'grants/webflow/digest'],
    ['grants/webflow/digest/webflow.ada', 'grants/webflow/digest'],
    ['grants/webflow/digest/', 'grants/webflow/digest'],
    ['webhooks/wix/event', 'webhooks/wix/event'],
  ])('%s is %s', (key, name) => expect(objectName(key)).toBe(name))

  it('is one for one owner at several providers', async () => {
    const { connect, place, keys } = await setup()
    await connect()
    await connect('user-1001', 'ex-object-2')
    expect([...place.objects.objects.keys()]).toHaveLength(1)
    expect(keys()).toHaveLength(2)
  })
})

describe('an error inside an object', () => {
  const CODES = Object.keys(ERROR_KINDS) as OAuthErrorCode[]

  it.each(CODES)('arrives as what it is: %s', async (code) => {
    const thrown = new OAuthError(code, {
      detail: 'Something happened.',
      retryAfterSeconds: 7,
      missingScopes: ['b', 'c'],
      cause: new TypeError('the reason'),
    })
    const packed = structuredClone(await pack(() => Promise.reject(thrown)))
    const error = await refusal(() => unpack(packed))
    const { message, status, title, advice, retryAfterSeconds, missingScopes } = thrown
    const same = { code, message, status, title, advice, retryAfterSeconds, missingScopes }
    expect(error).toMatchObject({ ...same, cause: { message: 'TypeError: the reason' } })
    expect(JSON.stringify(error)).toBe(JSON.stringify(thrown))
  })

  it('of another kind is hidden from a program and a person, and is the cause in a log', async () => {
    const { connect, place, browser, rig } = await setup()
    await connect()
    for (const headers of [SCRIPT, { accept: 'text/html', 'sec-fetch-mode': 'navigate' }]) {
      place.calls.faults.push(() => Promise.reject(runtimeError({}, 'word-of-the-object')))
      const answer = await browser.request('/u/use/ex-object', { headers })
      await expectRefusal(answer, 503, 'store_unavailable')
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(JSON.stringify(rig.answers)).not.toContain('word-of-the-object')
    expect((await place.ran()).errors.join()).toContain('word-of-the-object')
    await rig.dispose()
  })
})
