import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  CODE,
  callback,
  LOGIN,
  provider,
  REDIRECT_URI,
  REFRESH,
  STATE,
  TOKEN,
  tokenAnswer,
  VERIFIER,
} from './support.ts'

describe('the end of a login', () => {
  it('sends the code once, and makes a grant of the answer', async () => {
    const { backChannel, sent } = fakeBackChannel(json(tokenAnswer({ scope: 'items:read' })))
    const { tokens, grant } = await provider().authorize(callback(), backChannel)
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken?.reveal()).toBe(REFRESH)
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(grant).toEqual({
      id: 'default',
      scopes: ['items:read'],
      account: { id: 'default', name: null },
      revocable: true,
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', url: `${LOGIN}/token` })
    expect([...new URLSearchParams(sent[0]?.body)].sort()).toEqual([
      ['code', CODE],
      ['code_verifier', VERIFIER],
      ['grant_type', 'authorization_code'],
      ['redirect_uri', REDIRECT_URI],
    ])
    expect(shown({ tokens, grant })).not.toContain('canary')
  })

  it('sends no verifier when the login began without one', async () => {
    const { backChannel, sent } = fakeBackChannel(json(tokenAnswer()))
    await provider({ pkce: false }).authorize(
      callback({}, { codeVerifier: undefined }),
      backChannel,
    )
    expect(new URLSearchParams(sent[0]?.body).has('code_verifier')).toBe(false)
  })

  it('can be had back only where the server revokes', async () => {
    const { backChannel } = fakeBackChannel(json(tokenAnswer()))
    const made = provider({ revocationEndpoint: undefined })
    expect((await made.authorize(callback(), backChannel)).grant.revocable).toBe(false)
  })

  it.each<[string, string | undefined, string[] | undefined, string[]]>([
    ['as told', 'a b', ['x'], ['a', 'b']],
    ['as told with commas', 'a,b', ['x'], ['a', 'b']],
    ['none, as told', '', ['x'], []],
    ['as requested', undefined, ['x', 'y'], ['x', 'y']],
    ['none, as requested', undefined, [], []],
    ['as configured', undefined, undefined, ['items:read', 'profile']],
  ])('grants the scopes %s', async (_name, scope, requested, scopes) => {
    const { backChannel } = fakeBackChannel(json(tokenAnswer({ scope })))
    const login = callback({}, { scopes: requested })
    expect((await provider().authorize(login, backChannel)).grant.scopes).toEqual(scopes)
  })
})

const ISSUER = 'https://login.example/tenant'
const INVALID = 'authorization_response_invalid'

describe('the issuer of a response', () => {
  it.each<[string, object, Record<string, string>]>([
    ['is any when nobody knows better', {}, { iss: 'https://elsewhere.example' }],
    ['may be missing', { issuer: ISSUER }, {}],
    ['is the configured one', { issuer: ISSUER }, { iss: ISSUER }],
    ['is the promised one', { issuer: ISSUER, issParameter: true }, { iss: ISSUER }],
    ['is the origin of the endpoint', { issParameter: true }, { iss: LOGIN }],
  ])('%s', async (_name, options, query) => {
    const { backChannel, sent } = fakeBackChannel(json(tokenAnswer()))
    await provider(options).authorize(callback(query), backChannel)
    expect(sent).toHaveLength(1)
  })

  it.each<[string, object, Record<string, string>]>([
    ['is another', { issuer: ISSUER }, { iss: LOGIN }],
    ['ends otherwise', { issuer: ISSUER }, { iss: `${ISSUER}/` }],
    ['is in capitals', { issuer: ISSUER }, { iss: ISSUER.toUpperCase() }],
    ['is missing where it was promised', { issuer: ISSUER, issParameter: true }, {}],
    ['is missing, and nobody knows better', { issParameter: true }, {}],
    ['is not the origin of the endpoint', { issParameter: true }, { iss: ISSUER }],
    ['is another, with a denial', { issuer: ISSUER }, { iss: LOGIN, error: 'access_denied' }],
  ])('ends the login before a code is sent when it %s', async (_name, options, query) => {
    const { backChannel, sent } = fakeBackChannel()
    const error = await refusal(() => provider(options).authorize(callback(query), backChannel))
    expect(error.code).toBe(INVALID)
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })
})

describe('a login that fails', () => {
  it.each<[string, Record<string, string>, OAuthErrorCode]>([
    ['a foreign state', { state: 'other' }, INVALID],
    ['an empty code', { code: '' }, INVALID],
    ['a denial', { error: 'access_denied' }, 'access_denied'],
    ['an error', { error: 'server_error' }, 'authorization_failed'],
  ])('sends no code after %s', async (_name, query, code) => {
    const { backChannel, sent } = fakeBackChannel()
    const error = await refusal(() => provider().authorize(callback(query), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })

  const unavailable = new Response(TOKEN, { status: 503, headers: { 'retry-after': '60' } })

  it.each<[string, Answer, OAuthErrorCode]>([
    ['invalid_grant', json({ error: 'invalid_grant', x: CODE }, 400), 'code_rejected'],
    ['invalid_client', json({ error: 'invalid_client', x: CODE }, 401), 'client_rejected'],
    ['503', unavailable, 'provider_unavailable'],
    ['a redirect', new Response(null, { status: 307 }), 'provider_response_invalid'],
    ['HTML', new Response(`<html>${TOKEN}`), 'provider_response_invalid'],
    ['no token type', json(tokenAnswer({ token_type: undefined })), 'provider_response_invalid'],
  ])('sent its code once, and tells no secret: %s', async (_name, answer, code) => {
    const { backChannel, sent } = fakeBackChannel(answer)
    const made = provider({ account: { url: 'https://api.example/me' } })
    const error = await refusal(() => made.authorize(callback(), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    for (const secret of ['canary', STATE, VERIFIER]) expect(shown(error)).not.toContain(secret)
  })
})
