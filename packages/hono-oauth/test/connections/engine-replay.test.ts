import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { type Answer, streamedBody } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, LIFETIME, tokenOf } from './renewing.ts'
import { owner, setup } from './support.ts'

const answering =
  (status: number, body: string | null = ''): Answer =>
  () =>
    new Response(body, { status })
const dropping: Answer = () => {
  throw new TypeError('fetch failed')
}
/** Answers by the token of a request: what is not listed is dead. */
const knowing =
  (...tokens: string[]): Answer =>
  ({ headers }) =>
    tokens.some((token) => headers.get('authorization') === `Bearer ${token}`)
      ? new Response('ok')
      : new Response('', { status: 401 })

/** A connection without an end whose provider cannot renew, and one that can. */
async function plain(...answers: Answer[]) {
  const made = setup({ answers })
  const connection = await made.login('grant', 'first')
  const health = async () => (await made.engine.listAt(owner, 'p'))[0]?.health
  return { ...made, connection, health }
}
const renewable = (...answers: Answer[]) => connected([{}], { answers })

const BODIES: [string, RequestInit][] = [
  ['nothing', {}],
  ['null', { method: 'POST', body: null }],
  ['a text', { method: 'PATCH', body: '{"a":1}' }],
  ['an empty text', { method: 'POST', body: '' }],
  ['a form', { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
  ['bytes', { method: 'PUT', body: new Uint8Array([1, 2]) }],
]
const CASES = [
  ['the same token', plain, 'grant:first'],
  ['a new token', renewable, 'renewed-1'],
] as const

describe.each(CASES)('a 401 that the provider takes back for %s', (_name, connect, token) => {
  it.each(BODIES)('costs one more request, the very same: %s', async (_body, init) => {
    const { connection, sent, health } = await connect(answering(401), answering(200, 'ok'))
    const headers = { accept: 'text/plain', authorization: 'Bearer evil' }
    const response = await connection.fetch('/v2/sites?a=b', { ...init, headers })
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect(sent).toHaveLength(2)
    const [first, second] = sent.map(({ url, method, body }) => ({ url, method, body }))
    expect(second).toEqual(first)
    const used = sent.map((each) => Object.fromEntries(each.headers))
    expect(used).toEqual(
      ['grant:first', token].map((each) => ({ ...headers, authorization: `Bearer ${each}` })),
    )
    expect(sent.map(({ init: { redirect } }) => redirect)).toEqual(['manual', 'manual'])
    expect(sent[1]?.init.body).toBe(init.body)
    expect(await health()).toBe('active')
  })

  it.each<[string, Answer, string]>([
    ['a role', answering(403, 'role'), 'access_forbidden'],
    ['a scope', answering(403, 'scope'), 'insufficient_scope'],
    ['no connection', dropping, 'provider_unavailable'],
  ])('counts for nothing when the second answer is a refusal: %s', async (_kind, answer, code) => {
    const { connection, sent, health } = await connect(answering(401), answer)
    expect((await refusal(() => connection.fetch('/x'))).code).toBe(code)
    expect(sent).toHaveLength(2)
    expect(await health()).toBe('active')
  })

  it('counts for nothing when the second answer is the caller’s to judge', async () => {
    const { connection } = await connect(answering(401), answering(503, 'later'))
    const response = await connection.fetch('/x')
    expect([response.status, await response.text()]).toEqual([503, 'later'])
  })

  it.each([
    [403, 'scope'],
    [403, 'role'],
    [403, 'unknown'],
    [500, ''],
    [429, ''],
  ])('is the only answer that is asked for again: %d %s', async (status, body) => {
    const { connection, sent } = await connect(answering(status, body), answering(200))
    await connection.fetch('/x').catch(() => undefined)
    expect(sent).toHaveLength(1)
  })

  it('sends nothing to a foreign host, and renews nothing for it', async () => {
    const { connection, sent } = await connect()
    const error = await refusal(() => connection.fetch('https://evil.example/'))
    expect(error.code).toBe('destination_forbidden')
    expect(sent).toEqual([])
  })
})

describe('a second 401', () => {
  it('is told, and of a connection that can be renewed nothing is marked', async () => {
    const { connection, sent, renew, health, engine, told } = await renewable(
      answering(401),
      answering(401),
    )
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    expect(sent).toHaveLength(2)
    expect(renew).toHaveBeenCalledTimes(1)
    expect(await health()).toBe('active')
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('renewed-1')
    expect(told()).toEqual(['connected', 'refreshed'])
  })

  it('of a token that nobody can renew means that it is dead', async () => {
    const { connection, sent, health, events } = await plain(answering(401), answering(401))
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    expect(sent).toHaveLength(2)
    expect(await health()).toBe('needs_reauth')
    expect(events.map(({ type }) => type)).toEqual(['connected', 'needs_reauth'])
  })
})

describe('a 401 whose renewal fails', () => {
  it.each([
    ['needs_reauth', 'needs_reauth', 'needs_reauth', 1],
    ['provider_unavailable', 'temporarily_unavailable', 'degraded', 3],
    ['client_rejected', 'client_rejected', 'degraded', 1],
  ] as const)('is not asked for again: %s', async (failure, code, health, tries) => {
    const answers = [answering(401), answering(200)]
    const made = await connected([new OAuthError(failure)], { answers })
    expect((await refusal(() => made.connection.fetch('/x'))).code).toBe(code)
    expect(made.sent).toHaveLength(1)
    expect(made.renew).toHaveBeenCalledTimes(tries)
    expect(await made.health()).toBe(health)
  })
})

describe('a 401 of a token that a renewal brought', () => {
  /** The connection as it is listed after its renewal, and some time after that. */
  async function renewed(seconds: number) {
    const made = await renewable(...Array(3).fill(knowing('renewed-2')))
    made.clock.now += LIFETIME
    await made.connection.accessToken()
    const [listed] = await made.engine.listAt(owner, 'p')
    made.clock.now += seconds
    return { ...made, listed }
  }

  it.each([0, 59])('%d seconds ago is not followed by another renewal', async (seconds) => {
    const { listed, sent, renew, health } = await renewed(seconds)
    expect((await refusal(() => listed?.fetch('/x'))).code).toBe('needs_reauth')
    const used = sent.map(({ headers }) => headers.get('authorization'))
    expect(used).toEqual(['Bearer renewed-1', 'Bearer renewed-1'])
    expect(renew).toHaveBeenCalledTimes(1)
    expect(await health()).toBe('active')
  })

  it('a minute ago is followed by one', async () => {
    const { listed, renew } = await renewed(60)
    expect(await (await listed?.fetch('/x'))?.text()).toBe('ok')
    expect(renew).toHaveBeenCalledTimes(2)
  })

  it('is one of the old token for somebody who still holds that', async () => {
    const { connection, engine, renew, sent } = await renewable(
      ...Array(4).fill(knowing('renewed-1')),
    )
    const [late] = await engine.listAt(owner, 'p')
    for (const each of [connection, late])
      expect(await (await each?.fetch('/x'))?.text()).toBe('ok')
    expect(renew).toHaveBeenCalledTimes(1)
    expect(sent).toHaveLength(4)
  })
})

describe('a 401 for a body that can be read only once', () => {
  const init = () => ({ method: 'POST', body: streamedBody(() => undefined).body, duplex: 'half' })

  it('is not sent again, but the next request has a new token', async () => {
    const { connection, engine, sent, renew, health } = await renewable(
      ...Array(2).fill(knowing('renewed-1')),
    )
    const error = await refusal(() => connection.fetch('/x', init() as RequestInit))
    expect([error.code, error.message]).toEqual([
      'provider_unavailable',
      'The access token was replaced: send the request again.',
    ])
    expect([sent.length, renew.mock.calls.length, await health()]).toEqual([1, 1, 'active'])
    const [listed] = await engine.listAt(owner, 'p')
    expect(await (await listed?.fetch('/x', init() as RequestInit))?.text()).toBe('ok')
    expect(renew).toHaveBeenCalledTimes(1)
  })

  it('is not sent again where nothing can be renewed, and nothing is marked', async () => {
    const { connection, sent, health } = await plain(answering(401), answering(200))
    const error = await refusal(() => connection.fetch('/x', init() as RequestInit))
    expect([error.code, sent.length, await health()]).toEqual(['needs_reauth', 1, 'active'])
  })

  it('is told as the renewal that failed', async () => {
    const answers = [answering(401)]
    const { connection } = await connected([new OAuthError('client_rejected')], { answers })
    const error = await refusal(() => connection.fetch('/x', init() as RequestInit))
    expect(error.code).toBe('client_rejected')
  })
})

// Row 145.
describe('many 401s at the same time', () => {
  it('cost one renewal, and one more request each', async () => {
    const { connection, sent, renew } = await renewable(...Array(100).fill(knowing('renewed-1')))
    const requests = Array.from({ length: 50 }, () => connection.fetch('/x'))
    const texts = await Promise.all(requests.map(async (each) => (await each).text()))
    expect(texts).toEqual(Array(50).fill('ok'))
    expect(renew).toHaveBeenCalledTimes(1)
    expect(sent).toHaveLength(100)
  })

  it('cost no more when the new token is refused as well', async () => {
    const { connection, sent, renew, health } = await renewable(...Array(100).fill(knowing()))
    const requests = Array.from({ length: 50 }, () => refusal(() => connection.fetch('/x')))
    const codes = (await Promise.all(requests)).map(({ code }) => code)
    expect(codes).toEqual(Array(50).fill('needs_reauth'))
    expect([renew.mock.calls.length, sent.length, await health()]).toEqual([1, 100, 'active'])
  })

  it('of a token that nobody can renew mark it once, and are told once', async () => {
    const { connection, events, health } = await plain(...Array(20).fill(knowing()))
    const requests = Array.from({ length: 10 }, () => refusal(() => connection.fetch('/x')))
    const codes = (await Promise.all(requests)).map(({ code }) => code)
    expect([codes, await health()]).toEqual([Array(10).fill('needs_reauth'), 'needs_reauth'])
    expect(events.map(({ type }) => type)).toEqual(['connected', 'needs_reauth'])
  })
})
