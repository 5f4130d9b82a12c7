import { describe, expect, it, vi } from 'vitest'
import { seal } from '../../src/crypto/seal.ts'
import { Secret } from '../../src/secret.ts'
import type { Store } from '../../src/stores/contract.ts'
import { kvStore } from '../../src/stores/kv.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { fakeClock, faultyStore, workersKv } from '../../src/testing/index.ts'
import type { Owner } from '../../src/vault/address.ts'
import { beginRevocation, REVOCATION_TTL_SECONDS } from '../../src/vault/pending-revocation.ts'
import { type ConnectionRecord, createRecord, isEnding } from '../../src/vault/record.ts'
import { Vault } from '../../src/vault/vault.ts'
import { ringOf } from '../crypto/keys.ts'
import { KEY, NOW, OWNER } from '../engine/constants.ts'
import { noted, outcomeOf, stopTimers, until } from '../engine/fixture.ts'

const RING = ringOf('records')
const at = (owner: Partial<Owner> = {}) => ({ provider: 'example', owner: { ...OWNER, ...owner } })
const record = (id: string, members: Partial<ConnectionRecord> = {}, lifetime?: number, chance = 0) => ({
  ...createRecord(
    { id, provider: 'example', createdAt: NOW },
    { accessToken: new Secret(`access-${id}`), expiresInSeconds: lifetime },
    { id, scopes: [], account: { id, name: null }, revocable: true },
    NOW,
    { random: () => chance },
  ),
  ...members,
})
const adding =
  (...ids: string[]) =>
  (connections: readonly ConnectionRecord[]) => ({
    connections: [...connections, ...ids.map((id) => record(id))],
    result: connections.length,
  })
type Seconds = number | undefined
const removing = () => ({ connections: [], result: undefined })
const idsIn = async (vault: Vault, owner: Partial<Owner> = {}) =>
  (await vault.read(at(owner))).connections.map(({ id }) => id)
const revocation = beginRevocation(record('ended'), true, NOW)

/** A store with faults and a log, and the vaults of two isolates over it. */
function setup(inner?: Store, clock = fakeClock(NOW * 1000)) {
  const { store: faulty, faults } = faultyStore(inner ?? memoryStore({ now: clock.now }))
  const log = noted(faulty)
  const now = () => Math.floor(clock.now() / 1000)
  const open = (ring = RING, report?: (record: ConnectionRecord) => void, server?: string) =>
    new Vault(log.store, ring, now, report, undefined, () => server)
  const kinds = () => log.operations.map((each) => each.split(' ')[0])
  return { ...log, kinds, faults, clock, open, vault: open(), other: open() }
}
/** A store that cannot compare and swap. */
function plainStore(): Store {
  const { compareAndSwap: _, ...store } = memoryStore()
  return store
}

describe('a document', () => {
  it('belongs to one owner at one provider, and comes back in another isolate', async () => {
    const { vault, other } = setup()
    await vault.update(at(), adding('one', 'two'))
    expect((await other.read(at())).connections).toEqual([record('one'), record('two')])
    expect((await other.read({ ...at(), provider: 'second' })).connections).toEqual([])
    expect(await idsIn(other, { key: 'grace' })).toEqual([])
  })

  it('belongs to one server and client; one of version 0.1 is bound by the next write', async () => {
    const { open, vault } = setup()
    const healthAt = async (server: string) =>
      (await open(RING, undefined, server).read(at())).connections.map(({ health }) => health)
    await vault.update(at(), adding('one'))
    expect([await healthAt('a id'), await healthAt('b id')]).toEqual([['active'], ['active']])
    await open(RING, undefined, 'a id').update(at(), adding('two'))
    expect([await healthAt('a id'), await healthAt('b id')]).toEqual([['active', 'active'], ['needs_reauth']])
  })

  it('is not written for no change, and not read again for a caller that has read it', async () => {
    const { vault, kinds } = setup()
    await vault.update(at(), adding('one'), await vault.load(at()))
    await vault.update(at(), (connections) => ({ connections, result: undefined }))
    await vault.updateRecord(at(), 'one', () => ({ result: undefined }))
    expect(kinds()).toEqual(['get', 'write', 'get', 'get'])
  })

  it('of a new owner is not read until it was written', async () => {
    const { vault, kinds } = setup()
    expect(await idsIn(vault, { isNew: true })).toEqual([])
    for (const id of ['one', 'two']) await vault.update(at({ isNew: true }), adding(id))
    expect(kinds()).toEqual(['write', 'get', 'write'])
    expect(await idsIn(vault, { isNew: true })).toEqual(['one', 'two'])
  })

  const [one, dead] = [record('one'), record('dead', { renewAt: 5, health: 'needs_reauth' })]
  const due = [9, 7].map((renewAt) => record('due', { renewAt }))
  it.each<[string, number, ConnectionRecord[], boolean, Seconds, Seconds]>([
    ['a user', 0, [one, dead], false, undefined, undefined],
    ['a session', 500, [one], false, 500, undefined],
    ['nothing', 0, [], false, 120, undefined],
    ['nothing of a session', 500, [], false, 120, undefined],
    ['a revocation', 0, [], true, REVOCATION_TTL_SECONDS, NOW + 60],
    ['a session with one', 500, [one], true, REVOCATION_TTL_SECONDS, NOW + 60],
    ['renewals', 0, due, true, undefined, 7],
  ])('of %s has its lifetime', async (_n, end, connections, isPending, ttl, wakeAt) => {
    const { vault, written } = setup()
    const revocations = isPending ? [revocation] : []
    const address = at(end > 0 ? { expiresAt: NOW + end } : {})
    await vault.update(address, () => ({ connections, revocations, result: undefined }))
    expect(written[0]?.options).toEqual({ ttlSeconds: ttl, wakeAt })
  })

  it('counts its writes above every removed document, and ends with the latest session', async () => {
    const { vault, clock } = setup()
    const [generations, ends] = [[] as number[], [500, 400, undefined, 900]]
    for (const [index, end] of ends.entries()) {
      if (index === 3) clock.advance(130)
      const address = at(end ? { expiresAt: NOW + end } : {})
      await vault.update(address, index === 2 ? removing : adding('one'))
      const { generation, expiresAt } = await vault.read(at())
      generations.push(generation - NOW)
      expect(expiresAt).toBe(NOW + (index === 3 ? 900 : 500))
    }
    expect(generations).toEqual([0, 1, 2, 130])
  })

  it('keeps all else when one record changes, or is gone and leaves tokens to revoke', async () => {
    const { vault, other } = setup()
    await vault.update(at(), adding('one', 'two'))
    for (const id of ['one', 'gone']) {
      const found = await vault.updateRecord(at(), id, (stored) => {
        return { replacement: stored && record('new'), revocation, result: stored?.id }
      })
      expect(found).toBe(id === 'one' ? 'one' : undefined)
    }
    const { connections, revocations } = await other.read(at())
    expect(connections).toEqual([record('new'), record('two')])
    expect(revocations).toEqual([revocation, revocation])
  })

  it.each([10, 120, 600, 14_400])('renews a token of %d seconds in time', (lifetime) => {
    // The last minute or the last tenth, the last half at most; by chance up to half as much before.
    const margin = Math.min(Math.max(60, lifetime / 10), lifetime / 2)
    const [made, end] = [record('x', {}, lifetime), NOW + lifetime - margin]
    expect([isEnding(made, end - 1), isEnding(made, end), made.renewAt]).toEqual([false, true, end])
    expect(record('x', {}, lifetime, 0.999).renewAt).toBe(Math.floor(end - margin * 0.4995))
    expect(record('x', {}, 1e300).expiresAt).toBe(NOW + 10 * 365 * 24 * 60 * 60)
  })
})

describe('a change that another isolate was faster than', () => {
  /** Another isolate writes before each of the first so many swaps. */
  function contended(times: number) {
    const { store, other } = setup()
    let left = times
    const compareAndSwap: NonNullable<Store['compareAndSwap']> = async (...args) => {
      if (left-- > 0) await other.update(at(), adding(`other-${left}`))
      return (await store.compareAndSwap?.(...args)) ?? false
    }
    return { other, vault: new Vault({ ...store, compareAndSwap }, RING, () => NOW) }
  }

  it.each([{}, { isNew: true }])('is made again to what that one wrote, by %j', async (owner) => {
    const { vault, other } = contended(3)
    const read = await vault.load(at(owner))
    expect(await vault.update(at(owner), adding('mine'), read)).toBe(3)
    expect(await idsIn(other)).toEqual(['other-2', 'other-1', 'other-0', 'mine'])
  })

  it('is left when nothing is to change any more, and given up after twenty times', async () => {
    const first = contended(1)
    const change = (all: readonly ConnectionRecord[]) =>
      all.length > 0 ? { connections: all, result: 0 } : adding('mine')(all)
    await first.vault.update(at(), change)
    expect(await idsIn(first.other)).toEqual(['other-0'])
    const { vault, other } = contended(Number.POSITIVE_INFINITY)
    expect(await outcomeOf(vault.update(at(), adding('mine')))).toBe('store_unavailable')
    expect(await idsIn(other)).toHaveLength(20)
  })
})

describe('a store that cannot compare and swap', () => {
  it.each(['get', 'put'] as const)('loses no change that waits for a %s', async (operation) => {
    const { vault, other, faults } = setup(plainStore())
    const held = faults.hang(operation, { times: 1 })
    const changes = ['a', 'b', 'c'].map((id) => vault.update(at(), adding(id)))
    await until(() => held.held === 1)
    held.release()
    await Promise.all(changes)
    expect(await idsIn(other)).toEqual(['a', 'b', 'c'])
  })

  it('loses no other change than the one that fails', async () => {
    const { vault, other, faults } = setup(plainStore())
    faults.fail('put', { times: 1 })
    const changes = ['a', 'b', 'c'].map((id) => outcomeOf(vault.update(at(), adding(id))))
    expect(await Promise.all(changes)).toEqual(['store_unavailable', 0, 1])
    for (const isolate of [vault, other]) expect(await idsIn(isolate)).toEqual(['b', 'c'])
  })

  it('makes a change wait ten seconds for one that was cancelled', async () => {
    const { vault, faults } = setup(plainStore())
    stopTimers()
    const held = faults.hang('get', { times: 1 })
    vault.update(at(), adding('cancelled')).catch(() => undefined)
    await until(() => held.held === 1)
    const change = vault.update(at(), adding('next'))
    await vi.advanceTimersByTimeAsync(9_999)
    expect(faults.count('get')).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await change).toBe(0)
  })

  it('shows an isolate its own writes of the last minute, and newer ones of others', async () => {
    const clock = fakeClock(NOW * 1000)
    const kv = workersKv({ now: clock.now })
    const open = (name: string) => kvStore(kv.location(name), { cacheSeconds: 0, now: clock.now })
    // The isolate writes at one location and reads at another, whose copies are a minute late.
    const { vault, other } = setup({ ...open('here'), get: open('there').get }, clock)
    expect(await idsIn(vault)).toEqual([])
    for (const id of ['a', 'b', 'c']) {
      await vault.update(at(), adding(id))
      clock.advance(25)
    }
    expect(await idsIn(vault)).toEqual(['a', 'b', 'c'])
    clock.advance(60)
    await other.update(at(), removing)
    expect([await idsIn(vault), await idsIn(other)]).toEqual([['a', 'b', 'c'], []])
    const isolates = setup(plainStore())
    await isolates.vault.update(at(), adding('mine'))
    await isolates.other.update(at(), adding('theirs'))
    expect(await idsIn(isolates.vault)).toEqual(['mine', 'theirs'])
    await isolates.store.delete(KEY)
    expect(await idsIn(isolates.vault)).toEqual(['mine'])
    isolates.clock.advance(60)
    expect(await idsIn(isolates.vault)).toEqual([])
  })
})

describe('a session', () => {
  const as = (replacement: string | undefined, ...presented: string[]) => at({ session: { presented, replacement } })

  it.each<[string, string[] | undefined, boolean]>([
    ['its own', ['second', 'first'], true],
    ['the one before', ['first'], false],
    ['another', ['x'], false],
    ['none', [], false],
    ['an owner who needs none', undefined, true],
  ])('reads the document after the second login: %s', async (_name, presented, isOpen) => {
    const { vault } = setup()
    await vault.update(as('first'), adding('one'))
    await vault.update(as('second', 'first'), adding('two'))
    await vault.update(at(), adding('three'))
    const { connections } = await vault.read(presented ? as(undefined, ...presented) : at())
    expect(connections).toHaveLength(isOpen ? 3 : 0)
  })

  it('of version 0.1 opens its document, which held a time and a lease', async () => {
    const { vault, store } = setup()
    const { accessToken, ...members } = record('one')
    const lease = { holder: 'x', until: NOW }
    const connections = [{ ...members, accessToken: accessToken.reveal(), lease }]
    const json = { generation: 7, session: { id: 'first', since: NOW }, connections }
    await store.put(KEY, `7.${await seal(RING, 'record', `${KEY}#7`, json)}`)
    expect((await vault.read(as(undefined, 'x'))).connections).toEqual([])
    expect((await vault.read(as(undefined, 'first'))).connections).toEqual([record('one')])
  })
})

describe('a stored value', () => {
  const sealed = (place: string, ring = RING) => seal(ring, 'record', place, { generation: 9, connections: [] })

  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['garbage', () => 'garbage'],
    ['from another place', async () => `9.${await sealed('connections/example/x#9')}`],
    ['of other keys', async () => `9.${await sealed(`${KEY}#9`, ringOf('x'))}`],
    ['of another generation', async () => `10.${await sealed(`${KEY}#9`)}`],
  ])('that does not open is told once, and stays until the next login: %s', async (_name, make) => {
    const { store, open, other } = setup()
    const value = await make()
    await store.put(KEY, value)
    const report = vi.fn()
    const vault = open(RING, report)
    const unreadable = { id: 'example.ada.unreadable', health: 'needs_reauth', revocable: false }
    for (const owner of [{}, { session: { presented: [] } }]) {
      expect((await vault.read(at(owner))).connections).toMatchObject([unreadable])
    }
    // Late tokens are no login either.
    await vault.updateRecord(at(), 'one', () => ({ revocation, result: undefined }))
    expect([report.mock.calls.length, await store.get(KEY)]).toEqual([1, value])
    await vault.update(at(), adding('one'))
    expect([await idsIn(other), report.mock.calls.length]).toEqual([['one'], 1])
  })

  it('that does not open is no longer shown to the isolate that replaced it, where copies are late', async () => {
    const { store, vault } = setup(plainStore())
    await store.put(KEY, '9.garbage')
    await vault.update(at(), adding('one'))
    await store.put(KEY, '9.garbage')
    expect(await idsIn(vault)).toEqual(['one'])
    await vault.update(at(), adding('two'))
    expect(await idsIn(vault)).toEqual(['one', 'two'])
  })

  it.each([memoryStore, plainStore])('is sealed with new keys once, by pages: %o', async (make) => {
    const { open, store, written } = setup(make())
    const [old, young] = [open(ringOf('old')), open(ringOf('young'))]
    const both = open(ringOf('young', 'old'))
    for (const key of ['ada', 'grace']) {
      const change = () => ({ connections: [record(key)], revocations: [revocation], result: 0 })
      await old.update(at({ key, expiresAt: NOW + 500 }), change)
    }
    await store.put('connections/example/zoe', 'garbage')
    const before = await old.read(at())
    written.length = 0
    const { counts, cursor } = await both.reseal({ limit: 2 })
    expect(counts).toEqual({ resealed: 2, unchanged: 0, unreadable: 0 })
    const rest = { counts: { resealed: 0, unchanged: 0, unreadable: 1 } }
    expect(await both.reseal({ cursor })).toEqual(rest)
    expect((await both.reseal()).counts).toEqual({ resealed: 0, unchanged: 2, unreadable: 1 })
    expect([await young.read(at()), written.length]).toEqual([{ ...before, generation: before.generation + 1 }, 2])
  })
})

describe('a store that fails', () => {
  it.each(['get', 'compareAndSwap'] as const)('is unavailable: %s', async (operation) => {
    const { vault, other, faults } = setup()
    await vault.update(at(), adding('one'))
    const fault = faults.fail(operation)
    const error = await vault.update(at(), adding('two')).catch((thrown) => thrown)
    expect([error.code, error.retryAfterSeconds]).toEqual(['store_unavailable', 5])
    fault.end()
    expect([await idsIn(vault), await idsIn(other)]).toEqual([['one'], ['one']])
  })

  it('at once is no other failure; a cache is passed by for a change, and dropped', async () => {
    const [get, forget] = [vi.fn(async () => null), vi.fn(async () => undefined)]
    const vault = new Vault({ ...plainStore(), get, forget }, RING, () => NOW)
    for (const fresh of [false, true]) await vault.read(at(), fresh)
    await vault.update(at(), adding('one'))
    await vault.dropCopy(at())
    expect([get.mock.calls, forget.mock.calls]).toEqual([[false, true, true].map((fresh) => [KEY, { fresh }]), [[KEY]]])
    get.mockImplementation(() => {
      throw new Error('no binding')
    })
    expect(await outcomeOf(vault.read(at()))).toBe('store_unavailable')
  })
})
