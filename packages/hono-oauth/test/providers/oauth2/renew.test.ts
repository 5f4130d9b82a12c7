import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { type Answer, fakeBackChannel, json } from '../../protocol/fake-fetch.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { LOGIN, provider, REFRESH, refreshToken, TOKEN, tokenAnswer } from './support.ts'

function renewal(...answers: Answer[]) {
  const { renew } = provider()
  if (!renew) throw new Error('plain OAuth 2.0 has refresh tokens')
  const { backChannel, sent } = fakeBackChannel(...answers)
  return {
    sent,
    renew: (token: typeof refreshToken | undefined = refreshToken) =>
      renew({ grantId: 'default', refreshToken: token }, backChannel, 0),
    renewWithout: () => renew({ grantId: 'default' }, backChannel, 0),
  }
}

describe('a renewal', () => {
  it('sends the refresh token once, and asks for no scope', async () => {
    const { sent, renew } = renewal(json(tokenAnswer({ refresh_token: 'canary-next' })))
    const tokens = await renew()
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(tokens.refreshToken?.reveal()).toBe('canary-next')
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(tokens.scope).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ method: 'POST', url: `${LOGIN}/token` })
    expect([...new URLSearchParams(sent[0]?.body)].sort()).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', REFRESH],
    ])
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each([undefined, null, '', 1, false])(
    'keeps the refresh token after %j',
    async (refresh_token) => {
      const { renew } = renewal(json(tokenAnswer({ refresh_token })))
      const tokens = await renew()
      expect(tokens.accessToken.reveal()).toBe(TOKEN)
      expect(tokens.refreshToken).toBeUndefined()
    },
  )

  it.each([
    ['profile', ['profile']],
    ['profile,items:read', ['profile', 'items:read']],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('tells of the scopes that are left: %j', async (scope, scopes) => {
    const { renew } = renewal(json(tokenAnswer({ scope })))
    expect((await renew()).scopes).toEqual(scopes)
  })

  it('is over before it begins without a refresh token', async () => {
    const { sent, renewWithout } = renewal()
    expect((await refusal(renewWithout)).code).toBe('needs_reauth')
    expect(sent).toEqual([])
  })

  const unavailable = new Response(TOKEN, { status: 503, headers: { 'retry-after': '60' } })

  it.each<[string, Answer, OAuthErrorCode, number?]>([
    ['invalid_grant', json({ error: 'invalid_grant', x: REFRESH }, 400), 'needs_reauth'],
    ['invalid_client', json({ error: 'invalid_client', x: REFRESH }, 401), 'client_rejected'],
    ['invalid_scope', json({ error: 'invalid_scope' }, 400), 'client_rejected'],
    ['503', unavailable, 'provider_unavailable', 60],
    ['429', json({ error: 'slow_down' }, 429), 'provider_unavailable'],
    ['a redirect', new Response(null, { status: 307 }), 'provider_response_invalid'],
    ['HTML', new Response(`<html>${TOKEN}`), 'provider_response_invalid'],
    [
      'no connection',
      () => {
        throw new TypeError('fetch failed')
      },
      'provider_unavailable',
    ],
  ])('is tried once, and tells no secret: %s', async (_name, answer, code, seconds) => {
    const { sent, renew } = renewal(answer)
    const error = await refusal(renew)
    expect(error.code).toBe(code)
    expect(error.retryAfterSeconds).toBe(seconds)
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })
})
