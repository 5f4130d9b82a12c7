import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ConnectionEvent, notify } from '../../src/connections/events.ts'
import { ADDRESS, DOCUMENTS, ENDING, KINDS, LIFETIME, LOGIN_URL, OWNER } from '../engine/constants.ts'
import { connected, createWorld, outcomeOf, tokenOf } from '../engine/fixture.ts'
import { type Vary, withoutRenewal } from '../engine/varied-provider.ts'

afterEach(() => void vi.useRealTimers())

describe('the connections of an owner', () => {
  it('are listed with one read for each provider, and found by id with one', async () => {
    const { login, access, operations } = createWorld()
    const [first, second] = [await login(), await login({ name: 'second' })]
    operations.length = 0
    expect((await access.list(OWNER)).map(({ id }) => id)).toEqual([first.id, second.id])
    expect(operations).toEqual(['get connections/example/ada', 'get connections/second/ada'])
    expect(await access.get(second.id)).toMatchObject({ id: second.id, provider: 'second' })
    expect([operations.length, access.providerOf(second.id)]).toEqual([3, 'second'])
  })

  it.each([
    ['example.ada.AAAAAAAAAAAA', 1],
    ['example.grace.x', 1],
    ['other.ada.x', 0],
    ['constructor.ada.x', 0],
    ['example.a/b.x', 0],
    ['example', 0],
    ['', 0],
  ])('are not found, and not ended, by another id: %j, with %d reads', async (id, reads) => {
    const { access, operations, alive, faults } = await connected()
    expect([await outcomeOf(access.get(id)), operations.length]).toEqual(['connection_unknown', reads])
    expect([await outcomeOf(access.disconnect(OWNER, id)), alive()]).toEqual(['connection_unknown', [true]])
    faults.fail('get')
    if (reads > 0) expect(await outcomeOf(access.get(id))).toBe('store_unavailable')
  })

  it('are shown to no session that was replaced, which ends none of them', async () => {
    const { access, login, list, alive } = createWorld()
    const as = (replacement: string | undefined, ...presented: string[]) => ({
      ...OWNER,
      session: { presented, replacement },
    })
    const { id } = await login({ owner: as('first') })
    const [held] = await list(as(undefined, 'first'))
    await login({ user: 'user-1002', owner: as('second', 'first') })
    expect(await list(as(undefined, 'first'))).toEqual([])
    expect(await outcomeOf(access.disconnect(as(undefined, 'first'), id))).toBe('connection_unknown')
    expect(alive()).toEqual([true, true])
    // A connection in hand keeps working: its document has opened to its owner.
    expect(await held?.revoke()).toBe('revoked')
  })
})

describe.each(KINDS)('a token that nothing renews, over %s', (kind) => {
  it('serves to its end, is marked dead once, and again after the next login', async () => {
    const world = await connected({ kind, vary: withoutRenewal })
    const { connection, first, login, list, clock, stepping, told, writes } = world
    const seen = await stepping([0, ENDING - 1, 1, 59, 1], async () => {
      const [listed] = await list()
      expect(connection.toJSON()).toEqual(listed?.toJSON())
      return [listed?.health, listed?.reauthorizeUrl, await tokenOf(listed)]
    })
    expect(seen).toEqual([
      ...Array(2).fill(['active', undefined, first]),
      ...Array(2).fill(['expiring', LOGIN_URL, first]),
      ['needs_reauth', LOGIN_URL, 'needs_reauth'],
    ])
    for (const work of [connection.accessToken(), connection.fetch('/api/me'), list()]) await outcomeOf<unknown>(work)
    // Over Workers KV a write could overwrite a login that was made elsewhere.
    expect([told(), writes().length]).toEqual([['connected', 'needs_reauth'], kind === 'kv' ? 0 : 1])
    await login()
    expect((await list())[0]?.health).toBe('active')
    clock.advance(LIFETIME)
    await list()
    expect(told().slice(2)).toEqual(['connected', 'needs_reauth'])
  })

  it('is marked by one of two isolates, or by each over Workers KV', async () => {
    const { list, isolate, told } = await connected({ kind, vary: withoutRenewal, age: LIFETIME })
    const other = isolate()
    await Promise.all([list(), other.list()])
    expect([...told(), ...other.told()]).toHaveLength(kind === 'kv' ? 3 : 2)
  })

  it('is not marked in place of the token of a login, or after a disconnect', async () => {
    const { engine, connection, login, list } = await connected({ kind, vary: withoutRenewal })
    const [record] = await engine.list(ADDRESS)
    await login()
    if (record) await engine.markDead(ADDRESS, record)
    expect((await list())[0]?.health).toBe('active')
    await connection.revoke()
    if (record) await engine.markDead(ADDRESS, record)
    expect(await list()).toEqual([])
  })
})

it('a token that has ended is shown dead by a store that cannot write, and told by one that can', async () => {
  const { list, faults, told } = await connected({ vary: withoutRenewal, age: LIFETIME })
  const fault = faults.fail('compareAndSwap', DOCUMENTS)
  expect([(await list())[0]?.health, told().length]).toEqual(['needs_reauth', 1])
  fault.end()
  await list()
  expect(told()).toEqual(['connected', 'needs_reauth'])
})

it.each<[string, Vary, string]>([
  ['where it can be renewed', (real) => real, 'active'],
  ['where the next configuration may use its refresh token', ({ renew: _, ...real }) => real, 'needs_reauth'],
])('a token that has ended is not marked %s', async (_name, vary, health) => {
  const { list, told, writes } = await connected({ vary, age: LIFETIME })
  expect([(await list())[0]?.health, told(), writes()]).toEqual([health, ['connected'], []])
})

describe('an event', () => {
  it('keeps no caller waiting for its listener', async () => {
    const { connection, list, clock, hooks } = await connected()
    const [other] = await list()
    clock.advance(LIFETIME)
    const heard = vi.fn(() => new Promise<void>(() => undefined))
    hooks.onEvent = heard
    expect(await tokenOf(connection)).toBe(await tokenOf(other))
    expect(heard).toHaveBeenCalledOnce()
  })

  it.each<[string, () => unknown, number]>([
    ['returns', () => undefined, 0],
    ['throws', () => Promise.reject(new Error('a bug')), 1],
  ])('is told to a listener that %s: %d lines in the log', async (_name, answer, lines) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const event: ConnectionEvent = { type: 'webhook', provider: 'p', event: 'e', id: 'i', at: 'now' }
    const listener = vi.fn(answer)
    await notify(listener, event)
    expect([listener.mock.calls, logged.mock.calls.length]).toEqual([[[event]], lines])
    logged.mockRestore()
  })
})
