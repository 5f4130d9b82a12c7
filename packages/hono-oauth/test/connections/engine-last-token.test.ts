import { describe, expect, it } from 'vitest'
import type { ConnectionDocument } from '../../src/connections/document.ts'
import { RenewalMemory } from '../../src/connections/renewal-memory.ts'
import { Secret } from '../../src/secret.ts'
import type { Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import { LIFETIME } from './renewing.ts'
import { authorizing, breakableStore, owner, plainStore, recordingStore, setup } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const authorize = authorizing({ expiresInSeconds: LIFETIME })

/** A connection whose token ends, at a provider that renews nothing. */
async function connected(inner: Store = memoryStore(), provider = {}) {
  const { store, log } = recordingStore(inner)
  const made = setup({ store, provider: { authorize, ...provider } })
  const connection = await made.login('grant', 'token')
  const told = () => made.events.map(({ type }) => type)
  const writes = () => log.filter((line) => line.startsWith('put')).length
  log.length = 0
  return { ...made, store, connection, told, writes, storeLog: log }
}

describe.each<[string, () => Store]>([
  ['a store that can compare', memoryStore],
  ['one that cannot', plainStore],
])('a last token that has ended, in %s', (_name, makeStore) => {
  it('is told once, however many ask, at the cost of one write', async () => {
    const { engine, clock, connection, told, writes, events } = await connected(makeStore())
    clock.now += LIFETIME - 1
    await engine.list(owner)
    expect([told(), writes()]).toEqual([['connected'], 0])
    clock.now += 1
    const asked = Array.from({ length: 9 }, () => engine.list(owner))
    for (const listed of await Promise.all(asked)) {
      expect(listed).toMatchObject([{ id: connection.id, health: 'needs_reauth' }])
    }
    expect([told(), writes()]).toEqual([['connected', 'needs_reauth'], 1])
    expect(events.at(-1)).toMatchObject({
      connection: { id: connection.id, health: 'needs_reauth', reauthorizeUrl: expect.any(String) },
    })
    for (let time = 0; time < 3; time++) await engine.list(owner)
    await refusal(() => connection.accessToken())
    expect([told(), writes()]).toEqual([['connected', 'needs_reauth'], 1])
  })

  it('is told by whoever has held it until then', async () => {
    const { clock, connection, told } = await connected(makeStore())
    clock.now += LIFETIME
    for (const work of [() => connection.fetch('/x'), () => connection.accessToken()]) {
      expect((await refusal(work)).code).toBe('needs_reauth')
    }
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it('is told again when it has ended again, after another login', async () => {
    const { engine, clock, login, told } = await connected(makeStore())
    clock.now += LIFETIME
    await engine.list(owner)
    await login('grant', 'second')
    expect(await engine.list(owner)).toMatchObject([{ health: 'active' }])
    clock.now += LIFETIME
    await engine.list(owner)
    expect(told()).toEqual(['connected', 'needs_reauth', 'connected', 'needs_reauth'])
  })
})

describe('a token that has ended', () => {
  it('is told once by two isolates', async () => {
    const { store, clock, engine, told } = await connected()
    const renewals = new RenewalMemory()
    const other = setup({ store, clock, renewals, provider: { authorize } })
    clock.now += LIFETIME
    await Promise.all([engine.list(owner), other.engine.list(owner)])
    expect([...told(), ...other.events.map(({ type }) => type)]).toEqual([
      'connected',
      'needs_reauth',
    ])
  })

  it('and can be renewed is no news', async () => {
    const renew = () => Promise.reject(new Error('nobody asks'))
    const { engine, clock, told, writes } = await connected(memoryStore(), { renew })
    clock.now += LIFETIME
    expect(await engine.list(owner)).toMatchObject([{ health: 'active' }])
    expect([told(), writes()]).toEqual([['connected'], 0])
  })

  it('is kept as it is where the next configuration may renew it', async () => {
    const refreshToken = new Secret('canary-refresh')
    const held = { authorize: authorizing({ expiresInSeconds: LIFETIME, refreshToken }) }
    const { engine, clock, told, writes, documents } = await connected(memoryStore(), held)
    clock.now += LIFETIME
    expect(await engine.list(owner)).toMatchObject([{ health: 'needs_reauth' }])
    expect([told(), writes()]).toEqual([['connected'], 0])
    const stored: ConnectionDocument = await documents.read(ADDRESS)
    expect(stored.connections).toMatchObject([{ health: 'active' }])
  })

  it('is shown for what it is by a store that cannot write, and told once that can', async () => {
    const { store, state } = breakableStore()
    const { engine, clock, told, inBackground } = await connected(store)
    clock.now += LIFETIME
    state.broken.add('put')
    expect(await engine.list(owner)).toMatchObject([{ health: 'needs_reauth' }])
    await inBackground()
    expect(told()).toEqual(['connected'])
    state.broken.clear()
    await engine.list(owner)
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })
})
