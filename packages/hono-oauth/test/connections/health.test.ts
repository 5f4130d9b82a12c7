import { describe, expect, it } from 'vitest'
import { type Health, healthOf, isRenewable, isWorking } from '../../src/connections/health.ts'
import { createRecord } from '../../src/connections/record.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { fakeProvider, NOW } from './support.ts'

const renew = async () => ({ accessToken: new Secret('next') })
const plain = fakeProvider()
const byGrant: Provider = { ...plain, renew }
const byToken: Provider = { ...plain, renew, refreshTokens: 'rotating' }

const recordOf = (expiresInSeconds?: number, refreshToken?: Secret) =>
  createRecord(
    { id: 'p.owner.1', provider: 'p', createdAt: NOW },
    { accessToken: new Secret('first'), refreshToken, expiresInSeconds },
    { id: 'grant', scopes: [], account: { id: 'x', name: null }, revocable: true },
    NOW,
  )
const refreshToken = new Secret('refresh')

describe('a connection', () => {
  it.each<[string, boolean, Provider, Secret | undefined]>([
    ['whose provider renews nothing', false, plain, refreshToken],
    ['whose provider renews by the grant alone', true, byGrant, undefined],
    ['that has the refresh token it takes', true, byToken, refreshToken],
    ['that has not got the refresh token it takes', false, byToken, undefined],
  ])('%s can be renewed: %s', (_name, expected, provider, refresh) => {
    expect(isRenewable(provider, recordOf(300, refresh))).toBe(expected)
  })

  it.each<[number, Health]>([
    [0, 'active'],
    [239, 'active'],
    [240, 'expiring'],
    [299, 'expiring'],
    [300, 'needs_reauth'],
    [1e9, 'needs_reauth'],
  ])('that nobody can renew, %d seconds after its login, is %s', (seconds, health) => {
    expect(healthOf(byToken, recordOf(300), NOW + seconds)).toBe(health)
  })

  it.each([0, 240, 300, 1e9])('that can be renewed is active, also %d seconds on', (seconds) => {
    expect(healthOf(byToken, recordOf(300, refreshToken), NOW + seconds)).toBe('active')
    const degraded = { ...recordOf(300, refreshToken), health: 'degraded' as const }
    expect(healthOf(byToken, degraded, NOW + seconds)).toBe('degraded')
  })

  it('without an end never expires', () => {
    expect(healthOf(plain, recordOf(), NOW + 1e9)).toBe('active')
  })

  it('whose grant is gone needs a new login, however long its token has left', () => {
    const gone = { ...recordOf(300, refreshToken), health: 'needs_reauth' as const }
    for (const provider of [plain, byGrant, byToken]) {
      expect(healthOf(provider, gone, NOW)).toBe('needs_reauth')
    }
  })

  it.each<[Health, boolean]>([
    ['active', true],
    ['expiring', true],
    ['degraded', true],
    ['needs_reauth', false],
  ])('that is %s is worth a try: %s', (health, expected) => {
    expect(isWorking(health)).toBe(expected)
  })
})
