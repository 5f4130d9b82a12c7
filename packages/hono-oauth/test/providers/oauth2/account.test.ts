import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import type { OAuth2Options } from '../../../src/providers/oauth2/index.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { ACCOUNT, callback, LOGIN, provider, REFRESH, TOKEN, tokenAnswer } from './support.ts'

/** A login whose token request went well: what follows is about the account. */
function login(options: Partial<OAuth2Options>, ...answers: Answer[]) {
  const { backChannel, sent } = fakeBackChannel(json(tokenAnswer()), ...answers)
  const made = provider({ account: ACCOUNT, ...options })
  return {
    grant: async () => (await made.authorize(callback(), backChannel)).grant,
    /** What was sent after the token request. */
    later: () => sent.slice(1),
  }
}
const ok = () => new Response(null)

describe('the account of a grant', () => {
  it('is asked for with the fresh token', async () => {
    const { grant, later } = login({}, json({ sub: 'user-1', name: 'Ada', email: 'x' }))
    const made = await grant()
    expect(made).toMatchObject({ id: 'user-1', account: { id: 'user-1', name: 'Ada' } })
    expect(Object.keys(made.account)).toEqual(['id', 'name'])
    expect(later()).toHaveLength(1)
    expect(later()[0]).toMatchObject({ method: 'GET', url: ACCOUNT.url, body: '' })
    expect(later()[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
    expect(later()[0]?.headers.get('accept')).toBe('application/json')
    expect(later()[0]?.headers.get('user-agent')).toBe('hono-oauth')
  })

  it.each<[object, object, string, string | null]>([
    [{}, { sub: 'a' }, 'a', null],
    [{}, { sub: 'a', name: '' }, 'a', null],
    [{}, { sub: 'a', name: 42 }, 'a', null],
    [{}, { sub: 'a', name: 'x'.repeat(1025) }, 'a', null],
    [{}, { sub: 'x'.repeat(1024), name: 'é' }, 'x'.repeat(1024), 'é'],
    [{}, { sub: 0 }, '0', null],
    [{ id: 'id', name: 'login' }, { id: 583231, login: 'octocat', sub: 'no' }, '583231', 'octocat'],
    [{ id: 'id' }, { id: 'a', name: 'Ada' }, 'a', 'Ada'],
    [{ name: 'toString' }, { sub: 'a' }, 'a', null],
  ])('is read from the members %j of %j', async (members, body, id, name) => {
    const { grant } = login({ account: { ...ACCOUNT, ...members } }, json(body))
    expect(await grant()).toMatchObject({ id, account: { id, name } })
  })

  it.each<[string, Answer]>([
    ['500', json({}, 500)],
    ['502', json({}, 502)],
    ['503', json({}, 503)],
    [
      'no answer',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('is asked for once more after %s', async (_name, answer) => {
    const { grant, later } = login({}, answer, json({ sub: 'a' }))
    expect((await grant()).id).toBe('a')
    expect(later().map(({ method, url }) => [method, url])).toEqual([
      ['GET', ACCOUNT.url],
      ['GET', ACCOUNT.url],
    ])
  })
})

const INVALID = 'provider_response_invalid'
const fault = (status: number, body: object = {}) => json({ canary: TOKEN, ...body }, status)
const lost: Answer = () => {
  throw new TypeError('fetch failed')
}
const UNKNOWN: [string, Answer[], OAuthErrorCode, object?][] = [
  ['is HTML', [new Response(`<html>${TOKEN}`)], INVALID],
  ['is null', [json(null)], INVALID],
  ['is a list', [json([{ sub: 'a' }])], INVALID],
  ['is empty', [new Response(null, { status: 204 })], INVALID],
  ['has no id', [json({ canary: 1 })], INVALID],
  ['has an empty id', [json({ sub: '' })], INVALID],
  ['has null for an id', [json({ sub: null })], INVALID],
  ['has an object for an id', [json({ sub: { canary: 1 } })], INVALID],
  ['has a fraction for an id', [json({ sub: 1.5 })], INVALID],
  ['has an id that is no safe integer', [json({ sub: 2 ** 53 })], INVALID],
  ['has an id that is too long', [json({ sub: 'canary'.repeat(200) })], INVALID],
  ['has the id in its prototype', [new Response('{"__proto__":{"sub":"a"}}')], INVALID],
  ['has no member of the name', [json({})], INVALID, { id: 'constructor' }],
  ['is a redirect', [new Response(null, { status: 302 })], INVALID],
  ['is huge', [new Response(new Uint8Array(300_000))], INVALID],
  ['is 401', [fault(401)], INVALID],
  ['is 403', [fault(403)], INVALID],
  [
    'is 403 for want of a scope',
    [fault(403, { error: 'insufficient_scope' })],
    'insufficient_scope',
  ],
  ['is 404', [fault(404)], INVALID],
  ['is 429', [fault(429)], 'provider_unavailable'],
  ['never comes', [lost, lost], 'provider_unavailable'],
  ['is 500 twice', [fault(500), fault(500)], 'provider_unavailable'],
  ['is 503 and then 429', [fault(503), fault(429)], 'provider_unavailable'],
  ['is 500 and then nonsense', [fault(500), json({})], INVALID],
]

// That of fakeBackChannel.
const TIMEOUT_MS = 10_000

describe('an account that cannot be learned', () => {
  afterEach(() => void vi.useRealTimers())

  it.each(UNKNOWN)('ends the login, and its grant: %s', async (_name, answers, code, members) => {
    const account = { ...ACCOUNT, ...members }
    const { grant, later } = login({ account }, ...answers, ok(), ok())
    const error = await refusal(grant)
    expect(error.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
    const ended = later().slice(answers.length)
    expect(ended.map(({ url }) => url)).toEqual([`${LOGIN}/revoke`, `${LOGIN}/revoke`])
    const tokens = ended.map(({ body }) => new URLSearchParams(body).get('token'))
    expect(tokens).toEqual([REFRESH, TOKEN])
  })

  it.each<[string, Answer]>([
    ['503', fault(503)],
    ['no connection', lost],
  ])('is told, whatever becomes of the revocation: %s', async (_name, answer) => {
    const { grant, later } = login({}, json({}), answer)
    expect((await refusal(grant)).code).toBe(INVALID)
    expect(later()).toHaveLength(2)
  })

  it('is told in the time of one request, though two revocations take long', async () => {
    vi.useFakeTimers()
    const slow: Answer = () =>
      new Promise((resolve) => setTimeout(() => resolve(ok()), TIMEOUT_MS - 1))
    const never: Answer = () => new Promise(() => undefined)
    const { grant, later } = login({}, json({}), slow, never)
    const error = refusal(grant)
    let isTold = false
    error.then(() => (isTold = true)).catch(() => undefined)
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect([later().length, isTold]).toEqual([3, false])
    await vi.advanceTimersByTimeAsync(1)
    expect(isTold).toBe(true)
    expect((await error).code).toBe(INVALID)
  })

  it('ends nothing where an earlier connection would end with it', async () => {
    const { grant, later } = login({ revokesWholeGrant: true }, json({}))
    expect((await refusal(grant)).code).toBe(INVALID)
    expect(later()).toHaveLength(1)
  })

  it('ends nothing where nothing is revoked', async () => {
    const { grant, later } = login({ revocationEndpoint: undefined }, json({}))
    expect((await refusal(grant)).code).toBe(INVALID)
    expect(later()).toHaveLength(1)
  })
})
