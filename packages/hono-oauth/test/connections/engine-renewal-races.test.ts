import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, deferred, LIFETIME, tokenOf, until } from './renewing.ts'
import { owner, setup } from './support.ts'

const RENEWED: RenewedTokens = {
  accessToken: new Secret('late'),
  refreshToken: new Secret('late-refresh'),
}

/** A connection in the middle of its renewal. */
async function renewing() {
  const answer = deferred<RenewedTokens>()
  const made = await connected([() => answer.promise, {}])
  made.clock.now += LIFETIME
  const waiting = made.connection.accessToken().then(
    (token) => token.reveal(),
    (error: OAuthError) => error.code,
  )
  await until(() => made.renew.mock.calls.length > 0)
  expect(made.renew).toHaveBeenCalledTimes(1)
  return { ...made, answer, waiting }
}

describe('a renewal that a disconnect overtakes', () => {
  it.each(['this isolate', 'another isolate'])('writes nothing back: %s', async (where) => {
    const { connection, engine, answer, waiting, clock, store, provider, told } = await renewing()
    const other = setup({ store, provider })
    other.clock.now = clock.now
    const by = where === 'this isolate' ? engine : other.engine
    expect(await by.disconnect(owner, connection.id)).toBe('revoked')
    answer.resolve(RENEWED)
    expect(await waiting).toBe('not_connected')
    expect(await engine.listAt(owner, 'p')).toEqual([])
    expect(await other.engine.listAt(owner, 'p')).toEqual([])
    expect(told()).not.toContain('refreshed')
  })

  it('marks nothing when the grant is gone with it', async () => {
    const { connection, engine, answer, waiting, writes, told } = await renewing()
    await engine.disconnect(owner, connection.id)
    const count = writes().length
    answer.reject(new OAuthError('needs_reauth'))
    expect(await waiting).toBe('not_connected')
    expect(writes()).toHaveLength(count)
    expect(await engine.listAt(owner, 'p')).toEqual([])
    expect(told()).toEqual(['connected', 'revoked'])
  })

  it('degrades nothing when it fails for now', async () => {
    const { connection, engine, answer, waiting, writes, told } = await renewing()
    await engine.disconnect(owner, connection.id)
    const count = writes().length
    answer.reject(new OAuthError('client_rejected'))
    expect(await waiting).toBe('not_connected')
    expect(writes()).toHaveLength(count)
    expect(told()).toEqual(['connected', 'revoked'])
  })

  it('does not begin after it', async () => {
    const { connection, engine, clock, renew } = await connected()
    await engine.disconnect(owner, connection.id)
    clock.now += LIFETIME
    expect((await refusal(() => connection.accessToken())).code).toBe('not_connected')
    expect(renew).not.toHaveBeenCalled()
  })

  it('keeps the other connections', async () => {
    const { connection, engine, answer, waiting, login } = await renewing()
    const other = await login('other', 'token')
    await engine.disconnect(owner, connection.id)
    answer.resolve(RENEWED)
    await waiting
    expect((await engine.listAt(owner, 'p')).map(({ id }) => id)).toEqual([other.id])
  })
})

describe('a renewal that the end of its grant overtakes', () => {
  it('writes nothing back', async () => {
    const webhooks = { endsGrants: true, verify: () => Promise.reject(new Error('unused')) }
    const answer = deferred<RenewedTokens>()
    const made = await connected([() => answer.promise], { provider: { webhooks } })
    const { connection, engine, clock, renew } = made
    clock.now += LIFETIME
    const waiting = refusal(() => connection.accessToken())
    await until(() => renew.mock.calls.length > 0)
    await engine.endGrant('p', 'grant', clock.now)
    answer.resolve(RENEWED)
    expect((await waiting).code).toBe('not_connected')
    expect(await engine.listAt(owner, 'p')).toEqual([])
  })
})

// Row 148.
describe('a renewal that a new login overtakes', () => {
  it('leaves the tokens of the login alone', async () => {
    const { engine, answer, waiting, login, clock, renew } = await renewing()
    await login('grant', 'again')
    answer.resolve(RENEWED)
    expect(await waiting).toBe('grant:again')
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('grant:again')
    clock.now += LIFETIME
    await (await engine.listAt(owner, 'p'))[0]?.accessToken()
    expect(renew.mock.calls[1]?.[0].refreshToken?.reveal()).toBe('canary-refresh')
  })

  it('does not mark it either', async () => {
    const { engine, answer, waiting, login, health } = await renewing()
    await login('grant', 'again')
    answer.reject(new OAuthError('needs_reauth'))
    await waiting
    expect(await health()).toBe('active')
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('grant:again')
  })

  it('keeps another connection that was made meanwhile', async () => {
    const { engine, answer, waiting, login, connection } = await renewing()
    const other = await login('other', 'token')
    answer.resolve(RENEWED)
    expect(await waiting).toBe('late')
    const ids = (await engine.listAt(owner, 'p')).map(({ id }) => id)
    expect(ids.sort()).toEqual([other.id, connection.id].sort())
  })
})
