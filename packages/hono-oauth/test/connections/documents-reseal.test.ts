import { describe, expect, it } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import { beginRevocation } from '../../src/connections/revocation.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { ringOf } from '../crypto/keys.ts'
import { adding, NOW, owner, plainStore, record, recordingStore, stranger } from './support.ts'

const [OLD, BOTH, NEW] = [ringOf('old'), ringOf('new', 'old'), ringOf('new')]
const ADDRESSES = [
  { provider: 'p', owner },
  { provider: 'p', owner: stranger },
  { provider: 'q', owner },
]

describe.each([
  ['a store that can compare', memoryStore],
  ['one that cannot', plainStore],
])('what is stored, after the key has changed: %s', (_name, makeStore) => {
  async function sealedByOld() {
    const { store, log } = recordingStore(makeStore())
    const documents = new ConnectionDocuments(store, OLD, () => NOW)
    for (const [index, address] of ADDRESSES.entries()) {
      const kept = { ...record(`grant-${index}`), refreshToken: new Secret(`refresh-${index}`) }
      await documents.update(address, adding(kept))
    }
    const pending = beginRevocation(record('ended'), true, NOW)
    const [first = { provider: 'p', owner }] = ADDRESSES
    await documents.update(first, (connections) => {
      return { connections, revocations: [pending], result: undefined }
    })
    log.length = 0
    return { store, log, pending }
  }

  it('is sealed with the new one, refresh tokens and pending revocations included', async () => {
    const { store, pending } = await sealedByOld()
    const { counts, stoppedAt } = await new ConnectionDocuments(store, BOTH, () => NOW).reseal()
    expect(counts).toEqual({ resealed: 3, unchanged: 0, unreadable: 0 })
    expect(stoppedAt).toBeUndefined()
    const documents = new ConnectionDocuments(store, NEW, () => NOW)
    for (const [index, address] of ADDRESSES.entries()) {
      const { connections, revocations } = await documents.read(address)
      expect(connections.map(({ grantId }) => grantId)).toEqual([`grant-${index}`])
      expect(connections[0]?.refreshToken?.reveal()).toBe(`refresh-${index}`)
      expect(revocations).toEqual(index === 0 ? [pending] : [])
    }
  })

  it('is not written a second time', async () => {
    const { store, log } = await sealedByOld()
    const documents = new ConnectionDocuments(store, BOTH, () => NOW)
    await documents.reseal()
    log.length = 0
    expect((await documents.reseal()).counts).toEqual({ resealed: 0, unchanged: 3, unreadable: 0 })
    expect(log.filter((line) => line.startsWith('put'))).toEqual([])
  })

  it('is left alone where it does not open', async () => {
    const { store, log } = await sealedByOld()
    const documents = new ConnectionDocuments(store, NEW, () => NOW)
    expect((await documents.reseal()).counts).toEqual({ resealed: 0, unchanged: 0, unreadable: 3 })
    expect(log.filter((line) => !/^(get|list)/.test(line))).toEqual([])
  })

  it('keeps its end', async () => {
    const store = makeStore()
    const mortal = { provider: 'p', owner: { ...owner, expiresAt: NOW + 500 } }
    await new ConnectionDocuments(store, OLD, () => NOW).update(mortal, adding(record('one')))
    const recording = recordingStore(store)
    await new ConnectionDocuments(recording.store, BOTH, () => NOW + 100).reseal()
    expect(recording.written.map((options) => options?.ttlSeconds)).toEqual([400])
  })
})
