import { describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { json } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, ENDING, LIFETIME, tokenOf } from './renewing.ts'
import { authorizing, NOW, owner, plainStore, setup } from './support.ts'

// Where others could be at it too, that is written down first.
const STORES = [
  ['one that can compare', memoryStore, 2],
  ['one that cannot', plainStore, 1],
] as const

describe('an access token that is not ending', () => {
  it('is used as it is', async () => {
    const { connection, clock, renew, storeLog } = await connected()
    clock.now += ENDING - 1
    expect(await tokenOf(connection)).toBe('grant:first')
    expect(renew).not.toHaveBeenCalled()
    expect(storeLog).toEqual([])
  })
})

describe('an access token that is ending', () => {
  it.each([ENDING, LIFETIME - 1, LIFETIME, LIFETIME + 1, 1e8])(
    'is renewed first, %d seconds after the login',
    async (seconds) => {
      const { connection, engine, clock, renew, events } = await connected()
      clock.now += seconds
      expect(await tokenOf(connection)).toBe('renewed-1')
      expect(events.map(({ type }) => type)).toEqual(['connected', 'refreshed'])
      const [listed] = await engine.listAt(owner, 'p')
      expect(listed).toMatchObject({ id: connection.id, health: 'active' })
      expect(listed?.toJSON()).toMatchObject({
        createdAt: new Date(NOW * 1000).toISOString(),
        expiresAt: new Date((NOW + seconds + LIFETIME) * 1000).toISOString(),
      })
      expect(await tokenOf(listed)).toBe('renewed-1')
      expect(renew).toHaveBeenCalledTimes(1)
    },
  )

  it('is renewed with the grant and its refresh token, through the back channel', async () => {
    const { connection, clock, renew, sent } = await connected([{}], { answers: [json({})] })
    clock.now += ENDING
    await connection.accessToken()
    const [request, channel] = renew.mock.calls[0] ?? []
    expect(request?.grantId).toBe('grant')
    expect(request?.refreshToken?.reveal()).toBe('canary-refresh')
    await channel?.request(new URL('https://provider.example/token'), { method: 'POST' })
    expect(sent.map(({ url }) => url)).toEqual(['https://provider.example/token'])
  })

  it('is renewed with the latest refresh token there was', async () => {
    const outcomes = [{ refreshToken: new Secret('canary-second') }, {}, {}]
    const { engine, clock, renew } = await connected(outcomes)
    for (let count = 0; count < 3; count++) {
      clock.now += LIFETIME
      await (await engine.listAt(owner, 'p'))[0]?.accessToken()
    }
    const used = renew.mock.calls.map(([{ refreshToken }]) => refreshToken?.reveal())
    expect(used).toEqual(['canary-refresh', 'canary-second', 'canary-second'])
  })

  it.each([
    ['the lifetime that the answer tells', { expiresInSeconds: 1000 }, 1000],
    ['the last lifetime where it tells none', {}, LIFETIME],
  ])('is renewed with %s', async (_name, answer, lifetime) => {
    const { connection, engine, clock } = await connected([answer])
    clock.now += LIFETIME
    await connection.accessToken()
    const [listed] = await engine.listAt(owner, 'p')
    const expiresAt = new Date((NOW + LIFETIME + lifetime) * 1000).toISOString()
    expect(listed?.toJSON().expiresAt).toBe(expiresAt)
  })

  it.each([
    ['fewer than it had', ['a'], ['a']],
    ['those that it had, when none are told', undefined, ['a', 'b']],
  ])('is renewed with the scopes that are left: %s', async (_name, scopes, left) => {
    const { connection, engine, clock } = await connected([{ scopes }])
    expect(connection.scopes).toEqual(['a', 'b'])
    clock.now += LIFETIME
    await connection.accessToken()
    expect((await engine.listAt(owner, 'p'))[0]?.scopes).toEqual(left)
  })

  it('is renewed before it is sent', async () => {
    const { connection, clock, sent } = await connected([{}], { answers: [new Response('ok')] })
    clock.now += ENDING
    expect(await (await connection.fetch('/x')).text()).toBe('ok')
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer renewed-1'])
  })

  it.each(STORES)(
    'is renewed once for 50 that want it, of one object or of many, in %s',
    async (_name, store, count) => {
      const made = await connected([{}], { store: store() })
      const { connection, engine, clock, renew, writes } = made
      clock.now += LIFETIME
      const lists = await Promise.all(Array.from({ length: 25 }, () => engine.listAt(owner, 'p')))
      const same = Array.from({ length: 25 }, () => connection)
      const tokens = await Promise.all([...lists.flat(), ...same].map(tokenOf))
      expect(tokens).toEqual(Array(50).fill('renewed-1'))
      expect(renew).toHaveBeenCalledTimes(1)
      expect(writes()).toEqual(Array(count).fill(`put connections/p/${owner.key}`))
    },
  )

  it('is not renewed again for somebody who comes late with the old one', async () => {
    const { connection, clock, renew, writes } = await connected()
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-1')
    const count = writes().length
    clock.now += ENDING - 1
    expect(await tokenOf(connection)).toBe('renewed-1')
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(count)
  })

  it('is renewed with the refresh token there was, after a login that brought none', async () => {
    const made = await connected([{}], { provider: { refreshTokens: 'reusable' } })
    const { connection, clock, renew, store, provider } = made
    clock.now += LIFETIME
    const authorize = authorizing({ expiresInSeconds: LIFETIME })
    await setup({ store, clock, provider: { ...provider, authorize } }).login('grant', 'again')
    expect(await tokenOf(connection)).toBe('grant:again')
    expect(renew).not.toHaveBeenCalled()
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-1')
    expect(renew.mock.calls[0]?.[0].refreshToken?.reveal()).toBe('canary-refresh')
  })

  it('is not renewed for somebody who comes late after a login that brought no refresh token', async () => {
    const tokens = { expiresInSeconds: LIFETIME }
    const provider = { refreshTokens: 'reusable', authorize: authorizing(tokens) } as const
    const { connection, clock, renew, store } = await connected([{}], { provider })
    clock.now += LIFETIME
    await setup({ store, clock, provider }).login('grant', 'again')
    const [listed] = await setup({ store, clock, provider }).engine.listAt(owner, 'p')
    expect(await tokenOf(listed)).toBe('grant:again')
    clock.now += LIFETIME
    expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    expect((await refusal(async () => listed?.accessToken())).code).toBe('needs_reauth')
    expect(renew).not.toHaveBeenCalled()
  })

  it('is not renewed when another isolate has done it', async () => {
    const { connection, clock, renew, provider, store } = await connected()
    const other = setup({ store, provider })
    other.clock.now += LIFETIME
    clock.now += LIFETIME
    expect(await tokenOf((await other.engine.listAt(owner, 'p'))[0])).toBe('renewed-1')
    expect(await tokenOf(connection)).toBe('renewed-1')
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('is renewed again for somebody who holds the connection longer than two lifetimes', async () => {
    const { connection, clock, renew } = await connected()
    for (const token of ['renewed-1', 'renewed-2', 'renewed-3']) {
      clock.now += LIFETIME
      expect(await tokenOf(connection)).toBe(token)
    }
    expect(renew).toHaveBeenCalledTimes(3)
  })

  it('is renewed for each connection by itself', async () => {
    const never = () => new Promise<never>(() => undefined)
    const { engine, login, clock, renew } = await connected([never, {}])
    await login('other', 'second')
    clock.now += LIFETIME
    const [other, hung] = await engine.listAt(owner, 'p')
    void hung?.accessToken()
    // Opening what is stored takes as long as it takes: only now is the first renewal the hung one.
    await vi.waitFor(() => expect(renew).toHaveBeenCalledTimes(1))
    expect(await tokenOf(other)).toBe('renewed-2')
  })
})
