import { describe, expect, it } from 'vitest'
import type { WebflowRevocationHost } from '../../../src/providers/webflow/index.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, empty, html, json, linesOf, lost, over } from '../../protocol/fake-fetch.ts'
import { codeOf, refusal, refusedAfter, shown } from '../../protocol/refusal.ts'
import { accessToken, CLIENT_ID, CLIENT_SECRET, callback, stored, TOKEN } from '../oauth2/support.ts'
import { introspection, provider } from './support.ts'

const INVALID = 'provider_response_invalid'
const DOWN = 'provider_unavailable'
const INTROSPECTION = 'GET https://api.webflow.com/v2/token/introspect'
const fault = (status: number) => json({ code: 'internal_error', message: TOKEN }, status)

/** A login whose token request succeeds; the answers are for the introspection. */
function login(...answers: Answer[]) {
  const issued = json({ token_type: 'bearer', access_token: TOKEN })
  const { sent, work } = over([issued, ...answers], (backChannel) => provider().authorize(callback(), backChannel))
  return { grant: async () => (await work()).grant, sentAfter: () => sent.slice(1) }
}

describe('the introspection of a login', () => {
  it('is a GET with the token only in its header', async () => {
    const { grant, sentAfter } = login(json(introspection()))
    const authorized = { siteIds: ['site-1', 'site-2'], workspaceIds: ['space-1'], userIds: ['user-1'] }
    expect(await grant()).toEqual({
      id: 'grant-1',
      revocable: true,
      scopes: ['sites:read', 'pages:read'],
      account: { id: 'user-1', name: null, authorizationId: 'grant-1', ...authorized },
    })
    expect([linesOf(sentAfter()), sentAfter()[0]?.body]).toEqual([[INTROSPECTION], ''])
    const headers = { accept: 'application/json', authorization: `Bearer ${TOKEN}` }
    expect(Object.fromEntries(sentAfter()[0]?.headers ?? [])).toEqual(headers)
  })

  const AUTHORIZED_BY = 'GET https://api.webflow.com/v2/token/authorized_by'
  it.each<[string, Answer, string | null]>([
    ['a name', json({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' }), 'Ada Lovelace'],
    ['an address', json({ firstName: null, email: 'ada@example.com' }), 'ada@example.com'],
    ['nothing', json({}), null],
    ['no JSON', html(), null],
    ['an error', fault(503), null],
    ['no answer', lost, null],
  ])('is followed by the name of the person, where the app may see it: %s', async (_what, answer, name) => {
    const { grant, sentAfter } = login(json(introspection({ scope: 'authorized_user:read' })), answer)
    expect((await grant()).account.name).toBe(name)
    expect(linesOf(sentAfter())).toEqual([INTROSPECTION, AUTHORIZED_BY])
  })

  const accountOf = (authorizedTo: object | null | undefined, id: string) => [{ authorizedTo }, { account: { id } }]
  it.each<object[]>([
    [{ scope: 'sites:read pages:read' }, { scopes: ['sites:read', 'pages:read'] }],
    [{ scope: 'newer_than_this:read' }, { scopes: ['newer_than_this:read'] }],
    [{ scope: '' }, { scopes: [] }],
    accountOf({ userIds: ['u'], workspaceIds: ['w'], siteIds: ['s'] }, 'u'),
    accountOf({ userIds: [], workspaceIds: ['w'], siteIds: ['s'] }, 'w'),
    accountOf({ siteIds: ['s'] }, 's'),
    ...[{ userIds: [1, null], siteIds: [{}] }, null, undefined].map((none) => accountOf(none, 'grant-1')),
  ])('of %j makes the grant %j', async (authorization, grant = {}) => {
    expect(await login(json(introspection(authorization))).grant()).toMatchObject(grant)
  })

  it.each<[string, Answer[], string]>([
    ['401', [json({ code: 'not_authorized' }, 401)], INVALID],
    ['no id', [json(introspection({ id: undefined }))], INVALID],
    ['an empty id', [json(introspection({ id: '' }))], INVALID],
    ['a number for an id', [json(introspection({ id: 1 }))], INVALID],
    ['no scope', [json(introspection({ scope: undefined }))], INVALID],
    ['null for a scope', [json(introspection({ scope: null }))], INVALID],
    ['a list of scopes', [json(introspection({ scope: ['a'] }))], INVALID],
    ['no authorization', [json({ application: {} })], INVALID],
    ['HTML', [html()], INVALID],
    ['a redirect', [empty(302)], INVALID],
    ['500 and then 401', [fault(500), json({}, 401)], INVALID],
    ['400', [fault(400)], DOWN],
    ['403', [fault(403)], DOWN],
    ['404', [fault(404)], DOWN],
    ['429', [fault(429)], DOWN],
    ['204', [empty(204)], DOWN],
    ['503 and then 502', [fault(503), fault(502)], DOWN],
    ['500 and then 404', [fault(500), fault(404)], DOWN],
  ])('ends the login, and no grant, after %s', async (_name, answers, code) => {
    const { grant, sentAfter } = login(...answers)
    expect(await codeOf(grant)).toBe(code)
    // An earlier connection of the same person may use the grant.
    expect(linesOf(sentAfter())).toEqual(answers.map(() => INTROSPECTION))
  })

  it('is repeated once after an outage', async () => {
    const { grant, sentAfter } = login(fault(503), json(introspection()))
    expect([(await grant()).id, sentAfter().length]).toEqual(['grant-1', 2])
  })
})

/** A person's own token, and the answers of Webflow to it. */
const accept = (token: Secret, ...answers: Answer[]) =>
  over(answers, async (backChannel) => provider().acceptToken?.(token, backChannel, 0))

describe('a token that a person created', () => {
  it('is accepted with its grant, without an app', async () => {
    const authorizedTo = { siteIds: ['site-1'], workspaceIds: [], userIds: [] }
    const body = introspection({ grantType: 'client_credentials', authorizedTo }, {})
    const { sent, work } = accept(accessToken, json(body))
    const grant = { id: 'grant-1', revocable: false, account: { id: 'site-1' } }
    expect(await work()).toMatchObject({ tokens: { accessToken }, grant })
    expect(sent).toHaveLength(1)
  })

  it.each([
    ['of an app', introspection()],
    ['of an app without a name', introspection({}, {})],
    ['without a kind', introspection({ grantType: undefined }, {})],
    ['of another kind', introspection({ grantType: 'refresh_token' }, {})],
  ])('is refused when it is one %s', async (_name, body) => {
    const error = await refusal(accept(accessToken, json(body)).work)
    expect(error.code).toBe('token_not_accepted')
    expect(error.message).not.toBe(error.title)
    expect(shown(error)).not.toContain('canary')
  })

  it.each(['', ' ', 'canary b', 'canary\r\nx-evil: 1', 'canary\u00e9', '\u200bcanary'])(
    'is refused without a request when it is %j',
    async (text) => {
      expect(await refusedAfter(accept(new Secret(text)))).toEqual(['token_not_accepted', 0])
    },
  )

  it.each<[string, Answer[], string]>([
    ['401', [json({}, 401)], 'token_not_accepted'],
    ['500 twice', [fault(500), fault(500)], DOWN],
    ['an empty object', [json({})], INVALID],
  ])('is refused after %s', async (_name, answers, code) => {
    expect(await codeOf(accept(accessToken, ...answers).work)).toBe(code)
  })
})

const HOSTS: WebflowRevocationHost[] = ['api.webflow.com', 'webflow.com']
const lineAt = (host: string) => `POST https://${host}/oauth/revoke_authorization`
const error = (name: string, status: number) => json({ error: name }, status)
const OUTCOMES: [string, () => Answer, string][] = [
  ['did_revoke', () => json({ did_revoke: true }), 'revoked'],
  ['didRevoke', () => json({ didRevoke: true }), 'revoked'],
  ['did_revoke false', () => json({ did_revoke: false }), 'deleted_only'],
  ['did_revoke as a text', () => json({ did_revoke: 'true' }), 'deleted_only'],
  ['a list', () => json([{ did_revoke: true }]), 'deleted_only'],
  ['HTML', () => html(), 'deleted_only'],
  ['no content', () => empty(204), 'deleted_only'],
  ['invalid_token as 200', () => error('invalid_token', 200), 'deleted_only'],
  ['invalid_token', () => error('invalid_token', 400), 'revoked'],
  ['invalid_token as 401', () => error('invalid_token', 401), 'revoked'],
  ['invalid_client', () => error('invalid_client', 401), 'deleted_only'],
  ['403', () => html(403), 'deleted_only'],
  // RFC 7009, section 2.2.1: the grant may still be alive.
  ['429', () => error('rate_limit', 429), DOWN],
  ['503 with did_revoke', () => json({ did_revoke: true }, 503), DOWN],
  ['504 with invalid_token', () => error('invalid_token', 504), DOWN],
  ['a redirect', () => empty(307), INVALID],
  ['no connection', () => lost, DOWN],
]

describe.each(HOSTS)('a revocation at %s', (revocationHost) => {
  const other = HOSTS.find((each) => each !== revocationHost) ?? ''
  async function revoke(...answers: Answer[]) {
    const { sent, work } = over(answers, (backChannel) => provider({ revocationHost }).revoke(stored(), backChannel, 0))
    const outcome = await work().catch((error) => codeOf(() => Promise.reject(error)))
    return { sent, lines: linesOf(sent), outcome }
  }

  it('is the documented request', async () => {
    const { sent, lines } = await revoke(json({ did_revoke: true }))
    expect(lines).toEqual([lineAt(revocationHost)])
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual(headers)
    const body = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, access_token: TOKEN }
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(body)
  })

  it.each(OUTCOMES)('that is answered with %s', async (_name, answer, expected) => {
    const { outcome, lines } = await revoke(answer())
    expect([outcome, lines]).toEqual([expected, [lineAt(revocationHost)]])
    for (const status of [404, 405]) {
      const { outcome, lines, sent } = await revoke(html(status), answer())
      expect([outcome, lines]).toEqual([expected, [lineAt(revocationHost), lineAt(other)]])
      expect(sent[1]?.body).toBe(sent[0]?.body)
    }
  })
})

it('a revocation asks api.webflow.com first by default, and says when to try again', async () => {
  const { sent, work } = over([empty(503, { 'retry-after': '30' })], (backChannel) =>
    provider().revoke(stored(), backChannel, 0),
  )
  expect((await refusal(work)).retryAfterSeconds).toBe(30)
  expect(linesOf(sent)).toEqual([lineAt('api.webflow.com')])
})
