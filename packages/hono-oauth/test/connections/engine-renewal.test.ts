import { describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { connected, ENDING, LIFETIME, tokenOf } from './renewing.ts'
import { breakableStore, NOW, owner, setup } from './support.ts'

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
      const { connection, engine, clock, renew, writes } = await connected()
      clock.now += seconds
      expect(await tokenOf(connection)).toBe('renewed-1')
      expect(writes()).toEqual([`put connections/p/${owner.key}`])
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
    const { connection, clock, renew, backChannel } = await connected()
    clock.now += ENDING
    await connection.accessToken()
    const [request, channel] = renew.mock.calls[0] ?? []
    expect(request?.grantId).toBe('grant')
    expect(request?.refreshToken?.reveal()).toBe('canary-refresh')
    expect(channel).toBe(backChannel)
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

  it('is renewed before it is sent', async () => {
    const { connection, clock, sent } = await connected([{}], { answers: [new Response('ok')] })
    clock.now += ENDING
    expect(await (await connection.fetch('/x')).text()).toBe('ok')
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer renewed-1'])
  })

  it('is renewed once for 50 that want it, of one object or of many', async () => {
    const { connection, engine, clock, renew, writes } = await connected()
    clock.now += LIFETIME
    const lists = await Promise.all(Array.from({ length: 25 }, () => engine.listAt(owner, 'p')))
    const same = Array.from({ length: 25 }, () => connection)
    const tokens = await Promise.all([...lists.flat(), ...same].map(tokenOf))
    expect(tokens).toEqual(Array(50).fill('renewed-1'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(1)
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

const TRANSIENT = [
  'provider_unavailable',
  'provider_timeout',
  'provider_response_invalid',
  'client_rejected',
] as const

describe.each(TRANSIENT)('a renewal that fails for now: %s', (code) => {
  const failure = new OAuthError(code)

  it('does not matter while the old token lives', async () => {
    const { connection, clock, renew, health, writes } = await connected([failure])
    for (const seconds of [ENDING, 59]) {
      clock.now += seconds
      expect(await tokenOf(connection)).toBe('grant:first')
    }
    expect(renew).toHaveBeenCalledTimes(2)
    expect([writes(), await health()]).toEqual([[], 'active'])
  })

  it('is told when the old token is over, and nothing is marked', async () => {
    const { connection, clock, health, writes } = await connected([failure, failure, {}])
    clock.now += LIFETIME
    for (const work of [() => connection.accessToken(), () => connection.fetch('/x')]) {
      expect(await refusal(work)).toBe(failure)
    }
    expect([writes(), await health()]).toEqual([[], 'active'])
    expect(await tokenOf(connection)).toBe('renewed-3')
  })

  it('is told to 50 that wait for it, who do not try one after the other', async () => {
    const { connection, clock, renew } = await connected([failure])
    clock.now += LIFETIME
    const asked = Array.from({ length: 50 }, () => refusal(() => connection.accessToken()))
    expect(await Promise.all(asked)).toEqual(Array(50).fill(failure))
    expect(renew).toHaveBeenCalledTimes(1)
  })
})

describe('a renewal whose grant is gone', () => {
  const gone = new OAuthError('needs_reauth')

  it.each([ENDING, LIFETIME])('is told and marked, %d seconds after', async (seconds) => {
    const { connection, engine, clock, renew, writes, sent } = await connected([gone])
    clock.now += seconds
    expect(await refusal(() => connection.fetch('/x'))).toBe(gone)
    expect(writes()).toHaveLength(1)
    const [marked] = await engine.listAt(owner, 'p')
    expect(marked?.health).toBe('needs_reauth')
    for (const work of [() => marked?.accessToken(), () => marked?.fetch('/x')]) {
      expect((await refusal(work)).code).toBe('needs_reauth')
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect([writes().length, sent]).toEqual([1, []])
  })

  // Row 137.
  it('is asked for once by somebody who holds the connection', async () => {
    const { connection, clock, renew, writes } = await connected([gone])
    clock.now += LIFETIME
    for (let count = 0; count < 3; count++) {
      expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(1)
  })

  it('is asked for once by 50 at the same time', async () => {
    const { connection, clock, renew, writes } = await connected([gone])
    clock.now += LIFETIME
    const asked = Array.from({ length: 50 }, () => refusal(() => connection.accessToken()))
    const codes = (await Promise.all(asked)).map(({ code }) => code)
    expect(codes).toEqual(Array(50).fill('needs_reauth'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(1)
  })

  it('works again after the next login', async () => {
    const { connection, engine, clock, login } = await connected([gone])
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    await login('grant', 'again')
    const [alive, ...others] = await engine.listAt(owner, 'p')
    expect(others).toEqual([])
    expect(alive).toMatchObject({ id: connection.id, health: 'active' })
    expect(await tokenOf(alive)).toBe('grant:again')
  })
})

describe('a renewal while the store fails', () => {
  it.each([
    ['get', ENDING, 'grant:first'],
    ['put', ENDING, 'grant:first'],
  ] as const)(
    'of %s leaves the old token, which still lives',
    async (operation, seconds, token) => {
      const { store, state } = breakableStore()
      const { connection, clock } = await connected([{}], { store })
      state.broken.add(operation)
      clock.now += seconds
      expect(await tokenOf(connection)).toBe(token)
    },
  )

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

  it('asks no provider when it cannot be read', async () => {
    const { store, state } = breakableStore()
    const { connection, clock, renew } = await connected([{}], { store })
    state.broken.add('get')
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    expect(renew).not.toHaveBeenCalled()
  })
})
