import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { provider as webflowProvider } from '../providers/webflow/support.ts'
import {
  authorizing,
  breakableStore,
  fakeProvider,
  NOW,
  owner,
  recordingStore,
  setup,
  stranger,
} from './support.ts'

const tokenOf = async (connection: { accessToken(): Promise<Secret> } | undefined) =>
  (await connection?.accessToken())?.reveal()

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
        () => engine.provider(name),
      ]) {
        expect((await refusal(work)).code).toBe('provider_unknown')
      }
      expect(log).toEqual([])
    },
  )

  it('knows the providers that are configured', () => {
    const q = fakeProvider()
    const { engine, provider } = setup({ more: { q } })
    expect(engine.provider('q')).toBe(q)
    expect(engine.provider('p')).toEqual(provider)
  })

  it('of a new owner is stored without asking what is there', async () => {
    const { store, log } = recordingStore()
    const { login, engine } = setup({ store })
    const { id } = await login('grant', 'token', { ...owner, isNew: true })
    expect(log).toEqual([`put connections/p/${owner.key}`])
    expect((await engine.listAt(owner, 'p')).map((each) => each.id)).toEqual([id])
  })
})

describe('a login that fails', () => {
  const failure = new OAuthError('code_rejected')

  it('at the provider leaves no trace, and ends no grant of which it knows nothing', async () => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    const authorize = () => Promise.reject(failure)
    const { login } = setup({ store, log, provider: { authorize } })
    expect(await refusal(() => login('grant', 'token'))).toBe(failure)
    expect(log).toEqual([])
  })

  it('with the store gives the token back', async () => {
    const { store, state } = breakableStore()
    const { login, log, engine } = setup({ store })
    state.broken.add('put')
    const error = await refusal(() => login('grant', 'canary'))
    expect(error.code).toBe('store_unavailable')
    expect(shown(error)).not.toContain('canary')
    expect(log).toEqual(['authorize', 'revoke grant:canary'])
    expect(await engine.listAt(owner, 'p')).toEqual([])
  })

  it.each([
    ['gives the token of a new owner back', { ...owner, isNew: true }, ['revoke grant:token']],
    ['keeps the token of an owner of whom it can know nothing', owner, []],
  ])('with a store that answers nothing %s', async (_name, as, ended) => {
    const { store, state } = breakableStore()
    const { login, log } = setup({ store })
    state.broken.add('get').add('put')
    expect((await refusal(() => login('grant', 'token', as))).code).toBe('store_unavailable')
    expect(log).toEqual(['authorize', ...ended])
  })

  it('with the store keeps the token of an owner who is connected there', async () => {
    const { store, state } = breakableStore()
    const { login, log, engine } = setup({ store })
    const before = await login('grant', 'first')
    state.broken.add('put')
    log.length = 0
    for (const grant of ['grant', 'other']) {
      const error = await refusal(() => login(grant, 'second'))
      expect(error.code).toBe('store_unavailable')
    }
    expect(log).toEqual(['authorize', 'authorize'])
    const [kept, ...others] = await engine.listAt(owner, 'p')
    expect(others).toEqual([])
    expect(kept?.id).toBe(before.id)
    expect(await tokenOf(kept)).toBe('grant:first')
  })

  it('tells what went wrong first, whatever fails after it', async () => {
    const { store, state } = breakableStore()
    const revoke = () => Promise.reject(new Error('revocation failed'))
    const { login } = setup({ store, provider: { revoke } })
    state.broken.add('put')
    expect((await refusal(() => login('grant', 'token'))).code).toBe('store_unavailable')
    state.broken.add('get')
    expect((await refusal(() => login('grant', 'token'))).code).toBe('store_unavailable')
  })
})

describe('a token that a person made', () => {
  it('makes a connection like any other', async () => {
    const { engine, log } = setup()
    const connection = await engine.accept(owner, 'p', ' \n grant:pasted\t\r\n')
    expect(log).toEqual(['accept'])
    expect(await tokenOf(connection)).toBe('grant:pasted')
    expect((await engine.listAt(owner, 'p')).map(({ id }) => id)).toEqual([connection.id])
  })

  it.each([
    '',
    ' ',
    '\n',
    'a b',
    'a\nb',
    'a\r\nx-evil: 1',
    'é',
    'token\u0000',
    '🙂',
    '\u200btoken',
  ])('is refused before anybody is asked: %j', async (token) => {
    const { store, log } = recordingStore()
    const { engine, sent } = setup({ store, more: { webflow: webflowProvider() } })
    const error = await refusal(() => engine.accept(owner, 'webflow', token))
    expect(error.code).toBe('token_not_accepted')
    expect(sent).toEqual([])
    expect(log).toEqual([])
  })

  it('is refused where the provider has no such tokens', async () => {
    const { acceptToken: _, ...without } = fakeProvider()
    const { engine } = setup({ more: { q: without } })
    const error = await refusal(() => engine.accept(owner, 'q', 'canary'))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toMatch(/^providers\.q has no tokens\b.*\.$/)
    expect(shown(error)).not.toContain('canary')
  })

  it('is refused as the provider says, and nothing is stored', async () => {
    const { store, log } = recordingStore()
    const failure = new OAuthError('token_not_accepted')
    const { engine } = setup({ store, provider: { acceptToken: () => Promise.reject(failure) } })
    expect(await refusal(() => engine.accept(owner, 'p', 'token'))).toBe(failure)
    expect(log).toEqual([])
  })

  it('is not ended at the provider when it cannot be stored', async () => {
    const { store, state } = breakableStore()
    const { engine, log } = setup({ store })
    state.broken.add('put')
    const error = await refusal(() => engine.accept(owner, 'p', 'grant:token'))
    expect(error.code).toBe('store_unavailable')
    expect(log).toEqual(['accept'])
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
