import { afterEach, describe, expect, it, vi } from 'vitest'
import { type EventDetails, tell } from '../../src/connections/events.ts'
import { OAuthError } from '../../src/errors.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { connected, LIFETIME, tokenOf } from './renewing.ts'
import { NOW, owner, setup } from './support.ts'

const DOWN = new OAuthError('client_rejected')
const GONE = new OAuthError('needs_reauth')

afterEach(() => void vi.restoreAllMocks())

/** What happens to a connection from its beginning to its end. */
async function life() {
  let isDown = true
  const revoke: Provider['revoke'] = async () => {
    if (isDown) throw DOWN
    return 'revoked'
  }
  const outcomes = [
    { accessToken: new Secret('canary-access'), refreshToken: new Secret('canary-second') },
    DOWN,
    DOWN,
    {},
    GONE,
  ]
  const made = await connected(outcomes, { provider: { revoke } })
  const { login, clock, connection, engine, home } = made
  for (let count = 0; count < outcomes.length; count++) {
    clock.now += LIFETIME
    await connection.accessToken().catch(() => undefined)
  }
  await refusal(() => connection.accessToken())
  const again = await login('grant', 'again')
  await made.inBackground()
  await engine.disconnect(owner, again.id)
  isDown = false
  clock.now += 100
  await home.attend({ provider: 'p', owner }, () => false)
  return made
}

describe('the events of a connection', () => {
  it('tell its life in order, each once', async () => {
    const { events, connection } = await life()
    const told = events.map(({ type, ...event }) => {
      const { outcome, by, again, code } = event as Record<string, unknown>
      return [type, outcome ?? again ?? code, by].filter((each) => each !== undefined)
    })
    expect(told).toEqual([
      ['connected', false],
      ['refreshed'],
      ['degraded', 'client_rejected'],
      ['refreshed'],
      ['recovered'],
      ['needs_reauth'],
      ['connected', true],
      ['revoked', 'pending', 'owner'],
      ['revoked', 'revoked', 'owner'],
    ])
    for (const event of events) expect(event).toMatchObject({ connection: { id: connection.id } })
  })

  it('show the connection as it is then', async () => {
    const { events } = await life()
    const health = events.map((event) => 'connection' in event && event.connection.health)
    expect(health).toEqual([
      'active',
      'active',
      'degraded',
      'active',
      'active',
      'needs_reauth',
      'active',
      'active',
      'active',
    ])
    const urls = events.flatMap((event) =>
      'connection' in event ? (event.connection.reauthorizeUrl ?? []) : [],
    )
    expect(urls).toEqual(['https://app.example/auth/p/login'])
  })

  it('hold no secret', async () => {
    const { events, renew } = await life()
    const tokens = renew.mock.calls.map(([{ refreshToken }]) => refreshToken?.reveal() ?? '')
    const secrets = new Set(['grant:first', 'grant:again', 'canary', 'renewed-', ...tokens])
    for (const event of events) {
      for (const secret of secrets) {
        expect(JSON.stringify(event)).not.toContain(secret)
        expect(shown(event)).not.toContain(secret)
      }
    }
  })

  it('tell of a grant that ended at the provider, once', async () => {
    const verify = () => Promise.reject(new Error('unused'))
    const provider = { webhooks: { endsGrants: true, verify } }
    const { engine, login, events, clock } = setup({ provider })
    const { id } = await login('grant', 'token')
    for (let count = 0; count < 2; count++) await engine.endGrant('p', 'grant', clock.now)
    expect(events.slice(1)).toMatchObject([
      { type: 'revoked', outcome: 'revoked', by: 'provider', connection: { id } },
    ])
    expect(events).toHaveLength(2)
  })

  it('tell of a token that a person brought', async () => {
    const { engine, events } = setup()
    const connection = await engine.accept(owner, 'p', 'grant:pasted')
    expect(events).toEqual([{ type: 'connected', connection: connection.toJSON(), again: false }])
  })

  it('are not told where nothing happened', async () => {
    const { engine, login, events, home } = setup()
    await refusal(() => engine.disconnect(owner, `p.${owner.key}.AAAAAAAAAAAA`))
    await engine.endGrant('p', 'grant', NOW)
    await home.attend({ provider: 'p', owner }, () => true)
    expect(events).toEqual([])
    await login('grant', 'token')
    await engine.list(owner)
    expect(events).toHaveLength(1)
  })
})

describe('a listener', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['throws at once', () => void JSON.parse('')],
  ])('that %s changes nothing', async (_name, listener) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const heard = vi.fn(listener)
    const telling = (event: EventDetails) => tell(heard, event, NOW)
    const { connection, clock, engine } = await connected([{}, GONE], { tell: telling })
    clock.now += LIFETIME
    expect(await tokenOf(connection)).toBe('renewed-1')
    clock.now += LIFETIME
    expect(await refusal(() => connection.accessToken())).toBe(GONE)
    expect(await engine.disconnect(owner, connection.id)).toBe('revoked')
    expect(heard).toHaveBeenCalledTimes(4)
    expect(log).toHaveBeenCalledTimes(4)
  })

  it('is told before the one whose work it was is answered, and holds up nobody else', async () => {
    let finish = () => {}
    const telling = (event: EventDetails) =>
      event.type === 'refreshed' ? new Promise<void>((done) => (finish = done)) : Promise.resolve()
    const { connection, clock, events } = await connected([{}], { tell: telling })
    clock.now += LIFETIME
    let isAnswered = false
    const leading = tokenOf(connection).then(() => {
      isAnswered = true
    })
    expect(await tokenOf(connection)).toBe('renewed-1')
    expect([events.at(-1)?.type, isAnswered]).toEqual(['refreshed', false])
    finish()
    await leading
  })
})
