import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Answer } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { tokenOf } from './renewing.ts'
import { authorizing, breakableStore, owner, recordingStore, setup } from './support.ts'

const refused =
  (status = 401, body = ''): Answer =>
  () =>
    new Response(body, { status })
/** A 401 is asked once more: only the second one counts. */
const dead = [refused(), refused()]

describe('a connection whose token is dead', () => {
  it('is marked, and stays so until the next login', async () => {
    const { login, engine, sent, clock } = setup({ answers: [...dead, new Response('ok')] })
    const connection = await login('grant', 'first')
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    const [marked] = await engine.list(owner)
    expect(marked).toMatchObject({ id: connection.id, health: 'needs_reauth' })
    expect(marked?.toJSON()).toMatchObject({ health: 'needs_reauth' })

    expect(sent).toHaveLength(2)
    for (const work of [() => marked?.fetch('/x'), () => marked?.accessToken()]) {
      expect((await refusal(work)).code).toBe('needs_reauth')
    }
    expect(sent).toHaveLength(2)

    clock.now += 10
    await login('grant', 'second')
    const [alive, ...others] = await engine.list(owner)
    expect(others).toEqual([])
    expect(alive).toMatchObject({ id: connection.id, health: 'active' })
    expect(await (await alive?.fetch('/x'))?.text()).toBe('ok')
    expect(sent[2]?.headers.get('authorization')).toBe('Bearer grant:second')
  })

  it('is marked without touching the others', async () => {
    const { login, engine, clock } = setup({ answers: dead })
    const first = await login('one', 'token')
    clock.now++
    const second = await login('two', 'token')
    expect((await refusal(() => first.fetch('/x'))).code).toBe('needs_reauth')
    const health = (await engine.list(owner)).map((each) => [each.id, each.health])
    expect(health).toEqual([
      [second.id, 'active'],
      [first.id, 'needs_reauth'],
    ])
  })

  it('is not marked when a login gave it a new token meanwhile', async () => {
    const { login, engine } = setup({ answers: dead })
    const before = await login('grant', 'first')
    await login('grant', 'second')
    expect((await refusal(() => before.fetch('/x'))).code).toBe('needs_reauth')
    const [connection] = await engine.list(owner)
    expect(connection?.health).toBe('active')
    expect((await connection?.accessToken())?.reveal()).toBe('grant:second')
  })

  it('does not come back when it was disconnected meanwhile', async () => {
    const { login, engine } = setup({ answers: dead })
    const connection = await login('grant', 'token')
    await connection.revoke()
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    expect(await engine.list(owner)).toEqual([])
  })

  it.each(['get', 'put'] as const)(
    'is told to be so also when the store cannot %s',
    async (operation) => {
      const { store, state } = breakableStore()
      const { login } = setup({ store, answers: dead })
      const connection = await login('grant', 'token')
      state.broken.add(operation)
      expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    },
  )

  it('is not ended at the provider', async () => {
    const { login, log } = setup({ answers: dead })
    const connection = await login('grant', 'token')
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    expect(log).toEqual(['authorize'])
  })
})

describe('a connection whose provider takes a 401 back', () => {
  it('stays active, and nothing is written', async () => {
    const { store, log } = recordingStore()
    const { login, engine, sent } = setup({ store, answers: [refused(), new Response('ok')] })
    const connection = await login('grant', 'token')
    log.length = 0
    expect(await (await connection.fetch('/x')).text()).toBe('ok')
    expect(sent).toHaveLength(2)
    expect(log).toEqual([])
    expect((await engine.list(owner))[0]?.health).toBe('active')
  })
})

describe('a connection that is refused for another reason', () => {
  it.each([
    ['a scope', refused(403, 'scope'), 'insufficient_scope'],
    ['a role', refused(403, 'role'), 'access_forbidden'],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed')
      },
      'provider_unavailable',
    ],
  ])('stays active: %s', async (_name, answer, code) => {
    const log: string[] = []
    const { store } = recordingStore(memoryStore(), log)
    const { login, engine } = setup({ store, answers: [answer] })
    const connection = await login('grant', 'token')
    log.length = 0
    expect((await refusal(() => connection.fetch('/x'))).code).toBe(code)
    expect(log).toEqual([])
    expect((await engine.list(owner))[0]?.health).toBe('active')
  })
})

describe('a connection with a lifetime', () => {
  it('works until it ends, and then asks nobody', async () => {
    const { login, engine, clock, sent } = setup({
      provider: { authorize: authorizing({ expiresInSeconds: 100 }) },
      answers: [new Response('ok')],
    })
    const connection = await login('grant', 'token')
    clock.now += 99
    expect(await (await connection.fetch('/x')).text()).toBe('ok')
    clock.now += 1
    const [listed] = await engine.list(owner)
    for (const each of [connection, listed]) {
      expect((await refusal(() => each?.fetch('/x'))).code).toBe('needs_reauth')
      expect((await refusal(() => each?.accessToken())).code).toBe('needs_reauth')
    }
    expect(sent).toHaveLength(1)
  })

  it('that is stored with a session ends with it', async () => {
    const { clock, engine, login } = setup({ store: memoryStore({ now: () => clock.now * 1000 }) })
    const session = { ...owner, expiresAt: clock.now + 300 }
    await login('grant', 'token', session)
    clock.now += 299
    expect(await engine.list(session)).toHaveLength(1)
    clock.now += 1
    expect(await engine.list(session)).toEqual([])
  })
})

describe('the health of a connection', () => {
  it('is told from outside, with the way back where there is one', async () => {
    const authorize = authorizing({ expiresInSeconds: 600 })
    const { login, engine, clock } = setup({ provider: { authorize } })
    const connection = await login('grant', 'token')
    const seen = []
    for (const seconds of [0, 539, 1, 59, 1]) {
      clock.now += seconds
      const [listed] = await engine.list(owner)
      expect(connection.toJSON()).toEqual(listed?.toJSON())
      seen.push([listed?.health, listed?.reauthorizeUrl !== undefined])
    }
    expect(seen).toEqual([
      ['active', false],
      ['active', false],
      ['expiring', true],
      ['expiring', true],
      ['needs_reauth', true],
    ])
    expect((await refusal(() => connection.accessToken())).code).toBe('needs_reauth')
  })

  it('that is expiring still works', async () => {
    const authorize = authorizing({ expiresInSeconds: 600 })
    const { login, clock } = setup({ provider: { authorize }, answers: [new Response('ok')] })
    const connection = await login('grant', 'token')
    clock.now += 599
    expect(await tokenOf(connection)).toBe('grant:token')
    expect(await (await connection.fetch('/x')).text()).toBe('ok')
  })
})
