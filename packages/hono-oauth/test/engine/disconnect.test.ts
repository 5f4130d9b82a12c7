import { describe, expect, it, vi } from 'vitest'
import { ADDRESS, DOCUMENTS, KINDS, NOW, OWNER, STRANGER, WRITE } from './constants.ts'
import { connected, createWorld, outcomeOf, stopTimers, until } from './fixture.ts'
import { answering, passing, type Reply, times, unreachable } from './replies.ts'
import { endingGrants, sharedGrant, type Vary } from './varied-provider.ts'

describe.each(KINDS)('a disconnect, over %s', (kind) => {
  it('deletes the record and notes the revocation in one write, before the provider is asked', async () => {
    const { connection, vault, during, inBackground, writes, pending, alive } = await connected({ kind })
    const { waiting: outcome, release } = await during('/revoke', () => connection.revoke(), passing)
    expect(writes()).toHaveLength(1)
    const noted = { isDisconnect: true, attempts: 0, retryAt: NOW + 60 }
    expect(await vault.read(ADDRESS)).toMatchObject({ connections: [], revocations: [noted] })
    release()
    expect(await outcome).toBe('revoked')
    await inBackground()
    expect([await pending(), alive()]).toEqual([[], [false]])
  })

  it.each<[string, Reply, string, number]>([
    ['the provider ends the grant', passing, 'revoked', 0],
    ['it does not revoke', answering(400, { error: 'unsupported_token_type' }), 'deleted_only', 0],
    ['it cannot be reached', unreachable, 'pending', 1],
    ['it answers nonsense', answering(302), 'pending', 1],
  ])('tells once what became of the grant: %s', async (_name, reply, outcome, count) => {
    const { connection, onNext, pending, told, inBackground } = await connected({ kind })
    onNext('/revoke', reply)
    expect(await connection.revoke()).toBe(outcome)
    await inBackground()
    expect([told(), (await pending()).length]).toEqual([['connected', `revoked ${outcome} owner`], count])
  })

  it('ends one connection, once, also for two callers', async () => {
    const { connection, login, list, alive, told } = await connected({ kind })
    const { id } = await login({ user: 'user-1002' })
    const outcomes = await Promise.all([connection, connection].map((it) => outcomeOf(it.revoke())))
    expect(outcomes.sort()).toEqual(['connection_unknown', 'revoked'])
    expect([(await list()).map((each) => each.id), alive(), told().length]).toEqual([[id], [false, true], 3])
  })

  it.each(['get', 'write'])('that the store cannot %s leaves all as it was', async (operation) => {
    const { connection, faults, list, alive, told } = await connected({ kind })
    const fault = faults.fail(operation === 'get' ? 'get' : WRITE[kind], DOCUMENTS)
    expect(await outcomeOf(connection.revoke())).toBe('store_unavailable')
    fault.end()
    expect([(await list()).length, alive(), told()]).toEqual([1, [true], ['connected']])
  })

  it('stands when the store fails after it: the revocation is tried again', async () => {
    const { connection, during, faults, pending, clock, runDueWork, inBackground } = await connected({ kind })
    const { waiting: outcome, release } = await during('/revoke', () => connection.revoke())
    const fault = faults.fail(WRITE[kind])
    release()
    expect(await outcome).toBe('revoked')
    await inBackground()
    fault.end()
    expect(await pending()).toHaveLength(1)
    clock.advance(60)
    await runDueWork()
    expect(await pending()).toEqual([])
  })
})

describe.each(KINDS)('a disconnect at a provider that does not answer, over %s', (kind) => {
  it('is pending within two seconds, goes on, and tells later what became of the grant', async () => {
    const { connection, during, inBackground, pending, alive, told, list } = await connected({ kind })
    stopTimers(['setTimeout', 'clearTimeout', 'Date'])
    const { waiting, release } = await during('/revoke', () => connection.revoke(), passing)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await waiting).toBe('pending')
    expect([await list(), alive(), (await pending()).length]).toEqual([[], [true], 1])
    release()
    await inBackground()
    expect([alive(), await pending()]).toEqual([[false], []])
    expect(told()).toEqual(['connected', 'revoked pending owner', 'revoked revoked owner'])
  })

  it('is told once when the provider fails after that, and is tried again', async () => {
    const { connection, during, inBackground, pending, told, clock, runDueWork } = await connected({ kind })
    stopTimers(['setTimeout', 'clearTimeout', 'Date'])
    const { waiting, release } = await during('/revoke', () => connection.revoke(), unreachable)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await waiting).toBe('pending')
    release()
    await inBackground()
    expect([told(), await pending()]).toMatchObject([['connected', 'revoked pending owner'], [{ attempts: 1 }]])
    clock.advance(100)
    await runDueWork()
    expect(told().at(-1)).toBe('revoked revoked owner')
  })
})

it('a disconnect over Workers KV does not wait for its second write', async () => {
  const { connection, during, faults, inBackground, pending } = await connected({ kind: 'kv' })
  // A store that does not answer would fail after ten seconds.
  stopTimers()
  const { waiting: outcome, release } = await during('/revoke', () => connection.revoke())
  const second = faults.hang('put', DOCUMENTS)
  release()
  expect(await outcome).toBe('revoked')
  await until(() => second.held === 1)
  second.release()
  await inBackground()
  expect(await pending()).toEqual([])
})

describe.each(KINDS)('a pending revocation, over %s', (kind) => {
  async function pendingRevocation(vary?: Vary, reply = unreachable) {
    const world = await connected({ kind, vary })
    world.onNext('/revoke', reply)
    expect(await world.connection.revoke()).toBe('pending')
    await world.inBackground()
    world.events.length = 0
    return world
  }

  it.each<[string, (world: Awaited<ReturnType<typeof connected>>) => Promise<unknown>]>([
    ['the due work', ({ runDueWork }) => runDueWork()],
    ['a visit', ({ list }) => list()],
    ['three visits at the same time', ({ list }) => Promise.all([list(), list(), list()])],
  ])('is tried again when it is due by %s, told once', async (_n, visit) => {
    const world = await pendingRevocation()
    const counts = await world.stepping([67, 1, 1e6], async () => {
      await visit(world)
      await world.inBackground()
      return (await world.pending()).length
    })
    // Of the three requests, two are those of the second try: one for each token.
    expect([counts, world.revocations().length]).toEqual([[1, 0, 0], 3])
    expect([world.alive(), world.told()]).toEqual([[false], ['revoked revoked owner']])
  })

  it('is tried again after pauses that double, 20 times within a week, then given up', async () => {
    const { pending, clock, now, onNext, runDueWork, revocations, told } = await pendingRevocation()
    onNext('/revoke', ...times(30, answering(302)))
    const pauses: number[] = []
    for (let [next] = await pending(); next; [next] = await pending()) {
      pauses.push(next.retryAt - now())
      clock.advance(next.retryAt - now())
      await runDueWork()
    }
    expect(pauses.slice(0, 4)).toEqual([68, 135, 270, 540])
    expect(pauses.slice(9)).toEqual([34_560, ...Array(9).fill(48_600)])
    expect(now() - NOW).toBeLessThan(7 * 24 * 60 * 60)
    expect([revocations().length, told()]).toEqual([20, ['revoked deleted_only owner']])
  })

  it('waits for as long as the provider asks', async () => {
    const { pending } = await pendingRevocation(undefined, answering(503, {}, { 'retry-after': '3600' }))
    expect(await pending()).toMatchObject([{ retryAt: NOW + 3600 }])
  })

  it.each<[string, Vary | undefined, boolean[]]>([
    ['is tried although its grant began again', undefined, [false, true]],
    ['is dropped where one token ends the whole grant', sharedGrant, [true, true]],
  ])('of an owner who logs in again %s', async (_name, vary, expected) => {
    const { login, clock, runDueWork, pending, alive } = await pendingRevocation(vary)
    await login()
    clock.advance(1000)
    await runDueWork()
    expect([await pending(), alive()]).toEqual([[], expected])
  })

  it('is settled without an event when a login has dropped it meanwhile', async () => {
    const { clock, during, pending, list, login, told, inBackground } = await pendingRevocation(sharedGrant)
    clock.advance(68)
    const { release } = await during('/revoke', list)
    await login()
    release()
    await inBackground()
    expect([await pending(), told()]).toEqual([[], ['connected']])
  })

  it('is taken for a minute by one caller: the other finds nothing due', async () => {
    const { clock, during, pending, list, isolate, ...world } = await pendingRevocation()
    clock.advance(68)
    const { release } = await during('/revoke', list, passing)
    const other = isolate()
    await other.list()
    await other.inBackground()
    expect(await pending()).toMatchObject([{ retryAt: NOW + 68 + 60 }])
    release()
    await world.inBackground()
    expect([world.revocations().length, world.told(), other.told()]).toEqual([3, ['revoked revoked owner'], []])
  })
})

describe('a grant that ended at the provider', () => {
  function ending() {
    const world = createWorld({ vary: endingGrants })
    const names = async (owner = OWNER) =>
      (await world.access.list(owner)).map(({ id, account }) => `${id.split('.')[0]} ${account.id}`)
    const end = (occurredAt: number) => world.access.endGrant('example', 'user-1001', occurredAt)
    return { ...world, names, end }
  }

  it('ends its connections, of all owners and providers of the realm, and no others', async () => {
    const { login, names, end, revocations, told, grantIndex, operations } = ending()
    for (const owner of [OWNER, STRANGER]) {
      for (const more of [{}, { user: 'user-1002' }, { name: 'second' }]) await login({ owner, ...more })
    }
    await end(NOW)
    for (const owner of [OWNER, STRANGER]) expect(await names(owner)).toEqual(['example user-1002'])
    expect([revocations(), await grantIndex.owners('user-1001')]).toEqual([[], []])
    expect(told().slice(6)).toEqual(Array(4).fill('revoked revoked provider'))
    operations.length = 0
    await end(NOW)
    expect(operations.filter((each) => each.startsWith('write'))).toEqual([])
  })

  it.each([
    [9, [['example user-1001'], []], ['example.ada']],
    [10, [[], []], []],
  ])('%d seconds on, leaves later logins alone', async (seconds, expected, owners) => {
    const { login, names, end, clock, grantIndex } = ending()
    for (const owner of [OWNER, STRANGER]) await login({ owner })
    clock.advance(10)
    await login()
    await end(NOW + seconds)
    expect([[await names(), await names(STRANGER)], await grantIndex.owners('user-1001')]).toEqual([expected, owners])
  })

  it.each([
    [10, 2],
    [25, 1],
  ])('%d seconds on, when it began again after 20, leaves %d', async (seconds, count) => {
    const { access, login, names, end, clock, written } = ending()
    const owner = { ...OWNER, expiresAt: NOW + 500 }
    for (const user of ['user-1001', 'user-1002']) await login({ owner, user })
    await access.beginGrant('example', 'user-1001', NOW + 20)
    clock.advance(100)
    written.length = 0
    await end(NOW + seconds)
    expect(await names()).toHaveLength(count)
    // The end of the session stays where it was.
    if (count === 1) expect(written[0]?.options?.ttlSeconds).toBe(400)
  })

  it.each(['get', 'compareAndSwap', 'list'] as const)('ends when told again after no %s', async (operation) => {
    const { login, names, end, faults } = ending()
    await login()
    const fault = faults.fail(operation)
    expect(await outcomeOf(end(NOW))).toBe('store_unavailable')
    fault.end()
    await end(NOW)
    expect(await names()).toEqual([])
  })

  it('leaves the index entry of a login that came while a disconnect removed it', async () => {
    const { login, faults, grantIndex } = ending()
    const connection = await login()
    const removing = faults.hang('delete', { times: 1 })
    const outcome = connection.revoke()
    await until(() => removing.held === 1)
    await login()
    removing.release()
    expect([await outcome, await grantIndex.owners('user-1001')]).toEqual(['revoked', ['example.ada']])
  })
})
