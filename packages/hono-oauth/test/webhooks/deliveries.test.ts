import { describe, expect, it, vi } from 'vitest'
import type { PutOptions, Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { Deliveries } from '../../src/webhooks/deliveries.ts'
import { deferred } from '../rig/gate.ts'

const HOURS_49 = 49 * 3600

/** A handler that counts, and fails as often as it is told to. */
function handler(failures = 0) {
  const seen = { calls: 0 }
  const handle = async () => {
    seen.calls++
    if (seen.calls <= failures) throw new Error(`failure ${seen.calls}`)
  }
  return { seen, handle }
}
/** A store that cannot compare and swap, and whose reads miss every write. */
function lateStore({ compareAndSwap: _none, ...store }: Store): Store {
  return { ...store, get: async () => null }
}
const codeOf = (error: { code?: string }) => error.code
const keysOf = async (store: Store) => (await store.list('')).keys

describe('an event', () => {
  it.each<[string, (store: Store) => Deliveries[]]>([
    ['twelve times', (store) => Array(12).fill(new Deliveries(store))],
    ['to two isolates over one storage', (store) => [new Deliveries(store), new Deliveries(store)]],
    ['to an isolate whose store is late', (store) => Array(2).fill(new Deliveries(lateStore(store)))],
  ])('is handled once when it comes %s', async (_how, receivers) => {
    const { seen, handle } = handler()
    const handled = []
    for (const each of receivers(memoryStore())) handled.push(await each.once('p', 'event', handle))
    expect(handled).toEqual(handled.map((_, index) => index === 0))
    expect(seen.calls).toBe(1)
  })

  it.each([1, 2])('is handled once when it comes twelve times at once to %i isolates', async (count) => {
    const { seen, handle } = handler()
    const store = memoryStore()
    const isolates = Array.from({ length: count }, () => new Deliveries(store))
    const all = Array.from({ length: 12 }, (_, index) =>
      isolates[index % count]?.once('p', 'event', handle).catch(codeOf),
    )
    const outcomes = await Promise.all(all)
    // The provider delivers the event again to the others.
    expect(outcomes.filter((each) => each === true)).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set([true, 'temporarily_unavailable']))
    expect(seen.calls).toBe(1)
  })

  it.each([
    ['another event', 'p', 'other'],
    ['another provider', 'q', 'event'],
  ])('does not prevent %s', async (_name, provider, id) => {
    const { seen, handle } = handler()
    const deliveries = new Deliveries(memoryStore())
    await deliveries.once('p', 'event', handle)
    expect(await deliveries.once(provider, id, handle)).toBe(true)
    expect(seen.calls).toBe(2)
  })

  it('is remembered for 49 hours once it was handled', async () => {
    let now = 1_790_000_000_000
    const inner = memoryStore({ now: () => now })
    const log: unknown[] = []
    const store: Store = {
      ...inner,
      put(key, value, options?: PutOptions) {
        log.push([key, value, options])
        return inner.put(key, value, options)
      },
      async compareAndSwap(key, expected, value, options) {
        log.push([key, expected, options])
        return inner.compareAndSwap?.(key, expected, value, options) ?? false
      },
    }
    await new Deliveries(store).once('p', 'event', async () => void log.push('handled'))
    const key = 'webhooks/p/event'
    expect(log).toEqual([[key, null, { ttlSeconds: 300 }], 'handled', [key, '1', { ttlSeconds: HOURS_49 }]])
    const { seen, handle } = handler()
    now += HOURS_49 * 1000 - 1
    expect(await new Deliveries(store).once('p', 'event', handle)).toBe(false)
    now += 1
    expect(await new Deliveries(store).once('p', 'event', handle)).toBe(true)
    expect(seen.calls).toBe(1)
  })

  it('is remembered by an isolate among the latest thousand', async () => {
    const { seen, handle } = handler()
    const deliveries = new Deliveries(lateStore(memoryStore()))
    for (let id = 0; id <= 1000; id++) await deliveries.once('p', String(id), handle)
    expect(seen.calls).toBe(1001)
    for (const id of ['1', '1000']) expect(await deliveries.once('p', id, handle)).toBe(false)
    expect(await deliveries.once('p', '0', handle)).toBe(true)
  })
})

describe('an event whose handling fails', () => {
  it('is handled when it comes again, in this isolate and in others', async () => {
    const { seen, handle } = handler(2)
    const store = memoryStore()
    const deliveries = new Deliveries(store)
    await expect(deliveries.once('p', 'event', handle)).rejects.toThrow('failure 1')
    await expect(new Deliveries(store).once('p', 'event', handle)).rejects.toThrow('failure 2')
    expect(await store.get('webhooks/p/event')).toBe('free')
    expect(await deliveries.once('p', 'event', handle)).toBe(true)
    expect(await deliveries.once('p', 'event', handle)).toBe(false)
    expect(seen.calls).toBe(3)
  })

  it.each(['its isolate', 'another isolate'])(
    'is wanted again from %s while it is handled, and so not lost',
    async (where) => {
      const store = memoryStore()
      const first = new Deliveries(store)
      const second = where === 'its isolate' ? first : new Deliveries(store)
      const [begun, failing] = [deferred(), deferred()]
      const failed = first.once('p', 'event', async () => {
        begun.resolve()
        await failing.promise
        throw new Error('late')
      })
      await begun.promise
      const { seen, handle } = handler()
      await expect(second.once('p', 'event', handle)).rejects.toMatchObject({
        code: 'temporarily_unavailable',
        status: 503,
      })
      failing.resolve()
      await expect(failed).rejects.toThrow('late')
      expect(await second.once('p', 'event', handle)).toBe(true)
      expect(seen.calls).toBe(1)
    },
  )

  it('by the death of its isolate is handled once its claim has ended', async () => {
    let now = 1_790_000_000_000
    const store = memoryStore({ now: () => now })
    void new Deliveries(store).once('p', 'event', () => new Promise(() => undefined))
    const { seen, handle } = handler()
    const other = new Deliveries(store)
    await vi.waitFor(async () => expect(await keysOf(store)).toHaveLength(1))
    await expect(other.once('p', 'event', handle)).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    now += 300_000
    expect(await other.once('p', 'event', handle)).toBe(true)
    expect(seen.calls).toBe(1)
  })
})

it.each(['compareAndSwap', 'get'] as const)(
  'an event whose store fails at %s is not handled before it comes again',
  async (operation) => {
    const { compareAndSwap, ...late } = memoryStore()
    const inner: Store = operation === 'get' ? late : { ...late, ...(compareAndSwap && { compareAndSwap }) }
    let isBroken = true
    const run = inner[operation] as (...args: unknown[]) => Promise<unknown>
    const fail = async (...args: unknown[]) => {
      if (isBroken) throw new Error(`the store cannot ${operation}`)
      return run(...args)
    }
    const deliveries = new Deliveries({ ...inner, [operation]: fail })
    const { seen, handle } = handler()
    await expect(deliveries.once('p', 'event', handle)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(seen.calls).toBe(0)
    isBroken = false
    expect(await deliveries.once('p', 'event', handle)).toBe(true)
  },
)

it('an event that was handled and could not be marked is not handled again by this isolate', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const deliveries = new Deliveries({ ...memoryStore(), put: () => Promise.reject(new Error('the store cannot put')) })
  const { seen, handle } = handler()
  expect([await deliveries.once('p', 'event', handle), await deliveries.once('p', 'event', handle)]).toEqual([
    true,
    false,
  ])
  expect([seen.calls, logged.mock.calls.length]).toEqual([1, 1])
  logged.mockRestore()
})
