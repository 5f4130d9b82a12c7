import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import type { Store } from '../../src/stores/contract.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, ENDING, LIFETIME, tokenOf } from './renewing.ts'
import { owner, plainStore, setup } from './support.ts'

const GONE = new OAuthError('needs_reauth')

/** A store that goes on answering what it held at some moment, until the world has caught up. */
function lateStore() {
  const inner = plainStore()
  const state: { answer?: string | null } = {}
  const store: Store = {
    ...inner,
    get: async (key) => (state.answer === undefined ? inner.get(key) : state.answer),
  }
  const freeze = async (key: string) => {
    state.answer = await inner.get(key)
  }
  const catchUp = () => {
    delete state.answer
  }
  return { inner, store, freeze, catchUp }
}

/** Rotating refresh tokens in a late store, the first of them refused. */
async function refused(outcomes: Parameters<typeof connected>[0] = [GONE, {}]) {
  const late = lateStore()
  const provider = { refreshTokens: 'rotating' } as const
  const made = await connected(outcomes, { store: late.store, provider })
  // A writer from before the last minute, whose own memory of it is over.
  made.clock.now += 100
  await late.freeze(`connections/p/${owner.key}`)
  return { ...made, ...late }
}

describe('a rotating refresh token that is refused, in a late store', () => {
  it('is told to wait for, and nothing is written', async () => {
    const { connection, clock, writes, told, health } = await refused()
    clock.now += LIFETIME
    const error = await refusal(() => connection.accessToken())
    expect([error.code, error.status, error.retryAfterSeconds]).toEqual([
      'temporarily_unavailable',
      503,
      60,
    ])
    expect(error.getResponse().headers.get('retry-after')).toBe('60')
    expect([writes(), told(), await health()]).toEqual([[], ['connected'], 'active'])
  })

  it('is never sent again, by nobody who waits', async () => {
    const { connection, clock, renew, writes } = await refused()
    clock.now += LIFETIME
    await Promise.all(Array.from({ length: 9 }, () => refusal(() => connection.accessToken())))
    for (const [seconds = 0, left] of [
      [1, 59],
      [29, 30],
      [29, 1],
    ]) {
      clock.now += seconds
      const error = await refusal(() => connection.accessToken())
      expect([error.code, error.retryAfterSeconds]).toEqual(['temporarily_unavailable', left])
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toEqual([])
  })

  it('means after a minute that the grant is gone, which is told once', async () => {
    const { connection, clock, renew, writes, told, health, catchUp } = await refused()
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    clock.now += 60
    catchUp()
    for (let count = 0; count < 3; count++) {
      expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    }
    expect(renew).toHaveBeenCalledTimes(1)
    expect([writes().length, told(), await health()]).toEqual([
      1,
      ['connected', 'needs_reauth'],
      'needs_reauth',
    ])
  })

  it('leaves the old access token to serve while it lives', async () => {
    const { connection, clock, renew, writes } = await refused()
    clock.now += ENDING - 100
    for (const seconds of [0, 30, 29]) {
      clock.now += seconds
      expect(await tokenOf(connection)).toBe('grant:first')
    }
    clock.now += 1
    expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
    expect(renew).toHaveBeenCalledTimes(1)
    expect(writes()).toHaveLength(1)
  })

  it('is also not sent again for a 401', async () => {
    const { connection, clock, home, documents, renew } = await refused()
    clock.now += ENDING - 100
    await tokenOf(connection)
    const address = { provider: 'p', owner }
    const [record] = (await documents.read(address)).connections
    const error = await refusal(() => record && home.renew(address, record, 'refused'))
    expect([error.code, error.retryAfterSeconds]).toEqual(['temporarily_unavailable', 60])
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('gives way to the token that another isolate has won, as soon as it is seen', async () => {
    const { connection, clock, renew, inner, provider, catchUp, told } = await refused()
    clock.now += LIFETIME
    const other = setup({ store: inner, provider, clock })
    await refusal(() => connection.accessToken())
    const [seen] = await other.engine.listAt(owner, 'p')
    expect(await tokenOf(seen)).toBe('renewed-2')
    clock.now += 30
    expect((await refusal(() => connection.accessToken())).code).toBe('temporarily_unavailable')
    catchUp()
    expect(await tokenOf(connection)).toBe('renewed-2')
    // In its turn it is renewed like any other.
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-3')
    expect(renew).toHaveBeenCalledTimes(3)
    expect(told()).toEqual(['connected', 'refreshed'])
  })

  it('is forgotten when the new token is there to read before anybody is told', async () => {
    const { connection, clock, inner, provider, catchUp, renew } = await refused([
      async () => {
        const [seen] = await other.engine.listAt(owner, 'p')
        await seen?.accessToken()
        catchUp()
        throw GONE
      },
      {},
    ])
    const other = setup({ store: inner, provider, clock })
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-2')
    expect(renew).toHaveBeenCalledTimes(2)
  })

  it('is no reason to refuse the next login', async () => {
    const refreshToken = new Secret('canary-next')
    const { connection, clock, login, catchUp, renew } = await refused([GONE, { refreshToken }])
    clock.now += LIFETIME
    await refusal(() => connection.accessToken())
    catchUp()
    const again = await login('grant', 'again')
    expect(await tokenOf(again)).toBe('grant:again')
    clock.now += LIFETIME
    expect(await tokenOf(again)).toBe('renewed-2')
    expect(renew).toHaveBeenCalledTimes(2)
  })
})
