import { describe, expect, it } from 'vitest'
import { ConnectionDocuments } from '../../src/connections/documents.ts'
import type { ConnectionRecord } from '../../src/connections/record.ts'
import { seal } from '../../src/crypto/seal.ts'
import type { Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { ringOf } from '../crypto/keys.ts'
import { refusal } from '../protocol/refusal.ts'
import {
  adding,
  breakableStore,
  NOW,
  owner,
  record,
  recordingStore,
  ring,
  setup,
  stranger,
} from './support.ts'

const ADDRESS = { provider: 'p', owner }
const KEY = `connections/p/${owner.key}`
const documentsOver = (store: Store, now = () => NOW, keys = ring) =>
  new ConnectionDocuments(store, keys, now)
const NOTHING = { generation: 0, connections: [], revocations: [] }
const idsIn = async (documents: ConnectionDocuments, address = ADDRESS) =>
  (await documents.read(address)).connections.map(({ grantId }) => grantId)

describe('a document', () => {
  it('is empty where nothing was written', async () => {
    const { store, log } = recordingStore()
    expect(await documentsOver(store).read(ADDRESS)).toEqual(NOTHING)
    expect(log).toEqual([`get ${KEY}`])
  })

  it('comes back as it was written, also in another isolate', async () => {
    const store = memoryStore()
    await documentsOver(store).update(ADDRESS, adding(record('one'), record('two')))
    const { generation, connections } = await documentsOver(store).read(ADDRESS)
    expect(generation).toBe(NOW)
    expect(connections).toEqual([record('one'), record('two')])
    expect(connections.map(({ accessToken }) => accessToken.reveal())).toEqual([
      'canary-one',
      'canary-two',
    ])
  })

  it('belongs to one owner at one provider', async () => {
    const documents = documentsOver(memoryStore())
    await documents.update(ADDRESS, adding(record('one')))
    expect(await idsIn(documents, { provider: 'q', owner })).toEqual([])
    expect(await idsIn(documents, { provider: 'p', owner: stranger })).toEqual([])
  })

  it('is stored sealed', async () => {
    const store = memoryStore()
    await documentsOver(store).update(ADDRESS, adding(record('one', 'canary-canary-canary')))
    const stored = (await store.get(KEY)) ?? ''
    const bytes = Buffer.from(stored.replaceAll('.', ''), 'base64url')
    for (const encoding of ['utf8', 'latin1', 'utf16le', 'hex'] as const) {
      expect(bytes.toString(encoding)).not.toContain('canary')
    }
    expect(stored).not.toContain(Buffer.from('canary').toString('base64url').slice(0, -1))
    expect(stored).not.toContain(Buffer.from('canary').toString('hex'))
  })

  it('of a new owner is not read from the store', async () => {
    const { store, log } = recordingStore()
    const documents = documentsOver(store)
    const fresh = { provider: 'p', owner: { ...owner, isNew: true } }
    expect(await documents.read(fresh)).toEqual(NOTHING)
    expect(log).toEqual([])
    await documents.update(fresh, adding(record('one')))
    expect(log).toEqual([`put ${KEY}`])
    // From then on there is something to read.
    await documents.update(fresh, adding(record('two')))
    expect(log).toEqual([`put ${KEY}`, `get ${KEY}`, `put ${KEY}`])
    expect(await idsIn(documents, fresh)).toEqual(['one', 'two'])
    expect(await idsIn(documentsOver(store))).toEqual(['one', 'two'])
  })

  it('costs one read and one write for a change, and no write for none', async () => {
    const { store, log } = recordingStore()
    const documents = documentsOver(store)
    expect(await documents.update(ADDRESS, adding(record('one')))).toBe(1)
    expect(log).toEqual([`get ${KEY}`, `put ${KEY}`])
    const unchanged = await documents.update(ADDRESS, (connections) => ({
      connections,
      result: 'x',
    }))
    expect(unchanged).toBe('x')
    expect(log).toEqual([`get ${KEY}`, `put ${KEY}`, `get ${KEY}`])
  })

  it.each([
    ['a user stays', owner, 1, undefined],
    ['a session ends with it', { ...owner, expiresAt: NOW + 500 }, 1, 500],
    ['nothing stays as long as a stale copy may', owner, 0, 120],
    ['nothing of a session too', { ...owner, expiresAt: NOW + 500 }, 0, 120],
  ])('of %s', async (_name, as, count, ttlSeconds) => {
    const { store, written } = recordingStore()
    const records = [record('one')].slice(0, count)
    await documentsOver(store).update({ provider: 'p', owner: as }, () => ({
      connections: records,
      result: undefined,
    }))
    expect(written.map((options) => options?.ttlSeconds)).toEqual([ttlSeconds])
  })
})

describe('the end of an owner', () => {
  const session = { ...owner, expiresAt: NOW + 500 }

  it.each([
    ['one who does not know it', owner, NOW + 500, 400],
    ['one who knows it', session, NOW + 500, 400],
    ['one who knows a later one', { ...owner, expiresAt: NOW + 900 }, NOW + 900, 800],
  ])('stays in a document that is changed by %s', async (_name, as, expiresAt, ttlSeconds) => {
    const { store, written } = recordingStore()
    const first = documentsOver(store)
    await first.update({ provider: 'p', owner: session }, adding(record('one')))
    expect((await documentsOver(store).read(ADDRESS)).expiresAt).toBe(NOW + 500)
    const later = documentsOver(store, () => NOW + 100)
    await later.update({ provider: 'p', owner: as }, adding(record('two')))
    expect(written.map((options) => options?.ttlSeconds)).toEqual([500, ttlSeconds])
    for (const documents of [later, documentsOver(store)]) {
      expect((await documents.read(ADDRESS)).expiresAt).toBe(expiresAt)
      expect(await idsIn(documents)).toEqual(['one', 'two'])
    }
  })

  it('is none for a user', async () => {
    const store = memoryStore()
    await documentsOver(store).update(ADDRESS, adding(record('one')))
    expect((await documentsOver(store).read(ADDRESS)).expiresAt).toBeUndefined()
  })
})

describe('a stored value that is not ours', () => {
  const empty = { generation: 9, connections: [] }
  const elsewhere = async () => `9.${await seal(ring, 'record', 'connections/p/other#9', empty)}`
  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['garbage', () => 'garbage'],
    ['JSON', () => JSON.stringify({ generation: 9, connections: [{ id: 'evil' }] })],
    ['from another place', elsewhere],
    ['of other keys', async () => `9.${await seal(ringOf('x'), 'record', `${KEY}#9`, empty)}`],
    ['for another purpose', async () => `9.${await seal(ring, 'session', `${KEY}#9`, empty)}`],
    ['cut', async () => `9.${await seal(ring, 'record', `${KEY}#9`, empty)}`.slice(0, -4)],
    ['without its generation', () => seal(ring, 'record', `${KEY}#9`, empty)],
    ['of another generation', async () => `10.${await seal(ring, 'record', `${KEY}#9`, empty)}`],
  ])('needs a new login, and is set aside by it: %s', async (_name, value) => {
    const store = memoryStore()
    const sealed = await value()
    await store.put(KEY, sealed)
    const told: string[] = []
    const report = ({ id }: ConnectionRecord) => told.push(id)
    const documents = new ConnectionDocuments(store, ring, () => NOW, report)
    const [unreadable, ...others] = (await documents.read(ADDRESS)).connections
    expect(others).toEqual([])
    expect(unreadable).toMatchObject({ health: 'needs_reauth', provider: 'p', revocable: false })
    await documents.read(ADDRESS)
    expect(await store.get(KEY)).toBe(sealed)
    await documents.update(ADDRESS, adding(record('one')))
    expect(await idsIn(documentsOver(store))).toEqual(['one'])
    expect(await store.get(`unreadable/p/${owner.key}`)).toBe(sealed)
    expect(told).toEqual([unreadable?.id])
  })

  it('ends when its owner says so, and is set aside then too', async () => {
    const store = memoryStore()
    await store.put(KEY, 'garbage')
    const { engine } = setup({ store })
    const [listed] = await engine.listAt(owner, 'p')
    expect(listed?.toJSON()).toMatchObject({ health: 'needs_reauth', account: { id: 'unknown' } })
    expect(await engine.disconnect(owner, listed?.id ?? '')).toBe('deleted_only')
    expect(await engine.listAt(owner, 'p')).toEqual([])
    expect(await store.get(`unreadable/p/${owner.key}`)).toBe('garbage')
  })

  it('may be an old one that was put back, which this isolate knows better', async () => {
    const clock = { now: NOW }
    const store = memoryStore()
    const documents = documentsOver(store, () => clock.now)
    await documents.update(ADDRESS, adding(record('one')))
    const old = (await store.get(KEY)) ?? ''
    await documents.update(ADDRESS, adding(record('two')))
    await documents.read(ADDRESS)
    await store.put(KEY, old)
    // Its own writes it remembers for a minute anyway.
    clock.now += 61
    expect(await documents.read(ADDRESS)).toMatchObject({
      isUnreadable: true,
      connections: [{ health: 'needs_reauth' }],
    })
  })

  it('is none that is younger than what was removed long ago', async () => {
    const clock = { now: NOW }
    const store = memoryStore({ now: () => clock.now * 1000 })
    const documents = documentsOver(store, () => clock.now)
    const removing = () => ({ connections: [], result: undefined })
    for (let count = 0; count < 5; count++) await documents.update(ADDRESS, adding(record('one')))
    await documents.update(ADDRESS, removing)
    clock.now += 1000
    await documents.update(ADDRESS, adding(record('two')))
    expect(await idsIn(documents)).toEqual(['two'])
  })

  it('does not move to another owner with its value', async () => {
    const store = memoryStore()
    await documentsOver(store).update(ADDRESS, adding(record('one')))
    await store.put(`connections/p/${stranger.key}`, (await store.get(KEY)) ?? '')
    await store.put(`connections/q/${owner.key}`, (await store.get(KEY)) ?? '')
    expect(await idsIn(documentsOver(store), { provider: 'p', owner: stranger })).toEqual([''])
    expect(await idsIn(documentsOver(store), { provider: 'q', owner })).toEqual([''])
  })

  it('of an older key is still read', async () => {
    const store = memoryStore()
    await documentsOver(store, () => NOW, ringOf('old')).update(ADDRESS, adding(record('one')))
    expect(await idsIn(documentsOver(store, () => NOW, ringOf('new', 'old')))).toEqual(['one'])
  })
})

describe('a store that fails', () => {
  it.each(['get', 'put'] as const)('is said to be unavailable: %s', async (operation) => {
    const { store, state } = breakableStore()
    state.broken.add(operation)
    const error = await refusal(() => documentsOver(store).update(ADDRESS, adding(record('one'))))
    expect(error.code).toBe('store_unavailable')
    expect(error.retryAfterSeconds).toBeGreaterThan(0)
    expect(error.cause).toEqual(new Error(`the store cannot ${operation}`))
    expect(JSON.stringify(error)).not.toContain('cannot')
  })

  it('leaves everything as it was before', async () => {
    const { store, state } = breakableStore()
    const documents = documentsOver(store)
    await documents.update(ADDRESS, adding(record('one')))
    state.broken.add('put')
    await refusal(() => documents.update(ADDRESS, adding(record('two'))))
    expect(await documents.read(ADDRESS)).toEqual({
      generation: NOW,
      connections: [record('one')],
      revocations: [],
    })
    state.broken.clear()
    await documents.update(ADDRESS, adding(record('three')))
    expect(await idsIn(documents)).toEqual(['one', 'three'])
    expect(await idsIn(documentsOver(store))).toEqual(['one', 'three'])
  })

  it('says so too when it fails at once instead of later', async () => {
    const store: Store = {
      ...memoryStore(),
      get() {
        throw new Error('no binding')
      },
    }
    expect((await refusal(() => documentsOver(store).read(ADDRESS))).code).toBe('store_unavailable')
  })
})
