import { describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { tokenOf } from './renewing.ts'
import {
  authorizing,
  fakeProvider,
  NOW,
  owner,
  plainStore,
  recordingStore,
  setup,
  stranger,
} from './support.ts'

describe('a login that is finished', () => {
  it('makes a connection of this owner', async () => {
    const { login, engine } = setup()
    const connection = await login('grant', 'canary')
    expect(connection.id).toMatch(new RegExp(`^p\\.${owner.key}\\.[\\w-]{12}$`))
    expect(connection).toMatchObject({
      provider: 'p',
      account: { id: 'account of grant', name: null },
      scopes: ['a', 'b'],
      health: 'active',
    })
    expect(await tokenOf(connection)).toBe('grant:canary')
    const listed = await engine.listAt(owner, 'p')
    expect(listed.map(({ id }) => id)).toEqual([connection.id])
    expect(await tokenOf(listed[0])).toBe('grant:canary')
  })

  it('asks the provider in order and the store at most twice', async () => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    await setup({ store, log }).login('grant', 'token')
    const key = `connections/p/${owner.key}`
    expect(log).toEqual(['authorize', `get ${key}`, `put ${key}`])
  })

  it('overwrites the same grant, which keeps its id and its birth', async () => {
    const { login, engine, clock } = setup()
    const before = await login('grant', 'first')
    clock.now += 500
    const after = await login('grant', 'second')
    expect(after.id).toBe(before.id)
    expect(after.toJSON().createdAt).toBe(new Date(NOW * 1000).toISOString())
    const listed = await engine.listAt(owner, 'p')
    expect(listed).toHaveLength(1)
    expect(await tokenOf(listed[0])).toBe('grant:second')
  })

  it('puts another grant beside the first', async () => {
    const { login, engine, clock } = setup()
    const first = await login('one', 'token')
    clock.now += 1
    const second = await login('two', 'token')
    expect(second.id).not.toBe(first.id)
    const ids = async () => (await engine.listAt(owner, 'p')).map(({ id }) => id)
    expect(await ids()).toEqual([second.id, first.id])
    clock.now += 1
    await login('one', 'again')
    expect(await ids()).toEqual([first.id, second.id])
  })

  it('comes first also when another one was finished in the same second', async () => {
    const { login, engine } = setup()
    await login('one', 'token')
    const latest = await login('two', 'token')
    const [first] = await engine.listAt(owner, 'p')
    expect(first?.id).toBe(latest.id)
  })

  it('belongs to nobody else', async () => {
    const { login, engine } = setup()
    const ours = await login('grant', 'token')
    const theirs = await login('grant', 'theirs', stranger)
    expect(theirs.id).not.toBe(ours.id)
    expect(await engine.listAt(stranger, 'p')).toHaveLength(1)
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('grant:token')
  })

  it('is listed among those of all providers, one read for each', async () => {
    const { store, log } = recordingStore()
    const { login, engine } = setup({ store, more: { q: fakeProvider(), r: fakeProvider() } })
    await login('one', 'token')
    await login('two', 'token', owner, 'q')
    log.length = 0
    expect((await engine.list(owner)).map(({ provider }) => provider)).toEqual(['p', 'q'])
    expect(log).toEqual(['p', 'q', 'r'].map((name) => `get connections/${name}/${owner.key}`))
  })

  it.each(['x', '', 'P', 'p ', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is refused for a provider that nobody configured: %j',
    async (name) => {
      const { store, log } = recordingStore()
      const { login, engine } = setup({ store, log })
      for (const work of [
        () => login('a', 'b', owner, name),
        () => engine.accept(owner, name, 'token'),
      ]) {
        expect((await refusal(work)).code).toBe('provider_unknown')
      }
      expect(log).toEqual([])
    },
  )

  it('asks the provider of its name and no other', async () => {
    const asked: string[] = []
    const { login, log } = setup({ more: { q: fakeProvider(asked) } })
    expect((await login('grant', 'token', owner, 'q')).provider).toBe('q')
    expect([log, asked]).toEqual([[], ['authorize']])
  })

  it('of a new owner is stored without asking what is there', async () => {
    const { store, log } = recordingStore()
    const { login, engine } = setup({ store })
    const { id } = await login('grant', 'token', { ...owner, isNew: true })
    expect(log).toEqual([`put connections/p/${owner.key}`])
    expect((await engine.listAt(owner, 'p')).map((each) => each.id)).toEqual([id])
  })

  it.each([
    ['one that can compare', memoryStore()],
    ['one that cannot', plainStore()],
  ])('of a new owner can be changed at once, in %s', async (_name, store) => {
    const { login, engine, log, home } = setup({ store })
    const asked = vi.spyOn(home, 'disconnect')
    const newcomer = { ...owner, isNew: true }
    const kept = await login('kept', 'token', newcomer)
    const ended = await login('ended', 'token', newcomer)
    expect(await ended.revoke()).toBe('revoked')
    expect(log.at(-1)).toBe('revoke ended:token')
    // Wherever the connections live: there is something to read now.
    expect(asked.mock.calls[0]?.[0].owner.isNew).not.toBe(true)
    expect((await engine.list(owner)).map(({ id }) => id)).toEqual([kept.id])
  })
})

describe('what a connection shows', () => {
  it('is its summary, without a token', async () => {
    const tokens = {
      accessToken: new Secret('grant:canary'),
      refreshToken: new Secret('canary-refresh'),
      expiresInSeconds: 3600,
    }
    const { login, engine } = setup({ provider: { authorize: authorizing(tokens) } })
    const connection = await login('grant', 'canary')
    const { id } = connection
    expect(JSON.parse(JSON.stringify(connection))).toEqual({
      id,
      provider: 'p',
      account: { id: 'account of grant', name: null },
      scopes: ['a', 'b'],
      health: 'active',
      expiresAt: new Date((NOW + 3600) * 1000).toISOString(),
      createdAt: new Date(NOW * 1000).toISOString(),
    })
    const [listed] = await engine.list(owner)
    for (const each of [
      connection,
      listed,
      await connection.accessToken(),
      { list: [connection] },
    ]) {
      expect(shown(each)).not.toContain('canary')
    }
  })
})
