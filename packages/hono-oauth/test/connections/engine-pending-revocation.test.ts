import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { Provider, Revocation } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { connected, deferred, until } from './renewing.ts'
import { authorizing, breakableStore, owner, plainStore, setup } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const DOWN = new OAuthError('provider_unavailable')
const STORES = [
  ['one that can compare', memoryStore],
  ['one that cannot', plainStore],
  ['a late one', () => plainStore()],
] as const

/** A connection at a provider whose revocations end as listed, the last one for ever. */
async function revoking(outcomes: readonly (Revocation | Error)[], store = memoryStore()) {
  const tokens: string[] = []
  const revoke: Provider['revoke'] = async ({ accessToken, refreshToken }) => {
    tokens.push(`${accessToken.reveal()} ${refreshToken?.reveal()}`)
    const outcome = outcomes[Math.min(tokens.length, outcomes.length) - 1]
    if (outcome instanceof Error) throw outcome
    return outcome ?? 'revoked'
  }
  const made = await connected([{}], { store, provider: { revoke } })
  const pending = async () => (await made.documents.read(ADDRESS)).revocations
  const outcomesTold = () =>
    made.events.flatMap((event) => (event.type === 'revoked' ? `${event.outcome} ${event.by}` : []))
  async function attend() {
    const left: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>) => void left.push(work)
    await made.home.attend({ provider: 'p', owner: { ...owner, waitUntil } }, () => true)
    await Promise.all(left)
  }
  return { ...made, tokens, pending, outcomesTold, attend }
}

describe('a disconnect', () => {
  it('is one write, in which the record is gone and the revocation noted, before anybody is asked', async () => {
    const answer = deferred<Revocation>()
    let isAsked = false
    const revoke = () => {
      isAsked = true
      return answer.promise
    }
    const made = await connected([{}], { provider: { revoke } })
    const { connection, documents, writes, clock } = made
    const outcome = connection.revoke()
    await until(() => isAsked)
    expect(writes()).toHaveLength(1)
    const { connections, revocations } = await documents.read(ADDRESS)
    expect(connections).toEqual([])
    expect(revocations).toMatchObject([
      { isDisconnect: true, attempts: 0, retryAt: clock.now + 60, record: { id: connection.id } },
    ])
    answer.resolve('revoked')
    expect(await outcome).toBe('revoked')
    expect((await documents.read(ADDRESS)).revocations).toEqual([])
  })

  it.each([
    ['revoked', 'revoked'],
    ['deleted_only', 'deleted_only'],
    [DOWN, 'pending'],
    [new Error('a bug'), 'pending'],
  ] as const)('is told with what became of it: %s', async (answer, outcome) => {
    const { connection, outcomesTold, pending, inBackground } = await revoking([answer])
    expect(await connection.revoke()).toBe(outcome)
    await inBackground()
    expect(outcomesTold()).toEqual([`${outcome} owner`])
    expect(await pending()).toHaveLength(outcome === 'pending' ? 1 : 0)
  })

  it('notes nothing where there is nothing to revoke', async () => {
    const { engine, documents, events } = setup()
    const { id } = await engine.accept(owner, 'p', 'grant:pasted')
    expect(await engine.disconnect(owner, id)).toBe('deleted_only')
    expect((await documents.read(ADDRESS)).revocations).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'revoked', outcome: 'deleted_only', by: 'owner' })
  })

  it('does not wait for the second write where a store makes it wait', async () => {
    const inner = plainStore()
    const second = deferred<void>()
    const seen = { puts: 0 }
    const store = {
      ...inner,
      async put(...args: Parameters<typeof inner.put>) {
        seen.puts++
        if (seen.puts === 3) await second.promise
        return inner.put(...args)
      },
    }
    const { connection, inBackground, pending } = await revoking(['revoked'], store)
    expect(await connection.revoke()).toBe('revoked')
    await until(() => seen.puts === 3)
    second.resolve()
    await inBackground()
    expect(await pending()).toEqual([])
  })

  it('stands when the store fails after it, and what was noted is tried again', async () => {
    const { store, state } = breakableStore()
    let isAsked = false
    const answer = deferred<Revocation>()
    const revoke = () => {
      isAsked = true
      return answer.promise
    }
    const made = await connected([{}], { store, provider: { revoke } })
    const outcome = made.connection.revoke()
    await until(() => isAsked)
    state.broken.add('put').add('get')
    answer.resolve('revoked')
    expect(await outcome).toBe('revoked')
    state.broken.clear()
    expect((await made.documents.read(ADDRESS)).revocations).toHaveLength(1)
    made.clock.now += 60
    await made.home.attend(ADDRESS, () => true)
    expect((await made.documents.read(ADDRESS)).revocations).toEqual([])
  })
})

describe.each(STORES)('a revocation that is pending, in %s', (_name, store) => {
  it('is tried again when it is due, and told when it is settled', async () => {
    const made = await revoking([DOWN, 'revoked'], store())
    const { connection, clock, tokens, pending, outcomesTold, attend, inBackground } = made
    expect(await connection.revoke()).toBe('pending')
    await inBackground()
    clock.now += 67
    await attend()
    expect(tokens).toHaveLength(1)
    clock.now += 1
    await attend()
    expect(tokens).toEqual(Array(2).fill('grant:first canary-refresh'))
    expect([await pending(), outcomesTold()]).toEqual([[], ['pending owner', 'revoked owner']])
    clock.now += 1e6
    await attend()
    expect(tokens).toHaveLength(2)
  })

  it('is tried again with the next visit, which does not wait for it', async () => {
    const made = await revoking([DOWN, 'deleted_only'], store())
    const { connection, clock, tokens, engine, inBackground, pending, outcomesTold } = made
    await connection.revoke()
    await inBackground()
    clock.now += 67
    await engine.listAt(owner, 'p')
    await inBackground()
    expect(tokens).toHaveLength(1)
    clock.now += 1
    expect(await engine.listAt(owner, 'p')).toEqual([])
    expect(tokens.length).toBeLessThanOrEqual(2)
    await inBackground()
    expect(tokens).toHaveLength(2)
    expect([await pending(), outcomesTold()]).toEqual([[], ['pending owner', 'deleted_only owner']])
  })

  it('is tried again with the next visit also where nothing has to be kept alive', async () => {
    const { connection, clock, tokens, uncancelled, inBackground } = await revoking(
      [DOWN, 'revoked'],
      store(),
    )
    await connection.revoke()
    await inBackground()
    clock.now += 68
    await uncancelled.listAt(owner, 'p')
    await until(() => tokens.length > 1)
    expect(tokens).toHaveLength(2)
  })

  it('is told once, however many visits find it due', async () => {
    const made = await revoking([DOWN, 'revoked'], store())
    const { connection, clock, engine, inBackground, pending, outcomesTold } = made
    await connection.revoke()
    await inBackground()
    clock.now += 68
    await Promise.all([1, 2, 3].map(() => engine.listAt(owner, 'p')))
    await inBackground()
    expect([await pending(), outcomesTold()]).toEqual([[], ['pending owner', 'revoked owner']])
  })

  it('is given up with the twentieth try, and that is told', async () => {
    const made = await revoking([DOWN], store())
    const { connection, clock, tokens, pending, outcomesTold, attend, inBackground } = made
    await connection.revoke()
    await inBackground()
    for (let count = 1; count < 25; count++) {
      const [next] = await pending()
      clock.now = next?.retryAt ?? clock.now + 1e6
      await attend()
    }
    expect(tokens).toHaveLength(20)
    expect([await pending(), outcomesTold()]).toEqual([[], ['pending owner', 'deleted_only owner']])
  })

  it('is tried as late as the provider asks', async () => {
    const busy = new OAuthError('provider_unavailable', { retryAfterSeconds: 3600 })
    const { connection, clock, pending, inBackground } = await revoking([busy], store())
    await connection.revoke()
    await inBackground()
    expect((await pending()).map(({ retryAt }) => retryAt - clock.now)).toEqual([3600])
  })

  it('stays beside other connections and revocations', async () => {
    const made = await revoking([DOWN, DOWN, 'revoked', DOWN], store())
    const { connection, login, clock, pending, attend, engine, inBackground } = made
    const other = await login('other', 'token')
    const kept = await login('kept', 'token')
    await connection.revoke()
    await other.revoke()
    await inBackground()
    expect(await pending()).toHaveLength(2)
    clock.now += 68
    await attend()
    const left = (await pending()).map(({ record, attempts }) => [record.grantId, attempts])
    expect(left).toEqual([['other', 2]])
    expect((await engine.listAt(owner, 'p')).map(({ id }) => id)).toEqual([kept.id])
  })
})

describe('a revocation that is pending when its owner comes back', () => {
  /** A login after a disconnect that the provider did not hear of. */
  async function back(provider: Partial<Provider>, tokens = ['1', '2', '3']) {
    const left = [...tokens]
    const authorize: Provider['authorize'] = (callback) =>
      authorizing({ refreshToken: new Secret(left.shift() ?? '') })(callback)
    let isDown = true
    const revoked: string[] = []
    const revoke: Provider['revoke'] = async ({ accessToken }) => {
      if (isDown) throw DOWN
      revoked.push(accessToken.reveal())
      return 'revoked'
    }
    const made = await connected([{}], { provider: { authorize, revoke, ...provider } })
    await made.login('other', 'token')
    for (const each of await made.engine.list(owner)) expect(await each.revoke()).toBe('pending')
    isDown = false
    await made.login('grant', 'again')
    made.clock.now += 1000
    await made.home.attend(ADDRESS, () => true)
    return revoked
  }

  it('is tried again all the same', async () => {
    expect(await back({})).toEqual(['other:token', 'grant:first'])
  })

  it.each<[string, Partial<Provider>, string[]]>([
    ['one token of a grant ends it all', { revokesWholeGrant: true }, ['1', '2', '3']],
    ['the new login has the same refresh token', {}, ['1', '2', '1']],
  ])('does not end what has begun again, where %s', async (_name, provider, tokens) => {
    expect(await back(provider, tokens)).toEqual(['other:token'])
  })
})
