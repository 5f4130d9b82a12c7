import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { type WebflowOptions, webflow } from '../../../src/providers/webflow/index.ts'
import { type Answer, fakeBackChannel, json, NOBODY } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import {
  CLIENT_ID,
  CLIENT_SECRET,
  CODE,
  callback,
  introspection,
  provider,
  REDIRECT_URI,
  STATE,
  secretToken,
  TOKEN,
} from './support.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: ['sites:read', 'pages:read'] }

describe('the settings of a Webflow app', () => {
  it.each<[keyof WebflowOptions, unknown]>([
    ['clientId', ''],
    ['clientId', undefined],
    ['clientSecret', ''],
    ['clientSecret', undefined],
  ])('are refused without %s: %j', async (setting, value) => {
    const options = {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      scopes: [],
      [setting]: value,
    }
    const error = await refusal(() => webflow(options as WebflowOptions))
    expect(error.code).toBe('configuration_invalid')
    expect(error.message).toBe(`webflow ${setting} is missing.`)
    for (const text of [CLIENT_ID, CLIENT_SECRET]) expect(shown(error)).not.toContain(text)
  })

  it('become a provider that shows no secret', () => {
    const made = provider()
    expect(made.scopes).toEqual(['sites:read', 'pages:read'])
    expect(made.pkce).toBe(false)
    expect(provider({ pkce: true }).pkce).toBe(true)
    expect(made.restartsWithoutState).toBe(true)
    expect(made.apiOrigins).toEqual(['https://api.webflow.com'])
    expect(made.authorizationHeader(secretToken)).toBe(`Bearer ${TOKEN}`)
    expect(shown(made)).not.toContain(CLIENT_SECRET)
  })
})

describe('the authorization request', () => {
  it('is the documented one', async () => {
    const url = await provider().authorizationUrl(REQUEST, ...NOBODY)
    expect(url.href).toBe(
      'https://webflow.com/oauth/authorize?response_type=code&client_id=client-id-1' +
        '&redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fwebflow%2Fcallback' +
        '&state=canary-state&scope=sites%3Aread%20pages%3Aread',
    )
  })

  it('carries a challenge for a verifier, and parameters of Webflow’s own', async () => {
    const params = { workspace: 'acme' }
    const url = await provider().authorizationUrl(
      { ...REQUEST, codeVerifier: VERIFIER, params },
      ...NOBODY,
    )
    expect(url.searchParams.get('code_challenge')).toBe(CHALLENGE)
    expect(url.searchParams.get('code_challenge_method')).toBe('S256')
    expect(url.searchParams.get('workspace')).toBe('acme')
    expect(url.href).not.toContain(VERIFIER)
    expect(url.href).not.toContain(CLIENT_SECRET)
  })
})

describe('the token request', () => {
  it.each([
    ['without PKCE', undefined],
    ['with PKCE', VERIFIER],
  ])('is the documented one: %s', async (_name, codeVerifier) => {
    const { backChannel, sent } = fakeBackChannel(
      json({ token_type: 'bearer', access_token: TOKEN }),
      json(introspection()),
    )
    const login = callback({}, { codeVerifier })
    const { tokens, grant } = await provider().authorize(login, backChannel)
    expect(grant.id).toBe('grant-1')
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect([tokens.refreshToken, tokens.expiresInSeconds]).toEqual([undefined, undefined])
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET'])
    const [request] = sent
    expect(request?.method).toBe('POST')
    expect(request?.url).toBe('https://api.webflow.com/oauth/access_token')
    expect(request?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(request?.headers.has('authorization')).toBe(false)
    expect([...new URLSearchParams(request?.body)].sort()).toEqual([
      ['client_id', CLIENT_ID],
      ['client_secret', CLIENT_SECRET],
      ['code', CODE],
      ...(codeVerifier ? [['code_verifier', VERIFIER]] : []),
      ['grant_type', 'authorization_code'],
      ['redirect_uri', REDIRECT_URI],
    ])
  })

  it.each<[string, Record<string, string>, OAuthErrorCode]>([
    ['a foreign state', { state: 'other' }, 'authorization_response_invalid'],
    ['an empty code', { code: '' }, 'authorization_response_invalid'],
    ['a foreign issuer', { iss: 'https://evil.example' }, 'authorization_response_invalid'],
    ['a denial', { error: 'access_denied' }, 'access_denied'],
    ['an error', { error: 'server_error' }, 'authorization_failed'],
  ])('is not made after %s', async (_name, query, code) => {
    const { backChannel, sent } = fakeBackChannel()
    const error = await refusal(() => provider().authorize(callback(query), backChannel))
    expect(error.code).toBe(code)
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })

  const drop: Answer = () => {
    throw new TypeError('fetch failed')
  }

  it.each<[string, Answer, OAuthErrorCode]>([
    [
      'invalid_grant',
      json({ error: 'invalid_grant', error_description: CODE }, 400),
      'code_rejected',
    ],
    [
      'invalid_client',
      json({ error: 'invalid_client', error_description: TOKEN }, 401),
      'client_rejected',
    ],
    [
      '503',
      new Response(TOKEN, { status: 503, headers: { 'retry-after': '60' } }),
      'provider_unavailable',
    ],
    ['429', json({ access_token: TOKEN }, 429), 'provider_unavailable'],
    ['a redirect', new Response(null, { status: 307 }), 'provider_response_invalid'],
    ['HTML', new Response(`<html>${TOKEN}`), 'provider_response_invalid'],
    ['a token of no type', json({ access_token: TOKEN }), 'provider_response_invalid'],
    ['nothing of an answer', json({}), 'provider_response_invalid'],
    ['no connection', drop, 'provider_unavailable'],
  ])('is made once, and its failure tells no secret: %s', async (_name, answer, code) => {
    const { backChannel, sent } = fakeBackChannel(answer)
    const query = { access_token: 'EVIL' }
    const error = await refusal(() =>
      provider({ pkce: true }).authorize(callback(query, { codeVerifier: VERIFIER }), backChannel),
    )
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
    for (const secret of ['canary', VERIFIER, 'EVIL']) expect(shown(error)).not.toContain(secret)
  })
})
