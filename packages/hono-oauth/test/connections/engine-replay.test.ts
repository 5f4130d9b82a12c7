import { describe, expect, it } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { type Answer, streamedBody } from '../protocol/fake-fetch.ts'
import { refusal } from '../protocol/refusal.ts'
import { connected, tokenOf } from './renewing.ts'
import { owner, setup } from './support.ts'

/** A token that is old enough to be over: one that was just issued is not replaced for a 401. */
async function settled(...args: Parameters<typeof connected>) {
  const made = await connected(...args)
  made.clock.now += 60
  return made
}

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
const renewable = (...answers: Answer[]) => settled([{}], { answers })

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

  it('is not asked for again with a body that can be read only once', async () => {
    const { body } = streamedBody(() => undefined)
    const { connection, sent, health } = await connect(answering(401), answering(200))
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    await refusal(() => connection.fetch('/x', init))
    expect(sent).toHaveLength(1)
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
  it('of a token that was just renewed means that this is not allowed', async () => {
    const { connection, sent, renew, health, engine } = await renewable(
      answering(401),
      answering(401),
      answering(200),
    )
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('access_forbidden')
    expect(sent).toHaveLength(2)
    expect(renew).toHaveBeenCalledTimes(1)
    expect(await health()).toBe('active')
    expect(await tokenOf((await engine.listAt(owner, 'p'))[0])).toBe('renewed-1')
  })

  it('of a token that nobody can renew means that it is dead', async () => {
    const { connection, sent, health } = await plain(answering(401), answering(401))
    expect((await refusal(() => connection.fetch('/x'))).code).toBe('needs_reauth')
    expect(sent).toHaveLength(2)
    expect(await health()).toBe('needs_reauth')
  })
})

describe('a 401 whose renewal fails', () => {
  it.each([
    ['needs_reauth', 'needs_reauth'],
    ['provider_unavailable', 'active'],
    ['client_rejected', 'active'],
  ] as const)('is not asked for again: %s', async (code, health) => {
    const answers = [answering(401), answering(200)]
    const made = await settled([new OAuthError(code)], { answers })
    expect((await refusal(() => made.connection.fetch('/x'))).code).toBe(code)
    expect(made.sent).toHaveLength(1)
    expect(made.renew).toHaveBeenCalledTimes(1)
    expect(await made.health()).toBe(health)
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
})
