import { describe, expect, it } from 'vitest'
import type { Health } from '../../src/connections/health.ts'
import { createRecord } from '../../src/connections/record.ts'
import { summarize } from '../../src/connections/summary.ts'
import { Secret } from '../../src/secret.ts'
import { shown } from '../protocol/refusal.ts'
import { NOW } from './support.ts'

const ACCOUNT = { id: 'account', name: 'Acme', siteIds: ['s'] }
const LOGIN_URL = 'https://app.example/auth/p/login'
const recordOf = (expiresInSeconds?: number) =>
  createRecord(
    { id: 'p.owner.1', provider: 'p', createdAt: NOW - 100 },
    {
      accessToken: new Secret('canary-access'),
      refreshToken: new Secret('canary-refresh'),
      expiresInSeconds,
    },
    { id: 'canary-grant', scopes: ['a', 'b'], account: ACCOUNT, revocable: true },
    NOW,
  )

describe('the summary of a record', () => {
  it('tells what may be shown and nothing else', () => {
    const summary = summarize(recordOf(3600), 'active', LOGIN_URL)
    expect(summary).toEqual({
      id: 'p.owner.1',
      provider: 'p',
      account: ACCOUNT,
      scopes: ['a', 'b'],
      health: 'active',
      expiresAt: new Date((NOW + 3600) * 1000).toISOString(),
      createdAt: new Date((NOW - 100) * 1000).toISOString(),
    })
    expect(shown(summary)).not.toContain('canary')
  })

  it('has no end without a lifetime', () => {
    expect(summarize(recordOf(), 'active', LOGIN_URL).expiresAt).toBeNull()
  })

  it.each([1e9, 1e300, Number.MAX_VALUE])('can be told for a lifetime of %d', (lifetime) => {
    const { expiresAt } = summarize(recordOf(lifetime), 'active', LOGIN_URL)
    expect(expiresAt).toBe(new Date((NOW + 10 * 365 * 86_400) * 1000).toISOString())
  })

  it.each<[Health, object]>([
    ['active', {}],
    ['degraded', {}],
    ['expiring', { reauthorizeUrl: LOGIN_URL }],
    ['needs_reauth', { reauthorizeUrl: LOGIN_URL }],
  ])('shows the way to a new login only where one is due: %s', (health, shownToo) => {
    const { reauthorizeUrl: _, ...rest } = summarize(recordOf(), health, LOGIN_URL)
    expect(summarize(recordOf(), health, LOGIN_URL)).toStrictEqual({ ...rest, ...shownToo })
    expect(rest.health).toBe(health)
  })
})
