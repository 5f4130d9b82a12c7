import { describe, expect, it } from 'vitest'
import type { PutOptions, Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { Deliveries } from '../../src/webhooks/deliveries.ts'

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
const keysOf = async (store: Store) => (await store.list('')).keys

describe('an event', () => {
  it.each<[string, (store: Store) => Deliveries[]]>([
    ['twelve times', (store) => Array(12).fill(new Deliveries(store))],
    ['to two isolates over one storage', (store) => [new Deliveries(store), new Deliveries(store)]],
    [
      'to an isolate whose store is late',
      (store) => Array(2).fill(new Deliveries({ ...store, get: async () => null })),
    ],
  ])('is handled once when it comes %s', async (_how, receivers) => {
    const { seen, handle } = handler()
    const handled = []
    for (const each of receivers(memoryStore())) handled.push(await each.once('p', 'event', handle))
    expect(handled).toEqual(handled.map((_, index) => index === 0))
    expect(seen.calls).toBe(1)
  })

  it('is handled once when it comes twelve times at once', async () => {
    const { seen, handle } = handler()
    const deliveries = new Deliveries(memoryStore())
    const all = Array.from({ length: 12 }, () => deliveries.once('p', 'event', handle))
    expect((await Promise.all(all)).filter(Boolean)).toEqual([true])
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
        log.push([key, options])
        return inner.put(key, value, options)
      },
    }
    await new Deliveries(store).once('p', 'event', async () => void log.push('handled'))
    expect(log).toEqual(['handled', ['webhooks/p/event', { ttlSeconds: HOURS_49 }]])
    const { seen, handle } = handler()
    now += HOURS_49 * 1000 - 1
    expect(await new Deliveries(store).once('p', 'event', handle)).toBe(false)
    now += 1
    expect(await new Deliveries(store).once('p', 'event', handle)).toBe(true)
    expect(seen.calls).toBe(1)
  })

  it('is remembered by an isolate among the latest thousand', async () => {
    const { seen, handle } = handler()
    const deliveries = new Deliveries({ ...memoryStore(), get: async () => null })
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
    expect(await keysOf(store)).toEqual([])
    await expect(new Deliveries(store).once('p', 'event', handle)).rejects.toThrow('failure 2')
    expect(await keysOf(store)).toEqual([])
    expect(await deliveries.once('p', 'event', handle)).toBe(true)
    expect(await deliveries.once('p', 'event', handle)).toBe(false)
    expect(seen.calls).toBe(3)
  })

  it('keeps other deliveries of it away until its handler has failed', async () => {
    const deliveries = new Deliveries(memoryStore())
    let fail = () => {}
    const failing = new Promise<void>((_resolve, reject) => {
      fail = () => reject(new Error('late'))
    })
    const first = deliveries.once('p', 'event', () => failing).catch((error: Error) => error)
    const { seen, handle } = handler()
    expect(await deliveries.once('p', 'event', handle)).toBe(false)
    fail()
    expect(await first).toEqual(new Error('late'))
    expect(await deliveries.once('p', 'event', handle)).toBe(true)
    expect(seen.calls).toBe(1)
  })
})

it.each([
  ['get', 0],
  ['put', 1],
] as const)('an event while the store fails at %s is handled when it comes again', async (operation, calls) => {
  const inner = memoryStore()
  let isBroken = true
  const fail = async (...args: [string, string]) => {
    if (isBroken) throw new Error(`the store cannot ${operation}`)
    return operation === 'get' ? inner.get(args[0]) : inner.put(...args)
  }
  const deliveries = new Deliveries({ ...inner, [operation]: fail })
  const { seen, handle } = handler()
  await expect(deliveries.once('p', 'event', handle)).rejects.toMatchObject({
    code: 'store_unavailable',
    cause: { message: expect.stringContaining(operation) },
  })
  expect(seen.calls).toBe(calls)
  isBroken = false
  expect(await deliveries.once('p', 'event', handle)).toBe(true)
  expect(seen.calls).toBe(calls + 1)
})
