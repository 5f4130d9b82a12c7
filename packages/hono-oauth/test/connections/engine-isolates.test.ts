import { afterEach, describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { owner, setup } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const WON = { accessToken: new Secret('won'), refreshToken: new Secret('won-refresh') }

/** A connection that one isolate is renewing, and another isolate over the same store. */
async function contended(
  options: Pick<Parameters<typeof setup>[0] & object, 'isSoleWriter' | 'pause'> = {},
  seconds = LIFETIME,
) {
  const answer = deferred<RenewedTokens>()
  const made = await connected([() => answer.promise, {}])
  const { store, provider, clock, connection, renew } = made
  const pause = () => new Promise<void>((done) => setImmediate(done))
  const other = setup({ store, provider, clock, pause, ...options })
  const there = (await other.engine.listAt(owner, 'p'))[0]
  clock.now += seconds
  const here = connection.accessToken().then(
    (token) => token.reveal(),
    (error: OAuthError) => error.code,
  )
  await until(() => renew.mock.calls.length > 0)
  return { ...made, answer, here, there, other }
}

afterEach(() => void vi.useRealTimers())

describe('a renewal in a store that can compare', () => {
  it('is written down before the provider is asked, and not after', async () => {
    const { documents, clock, answer, here, tools } = await contended()
    const leaseOf = async () => (await documents.read(ADDRESS)).connections[0]?.lease
    const [holder] = tools.renewals.holders
    expect(await leaseOf()).toEqual({ holder, until: clock.now + 30 })
    answer.resolve(WON)
    await here
    expect(await leaseOf()).toBeUndefined()
  })

  it.each([
    ['fails for now', new OAuthError('client_rejected')],
    ['finds the grant gone', new OAuthError('needs_reauth')],
  ])('is not written down any more after it %s', async (_name, error) => {
    const { documents, answer, here } = await contended()
    answer.reject(error)
    expect(await here).toBe(error.code)
    expect((await documents.read(ADDRESS)).connections[0]?.lease).toBeUndefined()
  })
})

describe('two isolates that want the same token', () => {
  it('send one request, however many ask in both', async () => {
    const { connection, other, there, answer, here, renew } = await contended()
    const asked = Array.from({ length: 20 }, () => [tokenOf(connection), tokenOf(there)]).flat()
    await until(() => other.pauses.length > 2)
    answer.resolve(WON)
    expect(await Promise.all([here, ...asked])).toEqual(Array(41).fill('won'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(new Set(other.pauses)).toEqual(new Set([250]))
    expect(other.events).toEqual([])
  })

  it('do not wait for each other while the old token lives', async () => {
    const { there, other, renew, answer, here } = await contended({}, ENDING)
    expect(await tokenOf(there)).toBe('grant:first')
    expect([other.pauses, renew.mock.calls.length]).toEqual([[], 1])
    answer.resolve(WON)
    expect([await here, await tokenOf(there)]).toEqual(['won', 'won'])
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('begin at the same moment, and one of them is the first', async () => {
    const { store, provider, clock, connection, renew } = await connected()
    const pause = () => new Promise<void>((done) => setImmediate(done))
    const other = setup({ store, provider, clock, pause })
    const [there] = await other.engine.listAt(owner, 'p')
    clock.now += LIFETIME - 1
    const tokens = await Promise.all([connection, there].map(tokenOf))
    expect(tokens).toContain('renewed-1')
    clock.now += 1
    expect(await Promise.all([connection, there].map(tokenOf))).toEqual(Array(2).fill('renewed-1'))
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('are not at it both when the one that began never ends, before its time is over', async () => {
    const { there, other, clock, renew } = await contended()
    const waiting = tokenOf(there)
    clock.now += 29
    const polls = other.pauses.length
    await until(() => other.pauses.length > polls + 2)
    expect(renew).toHaveBeenCalledTimes(1)
    clock.now += 1
    expect(await waiting).toBe('renewed-2')
  })

  it('do not both wait where there is no other: what began it is dead', async () => {
    const { there, other, renew } = await contended({ isSoleWriter: true })
    expect(await tokenOf(there)).toBe('renewed-2')
    expect([other.pauses, renew.mock.calls.length]).toEqual([[], 2])
  })

  it('try one after the other when the first one fails', async () => {
    const { there, other, answer, here, renew } = await contended()
    const waiting = tokenOf(there)
    await until(() => other.pauses.length > 0)
    answer.reject(new OAuthError('client_rejected'))
    expect([await here, await waiting]).toEqual(['client_rejected', 'renewed-2'])
    expect(renew).toHaveBeenCalledTimes(2)
    expect(other.events.map(({ type }) => type)).toEqual(['refreshed', 'recovered'])
  })

  it('both hear of it, and only one asks and tells, when the grant is gone', async () => {
    const { there, other, answer, here, renew, told } = await contended()
    const waiting = refusal(() => there?.accessToken())
    await until(() => other.pauses.length > 0)
    answer.reject(new OAuthError('needs_reauth'))
    expect([await here, (await waiting).code]).toEqual(['needs_reauth', 'needs_reauth'])
    expect(renew).toHaveBeenCalledTimes(1)
    expect([told(), other.events]).toEqual([['connected', 'needs_reauth'], []])
  })

  it('do not wait for what was disconnected', async () => {
    const { there, other, engine, connection } = await contended()
    const waiting = refusal(() => there?.accessToken())
    await until(() => other.pauses.length > 0)
    await engine.disconnect(owner, connection.id)
    expect((await waiting).code).toBe('not_connected')
  })

  it('do not wait for ever: after twenty seconds it is said to come back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const pause = async (milliseconds: number) => {
      vi.setSystemTime(Date.now() + milliseconds)
    }
    const { there, other, renew } = await contended({ pause })
    const error = await refusal(() => there?.accessToken())
    expect([error.code, error.status]).toEqual(['temporarily_unavailable', 503])
    expect(error.retryAfterSeconds).toBe(5)
    expect([other.pauses.length, renew.mock.calls.length]).toEqual([80, 1])
  })
})

describe('a renewal beside other changes', () => {
  it('loses none of them, and is not lost', async () => {
    const { other, answer, here, login, engine } = await contended()
    const logins = ['a', 'b', 'c'].map((grant) => other.login(grant, 'there'))
    const more = ['d', 'e', 'f'].map((grant) => login(grant, 'here'))
    answer.resolve(WON)
    await Promise.all([here, ...logins, ...more])
    const seen = await Promise.all((await engine.listAt(owner, 'p')).map(tokenOf))
    expect(seen.sort()).toEqual([
      'a:there',
      'b:there',
      'c:there',
      'd:here',
      'e:here',
      'f:here',
      'won',
    ])
  })
})
