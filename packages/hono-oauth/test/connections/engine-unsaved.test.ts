import { describe, expect, it, vi } from 'vitest'
import { CircuitBreaker } from '../../src/connections/circuit-breaker.ts'
import type { GrantTokens, RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { breakableStore, owner, plainStore, setup } from './support.ts'

const STORES = [
  ['one that can compare', memoryStore],
  ['one that cannot', plainStore],
] as const
const WON = {
  accessToken: new Secret('canary-won'),
  refreshToken: new Secret('canary-won-refresh'),
}

/** A renewal whose answer comes when the store cannot be written any more. */
async function unsaved(inner = memoryStore(), seconds = LIFETIME) {
  const { store, state } = breakableStore(inner)
  const answer = deferred<RenewedTokens>()
  const breaker = new CircuitBreaker()
  const made = await connected([() => answer.promise, {}], { store, breaker })
  const { clock, connection, renew } = made
  clock.now += seconds
  const waiting = connection.accessToken().then(
    (token) => token.reveal(),
    (error: unknown) => error,
  )
  await until(() => renew.mock.calls.length > 0)
  state.broken.add('put')
  answer.resolve(WON)
  return { ...made, inner, state, outcome: await waiting, breaker }
}

describe('a disconnect while a won token is not saved', () => {
  it('ends what was won, not what it replaced', async () => {
    const revoke = vi.fn(async (_tokens: GrantTokens) => 'revoked' as const)
    const { connection, provider, state } = await unsaved()
    Object.assign(provider, { revoke })
    state.broken.clear()
    expect(await connection.revoke()).toBe('revoked')
    const ended = revoke.mock.calls.map(([{ accessToken, refreshToken }]) => [
      accessToken.reveal(),
      refreshToken?.reveal(),
    ])
    expect(ended).toEqual([['canary-won', 'canary-won-refresh']])
  })
})

describe('a renewal while the store fails', () => {
  it.each([
    ['get', ENDING],
    ['put', ENDING],
    ['get', LIFETIME - 1],
    ['put', LIFETIME - 1],
  ] as const)('of %s leaves the old token, which still lives', async (operation, seconds) => {
    const { store, state } = breakableStore()
    const { connection, clock } = await connected([{}], { store })
    state.broken.add(operation)
    clock.now += seconds
    expect(await tokenOf(connection)).toBe('grant:first')
  })

  it.each(['get', 'put'] as const)(
    'of %s says so when the old token is over',
    async (operation) => {
      const { store, state } = breakableStore()
      const { connection, clock, health } = await connected([{}], { store })
      state.broken.add(operation)
      clock.now += LIFETIME
      const error = await refusal(() => connection.accessToken())
      expect(error.code).toBe('store_unavailable')
      expect(shown(error)).not.toContain('canary')
      state.broken.clear()
      expect(await health()).toBe('active')
      expect(await tokenOf(connection)).toMatch(/^renewed-/)
    },
  )

  it.each([
    ['read', 'get', memoryStore],
    ['read', 'get', plainStore],
    ['leased', 'put', memoryStore],
  ] as const)('asks no provider for what cannot be %s', async (_name, operation, inner) => {
    const { store, state } = breakableStore(inner())
    const { connection, clock, renew } = await connected([{}], { store })
    state.broken.add(operation)
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    expect(renew).not.toHaveBeenCalled()
  })
})

describe.each(STORES)('a token that was won and could not be written, in %s', (_name, inner) => {
  it('is not given to anybody', async () => {
    const { outcome, told, connection, state } = await unsaved(inner())
    expect(outcome).toMatchObject({ code: 'store_unavailable' })
    expect(shown(outcome)).not.toContain('canary')
    expect((await refusal(() => connection.accessToken())).code).toBe('store_unavailable')
    expect(told()).toEqual(['connected'])
    state.broken.clear()
  })

  it('is written by the next one who asks, and the provider is not asked again', async () => {
    const made = await unsaved(inner())
    const { connection, state, renew, told, inner: store, provider, clock, tools } = made
    state.broken.clear()
    const tokens = await Promise.all([connection, connection, connection].map(tokenOf))
    expect(tokens).toEqual(Array(3).fill('canary-won'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(told()).toEqual(['connected', 'refreshed'])
    expect(tools.renewals.unsaved.size).toBe(0)
    const other = setup({ store, provider, clock })
    expect(await tokenOf((await other.engine.listAt(owner, 'p'))[0])).toBe('canary-won')
    clock.now += LIFETIME
    await connection.accessToken()
    expect(renew.mock.calls[1]?.[0].refreshToken?.reveal()).toBe('canary-won-refresh')
  })

  it('does not matter while the old one lives', async () => {
    const { outcome, connection, state, renew } = await unsaved(inner(), ENDING)
    expect([outcome, await tokenOf(connection)]).toEqual(['grant:first', 'grant:first'])
    state.broken.clear()
    expect(await tokenOf(connection)).toBe('canary-won')
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('does not wait for a provider that is down: it is not needed any more', async () => {
    const { connection, state, renew, breaker, clock } = await unsaved(inner())
    state.broken.clear()
    for (let count = 0; count < 5; count++) breaker.failed('p', clock.now)
    expect(await tokenOf(connection)).toBe('canary-won')
    expect(renew).toHaveBeenCalledTimes(1)
  })
})
