import { afterEach, describe, expect, it, vi } from 'vitest'
import type { OAuth2Options } from '../../../src/providers/oauth2/index.ts'
import { type Answer, empty, html, json, lost, over } from '../../protocol/fake-fetch.ts'
import { codeOf } from '../../protocol/refusal.ts'
import { callback, LOGIN, provider, REFRESH, TOKEN, tokenAnswer, USERINFO } from './support.ts'

type Members = Partial<OAuth2Options>
const SUB = { id: 'userinfo.sub', name: 'userinfo.name' } as const

/** A login whose token request succeeds; the answers are for the requests after it. */
function login(options: Members, ...answers: Answer[]) {
  const made = provider({ userinfoEndpoint: USERINFO, account: SUB, ...options })
  const request = callback({ realmId: 'realm-1' }, { login: { shop: 'shop-1' } })
  const issued = json(tokenAnswer({ team: { id: 'T1' }, user: 7 }))
  const { sent, work } = over([issued, ...answers], (channel) => made.authorize(request, channel))
  return { grant: async () => (await work()).grant, later: () => sent.slice(1) }
}
const fault = (status: number, body: object = {}) => json({ canary: TOKEN, ...body }, status)

describe('the account of a grant', () => {
  it('is read with the new access token', async () => {
    const { grant, later } = login({}, json({ sub: 'user-1', name: 'Ada', email: 'x' }))
    expect(await grant()).toMatchObject({ id: 'user-1', account: { id: 'user-1', name: 'Ada' }, isAnonymous: false })
    expect(later()).toMatchObject([{ method: 'GET', url: USERINFO, body: '' }])
    expect(later()[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
  })

  it.each<[object, unknown, string, string | null]>([
    [{}, { sub: 'a' }, 'a', null],
    [{}, { sub: 'a', name: '' }, 'a', null],
    [{}, { sub: 'a', name: 42 }, 'a', '42'],
    [{}, { sub: 'a', name: { first: 'Ada' } }, 'a', null],
    [{}, { sub: 'a', name: 'x'.repeat(1025) }, 'a', null],
    [{}, { sub: 'x'.repeat(1024), name: 'é' }, 'x'.repeat(1024), 'é'],
    [{}, { sub: 0 }, '0', null],
    [{}, { sub: false }, 'false', null],
    [{ id: 'userinfo.id', name: 'userinfo.login' }, { id: 583231, login: 'octocat', sub: 'no' }, '583231', 'octocat'],
    [{ name: ['userinfo.name', 'userinfo.login'] }, { sub: 'a', name: null, login: 'ada' }, 'a', 'ada'],
    [{ name: 'userinfo.toString' }, { sub: 'a' }, 'a', null],
    [{ id: 'userinfo.data.0.id', name: 'userinfo.data.0.n' }, { data: [{ id: 'a', n: 'Ada' }] }, 'a', 'Ada'],
    [{ id: 'userinfo.0.id' }, [{ id: 'a' }], 'a', null],
    [{ id: ['token.team.id', 'token.user'] }, {}, 'T1/7', null],
    [{ id: ['userinfo.a', 'userinfo.b'] }, { a: 'x/y', b: 'z' }, 'x%2Fy/z', null],
    [{ id: 'token.team.id', name: 'login.shop' }, {}, 'T1', 'shop-1'],
  ])('is read from the paths %j of %j', async (paths, body, id, name) => {
    const { grant } = login({ account: { ...SUB, ...paths } }, json(body))
    expect(await grant()).toMatchObject({ id, account: { id, name } })
  })

  it('is one that the browser names, where the token endpoint gets its id to check', async () => {
    const details = { realm: 'callback.realmId' } as const
    const account = { id: 'callback.realmId' } as const
    const checked = { details, account, tokenParams: { realm_id: '{realm}' }, userinfoEndpoint: undefined }
    expect(await login(checked).grant()).toMatchObject({ id: 'realm-1', details: { realm: 'realm-1' } })
  })

  it('is asked for once more after an outage', async () => {
    const { grant, later } = login({}, lost, json({ sub: 'a' }))
    expect([(await grant()).id, later().length]).toEqual(['a', 2])
  })

  it.each<[Members['userinfoEndpoint'], object]>([
    [{ url: USERINFO }, { method: 'POST', body: '' }],
    [
      { url: USERINFO, method: 'GET' },
      { method: 'GET', body: '' },
    ],
    [
      { url: USERINFO, json: { query: '{ me { id } }' } },
      { method: 'POST', body: '{"query":"{ me { id } }"}' },
    ],
    [
      { url: USERINFO, form: { user: '{client_id}' } },
      { method: 'POST', body: 'user=client-id-1' },
    ],
  ])('is asked for by the request %j', async (userinfoEndpoint, request) => {
    const { grant, later } = login({ userinfoEndpoint, apiHeaders: { 'x-version': '2' } }, json({ sub: 'a' }))
    expect((await grant()).id).toBe('a')
    expect(later()).toMatchObject([{ url: USERINFO, ...request }])
    const { headers } = later()[0] ?? {}
    expect(['authorization', 'x-version'].map((name) => headers?.get(name))).toEqual([`Bearer ${TOKEN}`, '2'])
  })
})

const INVALID = 'provider_response_invalid'
const SCOPE = 'insufficient_scope'
const CHALLENGE = { 'www-authenticate': 'Bearer error="insufficient_scope"' }
const NO_IDS = [undefined, '', null, { canary: 1 }, 1.5, 2 ** 53, 'canary'.repeat(200)]
type Row = [name: string, answers: Answer[], code: string, id?: `userinfo.${string}`]
const UNKNOWN: Row[] = [
  ['HTML', [html()], INVALID],
  ['null', [json(null)], INVALID],
  ['a list', [json([{ sub: 'a' }])], INVALID],
  ['no content', [empty(204)], INVALID],
  ...NO_IDS.map((sub): Row => [`the id ${sub}`, [json({ sub })], INVALID]),
  ['an inherited id', [new Response('{"__proto__":{"sub":"a"}}')], INVALID],
  ['no member of the name', [json({})], INVALID, 'userinfo.constructor'],
  ['a redirect', [empty(302)], INVALID],
  ['401', [fault(401)], INVALID],
  ['401 with a challenge', [empty(401, CHALLENGE)], INVALID],
  ['403', [fault(403)], INVALID],
  ['403 for a scope', [fault(403, { error: SCOPE })], SCOPE],
  ['403 with a challenge', [empty(403, CHALLENGE)], SCOPE],
  ['404', [fault(404)], INVALID],
  ['429', [fault(429)], 'provider_unavailable'],
  ['no answer', [lost, lost], 'provider_unavailable'],
  ['503 and then 429', [fault(503), fault(429)], 'provider_unavailable'],
]

// The time limit of fakeBackChannel.
const TIMEOUT_MS = 10_000

describe('an account that cannot be read', () => {
  afterEach(() => void vi.useRealTimers())

  it.each(UNKNOWN)('ends the login and the grant: %s', async (_name, answers, code, id = SUB.id) => {
    const { grant, later } = login({ account: { ...SUB, id } }, ...answers, empty(200), empty(200))
    expect(await codeOf(grant)).toBe(code)
    const ended = later().slice(answers.length)
    const revocations = [REFRESH, TOKEN].map((token) => [`${LOGIN}/revoke`, token])
    expect(ended.map(({ url, body }) => [url, new URLSearchParams(body).get('token')])).toEqual(revocations)
  })

  it.each<[string, Members, Answer[]]>([
    ['the revocation is answered with 503', {}, [fault(503)]],
    ['the revocation has no connection', {}, [lost]],
    ['a revocation would end an earlier connection, and is not sent', { revokesWholeGrant: true }, []],
    ['there is no revocation endpoint', { revocationEndpoint: undefined }, []],
  ])('is reported although %s', async (_name, options, answers) => {
    const { grant, later } = login(options, json({}), ...answers)
    expect([await codeOf(grant), later().length]).toEqual([INVALID, 1 + answers.length])
  })

  it('is reported within the time of one request, although two revocations take longer', async () => {
    vi.useFakeTimers()
    const slow: Answer = () => new Promise((resolve) => setTimeout(() => resolve(empty(200)), TIMEOUT_MS - 1))
    const { grant, later } = login({}, json({}), slow, () => new Promise(() => undefined))
    const told: string[] = []
    const telling = codeOf(grant).then((code) => told.push(code))
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect([later().length, told]).toEqual([3, []])
    await vi.advanceTimersByTimeAsync(1)
    expect(told).toEqual([INVALID])
    await telling
  })
})
