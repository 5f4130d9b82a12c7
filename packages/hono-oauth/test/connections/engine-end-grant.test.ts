import { describe, expect, it, vi } from 'vitest'
import type { Provider } from '../../src/providers/contract.ts'
import type { Store } from '../../src/stores/contract.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal } from '../protocol/refusal.ts'
import {
  breakableStore,
  fakeProvider,
  NOW,
  owner,
  recordingStore,
  setup,
  stranger,
} from './support.ts'

const verify = () => Promise.reject(new Error('unused'))
const ending: Partial<Provider> = { webhooks: { endsGrants: true, verify } }

function endingSetup(options: Parameters<typeof setup>[0] = {}) {
  const made = setup({
    ...options,
    provider: ending,
    more: { q: { ...fakeProvider(), ...ending } },
  })
  const grantsOf = async (as = owner) =>
    (await made.engine.list(as)).map(({ id, account }) => [id.split('.')[0], account.id]).sort()
  return { ...made, grantsOf }
}
const named = (...names: string[]) =>
  names.map((name) => {
    const [provider, grant] = name.split(':')
    return [provider, `account of ${grant}`]
  })

describe('a grant that ended at the provider', () => {
  it('ends its connections, of all its owners, and no others', async () => {
    const { engine, login, log, grantsOf } = endingSetup()
    for (const as of [owner, stranger]) {
      await login('ended', 'token', as)
      await login('kept', 'token', as)
      await login('ended', 'token', as, 'q')
    }
    log.length = 0
    await engine.endGrant('p', 'ended', NOW)
    for (const as of [owner, stranger]) {
      expect(await grantsOf(as)).toEqual(named('p:kept', 'q:ended'))
    }
    // It is over: there is nothing to revoke.
    expect(log).toEqual([])
  })

  it('ends also what was connected with a token', async () => {
    const { engine, grantsOf } = endingSetup()
    await engine.accept(owner, 'p', 'ended:token')
    await engine.endGrant('p', 'ended', NOW)
    expect(await grantsOf()).toEqual([])
  })

  it('ends no login that is later than its end', async () => {
    const { engine, login, clock, grantsOf } = endingSetup()
    await login('grant', 'token')
    await login('grant', 'token', stranger)
    clock.now += 10
    await login('grant', 'again')
    await engine.endGrant('p', 'grant', NOW + 9)
    expect(await grantsOf(owner)).toEqual(named('p:grant'))
    expect(await grantsOf(stranger)).toEqual([])
    await engine.endGrant('p', 'grant', NOW + 10)
    expect(await grantsOf(owner)).toEqual([])
  })

  it('ends nothing when it is told late, after the grant began again', async () => {
    const { engine, grants, login, grantsOf, clock } = endingSetup()
    await login('grant', 'token')
    await grants.began('grant', NOW + 20)
    clock.now += 30
    await engine.endGrant('p', 'grant', NOW + 10)
    expect(await grantsOf()).toEqual(named('p:grant'))
    await engine.endGrant('p', 'grant', NOW + 25)
    expect(await grantsOf()).toEqual([])
  })

  it('may be told often', async () => {
    const { store, log } = recordingStore()
    const { engine, login } = endingSetup({ store })
    await login('grant', 'token')
    for (let count = 0; count < 3; count++) await engine.endGrant('p', 'grant', NOW)
    const changes = log.filter((line) => line.startsWith('put connections/'))
    expect(changes).toHaveLength(2)
    expect(await engine.list(owner)).toEqual([])
  })

  it('changes nothing where nobody is connected', async () => {
    const { store, log } = recordingStore()
    const { engine, login, grantsOf } = endingSetup({ store })
    const { id } = await login('grant', 'token')
    await engine.disconnect(owner, id)
    await login('other', 'token')
    log.length = 0
    await engine.endGrant('p', 'grant', NOW)
    await engine.endGrant('p', 'unheard-of', NOW)
    expect(log.filter((line) => /^(put|delete) connections/.test(line))).toEqual([])
    expect(await grantsOf()).toEqual(named('p:other'))
  })

  it('leaves the end of a session where it was', async () => {
    const { store, log, written } = recordingStore()
    const { engine, login, clock } = endingSetup({ store })
    const puts = () => {
      const rooms = log.splice(0).flatMap((line) => /^put (\w+)/.exec(line)?.[1] ?? [])
      return written.splice(0).map((options, index) => [rooms[index], options?.ttlSeconds])
    }
    const session = { ...owner, expiresAt: NOW + 500 }
    await login('ended', 'token', session)
    await login('kept', 'token', session)
    const both = [
      ['connections', 500],
      ['grants', 500],
    ]
    expect(puts()).toEqual([...both, ...both])
    clock.now += 100
    await engine.endGrant('p', 'ended', NOW + 50)
    expect(puts()).toEqual([['connections', 400]])
  })

  it.each(['get', 'put', 'list'] as const)(
    'is told again when the store cannot %s, and ends everything then',
    async (operation) => {
      const { store, state } = breakableStore()
      const { engine, login, grantsOf } = endingSetup({ store })
      await login('grant', 'token')
      state.broken.add(operation)
      expect((await refusal(() => engine.endGrant('p', 'grant', NOW))).code).toBe(
        'store_unavailable',
      )
      state.broken.clear()
      await engine.endGrant('p', 'grant', NOW)
      expect(await grantsOf()).toEqual([])
    },
  )
})

describe('the index of grants', () => {
  it.each<[string, Partial<Provider>, number]>([
    ['whose webhooks end grants', ending, 1],
    ['whose webhooks end none', { webhooks: { endsGrants: false, verify } }, 0],
    ['without webhooks', {}, 0],
  ])('is written for providers %s', async (_name, provider, count) => {
    const { store, log } = recordingStore()
    const { login, engine } = setup({ store, provider })
    await login('grant', 'token')
    expect(log.filter((line) => line.startsWith('put grants/'))).toHaveLength(count)
    await engine.accept(owner, 'p', 'grant:pasted')
    expect(log.filter((line) => line.startsWith('put grants/'))).toHaveLength(2 * count)
  })

  it('forgets owners with the last of their connections', async () => {
    const { engine, login, clock, grants } = endingSetup()
    await login('grant', 'token')
    await login('grant', 'token', stranger)
    clock.now += 10
    await login('grant', 'again')
    await engine.endGrant('p', 'grant', NOW)
    expect(await grants.owners('grant')).toEqual([`p.${owner.key}`])
    const [left] = await engine.list(owner)
    await left?.revoke()
    expect(await grants.owners('grant')).toEqual([])
  })

  it('is written after the connection, so that no end of an earlier time takes the entry away', async () => {
    const { store, log } = recordingStore()
    await setup({ store, provider: ending }).login('grant', 'token')
    const writes = log.filter((line) => line.startsWith('put')).map((line) => line.slice(4, 10))
    expect(writes).toEqual(['connec', 'grants'])
  })

  it('that cannot be written is told to the log: the connection stands', async () => {
    const store = memoryStore()
    const put: Store['put'] = () => Promise.reject(new Error('no'))
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { login, log, engine } = setup({ store: { ...store, put }, provider: ending })
    await login('grant', 'token')
    expect(log).toEqual(['authorize'])
    expect(await engine.list(owner)).toHaveLength(1)
    expect(logged).toHaveBeenCalledTimes(1)
    logged.mockRestore()
  })

  it('keeps the entry of a login that came while another connection ended', async () => {
    const store = memoryStore()
    let meanwhile: (() => Promise<unknown>) | undefined
    const remove: Store['delete'] = async (key) => {
      await meanwhile?.()
      await store.delete(key)
    }
    const made = setup({ store: { ...store, delete: remove }, provider: ending })
    const connection = await made.login('grant', 'token')
    meanwhile = () => made.login('grant', 'again')
    await connection.revoke()
    expect(await made.grants.owners('grant')).toEqual([`p.${owner.key}`])
  })
})
