import { describe, expect, it } from 'vitest'
import { ADDRESS, DOCUMENTS, ENDING, KINDS, LIFETIME, WRITE } from './constants.ts'
import { connected, tokenOf } from './fixture.ts'
import { altering, CLIENT_ERROR, GONE, type Reply, times, unreachable } from './replies.ts'
import { irrevocable, sameTokens, sharedGrant, type Vary } from './varied-provider.ts'

describe.each<[string, Record<string, unknown>]>([
  ['no access token', { access_token: undefined }],
  ['a token type that the client does not know', { token_type: 'mac' }],
])('a success that used up the refresh token and has no usable answer: %s', (_name, members) => {
  it('leaves the old token to serve to its end, then a new login is needed', async () => {
    const { connection, first, clock, stepping, onNext, renewals, told, health, login } = await connected()
    onNext('/token', altering(members))
    expect(await stepping([ENDING, 59, 1], () => tokenOf(connection))).toEqual([first, first, 'needs_reauth'])
    expect([renewals().length, await health()]).toEqual([1, ['needs_reauth']])
    expect(told()).toEqual(['connected', 'degraded provider_response_invalid', 'needs_reauth'])
    const again = await login()
    clock.advance(LIFETIME)
    expect(await tokenOf(again)).toMatch(/^[0-9a-f]+$/)
  })

  it('needs a new login at once when the old token has ended: one try', async () => {
    const { connection, onNext, renewals, told, pauses } = await connected({ age: LIFETIME })
    onNext('/token', altering(members))
    for (let count = 0; count < 3; count++) expect(await tokenOf(connection)).toBe('needs_reauth')
    expect([renewals().length, pauses, told()]).toEqual([1, [], ['connected', 'needs_reauth']])
  })

  it('is remembered also when the store fails: the refresh token is never sent again', async () => {
    const { connection, first, stepping, onNext, renewals, faults, alive } = await connected()
    onNext('/token', altering(members))
    const fault = faults.fail('compareAndSwap', DOCUMENTS)
    const outcomes = await stepping([ENDING, 31, LIFETIME], () => tokenOf(connection))
    fault.end()
    expect([...outcomes, await tokenOf(connection)]).toEqual([first, first, 'store_unavailable', 'needs_reauth'])
    expect([renewals().length, alive()]).toEqual([1, [true]])
  })

  it('is tried again where the refresh token can be used again', async () => {
    const { connection, onNext, renewals } = await connected({ kind: 'kv', age: LIFETIME })
    onNext('/token', altering(members))
    expect(await tokenOf(connection)).toBe('temporarily_unavailable')
    expect(await tokenOf(connection)).toMatch(/^[0-9a-f]+$/)
    expect(renewals()).toHaveLength(2)
  })
})

describe.each(KINDS)('tokens that were issued and could not be written, over %s', (kind) => {
  /** A renewal whose document cannot be written until the fault ends. */
  async function unsaved(seconds = LIFETIME) {
    const world = await connected({ kind, age: seconds })
    const fault = world.faults.fail(WRITE[kind], DOCUMENTS)
    return { ...world, outcome: await tokenOf(world.connection), fault }
  }

  it('are given to no caller, and written by the next one without another request', async () => {
    const { outcome, connection, fault, renewals, told, pauses, clock, alive } = await unsaved()
    expect([outcome, await tokenOf(connection)]).toEqual(Array(2).fill('store_unavailable'))
    expect([pauses, told()]).toEqual([[450, 900, 450, 900], ['connected']])
    fault.end()
    const tokens = await Promise.all([connection, connection, connection].map(tokenOf))
    expect([new Set(tokens).size, renewals().length]).toEqual([1, 1])
    expect(told()).toEqual(['connected', 'refreshed'])
    clock.advance(LIFETIME)
    expect(tokens).not.toContain(await tokenOf(connection))
    expect([renewals().length, alive()]).toEqual([2, [true]])
  })

  it('do not matter while the old token lives', async () => {
    const { outcome, connection, first, fault, renewals } = await unsaved(ENDING)
    expect([outcome, await tokenOf(connection)]).toEqual([first, first])
    fault.end()
    expect(await tokenOf(connection)).not.toBe(first)
    expect(renewals()).toHaveLength(1)
  })

  it('are written also while the provider is spared', async () => {
    const { connection, fault, login, onNext, clock, renewals } = await unsaved()
    fault.end()
    const other = await login({ user: 'user-1002' })
    clock.advance(LIFETIME)
    onNext('/token', ...times(5, unreachable))
    for (let count = 0; count < 2; count++) expect(await tokenOf(other)).toBe('temporarily_unavailable')
    expect(await tokenOf(connection)).toMatch(/^[0-9a-f]+$/)
    expect(renewals()).toHaveLength(6)
  })

  it('are what a login of the same account replaces and revokes', async () => {
    const { fault, login, alive, inBackground } = await unsaved()
    fault.end()
    await login()
    await inBackground()
    expect(alive()).toEqual([false, true])
  })

  it('are the ones that a disconnect ends', async () => {
    const { connection, fault, alive, grants } = await unsaved()
    fault.end()
    expect([await connection.revoke(), alive(), grants()[0]?.liveAccessTokens]).toEqual(['revoked', [false], 0])
  })
})

describe.each(KINDS)('a renewal while the store fails, over %s', (kind) => {
  const cases = [ENDING, LIFETIME].flatMap((seconds) => ['get', 'write'].map((each) => [each, seconds] as const))
  it.each(cases)('of %s, %d seconds after the login', async (operation, seconds) => {
    const { connection, first, faults, renewals } = await connected({ kind, age: seconds })
    const fault = faults.fail(operation === 'get' ? 'get' : WRITE[kind])
    expect(await tokenOf(connection)).toBe(seconds === ENDING ? first : 'store_unavailable')
    // A document that cannot be read or a lease that cannot be written costs no request.
    expect(renewals()).toHaveLength(operation === 'write' && kind !== 'swap' ? 1 : 0)
    fault.end()
    expect(await tokenOf(connection)).not.toBe(first)
    expect(renewals()).toHaveLength(1)
  })
})

describe.each(KINDS)('a renewal that a disconnect or a login overtakes, over %s', (kind) => {
  /** A connection in the middle of its renewal. */
  async function renewing(reply?: Reply, vary?: Vary) {
    const world = await connected({ kind, vary, age: LIFETIME })
    const held = await world.during('/token', () => tokenOf(world.connection), reply)
    async function release() {
      held.release()
      const outcome = await held.waiting
      await world.inBackground()
      return outcome
    }
    return { ...world, release }
  }

  it('writes nothing back after a disconnect: the late tokens are revoked', async () => {
    const { connection, release, pending, list, alive, grants, told } = await renewing()
    expect([await connection.revoke(), await release(), alive()]).toEqual(['revoked', 'not_connected', [false]])
    expect([grants()[0]?.liveAccessTokens, await pending(), await list()]).toEqual([0, [], []])
    expect(told()).toEqual(['connected', 'revoked revoked owner'])
  })

  it('revokes late tokens later when the provider cannot be reached, and tells nothing', async () => {
    const { connection, release, pending, onNext, clock, runDueWork, told, alive } = await renewing()
    await connection.revoke()
    onNext('/revoke', unreachable)
    expect(await release()).toBe('not_connected')
    expect(await pending()).toMatchObject([{ attempts: 1, isDisconnect: false }])
    clock.advance(100)
    await runDueWork()
    expect([await pending(), alive(), told()]).toEqual([[], [false], ['connected', 'revoked revoked owner']])
  })

  it.each([
    ['the grant is gone', GONE],
    ['the client is rejected', CLIENT_ERROR],
  ])('marks nothing after a disconnect or a login when %s', async (_name, reply) => {
    const ended = await renewing(reply)
    await ended.connection.revoke()
    expect([await ended.release(), await ended.list()]).toEqual(['not_connected', []])
    expect(ended.told()).toEqual(['connected', 'revoked revoked owner'])
    // A login may get the very tokens whose renewal fails.
    const again = await renewing(reply, sameTokens)
    const token = await tokenOf(await again.login())
    expect([await again.release(), await again.health()]).toEqual([token, ['active']])
    expect(again.told()).toEqual(['connected', 'connected'])
  })

  it('leaves the tokens of a login: the late ones are revoked', async () => {
    const { login, release, alive, pending, told } = await renewing()
    const token = await tokenOf(await login())
    expect([await release(), alive(), await pending()]).toEqual([token, [false, true], []])
    expect(told()).toEqual(['connected', 'connected'])
  })

  it.each([
    ['that a login needs', sharedGrant, false],
    ['that a login after the disconnect needs', sharedGrant, true],
    ['where the provider does not revoke', irrevocable, true],
  ])('ends nothing %s', async (_name, vary, isEnded) => {
    const { connection, login, release, revocations } = await renewing(undefined, vary)
    if (isEnded) await connection.revoke()
    const token = await tokenOf(await login())
    const before = revocations().length
    expect([await release(), revocations().length]).toEqual([isEnded ? 'not_connected' : token, before])
  })

  it('writes nothing back after the end of its grant', async () => {
    const { engine, now, release, list } = await renewing()
    await engine.endGrant(ADDRESS, 'user-1001', now())
    expect([await release(), await list()]).toEqual(['not_connected', []])
  })
})
