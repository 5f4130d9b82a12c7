import { describe, expect, it, vi } from 'vitest'
import { localLeases, storedLeases } from '../../src/engine/leases.ts'
import { ENDING, KEY, LIFETIME } from './constants.ts'
import { connected, createWorld, stopTimers, tokenOf } from './fixture.ts'
import { answering, CLIENT_ERROR, GONE, passing, type Reply, times } from './replies.ts'

/** A connection whose token one isolate is renewing, and the same connection in another isolate. */
async function contended({ seconds = LIFETIME, reply = undefined as Reply | undefined } = {}) {
  const world = await connected()
  const other = world.isolate()
  const [there] = await other.list()
  world.clock.advance(seconds)
  world.operations.length = 0
  const { waiting: here, release } = await world.during('/token', () => tokenOf(world.connection), reply)
  /** Asks in the other isolate, and waits until it has found the lease busy so many times. */
  async function asked(polls: number) {
    const waiting = tokenOf(there)
    await new Promise<void>((done) => {
      other.hooks.onPause = () => other.pauses.length >= polls && done()
    })
    return { waiting }
  }
  return { ...world, other, there, release, here, lease: `leases/${world.connection.id}`, asked }
}

describe('the lease of a renewal', () => {
  it('is a row that is written before the provider is asked, and free at the end', async () => {
    const { operations, written, release, here, lease, store } = await contended()
    expect(operations).toEqual([`write ${lease}`, `get ${KEY}`])
    expect(written).toEqual([{ key: lease, options: { ttlSeconds: 30 } }])
    release()
    await here
    expect([operations.slice(2), await store.get(lease)]).toEqual([[`write ${KEY}`, `write ${lease}`], 'free'])
  })

  it.each([
    ['the client is rejected', CLIENT_ERROR, 'client_rejected'],
    ['the grant is gone', GONE, 'needs_reauth'],
    ['the answer makes no sense', answering(302), 'temporarily_unavailable'],
  ])('is released after a failure: %s', async (_name, reply, code) => {
    const { connection, onNext, operations } = await connected({ age: LIFETIME })
    onNext('/token', ...times(3, reply))
    expect([await tokenOf(connection), operations.at(-1)]).toEqual([code, `write leases/${connection.id}`])
  })

  it.each(['rows', 'memory'])('is released by its holder alone: %s', async (kind) => {
    const { store, clock, now } = createWorld()
    const swap = kind === 'rows' ? store.compareAndSwap : undefined
    const leases = swap ? storedLeases(swap) : localLeases(now)
    const first = await leases.acquire('id')
    clock.advance(29)
    expect(await leases.acquire('id')).toBeUndefined()
    clock.advance(1)
    const second = await leases.acquire('id')
    await first?.release()
    expect(await leases.acquire('id')).toBeUndefined()
    await second?.release()
    expect([first, second, await leases.acquire('id')]).not.toContain(undefined)
  })

  it.each(['object', 'kv'] as const)('is no row over %s', async (kind) => {
    const { connection, operations } = await connected({ kind, age: LIFETIME })
    await connection.accessToken()
    expect(new Set(operations)).toEqual(new Set([`get ${KEY}`, `write ${KEY}`]))
  })
})

describe('two isolates that want the same token', () => {
  it('send one request: the other polls the lease', async () => {
    const { other, there, release, here, asked, renewals } = await contended()
    const { waiting } = await asked(3)
    release()
    const tokens = await Promise.all([here, waiting, tokenOf(there)])
    expect([new Set(tokens).size, renewals().length]).toEqual([1, 1])
    expect([new Set(other.pauses), other.told()]).toEqual([new Set([250]), []])
  })

  it('do not wait for each other while the old token lives', async () => {
    const { first, there, other, release, here, renewals } = await contended({ seconds: ENDING })
    expect([await tokenOf(there), other.pauses]).toEqual([first, []])
    release()
    const token = await here
    expect([await tokenOf(there), renewals().length]).toEqual([token, 1])
  })

  it('take over from an isolate that never ends, after the 30 seconds of its lease', async () => {
    const { asked, clock, renewals } = await contended({ reply: passing })
    clock.advance(29)
    const { waiting } = await asked(3)
    expect(renewals()).toHaveLength(1)
    clock.advance(1)
    expect(await waiting).toMatch(/^[0-9a-f]+$/)
    expect(renewals()).toHaveLength(2)
  })

  it.each([
    ['the next one tries when the first one fails', CLIENT_ERROR, 'client_rejected', 2],
    ['the first one tells that the grant is gone', GONE, 'needs_reauth', 1],
  ])('learn of a failure: %s', async (_name, reply, code, count) => {
    const { other, release, here, asked, renewals, told } = await contended({ reply })
    const { waiting } = await asked(1)
    release()
    expect([await here, (await waiting) === 'needs_reauth']).toEqual([code, reply === GONE])
    expect([renewals().length, told().length]).toEqual([count, 2])
    expect(other.told()).toEqual(reply === GONE ? [] : ['refreshed', 'recovered'])
  })

  it('do not wait for a connection that was ended', async () => {
    const { asked, connection } = await contended()
    const { waiting } = await asked(1)
    await connection.revoke()
    expect(await waiting).toBe('not_connected')
  })

  it('do not wait longer than twenty seconds', async () => {
    const { there, other, renewals } = await contended({ reply: passing })
    stopTimers(['Date'])
    other.hooks.onPause = (milliseconds) => vi.setSystemTime(Date.now() + milliseconds)
    const error = await there?.accessToken().catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'temporarily_unavailable', retryAfterSeconds: 5 })
    expect([other.pauses.length, renewals().length]).toEqual([80, 1])
  })
})
