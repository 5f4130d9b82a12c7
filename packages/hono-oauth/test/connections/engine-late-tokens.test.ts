import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import type { Provider, RenewedTokens } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { connected, deferred, LIFETIME, until } from './renewing.ts'
import { authorizing, owner, plainStore } from './support.ts'

const ADDRESS = { provider: 'p', owner }
const LATE = { accessToken: new Secret('late'), refreshToken: new Secret('late-refresh') }
const FIRST = 'revoke grant:first canary-refresh'
const STORES = [
  ['one that can compare', memoryStore],
  ['one that cannot', plainStore],
] as const

/** Logins whose refresh tokens are named after their access tokens. */
const rotating: Provider['authorize'] = async (callback) => {
  const code = callback.parameters.get('code')
  const refreshToken = new Secret(`refresh of ${code}`)
  return authorizing({ expiresInSeconds: LIFETIME, refreshToken })(callback)
}

const irrevocable: Provider['authorize'] = async (callback, backChannel) => {
  const { tokens, grant } = await rotating(callback, backChannel)
  return { tokens, grant: { ...grant, revocable: false } }
}

/** A connection in the middle of its renewal. */
async function renewing(options: Parameters<typeof connected>[1] = {}) {
  const answer = deferred<RenewedTokens>()
  const made = await connected([() => answer.promise], options)
  made.clock.now += LIFETIME
  const waiting = made.connection.accessToken().then(
    (token) => token.reveal(),
    (error: OAuthError) => error.code,
  )
  await until(() => made.renew.mock.calls.length > 0)
  made.log.length = 0
  return { ...made, answer, waiting }
}

describe.each(STORES)('what a renewal wins after a disconnect, in %s', (_name, store) => {
  it('is revoked: the tokens that were won, after a note of them', async () => {
    const made = await renewing({ store: store() })
    const { connection, documents, answer, waiting, log, engine, told } = made
    await connection.revoke()
    expect(log).toEqual([FIRST])
    answer.resolve(LATE)
    expect(await waiting).toBe('not_connected')
    expect(log).toEqual([FIRST, 'revoke late late-refresh'])
    expect(await documents.read(ADDRESS)).toMatchObject({ connections: [], revocations: [] })
    expect(await engine.list(owner)).toEqual([])
    expect(told()).toEqual(['connected', 'revoked'])
  })

  it('is revoked later when the provider is not there, and nobody is told of it', async () => {
    let isDown = false
    const revoked: string[] = []
    const revoke: Provider['revoke'] = async ({ accessToken }) => {
      if (isDown) throw new OAuthError('provider_unavailable')
      revoked.push(accessToken.reveal())
      return 'revoked'
    }
    const made = await renewing({ store: store(), provider: { revoke } })
    const { connection, documents, answer, waiting, clock, home, told } = made
    await connection.revoke()
    isDown = true
    answer.resolve(LATE)
    expect(await waiting).toBe('not_connected')
    const { revocations } = await documents.read(ADDRESS)
    expect(revocations.map(({ attempts, isDisconnect }) => [attempts, isDisconnect])).toEqual([
      [1, false],
    ])
    isDown = false
    clock.now += 100
    await home.attend(ADDRESS, () => false)
    expect(revoked).toEqual(['grant:first', 'late'])
    expect((await documents.read(ADDRESS)).revocations).toEqual([])
    expect(told()).toEqual(['connected', 'revoked'])
  })

  it('is not revoked where the provider revokes nothing', async () => {
    const made = await renewing({ store: store(), provider: { authorize: irrevocable } })
    await made.connection.revoke()
    made.answer.resolve(LATE)
    expect(await made.waiting).toBe('not_connected')
    expect(made.log).toEqual([])
  })
})

describe.each(STORES)('what a renewal wins after a new login, in %s', (_name, store) => {
  it('is revoked, and the login stands', async () => {
    const { answer, waiting, login, log, documents } = await renewing({ store: store() })
    await login('grant', 'again')
    log.length = 0
    answer.resolve(LATE)
    expect(await waiting).toBe('grant:again')
    expect(log).toEqual(['revoke late late-refresh'])
    expect((await documents.read(ADDRESS)).revocations).toEqual([])
  })

  const SHARED: [string, Partial<Provider>, Partial<RenewedTokens>][] = [
    ['one token of a grant ends it all', { revokesWholeGrant: true }, {}],
    ['both have one refresh token', {}, { refreshToken: new Secret('canary-refresh') }],
    ['both have kept one refresh token', {}, { refreshToken: undefined }],
  ]

  it.each(SHARED)('is left alone where %s', async (_case, provider, tokens) => {
    const { answer, waiting, login, log } = await renewing({ store: store(), provider })
    await login('grant', 'again')
    answer.resolve({ ...LATE, ...tokens })
    expect(await waiting).toBe('grant:again')
    expect(log).toEqual([])
  })

  it.each(SHARED)('is left alone after a disconnect and a login where %s', async (...args) => {
    const [, provider, tokens] = args
    const made = await renewing({ store: store(), provider })
    const { answer, waiting, login, log, connection } = made
    await connection.revoke()
    await login('grant', 'again')
    log.length = 0
    answer.resolve({ ...LATE, ...tokens })
    expect(await waiting).toBe('not_connected')
    expect(log).toEqual([])
  })
})

describe.each(STORES)('what a login overwrites, in %s', (_name, store) => {
  const logins = (provider: Partial<Provider> = {}) =>
    connected([{}], { store: store(), provider: { authorize: rotating, ...provider } })

  it('is revoked, and nobody is told of it', async () => {
    const { login, inBackground, log, documents, events } = await logins()
    await login('grant', 'again')
    await inBackground()
    expect(log).toEqual(['revoke grant:first refresh of grant:first'])
    expect((await documents.read(ADDRESS)).revocations).toEqual([])
    const told = events.map((event) => [event.type, 'again' in event && event.again])
    expect(told).toEqual([
      ['connected', false],
      ['connected', true],
    ])
  })

  it('is revoked again when the provider is not there, and the login does not wait for it', async () => {
    const tries = deferred<'revoked'>()
    const { login, inBackground, documents, clock, home, tools } = await logins({
      revoke: () => tries.promise,
    })
    await login('grant', 'again')
    const noted = (await documents.read(ADDRESS)).revocations
    expect(noted.map(({ attempts, retryAt }) => [attempts, retryAt - clock.now])).toEqual([[0, 60]])
    tries.reject(new Error('503'))
    await inBackground()
    const { revocations } = await tools.documents.read(ADDRESS)
    expect(revocations.map(({ attempts }) => attempts)).toEqual([1])
    clock.now += 100
    await home.attend(ADDRESS, () => false)
    const [again] = (await documents.read(ADDRESS)).revocations
    expect(again?.attempts).toBe(2)
  })

  it.each<[string, Partial<Provider>]>([
    ['one token of a grant ends it all', { revokesWholeGrant: true }],
    [
      'both have one refresh token',
      { authorize: authorizing({ refreshToken: LATE.refreshToken }) },
    ],
    ['it had no refresh token', { authorize: authorizing({}) }],
    ['the provider revokes nothing', { authorize: irrevocable }],
  ])('is left alone where %s', async (_case, provider) => {
    const { login, inBackground, log } = await logins(provider)
    log.length = 0
    await login('grant', 'again')
    await inBackground()
    expect(log.filter((line) => line.startsWith('revoke'))).toEqual([])
  })

  it('is only the same grant', async () => {
    const { login, inBackground, log } = await logins()
    await login('other', 'token')
    await inBackground()
    expect(log).toEqual([])
  })
})
