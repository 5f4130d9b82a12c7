import { afterEach, describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { authorizing, fakeProvider, owner } from './support.ts'

afterEach(() => void vi.useRealTimers())

/**
 * Some connections at a provider that keeps every renewal waiting until the test answers it, and so many
 * of them at once.
 */
async function crowd(count: number, maxRenewalsAtOnce: number, options = {}) {
  const answers = Array.from({ length: count }, () => deferred<RenewedTokens>())
  const outcomes = answers.map(
    ({ promise }) =>
      () =>
        promise,
  )
  const made = await connected(outcomes, { maxRenewalsAtOnce, ...options })
  for (let each = 1; each < count; each++) await made.login(`grant-${each}`, 'token')
  const connections = await made.engine.listAt(owner, 'p')
  const asked = () => made.renew.mock.calls.length
  const answer = (index: number) =>
    answers[index]?.resolve({ accessToken: new Secret(`won-${index}`) })
  return { ...made, connections, asked, answer, answers }
}

/** Time that passes only while somebody waits. */
const passing = async (milliseconds: number) => {
  vi.setSystemTime(Date.now() + milliseconds)
  await new Promise((resolve) => setImmediate(resolve))
}

describe('more renewals than may be on their way at once', () => {
  it('take their turns, and all get a token in the end', async () => {
    const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
    const { connections, clock, asked, answer, pauses } = await crowd(5, 2, { pause })
    clock.now += LIFETIME
    const waiting = connections.map(tokenOf)
    for (let index = 0; index < 5; index++) {
      await until(() => asked() > index)
      // The others have had every opportunity by then.
      const before = pauses.length
      if (index < 4) await until(() => asked() > index + 1 || pauses.length > before + 20)
      expect(asked()).toBe(Math.min(5, index + 2))
      answer(index)
    }
    expect((await Promise.all(waiting)).sort()).toEqual(
      [0, 1, 2, 3, 4].map((each) => `won-${each}`),
    )
  })

  it('leave old tokens to serve as long as they live: no wait, no write, no event', async () => {
    const { connections, clock, asked, answer, pauses, writes, told } = await crowd(3, 1)
    clock.now += ENDING
    const first = tokenOf(connections[0])
    await until(() => asked() > 0)
    const [count, events] = [writes().length, told()]
    expect(await tokenOf(connections[1])).toBe('grant-1:token')
    expect(await tokenOf(connections[2])).toMatch(/^grant/)
    expect([asked(), pauses, writes().length, told()]).toEqual([1, [], count, events])
    answer(0)
    expect(await first).toBe('won-0')
    void tokenOf(connections[1])
    await until(() => asked() > 1)
    answer(1)
  })

  it('give their lease back when the last slot went just before', async () => {
    const made = await crowd(2, 1)
    const { connections, clock, asked, answer, documents, told, tools } = made
    clock.now += ENDING
    const isFull = vi.spyOn(tools.slots, 'isFull').mockReturnValue(false)
    const first = tokenOf(connections[1])
    await until(() => asked() > 0)
    expect(await tokenOf(connections[0])).toMatch(/:/)
    isFull.mockRestore()
    const stored = await documents.read({ provider: 'p', owner })
    expect(stored.connections.map(({ lease }) => lease !== undefined).sort()).toEqual([false, true])
    expect(stored.connections.map(({ health }) => health)).toEqual(['active', 'active'])
    answer(0)
    await first
    expect(told().filter((type) => type === 'degraded')).toEqual([])
  })

  it('are told to come back when it takes too long, and nothing is held against them', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { connections, clock, asked, answer, told, health, documents } = await crowd(2, 1, {
      pause: passing,
    })
    clock.now += LIFETIME
    const first = tokenOf(connections[1])
    await until(() => asked() > 0)
    const error = await refusal(() => connections[0]?.accessToken())
    expect([error.code, error.status, error.retryAfterSeconds]).toEqual([
      'temporarily_unavailable',
      503,
      5,
    ])
    expect(String(error.cause)).toContain('as many renewals as may be')
    expect(asked()).toBe(1)
    expect([await health(), told()]).toEqual(['active', ['connected', 'connected']])
    answer(0)
    expect(await first).toBe('won-0')
    const { connections: stored } = await documents.read({ provider: 'p', owner })
    expect(stored.map(({ lease }) => lease)).toEqual([undefined, undefined])
    const second = tokenOf(connections[0])
    await until(() => asked() > 1)
    answer(1)
    expect(await second).toBe('won-1')
  })

  it('go on when those before them were cancelled', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { connections, clock, asked, answer } = await crowd(2, 1)
    clock.now += LIFETIME
    // Nobody will ever hear of it again.
    void tokenOf(connections[1])
    await until(() => asked() > 0)
    vi.setSystemTime(Date.now() + 15_000)
    const second = tokenOf(connections[0])
    await until(() => asked() > 1)
    answer(1)
    expect(await second).toBe('won-1')
  })

  it('give their slot back whatever comes of it', async () => {
    const { connections, clock, asked, answers, answer, tools } = await crowd(2, 1)
    clock.now += LIFETIME
    const first = expect(tokenOf(connections[1])).rejects.toThrow('a mistake in a provider')
    await until(() => asked() > 0)
    expect(tools.slots.isFull('p', 1)).toBe(true)
    answers[0]?.reject(new Error('a mistake in a provider'))
    await first
    expect(tools.slots.isFull('p', 1)).toBe(false)
    const second = tokenOf(connections[0])
    await until(() => asked() > 1)
    answer(1)
    expect(await second).toBe('won-1')
  })

  it('do not hide that the provider is not well from whoever finds no slot for another try', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const made = await crowd(2, 1, { pause: passing })
    const { connections, clock, asked, answers, answer, told, tools } = made
    clock.now += LIFETIME
    const failing = refusal(() => connections[1]?.accessToken())
    await until(() => asked() > 0)
    // Somebody else has the slot by the time of the second try, and keeps it.
    const waitFor = vi.spyOn(tools.slots, 'waitFor').mockResolvedValue(undefined)
    answers[0]?.reject(new OAuthError('provider_unavailable'))
    expect((await failing).code).toBe('temporarily_unavailable')
    expect(asked()).toBe(1)
    expect(told()).toContain('degraded')
    waitFor.mockRestore()
    answer(1)
  })

  it('have nothing to do with another provider', async () => {
    const renew = async () => ({ accessToken: new Secret('renewed') })
    const authorize = authorizing({ expiresInSeconds: 10 })
    const q = { ...fakeProvider(), authorize, renew }
    const { connections, clock, asked, answer, login } = await crowd(1, 1, { more: { q } })
    const there = await login('grant', 'token', owner, 'q')
    clock.now += LIFETIME
    const first = tokenOf(connections[0])
    await until(() => asked() > 0)
    expect(await tokenOf(there)).toBe('renewed')
    answer(0)
    expect(await first).toBe('won-0')
  })
})
