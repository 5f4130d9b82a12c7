import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { breakableStore, NOW, owner, plainStore, setup } from './support.ts'

const TRANSIENT = ['provider_unavailable', 'provider_timeout', 'provider_response_invalid'] as const

describe.each(TRANSIENT)('a renewal that fails for now: %s', (code) => {
  const failure = new OAuthError(code)

  it('does not matter while the old token lives', async () => {
    const { connection, clock, renew, health, pauses } = await connected([failure])
    clock.now += ENDING
    expect(await tokenOf(connection)).toBe('grant:first')
    clock.now += 29
    expect(await tokenOf(connection)).toBe('grant:first')
    // One try, and nobody else for half a minute: who has a token is not kept waiting.
    expect([renew.mock.calls.length, pauses]).toEqual([1, []])
    clock.now += 1
    expect(await tokenOf(connection)).toBe('grant:first')
    expect(renew).toHaveBeenCalledTimes(2)
    expect(await health()).toBe('degraded')
  })

  it('is tried three times when the old token is over, and told then', async () => {
    const { connection, clock, health, renew, pauses } = await connected([
      failure,
      failure,
      failure,
      {},
    ])
    clock.now += LIFETIME
    const error = await refusal(() => connection.fetch('/x'))
    expect([error.code, error.status, error.cause]).toEqual([
      'temporarily_unavailable',
      503,
      failure,
    ])
    expect(error.retryAfterSeconds).toBe(5)
    expect([renew.mock.calls.length, pauses]).toEqual([3, [500, 1000]])
    expect(await health()).toBe('degraded')
    expect(await tokenOf(connection)).toBe('renewed-4')
  })

  it.each([1, 2])('is no news when a later try succeeds: %d', async (failures) => {
    const outcomes = [...Array(failures).fill(failure), {}]
    const { connection, clock, told, health } = await connected(outcomes)
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe(`renewed-${failures + 1}`)
    expect([told(), await health()]).toEqual([['connected', 'refreshed'], 'active'])
  })

  it('is told to 50 that wait for it, who do not try one after the other', async () => {
    const { connection, clock, renew, told } = await connected([failure])
    clock.now += LIFETIME
    const asked = Array.from({ length: 50 }, () => refusal(() => connection.accessToken()))
    const codes = (await Promise.all(asked)).map((error) => error.code)
    expect(codes).toEqual(Array(50).fill('temporarily_unavailable'))
    expect(renew).toHaveBeenCalledTimes(3)
    expect(told()).toEqual(['connected', 'degraded'])
  })

  it('is told once until it has recovered, and the tokens stay', async () => {
    const outcomes = [...Array(4).fill(failure), {}, failure]
    const { connection, clock, renew, events, engine } = await connected(outcomes)
    clock.now += LIFETIME
    for (const seconds of [0, 1]) {
      clock.now += seconds
      await connection.accessToken().catch(() => undefined)
    }
    clock.now += LIFETIME
    await (await engine.listAt(owner, 'p'))[0]?.accessToken().catch(() => undefined)
    const told = events.slice(1).map((event) => [event.type, 'code' in event && event.code])
    expect(told).toEqual([
      ['degraded', code],
      ['refreshed', false],
      ['recovered', false],
      ['degraded', code],
    ])
    const used = renew.mock.calls.map(([{ refreshToken }]) => refreshToken?.reveal())
    expect(used).toEqual(Array(used.length).fill('canary-refresh'))
  })
})

describe('a provider that asks for time', () => {
  const busy = (retryAfterSeconds: number) =>
    new OAuthError('provider_unavailable', { retryAfterSeconds })

  it('gets ten seconds', async () => {
    const { connection, clock, pauses } = await connected([busy(10), {}])
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-2')
    expect(pauses).toEqual([10_500])
  })

  it('gets no more: it is told how long it wants', async () => {
    const { connection, clock, pauses, renew } = await connected([busy(120)])
    clock.now += LIFETIME
    const error = await refusal(() => connection.accessToken())
    expect([error.code, error.retryAfterSeconds]).toEqual(['temporarily_unavailable', 120])
    expect([renew.mock.calls.length, pauses]).toEqual([1, []])
  })
})

describe('a provider that asks for more time than half a minute', () => {
  const busy = new OAuthError('provider_unavailable', { retryAfterSeconds: 45 })

  it('gets it, while the old token lives', async () => {
    const { connection, clock, renew, written } = await connected([busy])
    clock.now += ENDING
    for (const [seconds = 0, count = 0] of [
      [0, 1],
      [44, 1],
      [1, 2],
    ]) {
      clock.now += seconds
      expect(await tokenOf(connection)).toBe('grant:first')
      expect(renew).toHaveBeenCalledTimes(count)
      expect(written.at(-1)?.wakeAt).toBe(NOW + ENDING + (count === 1 ? 45 : 45 + 75))
    }
  })
})

describe('a rest', () => {
  it('is over with the next success', async () => {
    const busy = new OAuthError('provider_unavailable', { retryAfterSeconds: 600 })
    const { connection, clock } = await connected([busy, {}])
    const tokens: unknown[] = []
    for (const seconds of [ENDING, LIFETIME - ENDING, ENDING]) {
      clock.now += seconds
      tokens.push(await tokenOf(connection))
    }
    expect(tokens).toEqual(['grant:first', 'renewed-2', 'renewed-3'])
  })
})

describe('a provider that does not know the app', () => {
  const failure = new OAuthError('client_rejected')

  it('is asked once, told as it is, and the tokens stay', async () => {
    const { connection, clock, renew, pauses, health, events } = await connected([failure, {}])
    clock.now += LIFETIME
    expect(await refusal(() => connection.accessToken())).toBe(failure)
    expect([renew.mock.calls.length, pauses, await health()]).toEqual([1, [], 'degraded'])
    expect(events.at(-1)).toMatchObject({ type: 'degraded', code: 'client_rejected' })
    expect(await tokenOf(connection)).toBe('renewed-2')
    expect(events.at(-1)?.type).toBe('recovered')
  })

  it('does not matter while the old token lives', async () => {
    const { connection, clock } = await connected([failure])
    clock.now += ENDING
    expect(await tokenOf(connection)).toBe('grant:first')
  })

  it('is told to 50 that wait for it', async () => {
    const { connection, clock, renew } = await connected([failure])
    clock.now += LIFETIME
    const asked = Array.from({ length: 50 }, () => refusal(() => connection.accessToken()))
    expect(await Promise.all(asked)).toEqual(Array(50).fill(failure))
    expect(renew).toHaveBeenCalledTimes(1)
  })
})

describe('an error that nobody expected', () => {
  it('is told as it is, once, and the tokens stay', async () => {
    const failure = new TypeError('a bug')
    const { connection, clock, renew, events } = await connected([failure, {}])
    clock.now += LIFETIME
    await expect(connection.accessToken()).rejects.toBe(failure)
    expect(renew).toHaveBeenCalledTimes(1)
    expect(events.at(-1)).toMatchObject({ type: 'degraded', code: 'provider_unavailable' })
    expect(await tokenOf(connection)).toBe('renewed-2')
  })
})

describe('what is written of a failure', () => {
  const failure = new OAuthError('provider_unavailable')

  it.each([
    ['a store that can compare: who is at it, and what came of it', memoryStore(), [2, 4]],
    ['a store that cannot: only the first', plainStore(), [1, 1]],
  ])('in %s', async (_name, store, counts) => {
    const { connection, clock, writes, health } = await connected([failure], { store })
    clock.now += LIFETIME
    for (const count of counts) {
      await refusal(() => connection.accessToken())
      expect(writes()).toHaveLength(count)
      expect(await health()).toBe('degraded')
    }
  })

  it('is nothing where a late isolate could write over what another has won', async () => {
    const provider = { refreshTokens: 'rotating' } as const
    const made = await connected([failure], { store: plainStore(), provider })
    made.clock.now += LIFETIME
    const error = await refusal(() => made.connection.accessToken())
    expect(error.code).toBe('temporarily_unavailable')
    expect([made.writes(), made.told()]).toEqual([[], ['connected']])
  })

  it('says when to try again, later each time and within the hour', async () => {
    const made = await connected([failure], { store: plainStore() })
    made.clock.now += LIFETIME
    const pauses: number[] = []
    for (let count = 0; count < 9; count++) {
      made.written.length = 0
      // The circuit would open: it is long closed again when the next try is due.
      made.clock.now += 10_000
      await refusal(() => made.connection.accessToken())
      pauses.push((made.written[0]?.wakeAt ?? 0) - made.clock.now)
    }
    expect(pauses).toEqual([38, 75, 150, 300, 600, 1200, 2400, 4500, 4500])
  })

  it('is nothing when somebody else has won a token meanwhile', async () => {
    const answer = deferred<never>()
    const made = await connected([() => answer.promise, {}])
    const { connection, clock, renew, store, provider, told, health } = made
    const other = setup({ store, provider, clock, isSoleWriter: true })
    clock.now += LIFETIME
    const waiting = tokenOf(connection)
    await until(() => renew.mock.calls.length > 0)
    await tokenOf((await other.engine.listAt(owner, 'p'))[0])
    answer.reject(new OAuthError('client_rejected'))
    expect(await waiting).toBe('renewed-2')
    expect([told(), await health()]).toEqual([['connected'], 'active'])
  })

  it('is nothing when the store fails, and what the provider said is told', async () => {
    const { store, state } = breakableStore()
    const breaking = () => {
      state.broken.add('put')
      return Promise.reject(new OAuthError('client_rejected'))
    }
    const { connection, clock, told } = await connected([breaking], { store })
    clock.now += LIFETIME
    expect((await refusal(() => connection.accessToken())).code).toBe('client_rejected')
    expect(told()).toEqual(['connected'])
  })
})
