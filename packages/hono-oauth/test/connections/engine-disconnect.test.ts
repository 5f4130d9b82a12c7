import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { breakableStore, fakeProvider, owner, recordingStore, setup, stranger } from './support.ts'

const KEY = `connections/p/${owner.key}`

describe('a disconnect', () => {
  it('deletes our copy first, with a note in the same write, and then ends the grant', async () => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    const { login, engine } = setup({ store, log })
    const { id } = await login('grant', 'token')
    log.length = 0
    expect(await engine.disconnect(owner, id)).toBe('revoked')
    const change = [`get ${KEY}`, `put ${KEY}`]
    expect(log).toEqual([...change, 'revoke grant:token', ...change])
    expect(await engine.list(owner)).toEqual([])
  })

  it('is the same from the connection', async () => {
    const { login, engine, log } = setup()
    const connection = await login('grant', 'token')
    expect(await connection.revoke()).toBe('revoked')
    expect(log.at(-1)).toBe('revoke grant:token')
    expect(await engine.list(owner)).toEqual([])
  })

  it('ends one of several and no other', async () => {
    const { login, engine, log, clock } = setup({ more: { q: fakeProvider() } })
    const kept = await login('kept', 'token')
    clock.now++
    const ended = await login('ended', 'token')
    const elsewhere = await login('ended', 'token', owner, 'q')
    const theirs = await login('ended', 'token', stranger)
    log.length = 0
    await engine.disconnect(owner, ended.id)
    expect(log).toEqual(['revoke ended:token'])
    expect((await engine.list(owner)).map(({ id }) => id)).toEqual([kept.id, elsewhere.id])
    expect((await engine.list(stranger)).map(({ id }) => id)).toEqual([theirs.id])
  })

  it('happens once', async () => {
    const { login, engine, log } = setup()
    const { id } = await login('grant', 'token')
    await engine.disconnect(owner, id)
    log.length = 0
    expect((await refusal(() => engine.disconnect(owner, id))).code).toBe('connection_unknown')
    expect(log).toEqual([])
  })

  it('happens once also for two at the same time', async () => {
    const { login, engine, log } = setup()
    const { id } = await login('grant', 'token')
    log.length = 0
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => engine.disconnect(owner, id)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(log).toEqual(['revoke grant:token'])
  })

  it('is followed by a new login with a connection of its own', async () => {
    const { login, engine } = setup()
    const before = await login('grant', 'first')
    await engine.disconnect(owner, before.id)
    const after = await login('grant', 'second')
    expect(after.id).not.toBe(before.id)
    expect(await engine.list(owner)).toHaveLength(1)
  })

  it.each([
    ['fails', () => Promise.reject(new Error('503')), 'pending'],
    ['is refused', async () => 'deleted_only' as const, 'deleted_only'],
    ['is confirmed', async () => 'revoked' as const, 'revoked'],
  ])('says what became of the grant when the revocation %s', async (_name, revoke, outcome) => {
    const { login, engine } = setup({ provider: { revoke } })
    const { id } = await login('grant', 'token')
    expect(await engine.disconnect(owner, id)).toBe(outcome)
    expect(await engine.list(owner)).toEqual([])
  })

  it('does not try to end what the provider cannot end', async () => {
    const { engine, log } = setup()
    const { id } = await engine.accept(owner, 'p', 'grant:pasted')
    log.length = 0
    expect(await engine.disconnect(owner, id)).toBe('deleted_only')
    expect(log).toEqual([])
    expect(await engine.list(owner)).toEqual([])
  })

  it.each(['get', 'put'] as const)(
    'leaves the grant alone when the store cannot %s',
    async (operation) => {
      const { store, state } = breakableStore()
      const { login, engine, log } = setup({ store })
      const { id } = await login('grant', 'canary')
      log.length = 0
      state.broken.add(operation)
      const error = await refusal(() => engine.disconnect(owner, id))
      expect(error.code).toBe('store_unavailable')
      expect(shown(error)).not.toContain('canary')
      expect(log).toEqual([])
      state.broken.clear()
      expect((await engine.list(owner)).map((connection) => connection.id)).toEqual([id])
    },
  )
})

describe('an id that is not the owner’s', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['dots', '...'],
    ['a provider', 'p'],
    ['another owner', `p.${stranger.key}.AAAAAAAAAAAA`],
    ['no owner', 'p..AAAAAAAAAAAA'],
    ['the beginning of the owner', `p.${owner.key.slice(0, -1)}.AAAAAAAAAAAA`],
    ['the owner in capitals', `p.${owner.key.toUpperCase()}.AAAAAAAAAAAA`],
    ['an unknown provider', `x.${owner.key}.AAAAAAAAAAAA`],
    ['a path', `../p.${owner.key}.AAAAAAAAAAAA`],
    ['a property of every object', `constructor.${owner.key}.AAAAAAAAAAAA`],
    ['the prototype of every object', `__proto__.${owner.key}.AAAAAAAAAAAA`],
  ])('is unknown, and the store is not asked: %s', async (_name, id) => {
    const { store, log } = recordingStore()
    const { engine } = setup({ store, log })
    const error = await refusal(() => engine.disconnect(owner, id))
    expect(error.code).toBe('connection_unknown')
    expect(log).toEqual([])
  })

  it('is unknown though it exists', async () => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    const { login, engine } = setup({ store, log })
    const { id } = await login('grant', 'token', stranger)
    log.length = 0
    expect((await refusal(() => engine.disconnect(owner, id))).code).toBe('connection_unknown')
    expect(log).toEqual([])
    expect(await engine.list(stranger)).toHaveLength(1)
  })

  it.each(['', 'AAAAAAAAAAAA', '*'])(
    'is unknown with a wrong end, and nothing is written: %j',
    async (end) => {
      const log: string[] = []
      const { store } = recordingStore(memoryStore(), log)
      const { login, engine } = setup({ store, log })
      await login('grant', 'token')
      log.length = 0
      const id = `p.${owner.key}.${end}`
      expect((await refusal(() => engine.disconnect(owner, id))).code).toBe('connection_unknown')
      expect(log).toEqual([`get ${KEY}`])
      expect(await engine.list(owner)).toHaveLength(1)
    },
  )
})
