import { describe, expect, it, vi } from 'vitest'
import { ADDRESS, DOCUMENTS, ENDING, KEY, KINDS, LIFETIME, WRITE } from './constants.ts'
import { connected, createWorld, stopTimers, tokenOf } from './fixture.ts'
import { answering, CLIENT_ERROR, GONE, passing, type Reply, times, unreachable } from './replies.ts'
import type { Vary } from './varied-provider.ts'

const busy = (seconds: number) => answering(503, {}, { 'retry-after': String(seconds) })

describe.each<[string, Reply, string]>([
  ['no connection', unreachable, 'provider_unavailable'],
  ['a server error', answering(500), 'provider_unavailable'],
  ['an answer that makes no sense', answering(302), 'provider_response_invalid'],
])('a renewal that fails for now: %s', (_name, failure, code) => {
  it('does not matter while the old token lives: one try, then a rest of 30 seconds', async () => {
    const { connection, first, stepping, onNext, renewals, operations, pauses } = await connected()
    onNext('/token', ...times(2, failure))
    const counts = await stepping([ENDING, 29, 1], async (seconds) => {
      operations.length = 0
      expect(await tokenOf(connection)).toBe(first)
      // While the provider rests, no lease is written.
      if (seconds === 29) expect(operations).toEqual([`get ${KEY}`])
      return renewals().length
    })
    expect([counts, pauses]).toEqual([[1, 1, 2], []])
  })

  it('is tried three times when the old token is over, then told once to all callers', async () => {
    const { connection, clock, onNext, renewals, told, pauses, health } = await connected({ age: LIFETIME })
    onNext('/token', ...times(3, failure))
    const callers = Array.from({ length: 20 }, () => connection.accessToken().catch((it) => it))
    for (const error of await Promise.all(callers)) {
      const expected = { code: 'temporarily_unavailable', status: 503, retryAfterSeconds: 5 }
      expect([error, error.cause]).toMatchObject([expected, { code }])
    }
    expect([renewals().length, pauses, await health()]).toEqual([3, [500, 1000], ['degraded']])
    expect(told()).toEqual(['connected', `degraded ${code}`])
    for (const news of [['refreshed', 'recovered'], ['refreshed']]) {
      onNext('/token', failure)
      expect(await tokenOf(connection)).toMatch(/^[0-9a-f]+$/)
      expect(told().slice(-news.length)).toEqual(news)
      clock.advance(LIFETIME)
    }
  })
})

describe('a provider that asks for time', () => {
  it.each<[number, number, number[]]>([
    [10, 2, [10_500]],
    [11, 1, []],
    [120, 1, []],
  ])('gets %d seconds within one request: %d tries', async (seconds, count, expected) => {
    const { connection, onNext, renewals, pauses } = await connected({ age: LIFETIME })
    onNext('/token', busy(seconds))
    const answer = await connection.accessToken().catch(({ retryAfterSeconds }) => retryAfterSeconds)
    expect([renewals().length, pauses]).toEqual([count, expected])
    if (count === 1) expect(answer).toBe(seconds)
  })

  it.each([
    [45, 'gets it', [ENDING, 44, 1], [1, 1, 2]],
    [900, 'gets it until a renewal succeeds', [ENDING, 60, ENDING], [1, 2, 3]],
  ])('for %d seconds %s while the old token lives', async (seconds, _what, waits, expected) => {
    const { connection, stepping, onNext, renewals } = await connected()
    onNext('/token', busy(seconds))
    const counts = await stepping(waits, async () => {
      await connection.accessToken()
      return renewals().length
    })
    expect(counts).toEqual(expected)
  })
})

it.each<[string, number[]]>([
  ['a provider that hangs for ten seconds is not asked again with less time', [10_000]],
  ['after two failures of four seconds, seven seconds are left', [4000, 4000, 7000]],
])('the time of all tries together is 15 seconds at most: %s', async (_name, waits) => {
  const { connection, clock, hold, renewals } = await connected()
  stopTimers()
  // The last one is never released: it is the time that ends.
  const held = waits.map(() => hold('/token', unreachable))
  clock.advance(LIFETIME)
  const done = vi.fn()
  const waiting = connection.accessToken().catch(({ code, cause }) => [code, cause.code])
  void waiting.finally(done)
  for (const [index, milliseconds] of waits.entries()) {
    await held[index]?.arrived
    await vi.advanceTimersByTimeAsync(milliseconds - 1)
    expect(done).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    if (index < waits.length - 1) held[index]?.release()
  }
  expect([await waiting, renewals().length]).toEqual([['temporarily_unavailable', 'provider_timeout'], waits.length])
})

describe('what is written of failures', () => {
  it.each([
    ['swap', 2],
    ['object', 2],
    // Copies are late there, so a write could undo a login that was just made elsewhere.
    ['kv', 0],
  ] as const)('over %s, of two rejections of the client: %d documents', async (kind, count) => {
    const { connection, onNext, writes, health, told } = await connected({ kind, age: LIFETIME })
    onNext('/token', ...times(2, CLIENT_ERROR))
    for (let failure = 0; failure < 2; failure++) expect(await tokenOf(connection)).toBe('client_rejected')
    expect([writes().length, await health()]).toEqual([count, ['degraded']])
    expect(told()).toEqual(['connected', 'degraded client_rejected'])
  })

  it('is the time of the next try: later each time, within 90 minutes', async () => {
    const { connection, stepping, onNext, written, now } = await connected({ kind: 'object' })
    onNext('/token', ...times(9, CLIENT_ERROR))
    const pauses = await stepping(Array(9).fill(10_000), async () => {
      expect(await tokenOf(connection)).toBe('client_rejected')
      return (written.at(-1)?.options?.wakeAt ?? 0) - now()
    })
    expect(pauses).toEqual([38, 75, 150, 300, 600, 1200, 2400, 4500, 4500])
  })

  it('is a degraded connection also after an error that is no OAuthError', async () => {
    const bug = new TypeError('a bug')
    const vary: Vary = (real) => ({ ...real, renew: () => Promise.reject(bug) })
    const { connection, told } = await connected({ vary, age: LIFETIME })
    await expect(connection.accessToken()).rejects.toBe(bug)
    expect(told()).toEqual(['connected', 'degraded provider_unavailable'])
  })
})

describe.each(KINDS)('a grant that is gone, over %s', (kind) => {
  it.each([ENDING, LIFETIME])('is noted and told once, %d seconds later', async (seconds) => {
    const { connection, onNext, renewals, writes, told, list } = await connected({ kind, age: seconds })
    onNext('/token', GONE)
    const callers = Array.from({ length: 20 }, () => tokenOf(connection))
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['needs_reauth']))
    for (const each of [connection, ...(await list())]) expect(await tokenOf(each)).toBe('needs_reauth')
    expect([renewals().length, writes().length]).toEqual([1, kind === 'kv' ? 0 : 1])
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it.each([
    ['needs_reauth', GONE],
    ['client_rejected', CLIENT_ERROR],
  ])('or a rejected client is thrown also when the store fails: %s', async (code, reply) => {
    const { connection, onNext, faults, told } = await connected({ kind, age: LIFETIME })
    onNext('/token', ...times(2, reply))
    const fault = faults.fail(WRITE[kind], DOCUMENTS)
    const news = kind === 'kv' ? 2 : 1
    expect([await tokenOf(connection), told().length]).toEqual([code, news])
    fault.end()
    // The next caller finds it again, and notes it.
    expect([await tokenOf(connection), told().length]).toEqual([code, 2])
  })

  it.each([
    ['newer tokens, when the grant is gone', GONE, passing],
    ['newer tokens, when the client is rejected', CLIENT_ERROR, passing],
    ['the same refusal', GONE, GONE],
  ])('gives way to another isolate that wrote %s', async (_name, failure, reply) => {
    const { connection, during, onNext, isolate, health, told } = await connected({ kind, age: LIFETIME })
    const { waiting, release } = await during('/token', () => tokenOf(connection), failure)
    onNext('/token', reply)
    // The other isolate does not see the lease of the first.
    const [there] = await isolate(true).list()
    const token = await tokenOf(there)
    release()
    // Over Workers KV each isolate notes a refusal for itself.
    const isNews = kind === 'kv' && reply === GONE
    expect([await waiting, told()]).toEqual([token, isNews ? ['connected', 'needs_reauth'] : ['connected']])
    expect(await health()).toEqual([reply === GONE ? 'needs_reauth' : 'active'])
  })
})

describe('the circuit of a provider that has failed five times in a row', () => {
  async function opened() {
    const world = await connected({ age: LIFETIME })
    world.onNext('/token', ...times(5, unreachable))
    for (const count of [3, 5]) {
      expect([await tokenOf(world.connection), world.renewals().length]).toEqual(['temporarily_unavailable', count])
    }
    world.operations.length = 0
    return world
  }

  it('is open for 30 seconds: no request, no write, and the time to wait', async () => {
    const { connection, clock, renewals, operations } = await opened()
    for (const seconds of [0, 29]) {
      clock.advance(seconds)
      const error = await connection.accessToken().catch((thrown) => thrown)
      const retryAfterSeconds = 30 - seconds
      expect(error).toMatchObject({ code: 'temporarily_unavailable', retryAfterSeconds })
    }
    expect([renewals().length, operations]).toEqual([5, Array(2).fill(`get ${KEY}`)])
  })

  it.each([
    ['an outage opens it again', unreachable, 6],
    ['an answer closes it', passing, 7],
    ['a refusal is an answer', CLIENT_ERROR, 8],
  ])('lets one request try then: %s', async (_name, reply, count) => {
    const { connection, login, clock, hold, renewals, engine } = await opened()
    const other = await login({ user: 'user-1002' })
    const before = await engine.list(ADDRESS)
    clock.advance(LIFETIME)
    const held = hold('/token', reply)
    // Of two that ask at the same moment, one tries; the other one does not wait for it.
    const both = [connection, other].map(tokenOf)
    expect(await Promise.race(both)).toBe('temporarily_unavailable')
    await held.arrived
    expect([renewals().length, await engine.list(ADDRESS)]).toEqual([6, before])
    held.release()
    await Promise.all(both)
    for (const each of [connection, other]) {
      expect((await tokenOf(each)) === 'temporarily_unavailable').toBe(count === 6)
    }
    expect(renewals()).toHaveLength(count)
  })

  it('leaves tokens that live, logins and disconnects alone', async () => {
    const { connection, login, clock, renewals } = await opened()
    const other = await login({ user: 'user-1002' })
    expect(await connection.revoke()).toBe('revoked')
    clock.advance(20)
    expect(await tokenOf(other)).toMatch(/^[0-9a-f]+$/)
    expect(renewals()).toHaveLength(5)
  })

  it('is open for one connection alone after five times 429', async () => {
    const world = await connected()
    const other = await world.login({ user: 'user-1002' })
    world.clock.advance(LIFETIME)
    world.onNext('/token', ...times(5, answering(429)))
    for (const count of [3, 5, 5]) {
      expect([await tokenOf(world.connection), world.renewals().length]).toEqual(['temporarily_unavailable', count])
    }
    expect(await tokenOf(other)).toMatch(/^[0-9a-f]+$/)
    expect(await tokenOf(world.connection)).toBe('temporarily_unavailable')
    expect(world.renewals()).toHaveLength(6)
    world.clock.advance(30)
    expect(await tokenOf(world.connection)).toMatch(/^[0-9a-f]+$/)
  })

  it.each([
    ['an outage', unreachable, 5],
    ['nonsense', answering(302), 6],
  ])('counts revocations apart: %s', async (_name, reply, count) => {
    const { login, onNext, revocations, clock } = createWorld({ kind: 'object' })
    const first = await login({ user: 'user-1002' })
    onNext('/revoke', ...times(6, reply))
    for (let attempt = 0; attempt < 6; attempt++) expect(await (await login()).revoke()).toBe('pending')
    expect(revocations()).toHaveLength(count)
    clock.advance(LIFETIME)
    expect(await tokenOf(first)).toMatch(/^[0-9a-f]+$/)
  })
})
