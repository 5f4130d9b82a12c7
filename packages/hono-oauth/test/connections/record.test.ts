import { describe, expect, it } from 'vitest'
import { createRecord, decodeRecord, encodeRecord } from '../../src/connections/record.ts'
import { Secret } from '../../src/secret.ts'
import { shown } from '../protocol/refusal.ts'
import { NOW } from './support.ts'

const IDENTITY = { id: 'p.owner.1', provider: 'p', createdAt: NOW - 100 }
const GRANT = {
  id: 'grant',
  scopes: ['a', 'b'],
  account: { id: 'account', name: 'Acme', siteIds: ['s'] },
  revocable: true,
}
const TEN_YEARS = 10 * 365 * 86_400
const TOKENS = {
  accessToken: new Secret('canary-access'),
  refreshToken: new Secret('canary-refresh'),
  expiresInSeconds: 3600,
}

describe('a record', () => {
  it('holds what was granted, as of now', () => {
    expect(createRecord(IDENTITY, TOKENS, GRANT, NOW, { random: () => 0 })).toEqual({
      id: 'p.owner.1',
      provider: 'p',
      grantId: 'grant',
      account: GRANT.account,
      scopes: ['a', 'b'],
      revocable: true,
      health: 'active',
      accessToken: TOKENS.accessToken,
      refreshToken: TOKENS.refreshToken,
      expiresAt: NOW + 3600,
      lifetime: 3600,
      issuedAt: NOW,
      renewAt: NOW + 3240,
      createdAt: NOW - 100,
      updatedAt: NOW,
    })
  })

  it('takes only identity and birth from the one it overwrites', () => {
    const before = createRecord(IDENTITY, TOKENS, GRANT, NOW)
    const dead = { ...before, health: 'needs_reauth' as const, extra: 'x' }
    const tokens = { accessToken: new Secret('next') }
    const after = createRecord(dead, tokens, { ...GRANT, scopes: ['c'] }, NOW + 9)
    expect(after).toMatchObject({ id: before.id, createdAt: before.createdAt, updatedAt: NOW + 9 })
    expect(after).toMatchObject({ health: 'active', scopes: ['c'] })
    expect(after.accessToken.reveal()).toBe('next')
    expect([after.refreshToken, after.expiresAt, after.lifetime]).toEqual(Array(3).fill(undefined))
    expect(after).not.toHaveProperty('extra')
  })

  it.each([
    ['everything', TOKENS],
    ['no refresh token and no lifetime', { accessToken: TOKENS.accessToken }],
  ])('comes back from JSON with %s', (_name, tokens) => {
    const record = createRecord(IDENTITY, tokens, GRANT, NOW)
    const back = decodeRecord(JSON.parse(JSON.stringify(encodeRecord(record))))
    expect(back).toEqual(record)
    expect(back.accessToken.reveal()).toBe('canary-access')
    expect(back.refreshToken?.reveal()).toBe(record.refreshToken?.reveal())
  })

  it('shows no token', () => {
    const record = createRecord(IDENTITY, TOKENS, GRANT, NOW)
    expect(shown(record)).not.toContain('canary')
    expect(shown(decodeRecord(encodeRecord(record)))).not.toContain('canary')
    expect(shown({ list: [record], error: new Error('x', { cause: record }) })).not.toContain(
      'canary',
    )
  })
})

describe('the end of a record', () => {
  it('is none without a lifetime', () => {
    const record = createRecord(IDENTITY, { accessToken: TOKENS.accessToken }, GRANT, NOW)
    expect([record.expiresAt, record.renewAt]).toEqual([undefined, undefined])
  })

  // Row 114: a lifetime is whatever number the provider writes.
  it.each([
    [0, 0],
    [0.5, 0.5],
    [1, 1],
    [TEN_YEARS - 1, TEN_YEARS - 1],
    [TEN_YEARS, TEN_YEARS],
    [TEN_YEARS + 1, TEN_YEARS],
    [1e9, TEN_YEARS],
    [9e12, TEN_YEARS],
    [1e15, TEN_YEARS],
    [1e300, TEN_YEARS],
    [Number.MAX_VALUE, TEN_YEARS],
  ])('is one that a date can name: %d seconds count as %d', (expiresInSeconds, seconds) => {
    const record = createRecord(IDENTITY, { ...TOKENS, expiresInSeconds }, GRANT, NOW)
    expect([record.expiresAt, record.lifetime]).toEqual([NOW + seconds, seconds])
    expect(new Date((record.expiresAt ?? Number.NaN) * 1000).getTime()).not.toBeNaN()
  })
})
