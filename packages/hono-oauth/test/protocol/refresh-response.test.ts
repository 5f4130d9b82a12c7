import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../src/errors.ts'
import { processRefreshResponse } from '../../src/protocol/token-response.ts'
import { json } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'
import { registered } from './registered-client.ts'

const TOKEN = 'canary-access-token'
const REFRESH = 'canary-refresh-token'
const GOOD = { access_token: TOKEN, token_type: 'Bearer' }

const process = (response: Response) => processRefreshResponse(registered, response)

describe('a refresh response that is accepted', () => {
  it('has all that a new login has', async () => {
    const members = { refresh_token: REFRESH, expires_in: 3600, scope: 'a b' }
    const tokens = await process(json({ ...GOOD, ...members }))
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken?.reveal()).toBe(REFRESH)
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(tokens.scope).toBe('a b')
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each([undefined, null, ''])('leaves the refresh token as it was: %j', async (value) => {
    const tokens = await process(json({ ...GOOD, refresh_token: value, expires_in: 1 }))
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken).toBeUndefined()
    expect(tokens.expiresInSeconds).toBe(1)
  })

  it('takes null for a member that is left out', async () => {
    const tokens = await process(
      json({ ...GOOD, refresh_token: REFRESH, expires_in: null, scope: null }),
    )
    expect(tokens.refreshToken?.reveal()).toBe(REFRESH)
    expect([tokens.expiresInSeconds, tokens.scope]).toEqual([undefined, undefined])
  })

  it.each([
    ['3600', 3600],
    [0, 0],
  ])('has the lifetime %j', async (expires_in, seconds) => {
    expect((await process(json({ ...GOOD, expires_in }))).expiresInSeconds).toBe(seconds)
  })

  it.each(['', 'a', 'a,b'])('has the scope as it was written: %j', async (scope) => {
    expect((await process(json({ ...GOOD, scope }))).scope).toBe(scope)
  })

  it.each(['text/plain', 'text/html', ''])('comes as %j', async (type) => {
    const response = new Response(JSON.stringify(GOOD), { headers: { 'content-type': type } })
    expect((await process(response)).accessToken.reveal()).toBe(TOKEN)
  })

  it('has keys that reach for prototypes, which stay as they are', async () => {
    const evil = `{"access_token":"evil","token_type":"bearer","polluted":true}`
    const body = `{"__proto__":${evil},"access_token":"${TOKEN}","token_type":"bearer"}`
    expect((await process(new Response(body))).accessToken.reveal()).toBe(TOKEN)
    expect('polluted' in {}).toBe(false)
    const error = await refusal(() => process(new Response(`{"__proto__":${evil}}`)))
    expect(error.code).toBe(INVALID)
  })
})

const INVALID = 'provider_response_invalid'
const refused = (error: string, status = 400) =>
  json({ error, error_description: TOKEN, canary: REFRESH }, status)

const REFUSED: [string, Response, OAuthErrorCode][] = [
  ['invalid_grant', refused('invalid_grant'), 'needs_reauth'],
  ['invalid_grant as 401', refused('invalid_grant', 401), 'needs_reauth'],
  ['invalid_client', refused('invalid_client', 401), 'client_rejected'],
  ['unauthorized_client', refused('unauthorized_client'), 'client_rejected'],
  ['unsupported_grant_type', refused('unsupported_grant_type'), 'client_rejected'],
  ['invalid_scope', refused('invalid_scope'), 'client_rejected'],
  ['invalid_request', refused('invalid_request'), 'client_rejected'],
  ['an error nobody knows', refused('canary'), INVALID],
  ['invalid_grant as 200', refused('invalid_grant', 200), INVALID],
  ['invalid_grant as 500', refused('invalid_grant', 500), 'provider_unavailable'],
  ['429', refused('slow_down', 429), 'provider_unavailable'],
  ['503', new Response(TOKEN, { status: 503 }), 'provider_unavailable'],
  ['404 with HTML', new Response(`<html>${TOKEN}`, { status: 404 }), INVALID],
  ['400 with nothing', new Response(null, { status: 400 }), INVALID],
  ['HTML', new Response(`<html>${TOKEN}`), INVALID],
  ['nothing', new Response(null, { status: 204 }), INVALID],
  ['null', new Response('null'), INVALID],
  ['a list', json([GOOD]), INVALID],
  ['no access token', json({ token_type: 'bearer', refresh_token: REFRESH }), INVALID],
  ['null as access token', json({ ...GOOD, access_token: null }), INVALID],
  ['an empty access token', json({ ...GOOD, access_token: '' }), INVALID],
  ['no token type', json({ access_token: TOKEN }), INVALID],
  ['another token type', json({ ...GOOD, token_type: 'DPoP' }), INVALID],
  ['a number as refresh token', json({ ...GOOD, refresh_token: 42 }), INVALID],
  ['zero as refresh token', json({ ...GOOD, refresh_token: 0 }), INVALID],
  ['false as refresh token', json({ ...GOOD, refresh_token: false }), INVALID],
  ['an object as refresh token', json({ ...GOOD, refresh_token: { t: REFRESH } }), INVALID],
  ['a list as refresh token', json({ ...GOOD, refresh_token: [REFRESH] }), INVALID],
  ['a refresh token with a line end', json({ ...GOOD, refresh_token: `${REFRESH}\n` }), INVALID],
  ['a lifetime in words', json({ ...GOOD, expires_in: 'soon' }), INVALID],
  ['a list as scope', json({ ...GOOD, scope: ['a'] }), INVALID],
]

describe('a refresh response that is refused', () => {
  it.each(REFUSED)('%s', async (_name, response, code) => {
    const error = await refusal(() => process(response))
    expect(error.code).toBe(code)
    expect(error.message).toBe(error.title)
    expect(shown(error)).not.toContain('canary')
  })

  it('tells when to try again', async () => {
    const headers = { 'retry-after': '12' }
    const error = await refusal(() => process(new Response(null, { status: 503, headers })))
    expect(error.retryAfterSeconds).toBe(12)
  })

  it('reads the error in the body, whatever challenge comes with it', async () => {
    const headers = { 'www-authenticate': 'Basic realm="canary"' }
    const body = JSON.stringify({ error: 'invalid_client' })
    const error = await refusal(() => process(new Response(body, { status: 401, headers })))
    expect(error.code).toBe('client_rejected')
  })
})
