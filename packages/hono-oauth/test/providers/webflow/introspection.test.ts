import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import type { BackChannel } from '../../../src/protocol/back-channel.ts'
import { Secret } from '../../../src/secret.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { callback, introspection, provider, secretToken, TOKEN } from './support.ts'

/** The login whose token request went well: what follows is the introspection. */
const tokenAnswer = () => json({ token_type: 'bearer', access_token: TOKEN })
const fakeIntrospection = (...answers: Answer[]) => {
  const { backChannel, sent } = fakeBackChannel(tokenAnswer(), ...answers)
  return { backChannel, sentAfter: () => sent.slice(1) }
}
const identify = async (backChannel: BackChannel) =>
  (await provider().authorize(callback(), backChannel)).grant
const accept = (backChannel: BackChannel, token = secretToken) => {
  const { acceptToken } = provider()
  if (!acceptToken) throw new Error('Webflow has tokens that a person can make')
  return acceptToken(token, backChannel, 0)
}
const siteToken = (authorization: object = {}) =>
  introspection({ grantType: 'client_credentials', ...authorization }, {})
const fault = (status: number) => json({ code: 'internal_error', message: TOKEN }, status)

describe('the introspection request', () => {
  it('is a GET with the token in its header alone', async () => {
    const { backChannel, sentAfter } = fakeIntrospection(json(introspection()))
    await identify(backChannel)
    const sent = sentAfter()
    expect(sent).toHaveLength(1)
    expect(sent[0]?.method).toBe('GET')
    expect(sent[0]?.url).toBe('https://api.webflow.com/v2/token/introspect')
    expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
    expect(sent[0]?.headers.get('accept')).toBe('application/json')
    expect(sent[0]?.body).toBe('')
  })
})

describe('what was granted', () => {
  it('is read as Webflow documents it', async () => {
    const { backChannel } = fakeIntrospection(json(introspection()))
    expect(await identify(backChannel)).toEqual({
      id: 'grant-1',
      revocable: true,
      scopes: ['sites:read', 'pages:read'],
      account: {
        id: 'user-1',
        name: null,
        authorizationId: 'grant-1',
        siteIds: ['site-1', 'site-2'],
        workspaceIds: ['space-1'],
        userIds: ['user-1'],
      },
    })
  })

  it.each([
    ['sites:read,pages:read', ['sites:read', 'pages:read']],
    ['sites:read pages:read', ['sites:read', 'pages:read']],
    ['sites:read, pages:read', ['sites:read', 'pages:read']],
    ['sites:read', ['sites:read']],
    ['newer_than_this:read', ['newer_than_this:read']],
    ['', []],
  ])('covers the scopes of %j', async (scope, scopes) => {
    const { backChannel } = fakeIntrospection(json(introspection({ scope })))
    expect((await identify(backChannel)).scopes).toEqual(scopes)
  })

  it.each([
    [{ userIds: ['u'], workspaceIds: ['w'], siteIds: ['s'] }, 'u'],
    [{ userIds: [], workspaceIds: ['w'], siteIds: ['s'] }, 'w'],
    [{ workspaceIds: ['w'], siteIds: ['s'] }, 'w'],
    [{ siteIds: ['s'] }, 's'],
    [{ userIds: [1, null], siteIds: [{}] }, 'grant-1'],
    [{}, 'grant-1'],
    [null, 'grant-1'],
    ['x', 'grant-1'],
    [undefined, 'grant-1'],
  ])('acts for the most personal of %j', async (authorizedTo, id) => {
    const { backChannel } = fakeIntrospection(json(introspection({ authorizedTo })))
    expect((await identify(backChannel)).account.id).toBe(id)
  })
})

const INVALID = 'provider_response_invalid'
const REFUSED: [string, Answer[], OAuthErrorCode][] = [
  ['does not know the token', [json({ code: 'not_authorized' }, 401)], INVALID],
  ['has no id', [json(introspection({ id: undefined }))], INVALID],
  ['has an empty id', [json(introspection({ id: '' }))], INVALID],
  ['has a number for an id', [json(introspection({ id: 1 }))], INVALID],
  ['has no scope', [json(introspection({ scope: undefined }))], INVALID],
  ['has null for a scope', [json(introspection({ scope: null }))], INVALID],
  ['has a list for a scope', [json(introspection({ scope: ['a'] }))], INVALID],
  ['has no authorization', [json({ application: {} })], INVALID],
  ['has a list for an authorization', [json({ authorization: [] })], INVALID],
  ['is null', [json(null)], INVALID],
  ['is a list', [json([introspection()])], INVALID],
  ['is HTML', [new Response(`<html>${TOKEN}`)], INVALID],
  ['is a redirect', [new Response(null, { status: 302 })], INVALID],
  ['is 400', [fault(400)], 'provider_unavailable'],
  ['is 403', [fault(403)], 'provider_unavailable'],
  ['is 404', [fault(404)], 'provider_unavailable'],
  ['is 429', [fault(429)], 'provider_unavailable'],
  ['is 204', [new Response(null, { status: 204 })], 'provider_unavailable'],
  ['is 500 twice', [fault(500), fault(500)], 'provider_unavailable'],
  ['is 503 and then 502', [fault(503), fault(502)], 'provider_unavailable'],
  ['is 500 and then 404', [fault(500), fault(404)], 'provider_unavailable'],
  ['is 500 and then nonsense', [fault(500), json({})], INVALID],
]

describe('an introspection', () => {
  it.each(REFUSED)('is refused when it %s', async (_name, answers, code) => {
    const { backChannel, sentAfter } = fakeIntrospection(...answers)
    const error = await refusal(() => identify(backChannel))
    expect(error.code).toBe(code)
    expect(sentAfter()).toHaveLength(answers.length)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([500, 502, 503, 504])('is tried once more after %d', async (status) => {
    const { backChannel, sentAfter } = fakeIntrospection(fault(status), json(introspection()))
    expect((await identify(backChannel)).id).toBe('grant-1')
    const sent = sentAfter()
    expect(sent).toHaveLength(2)
    expect(sent[1]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
  })

  it('that fails with 500 and then does not know the token is no grant', async () => {
    const { backChannel } = fakeIntrospection(fault(500), json({}, 401))
    expect((await refusal(() => identify(backChannel))).code).toBe(INVALID)
  })
})

describe('a login whose introspection fails', () => {
  it('ends no grant: an earlier connection of the same person may live by it', async () => {
    const { backChannel, sentAfter } = fakeIntrospection(fault(500), fault(500))
    await refusal(() => identify(backChannel))
    expect(sentAfter().map(({ url }) => new URL(url).pathname)).toEqual(
      Array(2).fill('/v2/token/introspect'),
    )
  })
})

describe('a token that a person made', () => {
  it('is accepted with what it grants, though no app stands behind it', async () => {
    const authorizedTo = { siteIds: ['site-1'], workspaceIds: [], userIds: [] }
    const { backChannel, sent } = fakeBackChannel(json(siteToken({ authorizedTo })))
    const { tokens, grant } = await accept(backChannel)
    expect(tokens).toEqual({ accessToken: secretToken })
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(grant).toMatchObject({ id: 'grant-1', revocable: false })
    expect(grant.account).toMatchObject({ id: 'site-1', siteIds: ['site-1'] })
    expect(sent).toHaveLength(1)
  })

  it.each([
    ['of an app', introspection()],
    ['of an app, without its name', introspection({}, {})],
    ['of no kind', introspection({ grantType: undefined }, {})],
    ['of another kind', introspection({ grantType: 'refresh_token' }, {})],
  ])('is refused when it is one %s', async (_name, body) => {
    const { backChannel } = fakeBackChannel(json(body))
    const error = await refusal(() => accept(backChannel))
    expect(error.code).toBe('token_not_accepted')
    expect(error.message).not.toBe(error.title)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([
    '',
    ' ',
    '\n',
    'canary b',
    ' canary',
    'canary\n',
    'canary\nb',
    'canary\r\nx-evil: 1',
    'canary\u00e9',
    'canary\u0000',
    'canary\u{1f642}',
    '\u200bcanary',
  ])('is refused before anybody is asked when no header can hold it: %j', async (text) => {
    const { backChannel, sent } = fakeBackChannel(json(siteToken()))
    const error = await refusal(() => accept(backChannel, new Secret(text)))
    expect(error.code).toBe('token_not_accepted')
    expect(error.message).toBe(error.title)
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })

  it.each<[string, Answer[], OAuthErrorCode]>([
    ['Webflow does not know it', [json({}, 401)], 'token_not_accepted'],
    ['Webflow is down', [fault(500), fault(500)], 'provider_unavailable'],
    ['the answer makes no sense', [json({})], INVALID],
  ])('is refused when %s', async (_name, answers, code) => {
    const { backChannel } = fakeBackChannel(...answers)
    const error = await refusal(() => accept(backChannel))
    expect(error.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
  })
})
