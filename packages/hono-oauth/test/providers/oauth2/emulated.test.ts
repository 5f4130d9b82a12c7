import { describe, expect, it } from 'vitest'
import type { TokenSet } from '../../../src/protocol/token-response.ts'
import { refusal, shown } from '../../protocol/refusal.ts'
import { emulated, ISSUER } from './emulated.ts'

type Emulated = ReturnType<typeof emulated>

const renew = ({ provider, backChannel }: Emulated, { refreshToken }: TokenSet) => {
  if (!provider.renew) throw new Error('plain OAuth 2.0 has refresh tokens')
  return provider.renew({ grantId: 'user-1002', refreshToken }, backChannel, 0)
}
const revoke = ({ provider, backChannel }: Emulated, tokens: TokenSet) =>
  provider.revoke(tokens, backChannel)

describe('a login at oauth.example', () => {
  it('learns who allowed what', async () => {
    const server = emulated()
    const { tokens, grant } = await server.login()
    expect(grant).toEqual({
      id: 'user-1002',
      scopes: ['profile', 'items:read'],
      account: { id: 'user-1002', name: 'Grace Example' },
      revocable: true,
    })
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(await server.isActive(tokens.accessToken)).toBe(true)
    expect(await server.isActive(tokens.refreshToken)).toBe(true)
    expect(server.control.requests().filter(({ status }) => (status ?? 599) >= 400)).toEqual([])
  })

  it('takes an ID token for none, and the user info for an account', async () => {
    const account = { url: `${ISSUER}/userinfo`, name: 'email' }
    const server = emulated({
      scopes: ['openid', 'email'],
      account,
      issuer: undefined,
      issParameter: false,
    })
    const { grant } = await server.login()
    expect(grant.account).toEqual({ id: 'user-1002', name: 'grace@example.com' })
  })

  it.each([
    ['example-iss-missing', 'authorization_response_invalid'],
    ['example-iss-foreign', 'authorization_response_invalid'],
    ['example-callback-drops-state', 'authorization_response_invalid'],
    ['example-user-denies', 'access_denied'],
    ['example-temporarily-unavailable', 'authorization_failed'],
  ])('sends no code when %s', async (scenario, code) => {
    const server = emulated()
    server.control.setScenario(scenario)
    expect((await refusal(() => server.login())).code).toBe(code)
    expect(server.requestsTo('/token')).toBe(0)
  })

  it.each([
    ['example-token-503', 'provider_unavailable'],
    ['example-token-redirects', 'provider_response_invalid'],
    ['example-token-huge', 'provider_response_invalid'],
    ['example-token-without-token-type', 'provider_response_invalid'],
    ['example-invalid-grant', 'code_rejected'],
    ['example-invalid-client', 'client_rejected'],
  ])('sends its code once when %s', async (scenario, code) => {
    const server = emulated()
    server.control.setScenario(scenario)
    expect((await refusal(() => server.login())).code).toBe(code)
    expect(server.requestsTo('/token')).toBe(1)
  })

  it('gives back what it won when nobody can tell whose it is', async () => {
    const server = emulated()
    server.control.setScenario('example-api-500')
    expect((await refusal(() => server.login())).code).toBe('provider_unavailable')
    expect(server.requestsTo('/api/me')).toBe(2)
    expect(server.control.oauthExample.grants()).toMatchObject([
      { alive: false, liveAccessTokens: 0, liveRefreshTokens: 0 },
    ])
  })
})

describe('a renewal at oauth.example', () => {
  it('uses each refresh token once', async () => {
    const server = emulated()
    const { tokens: first } = await server.login()
    const second = await renew(server, first)
    const third = await renew(server, second)
    const all = [first, second, third].map(({ refreshToken }) => refreshToken?.reveal())
    expect(new Set(all).size).toBe(3)
    expect(await server.isActive(third.accessToken)).toBe(true)
    expect(third.scopes).toEqual(['profile', 'items:read'])
    expect(server.control.oauthExample.grants()).toMatchObject([
      { alive: true, refreshTokensIssued: 3, reuseDetectedAt: null },
    ])
    const error = await refusal(() => renew(server, first))
    expect(error.code).toBe('needs_reauth')
    for (const token of all) expect(shown(error)).not.toContain(token)
  })

  it.each(['silence', 'bad-gateway'] as const)(
    'whose answer got lost can be made again while there is grace: %s',
    async (lostResponse) => {
      for (const [graceSeconds, outcome] of [
        [60, 'renewed'],
        [0, 'needs_reauth'],
      ] as const) {
        const server = emulated({}, { lostResponse, graceSeconds })
        const { tokens } = await server.login()
        server.control.setScenario('refresh-loses-response', 1)
        expect((await refusal(() => renew(server, tokens))).code).toBe('provider_unavailable')
        const again = () => renew(server, tokens)
        if (outcome === 'renewed')
          expect(await server.isActive((await again()).accessToken)).toBe(true)
        else expect((await refusal(again)).code).toBe(outcome)
      }
    },
  )

  it.each([
    ['refresh-without-refresh-token', undefined],
    ['refresh-with-empty-refresh-token', undefined],
    ['refresh-with-same-refresh-token', 'same'],
  ])('leaves the refresh token as it was when %s', async (scenario, told) => {
    const server = emulated()
    const { tokens } = await server.login()
    server.control.setScenario(scenario, 1)
    const renewed = await renew(server, tokens)
    expect(renewed.refreshToken?.reveal()).toBe(told && tokens.refreshToken?.reveal())
    expect(await server.isActive((await renew(server, tokens)).accessToken)).toBe(true)
  })

  it('tells of fewer scopes, and of no lifetime', async () => {
    const server = emulated()
    const { tokens } = await server.login()
    server.control.setScenario('refresh-with-fewer-scopes', 1)
    server.control.setScenario('refresh-without-expires-in', 1)
    const renewed = await renew(server, tokens)
    expect(renewed.scopes).toEqual(['profile'])
    expect(renewed.expiresInSeconds).toBeUndefined()
  })

  it.each([
    ['example-token-503', 'provider_unavailable', 1],
    ['example-token-429', 'provider_unavailable', 1],
    ['example-token-500', 'provider_unavailable', undefined],
    ['example-token-html', 'provider_response_invalid', undefined],
    ['example-token-null', 'provider_response_invalid', undefined],
    ['example-token-redirects', 'provider_response_invalid', undefined],
    ['example-token-huge', 'provider_response_invalid', undefined],
    ['example-invalid-grant', 'needs_reauth', undefined],
    ['example-invalid-client', 'client_rejected', undefined],
    ['example-unauthorized-client', 'client_rejected', undefined],
    ['example-invalid-scope', 'client_rejected', undefined],
    ['refresh-token-reused', 'needs_reauth', undefined],
  ])('fails without a second try when %s', async (scenario, code, retryAfterSeconds) => {
    const server = emulated()
    const { tokens } = await server.login()
    server.control.setScenario(scenario, 1)
    const error = await refusal(() => renew(server, tokens))
    expect(error).toMatchObject({ code, retryAfterSeconds })
    expect(server.requestsTo('/token')).toBe(2)
    expect(server.requestsTo('/redirected')).toBe(0)
    expect(shown(error)).not.toContain(tokens.refreshToken?.reveal())
  })
})

describe('a revocation at oauth.example', () => {
  it('ends both tokens, also of a grant that was renewed', async () => {
    const server = emulated()
    const { tokens: first } = await server.login()
    const renewed = await renew(server, first)
    expect(await revoke(server, renewed)).toBe('revoked')
    for (const token of [first.accessToken, renewed.accessToken, renewed.refreshToken]) {
      expect(await server.isActive(token)).toBe(false)
    }
    expect(server.control.oauthExample.grants()).toMatchObject([{ alive: false }])
    expect((await refusal(() => renew(server, renewed))).code).toBe('needs_reauth')
    expect(await revoke(server, renewed)).toBe('revoked')
  })

  it('ends an access token alone where there is no other', async () => {
    const server = emulated()
    const { tokens } = await server.login()
    expect(await revoke(server, { accessToken: tokens.accessToken })).toBe('revoked')
    expect(await server.isActive(tokens.accessToken)).toBe(false)
    expect(await server.isActive(tokens.refreshToken)).toBe(true)
  })

  it('fails while the server is not well, and does its work later', async () => {
    const server = emulated()
    const { tokens } = await server.login()
    server.control.setScenario('example-revoke-503', 1)
    const error = await refusal(() => revoke(server, tokens))
    expect(error).toMatchObject({ code: 'provider_unavailable', retryAfterSeconds: 1 })
    expect(await server.isActive(tokens.refreshToken)).toBe(true)
    expect(await revoke(server, tokens)).toBe('revoked')
    expect(await server.isActive(tokens.refreshToken)).toBe(false)
  })

  it('promises nothing where the server revokes no such tokens', async () => {
    const server = emulated()
    const { tokens } = await server.login()
    server.control.setScenario('example-revoke-unsupported-token-type')
    expect(await revoke(server, tokens)).toBe('deleted_only')
    expect(await server.isActive(tokens.accessToken)).toBe(true)
  })

  it('promises nothing with a wrong secret', async () => {
    const { tokens } = await emulated().login()
    const server = emulated({ clientSecret: 'wrong' })
    expect(await revoke(server, tokens)).toBe('deleted_only')
  })
})
