import { describe, expect, it } from 'vitest'
import type { ConnectionRecord } from '../../src/connections/record.ts'
import { OAuthError } from '../../src/errors.ts'
import type { Provider, RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { connected, deferred, LIFETIME, tokenOf, until } from './renewing.ts'
import { authorizing, breakableStore, owner, setup } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const inUse = () => true
// The margin is a minute, and up to half as much is added by chance: here a half of that half.
const DUE = LIFETIME - 75

describe('attending to a document', () => {
  it.each([
    [DUE - 1, 0],
    [DUE, 1],
    [LIFETIME + 1, 1],
  ])('renews what is due, %d seconds after the login: %d', async (seconds, count) => {
    const { home, clock, renew, engine } = await connected()
    clock.now += seconds
    await home.attend(ADDRESS, inUse)
    expect(renew).toHaveBeenCalledTimes(count)
    const [listed] = await engine.listAt(owner, 'p')
    expect(await tokenOf(listed)).toBe(seconds < DUE ? 'grant:first' : 'renewed-1')
  })

  it('leaves what nobody uses, and asks about each by itself', async () => {
    const { home, clock, login, engine, renew } = await connected()
    await login('used', 'token')
    clock.now += LIFETIME
    const asked: string[] = []
    await home.attend(ADDRESS, ({ grantId }) => {
      asked.push(grantId)
      return grantId === 'used'
    })
    expect(asked).toEqual(['grant', 'used'])
    expect(renew.mock.calls.map(([{ grantId }]) => grantId)).toEqual(['used'])
    const [used] = await engine.listAt(owner, 'p')
    expect(await tokenOf(used)).toBe('renewed-1')
  })

  it('is done with it until it is due again', async () => {
    const { home, clock, renew } = await connected()
    clock.now += DUE
    for (const [seconds = 0, count] of [
      [0, 1],
      [DUE - 1, 1],
      [1, 2],
    ]) {
      clock.now += seconds
      await home.attend(ADDRESS, inUse)
      expect(renew).toHaveBeenCalledTimes(count ?? 0)
    }
  })

  it.each(['provider_unavailable', 'provider_timeout', 'client_rejected', 'needs_reauth'] as const)(
    'never fails with a provider, and goes on to the next: %s',
    async (code) => {
      const failing = () => Promise.reject(new OAuthError(code))
      const { home, clock, login, renew, engine } = await connected([failing, {}])
      await login('other', 'token')
      clock.now += DUE
      await home.attend(ADDRESS, inUse)
      expect(renew).toHaveBeenCalledTimes(2)
      const health = (await engine.listAt(owner, 'p')).map((each) => each.health)
      expect(health).toEqual(['active', code === 'needs_reauth' ? 'needs_reauth' : 'degraded'])
    },
  )

  it('asks no more of a connection that needs a new login', async () => {
    const { home, clock, renew, storeLog } = await connected([new OAuthError('needs_reauth')])
    clock.now += LIFETIME
    await home.attend(ADDRESS, inUse)
    storeLog.length = 0
    for (let count = 0; count < 3; count++) await home.attend(ADDRESS, inUse)
    expect(renew).toHaveBeenCalledTimes(1)
    expect(storeLog).toEqual(Array(3).fill(`get connections/p/${owner.key}`))
  })

  it('tries again later what failed for now', async () => {
    const { home, clock, renew, told } = await connected([new OAuthError('client_rejected'), {}])
    clock.now += LIFETIME
    for (const [seconds = 0, count] of [
      [0, 1],
      [37, 1],
      [1, 2],
    ]) {
      clock.now += seconds
      await home.attend(ADDRESS, inUse)
      expect(renew).toHaveBeenCalledTimes(count ?? 0)
    }
    expect(told()).toEqual(['connected', 'degraded', 'refreshed', 'recovered'])
  })

  it('comes again soon for what had to stand back behind others', async () => {
    const answer = deferred<RenewedTokens>()
    const made = await connected([() => answer.promise, {}], { maxRenewalsAtOnce: 1 })
    const { home, clock, connection, login, engine, renew, writes } = made
    await login('other', 'token')
    clock.now += LIFETIME - 60
    const waiting = tokenOf(connection)
    await until(() => renew.mock.calls.length > 0)
    const count = writes().length
    const isOther = ({ grantId }: ConnectionRecord) => grantId === 'other'
    expect(await home.attend(ADDRESS, isOther)).toBe(clock.now + 15)
    expect([renew.mock.calls.length, writes().length]).toEqual([1, count])
    answer.resolve({ accessToken: new Secret('won') })
    expect(await waiting).toBe('won')
    await home.attend(ADDRESS, isOther)
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('renewed-2')
  })

  it('leaves tokens that nobody can renew', async () => {
    const { home, clock, login, engine } = setup({
      provider: { authorize: authorizing({ expiresInSeconds: LIFETIME }) },
    })
    await login('grant', 'token')
    clock.now += DUE
    await home.attend(ADDRESS, inUse)
    expect((await engine.listAt(owner, 'p'))[0]?.health).toBe('active')
  })

  it('revokes and renews in one go, whatever comes of the one', async () => {
    const revoke: Provider['revoke'] = () => Promise.reject(new OAuthError('client_rejected'))
    const made = await connected([{}], { provider: { revoke } })
    const { home, clock, connection, login, documents, renew } = made
    await login('other', 'token')
    expect(await connection.revoke()).toBe('pending')
    clock.now += DUE
    await home.attend(ADDRESS, inUse)
    expect(renew).toHaveBeenCalledTimes(1)
    const { revocations } = await documents.read(ADDRESS)
    expect(revocations.map(({ attempts }) => attempts)).toEqual([2])
  })

  it('has nothing to do where there is nothing', async () => {
    const { home, log, events } = setup()
    await home.attend(ADDRESS, inUse)
    expect([log, events]).toEqual([[], []])
  })

  it('leaves a token that was won to be written when the store fails', async () => {
    const { store, state } = breakableStore()
    const won = async () => {
      state.broken.add('put')
      return { accessToken: new Secret('won') }
    }
    const { home, clock, connection, renew } = await connected([won], { store })
    clock.now += DUE
    await home.attend(ADDRESS, inUse)
    state.broken.clear()
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('won')
    expect(renew).toHaveBeenCalledTimes(1)
  })
})
