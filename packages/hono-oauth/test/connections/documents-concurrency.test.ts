import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import type { Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { adding, NOW, owner, plainStore, record, ring } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const PATIENCE_MS = 10_000
const grantsIn = async (documents: ConnectionDocuments) =>
  (await documents.read(ADDRESS)).connections.map(({ grantId }) => grantId).sort()

function deferred() {
  let resolve: () => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<void>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

/**
 * Holds the first two operations until the test lets them happen, in the order it likes. One that
 * comes only after the other was let through finds its decision made.
 */
class Gate {
  readonly #decided = [deferred(), deferred()]
  #arrivals = 0

  constructor() {
    // A decision that nobody waits for yet is no unhandled rejection.
    for (const { promise } of this.#decided) promise.catch(() => undefined)
  }

  async pass<T>(operation: () => Promise<T>): Promise<T> {
    await this.#decided[this.#arrivals++]?.promise
    return operation()
  }

  /** Waits for both; who puts them in a line never brings the second before the first is through. */
  async bothHere(): Promise<void> {
    for (let turn = 0; turn < 2000 && this.#arrivals < 2; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async open(index: number): Promise<void> {
    this.#decided[index]?.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }

  async fail(index: number): Promise<void> {
    this.#decided[index]?.reject(new Error('the store is down'))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function gated({ gets = false, puts = false }) {
  const inner = plainStore()
  const gate = { gets: new Gate(), puts: new Gate() }
  const store: Store = {
    ...inner,
    get: (key) => (gets ? gate.gets.pass(() => inner.get(key)) : inner.get(key)),
    put: (key, value, options) => {
      const put = () => inner.put(key, value, options)
      return puts ? gate.puts.pass(put) : put()
    },
  }
  const clock = { now: NOW }
  const documents = new ConnectionDocuments(store, ring, () => clock.now)
  /** What everybody else reads: the store alone, with no memory of what was written. */
  const others = () => grantsIn(new ConnectionDocuments(inner, ring, () => clock.now))
  return { documents, others, clock, gets: gate.gets, puts: gate.puts }
}

/** Two changes, both of them on their way to the store. */
async function twoWrites() {
  const made = gated({ puts: true })
  const { documents, puts } = made
  const first = documents.update(ADDRESS, adding(record('one')))
  const second = documents.update(ADDRESS, adding(record('two')))
  const settled = Promise.allSettled([first, second])
  await puts.bothHere()
  const outcomes = async () => (await settled).map(({ status }) => status)
  return { ...made, outcomes }
}

describe('two changes at the same time, in a store that cannot compare', () => {
  it.each([
    ['the first read first', [0, 1]],
    ['the second read first', [1, 0]],
  ])('keep each other when both read before either writes: %s', async (_name, order) => {
    const { documents, others, gets } = gated({ gets: true })
    const changes = ['one', 'two'].map((id) => documents.update(ADDRESS, adding(record(id))))
    await gets.bothHere()
    for (const index of order) await gets.open(index)
    await Promise.all(changes)
    expect(await others()).toEqual(['one', 'two'])
  })

  it.each([
    ['in order', [0, 1]],
    ['the later one first', [1, 0]],
  ])('keep each other however the store finishes them: %s', async (_name, order) => {
    const { documents, others, clock, puts, outcomes } = await twoWrites()
    for (const index of order) await puts.open(index)
    expect(await outcomes()).toEqual(['fulfilled', 'fulfilled'])
    expect(await grantsIn(documents)).toEqual(['one', 'two'])
    clock.now += 3600
    expect(await others()).toEqual(['one', 'two'])
  })

  it('keep each other, all of them, every time', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    for (let round = 0; round < 60; round++) {
      const { documents, others } = gated({})
      await Promise.all(ids.map((id) => documents.update(ADDRESS, adding(record(id)))))
      expect(await others()).toEqual(ids)
    }
  })

  it.each([
    ['in order', [0, 1]],
    ['the later one first', [1, 0]],
  ])('leave nothing behind when the store fails both: %s', async (_name, order) => {
    const { documents, others, puts, outcomes } = await twoWrites()
    for (const index of order) await puts.fail(index)
    expect(await outcomes()).toEqual(['rejected', 'rejected'])
    expect(await others()).toEqual([])
    expect(await grantsIn(documents)).toEqual([])
  })

  it('lose no other than the one that the store fails', async () => {
    const { documents, others, puts, outcomes } = await twoWrites()
    await puts.open(0)
    await puts.fail(1)
    const statuses = await outcomes()
    expect(statuses.toSorted()).toEqual(['fulfilled', 'rejected'])
    const kept = ['one', 'two'].filter((_id, index) => statuses[index] === 'fulfilled')
    expect(await others()).toEqual(expect.arrayContaining(kept))
    expect(await grantsIn(documents)).toEqual(await others())
  })
})

describe('a change that never ends', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** The first read never ends, as in workerd, where nothing of a cancelled request settles. */
  function withCancelled() {
    const inner = plainStore()
    const second = deferred()
    const seen = { reads: 0 }
    const get = async (key: string) => {
      const read = seen.reads++
      if (read === 0) await new Promise(() => undefined)
      if (read === 1) await second.promise
      return inner.get(key)
    }
    const documents = new ConnectionDocuments({ ...inner, get }, ring, () => NOW)
    documents.update(ADDRESS, adding(record('cancelled'))).catch(() => undefined)
    const others = () => grantsIn(new ConnectionDocuments(inner, ring, () => NOW))
    return { documents, others, seen, second }
  }

  it('holds the next one up for a while and no longer', async () => {
    const { documents, others, seen, second } = withCancelled()
    second.resolve()
    const next = documents.update(ADDRESS, adding(record('one')))
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1)
    expect(seen.reads).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await next
    expect(await others()).toEqual(['one'])
  })

  it('does not let those that wait for it lose each other', async () => {
    const { documents, others, seen, second } = withCancelled()
    const next = ['one', 'two'].map((id) => documents.update(ADDRESS, adding(record(id))))
    await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1)
    // The second change has just begun: the third has to wait for it.
    expect(seen.reads).toBe(2)
    second.resolve()
    await Promise.all(next)
    expect(await others()).toEqual(['one', 'two'])
  })
})

describe('a store that is late', () => {
  /** Reads see a write only a minute after it happened. */
  function stale() {
    const clock = { now: NOW }
    const writes = new Map<string, { at: number; value: string }[]>()
    const store: Store = {
      ...plainStore(),
      async get(key) {
        const seen = writes.get(key)?.filter(({ at }) => at + 60 <= clock.now)
        return seen?.at(-1)?.value ?? null
      },
      async put(key, value) {
        writes.set(key, [...(writes.get(key) ?? []), { at: clock.now, value }])
      },
    }
    return { clock, documents: new ConnectionDocuments(store, ring, () => clock.now) }
  }

  it('does not hide our own writes from us', async () => {
    const { clock, documents } = stale()
    await documents.update(ADDRESS, adding(record('one')))
    for (const wait of [0, 1, 29, 29, 1, 1, 600]) {
      clock.now += wait
      expect(await grantsIn(documents)).toEqual(['one'])
    }
  })

  it('does not lose one of several writes within the minute', async () => {
    const { clock, documents } = stale()
    for (const id of ['a', 'b', 'c', 'd']) {
      await documents.update(ADDRESS, adding(record(id)))
      clock.now += 25
    }
    expect(await grantsIn(documents)).toEqual(['a', 'b', 'c', 'd'])
    clock.now += 600
    expect(await grantsIn(documents)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('does not bring back what was removed', async () => {
    const { clock, documents } = stale()
    await documents.update(ADDRESS, adding(record('one')))
    clock.now += 600
    await documents.update(ADDRESS, () => ({ connections: [], result: undefined }))
    for (const wait of [0, 1, 29, 29, 1, 1, 600]) {
      clock.now += wait
      expect(await grantsIn(documents)).toEqual([])
    }
  })

  it('is believed when it has something newer than what we wrote', async () => {
    const store = memoryStore()
    const [here, there] = [0, 1].map(() => new ConnectionDocuments(store, ring, () => NOW))
    await here?.update(ADDRESS, adding(record('one')))
    await there?.update(ADDRESS, adding(record('two')))
    expect(here && (await grantsIn(here))).toEqual(['one', 'two'])
    await there?.update(ADDRESS, () => ({ connections: [], result: undefined }))
    expect(here && (await grantsIn(here))).toEqual([])
  })
})
