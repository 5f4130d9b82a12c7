import { describe, expect, it } from 'vitest'
import { refusal, shown } from '../../protocol/refusal.ts'
import { emulated, JWKS, METADATA, NOW, TOKEN } from './emulated.ts'
import { forge } from './forge.ts'

/** A provider whose user is connected. */
async function connected(...settings: Parameters<typeof emulated>) {
  const server = emulated(...settings)
  const { tokens } = await server.login()
  return { server, tokens }
}

const FAULTS: [string, string][] = [
  ['wrong-iss', 'has a bad iss'],
  ['wrong-sub', 'has a bad sub'],
  ['wrong-aud', 'has a bad aud'],
  ['wrong-azp', 'has a bad azp'],
  ['secondary-aud', 'has a bad azp'],
  ['old', 'has a bad iat'],
  ['early', 'has a bad iat'],
  ['expired', 'is refused: ERR_JWT_EXPIRED'],
  ['without-iss', 'has a bad iss'],
  ['without-sub', 'has a bad sub'],
  ['without-aud', 'has a bad aud'],
  ['without-iat', 'has a bad iat'],
  ['without-exp', 'has a bad exp'],
  ['wrong-signature', 'is refused: ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
  ['unknown-kid', 'is refused: ERR_JWKS_NO_MATCHING_KEY'],
  ['alg-none', 'is refused: ERR_JOSE_ALG_NOT_ALLOWED'],
  ['hs256', 'is refused: ERR_JOSE_ALG_NOT_ALLOWED'],
]

describe('a renewal at an OpenID provider', () => {
  it('uses each refresh token once, and its ID token is verified', async () => {
    const { server, tokens } = await connected()
    server.advance(3601)
    const second = await server.renew(tokens)
    const third = await server.renew(second)
    expect(third.scopes).toEqual(['openid', 'profile', 'items:read'])
    expect(third.accessToken.reveal()).not.toBe(second.accessToken.reveal())
    expect(server.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 3 }])
    // The hour was over.
    expect([METADATA, JWKS].map(server.requestsTo)).toEqual([2, 2])
  })

  it('may come without an ID token, and with any nonce', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('example-id-token-missing', 1)
    const second = await server.renew(tokens)
    server.control.setScenario('example-id-token-wrong-nonce', 1)
    const third = await server.renew(second)
    server.editJson(TOKEN, (json) => ({ ...json, id_token: null }))
    expect((await server.renew(third)).accessToken.reveal()).not.toBe('')
  })

  it.each(FAULTS)('ends when its ID token is %s, and is not tried again', async (fault, words) => {
    const { server, tokens } = await connected()
    server.advance(3600)
    server.control.setScenario(`example-id-token-${fault}`)
    const error = await refusal(() => server.renew(tokens))
    expect(error.code).toBe('needs_reauth')
    expect(error.cause).toMatchObject({
      message: `a refresh was answered by an ID token that ${words}`,
    })
    expect(server.requestsTo(TOKEN)).toBe(2)
    // What came in the place of the old tokens is given back.
    expect(server.grants()).toMatchObject([
      { alive: false, liveAccessTokens: 0, liveRefreshTokens: 0, reuseDetectedAt: null },
    ])
    expect(shown(error)).not.toMatch(/user-1001|somebody-else|issuer\.example|eyJ/)
  })

  it.each<[string, string | undefined]>([
    ['stays', undefined],
    ['is told again', 'refresh-with-same-refresh-token'],
  ])('can be tried again when the refresh token %s', async (_name, scenario) => {
    const { server, tokens } = await connected({}, scenario ? {} : { rotation: 'never' })
    server.control.setScenario('example-id-token-wrong-sub', 1)
    if (scenario) server.control.setScenario(scenario, 1)
    expect((await refusal(() => server.renew(tokens))).code).toBe('provider_response_invalid')
    expect(server.requestsTo('/revoke')).toBe(0)
    expect(server.grants()).toMatchObject([{ alive: true }])
    expect((await server.renew(tokens)).accessToken.reveal()).not.toBe('')
  })

  it('can be tried again when refresh tokens are known to stay', async () => {
    const { server, tokens } = await connected({ refreshTokens: 'reusable' })
    server.control.setScenario('example-id-token-wrong-sub', 1)
    expect((await refusal(() => server.renew(tokens))).code).toBe('provider_response_invalid')
    expect(server.requestsTo('/revoke')).toBe(0)
  })

  it('gives nothing back where an earlier connection would end with it', async () => {
    const { server, tokens } = await connected({ revokesWholeGrant: true })
    server.control.setScenario('example-id-token-wrong-sub', 1)
    expect((await refusal(() => server.renew(tokens))).code).toBe('needs_reauth')
    expect(server.requestsTo('/revoke')).toBe(0)
  })

  it.each([['example-metadata-503'], ['example-jwks-503']])(
    'sends no refresh token while nobody could judge the answer: %s',
    async (scenario) => {
      const { server, tokens } = await connected()
      server.advance(25 * 3600)
      server.control.setScenario(scenario)
      expect((await refusal(() => server.renew(tokens))).code).toBe('provider_unavailable')
      expect(server.requestsTo(TOKEN)).toBe(1)
      server.control.clearScenarios()
      expect((await server.renew(tokens)).accessToken.reveal()).not.toBe('')
    },
  )

  it('keeps its tokens when the new keys of the issuer cannot be read', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('example-jwks-rotated')
    server.control.setScenario('example-jwks-503')
    const second = await server.renew(tokens)
    expect(server.requestsTo(JWKS)).toBe(3)
    const third = await server.renew(second)
    expect(third.refreshToken?.reveal()).not.toBe(second.refreshToken?.reveal())
    expect(server.grants()).toMatchObject([{ alive: true, reuseDetectedAt: null }])
  })

  it('succeeds when the issuer changes its key', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('example-jwks-rotated')
    expect((await server.renew(tokens)).accessToken.reveal()).not.toBe('')
    expect(server.requestsTo(JWKS)).toBe(2)
  })

  it.each([
    [-50, 'renewed'],
    [-70, 'needs_reauth'],
    [50, 'renewed'],
    [70, 'needs_reauth'],
  ])('tolerates a clock that differs by %i seconds: %s', async (difference, outcome) => {
    const server = emulated()
    const issuer = await forge(server)
    const { tokens } = await server.login()
    issuer.claims = { iat: NOW + difference }
    const renewed = await server.renew(tokens).then(
      () => 'renewed',
      (error: { code: string }) => error.code,
    )
    expect(renewed).toBe(outcome)
  })

  it('is over before it begins without a refresh token', async () => {
    const server = emulated()
    expect((await refusal(() => server.renew({}))).code).toBe('needs_reauth')
    expect(server.control.requests()).toEqual([])
  })

  it('tells of a dead grant and of a wrong secret', async () => {
    const { server, tokens } = await connected()
    server.control.setScenario('example-invalid-grant', 1)
    expect((await refusal(() => server.renew(tokens))).code).toBe('needs_reauth')
    server.control.setScenario('example-invalid-client', 1)
    expect((await refusal(() => server.renew(tokens))).code).toBe('client_rejected')
  })
})

describe('a revocation at an OpenID provider', () => {
  it('ends both tokens, also where nobody has logged in before', async () => {
    const { server, tokens } = await connected()
    expect(await server.provider.revoke(tokens, server.backChannel)).toBe('revoked')
    expect(server.grants()).toMatchObject([{ alive: false, liveAccessTokens: 0 }])
    expect(server.requestsTo(METADATA)).toBe(1)
    const { provider } = emulated()
    expect(await provider.revoke(tokens, server.backChannel)).toBe('revoked')
    expect(server.requestsTo(METADATA)).toBe(2)
  })

  it('fails while the issuer is not well, and does its work later', async () => {
    const { server, tokens } = await connected()
    const { provider } = emulated()
    server.control.setScenario('example-metadata-503', 2)
    const revoke = () => provider.revoke(tokens, server.backChannel)
    expect((await refusal(revoke)).code).toBe('provider_unavailable')
    expect(await revoke()).toBe('revoked')
  })

  it('uses what it knows, however old', async () => {
    const { server, tokens } = await connected()
    server.advance(48 * 3600)
    server.control.setScenario('example-metadata-503')
    expect(await server.provider.revoke(tokens, server.backChannel)).toBe('revoked')
  })
})
