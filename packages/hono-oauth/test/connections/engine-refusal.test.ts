import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, ENDING, LIFETIME, tokenOf, until } from './renewing.ts'
import { breakableStore, owner, plainStore, setup } from './support.ts'

const GONE = new OAuthError('needs_reauth')
// Whether others are at it is written down only where that can be done in one step.
const STORES = [
  ['one that can compare', memoryStore, 2],
  ['one that cannot', plainStore, 1],
  ['a late one', () => plainStore(), 1],
] as const

describe.each(STORES)('a renewal whose grant is gone, in %s', (_name, store, count) => {
  const gone = () => connected([GONE], { store: store() })

  it.each([ENDING, LIFETIME])('is told and marked, %d seconds after', async (seconds) => {
    const { connection, engine, clock, renew, writes, sent, pauses } = await gone()
    clock.now += seconds
    expect(await refusal(() => connection.fetch('/x'))).toBe(GONE)
    expect(writes()).toHaveLength(count)
    const [marked] = await engine.listAt(owner, 'p')
    expect(marked?.health).toBe('needs_reauth')
    expect(marked?.reauthorizeUrl).toBe('https://app.example/auth/p/login')
    for (const work of [() => marked?.accessToken(), () => marked?.fetch('/x')]) {
      expect((await refusal(work)).code).toBe('needs_reauth')
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect([writes().length, sent, pauses]).toEqual([count, [], []])
  })

  // Row 137.
  it('is asked for once by somebody who holds the connection, and told once', async () => {
    const { connection, clock, renew, writes, told } = await gone()
    clock.now += LIFETIME
    for (let times = 0; times < 3; times++) {
      expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(count)
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it('is asked for once by 50 at the same time, and told once', async () => {
    const { connection, clock, renew, writes, told } = await gone()
    clock.now += LIFETIME
    const asked = Array.from({ length: 50 }, () => refusal(() => connection.accessToken()))
    const codes = (await Promise.all(asked)).map(({ code }) => code)
    expect(codes).toEqual(Array(50).fill('needs_reauth'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(count)
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it('works again after the next login', async () => {
    const { connection, engine, clock, login } = await gone()
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    await login('grant', 'again')
    const [alive, ...others] = await engine.listAt(owner, 'p')
    expect(others).toEqual([])
    expect(alive).toMatchObject({ id: connection.id, health: 'active' })
    expect(await tokenOf(alive)).toBe('grant:again')
  })

  it('marks nothing when somebody else has won a token meanwhile', async () => {
    const answer = deferred<never>()
    const made = await connected([() => answer.promise, {}], { store: store() })
    const { connection, clock, renew, told, health } = made
    // The others are sure of their turn: whoever had it before is late.
    const other = setup({ store: made.store, provider: made.provider, clock, isSoleWriter: true })
    clock.now += LIFETIME
    const waiting = tokenOf(connection)
    await until(() => renew.mock.calls.length > 0)
    const [seen] = await other.engine.listAt(owner, 'p')
    expect(await tokenOf(seen)).toBe('renewed-2')
    answer.reject(GONE)
    expect(await waiting).toBe('renewed-2')
    expect(await health()).toBe('active')
    expect([told(), other.events.map(({ type }) => type)]).toEqual([['connected'], ['refreshed']])
    expect(renew).toHaveBeenCalledTimes(2)
  })
})

describe('a renewal whose grant is gone', () => {
  it('for a 401 gives way to the token that somebody else has won', async () => {
    const answer = deferred<never>()
    const answers = [new Response('', { status: 401 }), new Response('ok')]
    const made = await connected([() => answer.promise, {}], { answers })
    const { connection, clock, renew, sent, store, provider } = made
    const other = setup({ store, provider, clock, isSoleWriter: true })
    const waiting = connection.fetch('/x')
    await until(() => renew.mock.calls.length > 0)
    clock.now += LIFETIME
    expect(await tokenOf((await other.engine.listAt(owner, 'p'))[0])).toBe('renewed-2')
    answer.reject(GONE)
    expect(await (await waiting).text()).toBe('ok')
    expect(sent[1]?.headers.get('authorization')).toBe('Bearer renewed-2')
  })

  it('says so also when that cannot be written, and the next one writes it', async () => {
    const { store, state } = breakableStore()
    const answer = deferred<never>()
    const made = await connected([() => answer.promise, GONE], { store })
    const { connection, clock, renew, health, told } = made
    clock.now += LIFETIME
    const waiting = refusal(() => connection.accessToken())
    await until(() => renew.mock.calls.length > 0)
    state.broken.add('put')
    answer.reject(GONE)
    expect(await waiting).toBe(GONE)
    expect(told()).toEqual(['connected'])
    state.broken.clear()
    expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    expect(await health()).toBe('needs_reauth')
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it('has nothing to do with the other connections of its owner', async () => {
    const gone = () => Promise.reject(GONE)
    const { connection, engine, clock, login } = await connected([gone, {}])
    await login('other', 'token')
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    const [other] = await engine.listAt(owner, 'p')
    expect(await tokenOf(other)).toBe('renewed-2')
    const health = (await engine.listAt(owner, 'p')).map((each) => each.health)
    expect(health).toEqual(['active', 'needs_reauth'])
  })

  it('of rotating tokens is gone at once in a store that is never late', async () => {
    const provider = { refreshTokens: 'rotating' } as const
    const { connection, clock, told } = await connected([GONE], { provider })
    clock.now += ENDING
    expect(await refusal(() => connection.accessToken())).toBe(GONE)
    expect(told()).toEqual(['connected', 'needs_reauth'])
  })

  it('of reusable tokens is gone at once also in a store that is late', async () => {
    const provider = { refreshTokens: 'reusable' } as const
    const made = await connected([GONE], { provider, store: plainStore() })
    made.clock.now += ENDING
    expect(await refusal(() => made.connection.accessToken())).toBe(GONE)
    expect(made.told()).toEqual(['connected', 'needs_reauth'])
  })

  it('was that of the token from before, which is not the one that a login brought', async () => {
    const refreshToken = new Secret('canary-refresh')
    const { connection, clock, renew, login } = await connected([GONE, { refreshToken }])
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    const again = await login('grant', 'again')
    clock.now += LIFETIME
    expect(await tokenOf(again)).toBe('renewed-2')
    expect(renew).toHaveBeenCalledTimes(2)
  })
})
