import { describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { UnknownOutcome } from '../../src/stores/guard.ts'
import { DOCUMENTS, KEY, KINDS, type Kind, LIFETIME, NOW, OWNER, STRANGER, WRITE } from './constants.ts'
import { connected, createWorld, outcomeOf, stopTimers, tokenOf, until } from './fixture.ts'
import { answering, CLIENT_ERROR, GONE, unreachable } from './replies.ts'
import {
  endingGrants,
  irrevocable,
  sameTokens,
  sharedGrant,
  type Vary,
  withoutRefreshToken,
} from './varied-provider.ts'

const unknown = (error: OAuthError) => [error.code, error.cause instanceof UnknownOutcome]

/** The mark of a state, where the store can compare and swap. */
const mark = (kind: Kind) => (kind === 'kv' ? [] : [expect.stringMatching(/^write states\/[\w-]{32}$/)])

describe.each(KINDS)('a login, over %s', (kind) => {
  it('makes a connection of this owner: the mark of its state, one read, one write, one event', async () => {
    const { login, list, events, operations } = createWorld({ kind })
    const connection = await login()
    expect(operations).toEqual([...mark(kind), `get ${KEY}`, `write ${KEY}`])
    expect(connection.id).toMatch(/^example\.ada\.[\w-]{12}$/)
    const [expiresAt, createdAt] = [NOW + LIFETIME, NOW].map((seconds) => new Date(seconds * 1000).toISOString())
    const account = { id: 'user-1001', name: 'Ada Example' }
    const grant = { provider: 'example', account, scopes: ['openid', 'profile', 'items:read'] }
    const summary = { id: connection.id, ...grant, health: 'active', expiresAt, createdAt }
    expect((await list()).map((each) => each.toJSON())).toEqual([summary])
    expect(events).toMatchObject([{ type: 'connected', again: false }])
    expect(await connection.fetch('/api/me')).toMatchObject({ status: 200 })
    expect(await list(STRANGER)).toEqual([])
  })

  it('of a new owner is stored without a read, and can be changed at once', async () => {
    const { login, list, operations } = createWorld({ kind })
    const owner = { ...OWNER, isNew: true }
    const { id } = await login({ owner })
    expect(operations).toEqual([...mark(kind), `write ${KEY}`])
    expect(await (await login({ owner, user: 'user-1002' })).revoke()).toBe('revoked')
    expect((await list()).map((each) => each.id)).toEqual([id])
  })

  it('again keeps the id, and the replaced refresh token is revoked later, told to no listener', async () => {
    const { connection, first, clock, runDueWork, ...world } = await connected({ kind })
    const pending = async () => (await world.pending()).map(({ attempts, retryAt }) => [attempts, retryAt - NOW])
    const held = world.hold('/revoke', unreachable)
    const again = await world.login()
    expect([again.id, await pending()]).toEqual([connection.id, [[0, 60]]])
    held.release()
    await world.inBackground()
    expect(await pending()).toEqual([[1, 68]])
    clock.advance(68)
    await runDueWork()
    expect([await pending(), world.alive()]).toEqual([[], [false, true]])
    expect((await tokenOf((await world.list())[0])) === first).toBe(false)
    expect(world.events.map((event) => 'again' in event && event.again)).toEqual([false, true])
  })

  it('with another grant stands beside the first, the latest login first', async () => {
    const { connection, login, list, inBackground, alive } = await connected({ kind })
    const ids = async () => (await list()).map(({ id }) => id)
    const other = await login({ user: 'user-1002' })
    expect(await ids()).toEqual([other.id, connection.id])
    await login()
    await inBackground()
    expect(await ids()).toEqual([connection.id, other.id])
    expect(alive()).toEqual([false, true, true])
  })

  it('whose write fails gives the grant back and stores nothing', async () => {
    const { connection, first, login, faults, alive, told } = await connected({ kind })
    faults.fail(WRITE[kind], DOCUMENTS)
    expect([await outcomeOf(login()), alive(), told()]).toEqual(['store_unavailable', [true, false], ['connected']])
    expect(await tokenOf(connection)).toBe(first)
  })

  it.each([false, true])('written though the store failed counts, and is in the index, again: %s', async (again) => {
    const { login, clock, faults, alive, events, grantIndex } = createWorld({ kind, vary: endingGrants })
    if (again) await login()
    clock.advance(1)
    faults.failAfter(WRITE[kind], { ...DOCUMENTS, times: 1 })
    await login()
    expect([alive().at(-1), events.at(-1)]).toMatchObject([true, { type: 'connected', again }])
    expect(await grantIndex.owners('user-1001')).toEqual(['example.ada'])
  })

  it('whose write has an unknown outcome keeps its grant: the write may still arrive', async () => {
    const { login, list, faults, revocations } = createWorld({ kind })
    stopTimers()
    const fault = faults.hang(WRITE[kind], DOCUMENTS)
    const waiting = login().catch((error) => error)
    await until(() => fault.held > 0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(unknown(await waiting)).toEqual(['store_unavailable', true])
    fault.release()
    await until(() => fault.held === 0)
    const [late] = await list()
    expect([await outcomeOf(late?.fetch('/api/me')), revocations()]).toMatchObject([{ status: 200 }, []])
  })
})

it.each([
  ['one token ends the whole grant', sharedGrant],
  ['both have one refresh token', sameTokens],
  ['the first had no refresh token', withoutRefreshToken],
  ['the provider does not revoke', irrevocable],
])('a login that replaces another one revokes nothing where %s', async (_name, vary) => {
  const { login, inBackground, revocations } = await connected({ vary })
  await login()
  await inBackground()
  expect(revocations()).toEqual([])
})

it('a login again that brings no refresh token keeps the one before', async () => {
  let change: Vary = (real) => real
  const vary: Vary = (real) => ({ ...real, authorize: (...args) => change(real).authorize(...args) })
  const { first, login, clock, inBackground, alive } = await connected({ kind: 'kv', vary })
  change = withoutRefreshToken
  const again = await login()
  await inBackground()
  clock.advance(LIFETIME)
  expect([first, 'needs_reauth']).not.toContain(await tokenOf(again))
  expect(alive()).toEqual([true, true])
})

describe('a grant that was not stored', () => {
  it.each<[string, Vary, boolean, number]>([
    ['is given back', (real) => real, false, 2],
    ['of a new owner is given back', sharedGrant, true, 2],
    ['is kept where one token ends the whole grant', sharedGrant, false, 0],
  ])('in a store that answers nothing %s', async (_name, vary, isNew, count) => {
    const { login, faults, revocations } = createWorld({ vary })
    for (const operation of ['get', 'compareAndSwap'] as const) faults.fail(operation, DOCUMENTS)
    const error = await login({ owner: { ...OWNER, isNew } }).catch((thrown) => thrown)
    expect([unknown(error), revocations().length]).toEqual([['store_unavailable', true], count])
  })

  it.each([
    ['is kept while another connection needs it', 'user-1001', 0],
    ['is given back where no connection has it', 'user-1002', 2],
  ])('where one token ends the whole grant %s', async (_name, user, count) => {
    const { connection, login, faults, revocations } = await connected({ vary: sharedGrant })
    faults.fail('compareAndSwap', DOCUMENTS)
    expect([await outcomeOf(login({ user })), revocations().length]).toEqual(['store_unavailable', count])
    expect(await connection.fetch('/api/me')).toMatchObject({ status: 200 })
  })

  it.each<[string, string, string, Vary, boolean]>([
    ['is not taken for stored where the first got the same tokens', 'first', 'store_unavailable', sameTokens, true],
    ['is given back where its session was replaced', 'other', 'login_overtaken', (real) => real, false],
  ])('by the second login of a session %s', async (_name, presented, code, vary, isKept) => {
    const { login, list, faults, told, alive } = createWorld({ vary })
    await login({ owner: { ...OWNER, session: { presented: [], replacement: 'first' } } })
    faults.fail('compareAndSwap', DOCUMENTS)
    const session = { presented: [presented], replacement: 'second' }
    expect(await outcomeOf(login({ owner: { ...OWNER, session } }))).toBe(code)
    expect([alive(), told(), (await list()).length]).toEqual([[true, isKept], ['connected'], 1])
  })
})

it.each([
  ['code_rejected', GONE],
  ['client_rejected', CLIENT_ERROR],
  ['provider_unavailable', unreachable],
  ['provider_response_invalid', answering(200, {})],
])('a failed login sends its code once, and stores nothing: %s', async (code, reply) => {
  const { login, onNext, sent, operations, pauses, told } = createWorld()
  onNext('/token', reply)
  expect([await outcomeOf(login()), sent.length, operations, pauses, told()]).toEqual([code, 1, mark('swap'), [], []])
})

describe('a token that a person made', () => {
  const accepting: Vary = (real) => ({
    ...real,
    async acceptToken(accessToken) {
      if (accessToken.reveal() === 'refused') throw new OAuthError('token_not_accepted')
      const account = { id: 'pasted', name: null }
      return { tokens: { accessToken }, grant: { id: 'g', scopes: [], account, revocable: false } }
    },
  })

  it('makes a connection, which has no end and is not revoked', async () => {
    const { access, first, events, revocations } = await connected({ vary: accepting })
    const pasted = await access.acceptToken(OWNER, 'example', ` ${first}\n`)
    expect(pasted.toJSON()).toMatchObject({ account: { id: 'pasted' }, expiresAt: null })
    expect([await tokenOf(pasted), events.at(-1)]).toMatchObject([first, { type: 'connected' }])
    expect([await pasted.revoke(), revocations()]).toEqual(['deleted_only', []])
  })

  it.each<[string, string, Vary, boolean]>([
    ['configuration_invalid', 'any', (real) => real, false],
    ['token_not_accepted', 'refused', accepting, false],
    ['store_unavailable', 'any', accepting, true],
  ])('that fails is not revoked: %s', async (code, token, vary, isUnknown) => {
    const { access, faults, revocations, told } = createWorld({ vary })
    faults.fail('compareAndSwap')
    const error = await access.acceptToken(OWNER, 'example', token).catch((thrown) => thrown)
    expect([unknown(error), revocations(), told()]).toEqual([[code, isUnknown], [], []])
  })
})

describe('the index of grants', () => {
  it.each<[string, Vary, number[]]>([
    ['can end a grant', endingGrants, [500, 500]],
    ['do not exist', (real) => real, [500]],
  ])('comes after the document where webhooks %s', async (_name, vary, lifetimes) => {
    const { login, grantIndex, written } = createWorld({ vary })
    await login({ owner: { ...OWNER, expiresAt: NOW + 500 } })
    const [, ...after] = written
    expect([after.map(({ options }) => options?.ttlSeconds), after[0]?.key]).toEqual([lifetimes, KEY])
    expect(await grantIndex.owners('user-1001')).toHaveLength(lifetimes.length - 1)
  })

  it('that cannot be written leaves the connection, and a line in the log', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { login, list, faults, alive } = createWorld({ vary: endingGrants })
    faults.fail('put')
    await login()
    expect([(await list()).length, alive(), logged.mock.calls.length]).toEqual([1, [true], 1])
    logged.mockRestore()
  })
})
