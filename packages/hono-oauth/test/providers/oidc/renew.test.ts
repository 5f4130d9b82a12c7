import { describe, expect, it } from 'vitest'
import { codeOf, refusal, shown } from '../../protocol/refusal.ts'
import { stored } from '../oauth2/support.ts'
import { connected, emulated, JWKS, METADATA, NOW, TOKEN } from './emulated.ts'
import { forged } from './forge.ts'

describe('a renewal at an OpenID provider', () => {
  it('uses each refresh token once, and verifies its ID token', async () => {
    const { server, tokens } = await connected()
    server.advance(3601)
    const second = await server.renew(tokens)
    const third = await server.renew(second)
    expect(third.scopes).toEqual(['openid', 'profile', 'items:read'])
    expect(third.accessToken.reveal()).not.toBe(second.accessToken.reveal())
    expect(server.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 3 }])
    // The cached documents were older than an hour.
    expect([METADATA, JWKS].map(server.requestsTo)).toEqual([2, 2])
  })

  it('may have no ID token, and any nonce', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('oauth.example', 'id-token-missing', 1)
    const second = await server.renew(tokens)
    server.control.setScenario('oauth.example', 'id-token-wrong-nonce', 1)
    const third = await server.renew(second)
    server.editJson(TOKEN, (json) => ({ ...json, id_token: null }))
    expect((await server.renew(third)).accessToken.reveal()).not.toBe('')
  })

  it.each([
    ...['iss', 'sub', 'aud', 'azp'].map((claim) => [`wrong-${claim}`, `has a bad ${claim}`]),
    ...['sub', 'iat', 'exp'].map((claim) => [`without-${claim}`, `has a bad ${claim}`]),
    ['old', 'has a bad iat'],
    ['early', 'has a bad iat'],
    ['expired', 'is refused: ERR_JWT_EXPIRED'],
    ['wrong-signature', 'is refused: ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['unknown-kid', 'is refused: ERR_JWKS_NO_MATCHING_KEY'],
    ['alg-none', 'is refused: ERR_JOSE_ALG_NOT_ALLOWED'],
  ])('ends the grant when its ID token is %s', async (fault, words) => {
    const { server, tokens } = await connected()
    server.advance(3600)
    server.control.setScenario('oauth.example', `id-token-${fault}`)
    const error = await refusal(() => server.renew(tokens))
    const message = `the ID token of a refresh ${words}`
    expect(error).toMatchObject({ code: 'needs_reauth', cause: { message } })
    expect(server.requestsTo(TOKEN)).toBe(2)
    // The new tokens are revoked.
    expect(server.grants()).toMatchObject([
      { alive: false, liveAccessTokens: 0, liveRefreshTokens: 0, reuseDetectedAt: null },
    ])
    expect(shown(error)).not.toMatch(/user-1001|another-subject|issuer\.example|eyJ/)
  })

  // What can be tried again ends no grant, nor does what would end an earlier connection.
  it.each<[string, Parameters<typeof emulated>, string, string?]>([
    ['is absent', [{}, { rotation: 'never' }], 'provider_response_invalid'],
    ['is the same', [], 'provider_response_invalid', 'refresh-with-same-refresh-token'],
    ['is another, but reusable', [{ refreshTokens: 'reusable' }], 'provider_response_invalid'],
    ['cannot be revoked alone', [{ revokesWholeGrant: true }], 'needs_reauth'],
  ])('revokes nothing when the new refresh token %s', async (_name, settings, code, scenario) => {
    const { server, tokens } = await connected(...settings)
    server.control.setScenario('oauth.example', 'id-token-wrong-sub', 1)
    if (scenario) server.control.setScenario('oauth.example', scenario, 1)
    expect(await codeOf(() => server.renew(tokens))).toBe(code)
    expect(server.requestsTo('/revoke')).toBe(0)
    expect(server.grants()).toMatchObject([{ alive: true }])
  })

  it.each(['metadata', 'jwks'])('sends no refresh token without the %s', async (document) => {
    const { server, tokens } = await connected()
    server.advance(25 * 3600)
    server.control.setScenario('oauth.example', `${document}-503`)
    expect(await codeOf(() => server.renew(tokens))).toBe('provider_unavailable')
    expect(server.requestsTo(TOKEN)).toBe(1)
    server.control.clearScenarios()
    server.advance(10)
    expect((await server.renew(tokens)).accessToken.reveal()).not.toBe('')
  })

  it('keeps its tokens when the new keys of the issuer cannot be read', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('oauth.example', 'jwks-rotated')
    server.control.setScenario('oauth.example', 'jwks-503')
    const second = await server.renew(tokens)
    expect(server.requestsTo(JWKS)).toBe(3)
    await server.renew(second)
    expect(server.grants()).toMatchObject([{ alive: true, reuseDetectedAt: null }])
  })

  it('succeeds when the issuer changes its key', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('oauth.example', 'jwks-rotated')
    expect((await server.renew(tokens)).accessToken.reveal()).not.toBe('')
    expect(server.requestsTo(JWKS)).toBe(2)
  })

  it.each([
    [-50, undefined],
    [-70, 'needs_reauth'],
    [50, undefined],
    [70, 'needs_reauth'],
  ])('tolerates a clock that differs by %i seconds: %s', async (difference, code) => {
    const server = await forged()
    const { tokens } = await server.login()
    server.issuer.claims = { iat: NOW + difference }
    const outcome: { code?: string } = await server.renew(tokens).catch((error) => error)
    expect(outcome.code).toBe(code)
  })

  it('sends nothing without a refresh token', async () => {
    const server = emulated()
    expect(await codeOf(() => server.renew({}))).toBe('needs_reauth')
    expect(server.control.requests()).toEqual([])
  })

  it.each([
    ['token-endpoint-invalid-grant', 'needs_reauth'],
    ['token-endpoint-invalid-client', 'client_rejected'],
  ])('reports %s', async (scenario, code) => {
    const { server, tokens } = await connected()
    server.control.setScenario('oauth.example', scenario, 1)
    expect(await codeOf(() => server.renew(tokens))).toBe(code)
  })
})

describe('a revocation at an OpenID provider', () => {
  it('ends both tokens, also in a new isolate and after an outage', async () => {
    const { server, tokens } = await connected()
    const { provider } = emulated()
    const { accessToken, refreshToken } = tokens
    const revoke = () => provider.revoke(stored({ accessToken, refreshToken }), server.backChannel, NOW)
    server.control.setScenario('oauth.example', 'metadata-503', 2)
    expect(await codeOf(revoke)).toBe('provider_unavailable')
    expect(await revoke()).toBe('revoked')
    expect(server.grants()).toMatchObject([{ alive: false, liveAccessTokens: 0 }])
  })

  it('uses cached metadata of any age', async () => {
    const { server, tokens } = await connected()
    server.advance(48 * 3600)
    server.control.setScenario('oauth.example', 'metadata-503')
    expect(await server.revoke(tokens)).toBe('revoked')
  })
})
