import { describe, expect, it, vi } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import type { Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import { adding, NOW, owner, plainStore, record, recordingStore, ring } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const KEY = `connections/p/${owner.key}`
const documentsOver = (store: Store) => new ConnectionDocuments(store, ring, () => NOW)
const idsIn = async (documents: ConnectionDocuments) =>
  (await documents.read(ADDRESS)).connections.map(({ grantId }) => grantId)

/** A store in which another isolate writes before each of the first so many swaps. */
function contended(times: number) {
  const inner = memoryStore()
  const others = documentsOver(inner)
  const seen = { swaps: 0 }
  const store: Store = {
    ...inner,
    async compareAndSwap(...args) {
      const count = seen.swaps++
      if (count < times) await others.update(ADDRESS, adding(record(`other-${count}`)))
      return inner.compareAndSwap?.(...args) ?? false
    },
  }
  return { documents: documentsOver(store), others, seen, inner }
}

describe('a change that somebody else was faster than', () => {
  it('is made anew to what they wrote, and loses nothing', async () => {
    const { documents, others, seen } = contended(3)
    const change = vi.fn(adding(record('mine')))
    expect(await documents.update(ADDRESS, change)).toBe(1)
    expect([change.mock.calls.length, seen.swaps]).toEqual([4, 4])
    const all = ['other-0', 'other-1', 'other-2', 'mine']
    expect(await idsIn(others)).toEqual(all)
    expect(await idsIn(documents)).toEqual(all)
  })

  it('has the result of the last time', async () => {
    const { documents } = contended(1)
    const result = await documents.update(ADDRESS, (connections) => ({
      connections: [...connections, record('mine')],
      result: connections.map(({ grantId }) => grantId),
    }))
    expect(result).toEqual(['other-0'])
  })

  it('is left when there is nothing to change any more', async () => {
    const { documents, others } = contended(1)
    await documents.update(ADDRESS, (connections) => ({
      connections: connections.length > 0 ? connections : [record('mine')],
      result: undefined,
    }))
    expect(await idsIn(others)).toEqual(['other-0'])
  })

  it('is given up after twenty times', async () => {
    const { documents, others, seen } = contended(Number.POSITIVE_INFINITY)
    const error = await refusal(() => documents.update(ADDRESS, adding(record('mine'))))
    expect(error.code).toBe('store_unavailable')
    expect(error.retryAfterSeconds).toBeGreaterThan(0)
    expect(seen.swaps).toBe(20)
    expect(await idsIn(others)).not.toContain('mine')
  })

  it('is made anew also for a new owner who turns out to have something', async () => {
    const { documents, others } = contended(1)
    const fresh = { provider: 'p', owner: { ...owner, isNew: true } }
    await documents.update(fresh, adding(record('mine')))
    expect(await idsIn(others)).toEqual(['other-0', 'mine'])
  })

  it('is one of many, of two isolates, and none of them is lost', async () => {
    const store = memoryStore()
    const both = [documentsOver(store), documentsOver(store)]
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const changes = ids.map((id, index) => both[index % 2]?.update(ADDRESS, adding(record(id))))
    await Promise.all(changes)
    expect((await idsIn(documentsOver(store))).sort()).toEqual(ids)
  })
})

describe('a change', () => {
  it('reads past every cache, and whoever only looks does not', async () => {
    const inner = memoryStore()
    const get = vi.fn(inner.get)
    const documents = documentsOver({ ...inner, get })
    await documents.update(ADDRESS, adding(record('one')))
    await documents.read(ADDRESS)
    expect(get.mock.calls).toEqual([
      [KEY, { fresh: true }],
      [KEY, { fresh: false }],
    ])
  })

  it('is made to what a strong store has, not to what this isolate remembers', async () => {
    const store = memoryStore()
    const documents = documentsOver(store)
    await documents.update(ADDRESS, adding(record('one')))
    await store.delete(KEY)
    await documents.update(ADDRESS, adding(record('two')))
    expect(await idsIn(documentsOver(store))).toEqual(['two'])
  })

  it('is made to what this isolate remembers where the store is late', async () => {
    const inner = plainStore()
    const documents = documentsOver({ ...inner, get: async () => null })
    await documents.update(ADDRESS, adding(record('one')))
    await documents.update(ADDRESS, adding(record('two')))
    expect(await idsIn(documentsOver(inner))).toEqual(['one', 'two'])
  })

  it('says when there is something to do', async () => {
    const { store, written } = recordingStore()
    const renewAt = NOW + 500
    await documentsOver(store).update(ADDRESS, adding({ ...record('one'), renewAt }))
    expect(written).toEqual([{ ttlSeconds: undefined, wakeAt: renewAt }])
  })

  it('that is made past this object is seen after it was told', async () => {
    const forget = vi.fn(async () => undefined)
    await documentsOver({ ...memoryStore(), forget }).forget(ADDRESS)
    expect(forget.mock.calls).toEqual([[KEY]])
    await documentsOver(memoryStore()).forget(ADDRESS)
  })
})

describe('a change of one record', () => {
  const revocation = { record: record('x'), isDisconnect: false, attempts: 0, retryAt: NOW }

  it('replaces this one in its place, and keeps what is to be revoked', async () => {
    const store = memoryStore()
    const documents = documentsOver(store)
    await documents.update(ADDRESS, (connections) => ({
      connections: [...connections, record('one'), record('two'), record('three')],
      revocations: [revocation],
      result: undefined,
    }))
    const replacement = { ...record('two'), health: 'degraded' as const }
    const told = await documents.updateRecord(ADDRESS, record('two').id, (found) => ({
      replacement,
      result: found,
    }))
    expect(told).toEqual(record('two'))
    const { connections, revocations, generation } = await documentsOver(store).read(ADDRESS)
    expect(connections).toEqual([record('one'), replacement, record('three')])
    expect([revocations, generation]).toEqual([[revocation], NOW + 1])
  })

  it('that is gone may still leave something to revoke', async () => {
    const { store, log } = recordingStore()
    const documents = documentsOver(store)
    const change = vi.fn(() => ({ revocation, result: 'x' }))
    expect(await documents.updateRecord(ADDRESS, 'gone', change)).toBe('x')
    expect(change.mock.calls).toEqual([[undefined, []]])
    expect(log).toEqual([`get ${KEY}`, `put ${KEY}`])
    const { connections, revocations } = await documents.read(ADDRESS)
    expect([connections, revocations]).toEqual([[], [revocation]])
  })

  it('that changes nothing is not written', async () => {
    const { store, log } = recordingStore()
    const documents = documentsOver(store)
    await documents.update(ADDRESS, adding(record('one')))
    log.length = 0
    await documents.updateRecord(ADDRESS, record('one').id, () => ({ result: undefined }))
    expect(log).toEqual([`get ${KEY}`])
  })
})
