import { describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { authorizing, fakeProvider, owner } from './support.ts'

const DOWN = new OAuthError('provider_unavailable')

/** A connection that is over, at a provider that has just failed for the fifth time. */
async function outage(outcomes: Parameters<typeof connected>[0] = [], options = {}) {
  const made = await connected([...Array(5).fill(DOWN), ...outcomes, DOWN], options)
  made.clock.now += LIFETIME
  for (let count = 0; count < 2; count++) await refusal(() => made.connection.accessToken())
  return made
}

describe('a provider that has failed five times', () => {
  it('is not asked by anybody for half a minute, and everybody is told how long', async () => {
    const { connection, clock, renew } = await outage()
    expect(renew).toHaveBeenCalledTimes(5)
    for (const seconds of [0, 29]) {
      clock.now += seconds
      const asked = Array.from({ length: 9 }, () => refusal(() => connection.accessToken()))
      for (const error of await Promise.all(asked)) {
        expect([error.code, error.retryAfterSeconds]).toEqual([
          'temporarily_unavailable',
          30 - seconds,
        ])
      }
    }
    expect(renew).toHaveBeenCalledTimes(5)
  })

  it('costs nobody a write', async () => {
    const { connection, writes } = await outage()
    const count = writes().length
    await refusal(() => connection.accessToken())
    expect(writes()).toHaveLength(count)
  })

  it('leaves old tokens to serve', async () => {
    const { engine, login, clock, renew } = await outage()
    clock.now -= LIFETIME
    await login('other', 'token')
    clock.now += ENDING
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('other:token')
    expect(renew).toHaveBeenCalledTimes(5)
  })

  it('is asked once after that, and not again when it fails', async () => {
    const { connection, clock, renew } = await outage()
    clock.now += 30
    const error = await refusal(() => connection.accessToken())
    expect([error.code, error.retryAfterSeconds]).toEqual(['temporarily_unavailable', 30])
    expect(renew).toHaveBeenCalledTimes(6)
    clock.now += 29
    await refusal(() => connection.accessToken())
    expect(renew).toHaveBeenCalledTimes(6)
  })

  it('is asked by one of several connections, and then by all', async () => {
    const answer = deferred<RenewedTokens>()
    const { engine, login, clock, renew, writes } = await outage([() => answer.promise, {}])
    await login('other', 'token')
    clock.now += LIFETIME
    const [other, first] = await engine.listAt(owner, 'p')
    const waiting = tokenOf(first)
    await until(() => renew.mock.calls.length > 5)
    const count = writes().length
    const error = await refusal(() => other?.accessToken())
    expect([error.code, error.retryAfterSeconds]).toEqual(['temporarily_unavailable', 30])
    expect([renew.mock.calls.length, writes().length]).toEqual([6, count])
    answer.resolve({ accessToken: new Secret('won') })
    expect(await waiting).toBe('won')
    expect(await tokenOf(other)).toBe('renewed-7')
  })

  it.each([
    ['a success', {}],
    ['a refusal', new OAuthError('needs_reauth')],
    ['a mistake of the app', new OAuthError('client_rejected')],
  ])('is well again with an answer: %s', async (_name, outcome) => {
    const { engine, connection, login, clock, renew } = await outage([outcome])
    await login('other', 'token')
    clock.now += LIFETIME
    await connection.accessToken().catch(() => undefined)
    const [other] = await engine.listAt(owner, 'p')
    await refusal(() => other?.accessToken())
    expect(renew).toHaveBeenCalledTimes(9)
  })

  it('has nothing to do with another provider', async () => {
    const renew = async () => ({ accessToken: new Secret('renewed') })
    const authorize = authorizing({ expiresInSeconds: 10 })
    const q = { ...fakeProvider(), authorize, renew }
    const { login, clock, connection } = await outage([], { more: { q } })
    const there = await login('grant', 'token', owner, 'q')
    clock.now += 10
    expect(await tokenOf(there)).toBe('renewed')
    expect(await there.revoke()).toBe('revoked')
    expect((await refusal(() => connection.accessToken())).retryAfterSeconds).toBe(20)
  })
})

describe('a disconnect', () => {
  it('is tried although nobody can be renewed: that is another endpoint', async () => {
    const revoke = vi.fn(async () => 'revoked' as const)
    const { connection } = await outage([], { provider: { revoke } })
    expect(await connection.revoke()).toBe('revoked')
    expect(revoke).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['an outage', DOWN, 5],
    ['a refusal', new OAuthError('client_rejected'), 6],
    ['nonsense', new OAuthError('provider_response_invalid'), 6],
  ])('that fails counts when it is %s, and for disconnects alone', async (_name, error, count) => {
    const revoke = vi.fn(() => Promise.reject(error))
    const { login, clock, renew, connection } = await connected([{}], { provider: { revoke } })
    clock.now += LIFETIME
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((grant) => login(grant, 'token'))
    for (const each of await Promise.all(others)) expect(await each.revoke()).toBe('pending')
    expect(revoke).toHaveBeenCalledTimes(count)
    expect(await tokenOf(connection)).toBe('renewed-1')
    expect(renew).toHaveBeenCalledTimes(1)
  })
})
