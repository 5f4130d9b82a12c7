import { describe, expect, it } from 'vitest'
import { refusal } from '../protocol/refusal.ts'
import { connected, LIFETIME, tokenOf } from './renewing.ts'
import { breakableStore, fakeProvider, owner, recordingStore, setup, stranger } from './support.ts'

const KEY = `connections/p/${owner.key}`

describe('a connection by its id', () => {
  it('is the one that this id was given, whoever owns it', async () => {
    const { engine, login } = setup({ more: { q: fakeProvider() } })
    const made = [
      await login('one', 'a'),
      await login('two', 'b'),
      await login('one', 'c', stranger),
      await login('one', 'd', owner, 'q'),
    ]
    for (const { id, provider } of made) {
      const found = await engine.get(id)
      expect([found.id, found.provider]).toEqual([id, provider])
    }
    const tokens = await Promise.all(made.map(async ({ id }) => tokenOf(await engine.get(id))))
    expect(tokens).toEqual(['one:a', 'two:b', 'one:c', 'one:d'])
  })

  it('costs one read', async () => {
    const { store, log } = recordingStore()
    const { engine, login } = setup({ store })
    const { id } = await login('grant', 'token')
    log.length = 0
    await engine.get(id)
    expect(log).toEqual([`get ${KEY}`])
  })

  it('can be renewed and ended like any other', async () => {
    const { connection, engine, clock } = await connected()
    const found = await engine.get(connection.id)
    clock.now += LIFETIME
    expect(await tokenOf(found)).toBe('renewed-1')
    expect(await found.revoke()).toBe('revoked')
    expect(await engine.list(owner)).toEqual([])
  })

  it.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['dots', '...'],
    ['a provider', 'p'],
    ['an owner and no more', `p.${owner.key}`],
    ['an owner and nothing', `p.${owner.key}.`],
    ['another end', `p.${owner.key}.AAAAAAAAAAAA`],
    ['no owner', 'p..AAAAAAAAAAAA'],
    ['a provider that is not there', `x.${owner.key}.AAAAAAAAAAAA`],
    ['a path', `../p.${owner.key}.AAAAAAAAAAAA`],
    ['a property of every object', `constructor.${owner.key}.AAAAAAAAAAAA`],
    ['the prototype of every object', `__proto__.${owner.key}.AAAAAAAAAAAA`],
  ])('is unknown: %s', async (_name, id) => {
    const { engine, login } = setup()
    await login('grant', 'token')
    expect((await refusal(() => engine.get(id))).code).toBe('connection_unknown')
  })

  it.each([
    ['no owner', 'p..AAAAAAAAAAAA'],
    ['a path', `p.${owner.key}/x.AAAAAAAAAAAA`],
    ['another room', 'p.../../grants.AAAAAAAAAAAA'],
    ['a provider that is not there', `x.${owner.key}.AAAAAAAAAAAA`],
  ])('is unknown without asking the store: %s', async (_name, id) => {
    const { store, log } = recordingStore()
    const { engine } = setup({ store })
    expect((await refusal(() => engine.get(id))).code).toBe('connection_unknown')
    expect(log).toEqual([])
  })

  it('is unknown with the id of another provider or owner', async () => {
    const { engine, login } = setup({ more: { q: fakeProvider() } })
    const { id } = await login('grant', 'token')
    for (const other of [id.replace('p.', 'q.'), id.replace(owner.key, stranger.key)]) {
      expect((await refusal(() => engine.get(other))).code).toBe('connection_unknown')
    }
  })

  it('is unknown once it has ended', async () => {
    const { engine, login } = setup()
    const { id } = await login('grant', 'token')
    await engine.disconnect(owner, id)
    expect((await refusal(() => engine.get(id))).code).toBe('connection_unknown')
    const again = await login('grant', 'token')
    expect((await refusal(() => engine.get(id))).code).toBe('connection_unknown')
    expect((await engine.get(again.id)).id).toBe(again.id)
  })

  it('is not known to be unknown when the store fails', async () => {
    const { store, state } = breakableStore()
    const { engine, login } = setup({ store })
    const { id } = await login('grant', 'token')
    state.broken.add('get')
    expect((await refusal(() => engine.get(id))).code).toBe('store_unavailable')
  })
})
