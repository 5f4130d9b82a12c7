import { describe, expect, it } from 'vitest'
import {
  createRecord,
  decodeRecord,
  encodeRecord,
  isEnding,
  renewRecord,
} from '../../src/connections/record.ts'
import { Secret } from '../../src/secret.ts'
import { shown } from '../protocol/refusal.ts'
import { NOW } from './support.ts'

const IDENTITY = { id: 'p.owner.1', provider: 'p', createdAt: NOW - 100 }
const GRANT = { id: 'grant', scopes: ['a'], account: { id: 'x', name: null }, revocable: true }
const created = (expiresInSeconds?: number, refreshToken?: Secret, random = () => 0) =>
  createRecord(
    IDENTITY,
    { accessToken: new Secret('canary-first'), refreshToken, expiresInSeconds },
    GRANT,
    NOW,
    { random },
  )

describe('an access token is about to be over', () => {
  // The last minute, or the last tenth of a long life, or the last half of a short one.
  it.each([
    [14_400, 1440],
    [3600, 360],
    [601, 60.1],
    [600, 60],
    [300, 60],
    [121, 60],
    [120, 60],
    [100, 50],
    [60, 30],
    [10, 5],
    [1, 0.5],
    [0, 0],
  ])('of a life of %d seconds in the last %d', (lifetime, margin) => {
    const record = created(lifetime)
    const end = NOW + lifetime
    expect(isEnding(record, end - margin - 0.01)).toBe(false)
    expect(isEnding(record, end - margin)).toBe(true)
    expect(isEnding(record, end)).toBe(true)
    expect(isEnding(record, end + 1e9)).toBe(true)
  })

  it.each([NOW - 1, NOW, NOW + 1e12])('never, when it has no end', (now) => {
    expect(isEnding(created(), now)).toBe(false)
  })

  it('only at its end, when nobody knows how long it lived', () => {
    const record = { ...created(300), lifetime: undefined }
    expect(isEnding(record, NOW + 299)).toBe(false)
    expect(isEnding(record, NOW + 300)).toBe(true)
  })

  it('also when the record was stored in between', () => {
    const back = decodeRecord(JSON.parse(JSON.stringify(encodeRecord(created(14_400)))))
    expect(isEnding(back, NOW + 14_400 - 1441)).toBe(false)
    expect(isEnding(back, NOW + 14_400 - 1440)).toBe(true)
  })
})

describe('the time to renew ahead of time', () => {
  // Of the last minute, or the last tenth of a long life: as long before it again by half at most.
  it.each([
    [14_400, 0, 1440],
    [14_400, 0.5, 1800],
    [14_400, 1, 2160],
    [300, 0, 60],
    [300, 1, 90],
    [10, 1, 8],
  ])('of a life of %d seconds and a chance of %d is %d before its end', (life, chance, before) => {
    const { renewAt } = created(life, undefined, () => chance)
    expect(renewAt).toBe(NOW + life - before)
    const again = renewRecord(
      created(life),
      { accessToken: new Secret('n') },
      NOW + 9,
      () => chance,
    )
    expect(again.renewAt).toBe(NOW + 9 + life - before)
  })
})

describe('a renewed record', () => {
  const first = new Secret('canary-refresh-1')
  const second = new Secret('canary-refresh-2')

  it.each([
    ['everything', { expiresInSeconds: 60, refreshToken: second }, 60, second],
    ['no refresh token', { expiresInSeconds: 60 }, 60, first],
    ['no lifetime', { refreshToken: second }, 300, second],
    ['nothing but an access token', {}, 300, first],
  ])('takes what the answer has and keeps the rest: %s', (_name, answer, lifetime, refresh) => {
    const before = created(300, first)
    const tokens = { accessToken: new Secret('canary-next'), ...answer }
    const after = renewRecord(before, tokens, NOW + 250, () => 0)
    expect(after).toEqual({
      ...before,
      accessToken: tokens.accessToken,
      refreshToken: refresh,
      lifetime,
      issuedAt: NOW + 250,
      expiresAt: NOW + 250 + lifetime,
      renewAt: NOW + 250 + lifetime - (lifetime === 60 ? 30 : 60),
    })
    expect(after.accessToken.reveal()).toBe('canary-next')
    expect(after.refreshToken?.reveal()).toBe(refresh.reveal())
    expect(shown(after)).not.toContain('canary')
  })

  it('without any lifetime before and after has no end', () => {
    const after = renewRecord(created(), { accessToken: new Secret('next') }, NOW + 9)
    expect([after.lifetime, after.expiresAt, after.refreshToken]).toEqual(Array(3).fill(undefined))
  })

  it('has a new lifetime where there was none', () => {
    const tokens = { accessToken: new Secret('next'), expiresInSeconds: 60 }
    expect(renewRecord(created(), tokens, NOW + 9)).toMatchObject({
      lifetime: 60,
      expiresAt: NOW + 69,
    })
  })

  it('has the scopes that are left, where the answer tells', () => {
    const before = { ...created(300), scopes: ['a', 'b'] }
    const accessToken = new Secret('next')
    expect(renewRecord(before, { accessToken, scopes: ['a'] }, NOW).scopes).toEqual(['a'])
    expect(renewRecord(before, { accessToken, scopes: [] }, NOW).scopes).toEqual([])
    expect(renewRecord(before, { accessToken }, NOW).scopes).toEqual(['a', 'b'])
  })

  it('has no failures behind it, and nobody is at it any more', () => {
    const lease = { holder: 'x', until: NOW + 30 }
    const before = { ...created(300), health: 'degraded' as const, failures: 3, lease }
    const after = renewRecord(before, { accessToken: new Secret('next') }, NOW)
    expect(after).toMatchObject({ health: 'active', failures: undefined, lease: undefined })
  })

  it('lives again, but its last login is no later than it was', () => {
    const dead = { ...created(300), health: 'needs_reauth' as const }
    const after = renewRecord(dead, { accessToken: new Secret('next') }, NOW + 250)
    expect(after).toMatchObject({ health: 'active', updatedAt: NOW, createdAt: NOW - 100 })
  })

  it.each([1e9, 1e300, Number.MAX_VALUE])('has no end beyond a date: %d', (expiresInSeconds) => {
    const tokens = { accessToken: new Secret('next'), expiresInSeconds }
    expect(renewRecord(created(), tokens, NOW).lifetime).toBe(10 * 365 * 86_400)
  })
})
