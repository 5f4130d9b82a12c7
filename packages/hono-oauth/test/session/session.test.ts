import { describe, expect, it } from 'vitest'
import { seal } from '../../src/crypto/seal.ts'
import {
  createSession,
  generateSessionIds,
  openSession,
  SESSION_IDLE_SECONDS,
  SESSION_TTL_SECONDS,
  type Session,
  sealSession,
  sessionCookieName,
  touchSession,
} from '../../src/session/session.ts'
import { ringOf } from '../crypto/keys.ts'

const NOW = 1_790_000_000
const DAY = 86_400
const COOKIE = '__Host-oauth-session-webflow'
const ring = ringOf('sessions', 'older')

describe('a session', () => {
  it('has ids that are new each time, with 256 random bits', () => {
    const ids = Array.from({ length: 1000 }, generateSessionIds).flatMap((each) => [
      each.ownerId,
      each.id,
    ])
    expect(new Set(ids).size).toBe(2000)
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/)
  })

  it('has the ids that it is given', () => {
    expect(createSession({ ownerId: 'who', id: 'this time' }, NOW)).toMatchObject({
      ownerId: 'who',
      id: 'this time',
    })
  })

  it('stays with its owner, shows those before, and ends when the first one would have', () => {
    const first = createSession({ ownerId: 'who', id: '1' }, NOW)
    expect(first.otherIds).toBeUndefined()
    const next = (id: string, before: Session, later: number) =>
      createSession({ ownerId: 'another', id }, NOW + later, before)
    const second = next('2', first, DAY)
    const { expiresAt } = first
    expect(second).toMatchObject({ ownerId: 'who', id: '2', otherIds: ['1'], expiresAt })
    expect(second.idleUntil).toBe(NOW + DAY + SESSION_IDLE_SECONDS)
    expect(next('2', second, DAY)).toEqual(second)
    const fifth = next('5', next('4', next('3', second, DAY), DAY), DAY)
    expect(fifth).toMatchObject({ ownerId: 'who', otherIds: ['4', '3', '2'], expiresAt })
  })

  it('has a cookie for each provider', () => {
    expect(sessionCookieName('webflow')).toBe('oauth-session-webflow')
    expect(sessionCookieName('wix-legacy')).toBe('oauth-session-wix-legacy')
  })

  it('ends within the 400 days that a browser keeps a cookie', () => {
    expect(createSession(generateSessionIds(), NOW).expiresAt).toBe(NOW + SESSION_TTL_SECONDS)
    expect(SESSION_TTL_SECONDS).toBe(30 * 86_400)
  })

  it('comes back from its cookie until it ends', async () => {
    const idleUntil = NOW + SESSION_TTL_SECONDS
    const session = { ...createSession(generateSessionIds(), NOW), idleUntil }
    const cookie = await sealSession(ring, session, COOKIE)
    expect(cookie.length + COOKIE.length).toBeLessThan(4096)
    expect(cookie).not.toContain(session.id)
    expect(cookie).not.toContain(session.ownerId)
    for (const [now, expected] of [
      [NOW, session],
      [session.expiresAt - 1, session],
      [session.expiresAt, undefined],
      [session.expiresAt + 1, undefined],
      [NOW * 2, undefined],
    ] as const) {
      expect(await openSession(ring, cookie, now, COOKIE)).toEqual(expected)
    }
  })

  it('ends sooner when nobody uses it', async () => {
    const session = createSession(generateSessionIds(), NOW)
    const cookie = await sealSession(ring, session, COOKIE)
    expect(session.idleUntil).toBe(NOW + SESSION_IDLE_SECONDS)
    expect(await openSession(ring, cookie, session.idleUntil - 1, COOKIE)).toEqual(session)
    expect(await openSession(ring, cookie, session.idleUntil, COOKIE)).toBeUndefined()
  })

  it('is noted as used once a day at most, which prolongs no more than its idle time', () => {
    const session = createSession(generateSessionIds(), NOW)
    expect(touchSession(session, NOW + DAY - 1)).toBeUndefined()
    for (const later of [DAY, SESSION_IDLE_SECONDS - 1]) {
      const idleUntil = NOW + later + SESSION_IDLE_SECONDS
      expect(touchSession(session, NOW + later)).toEqual({ ...session, idleUntil })
    }
  })

  it('opens under the name of its cookie alone', async () => {
    const session = createSession(generateSessionIds(), NOW)
    const cookie = await sealSession(ring, session, 'oauth-session-webflow')
    expect(await openSession(ring, cookie, NOW, 'oauth-session-webflow')).toEqual(session)
    expect(await openSession(ring, cookie, NOW, COOKIE)).toBeUndefined()
  })

  it('opens with an older key of the ring and with no other', async () => {
    const session = createSession(generateSessionIds(), NOW)
    const cookie = await sealSession(ringOf('older'), session, COOKIE)
    expect(await openSession(ring, cookie, NOW, COOKIE)).toEqual(session)
    expect(await openSession(ringOf('sessions'), cookie, NOW, COOKIE)).toBeUndefined()
  })

  it.each(['transaction', 'record'] as const)(
    'is not made from a value sealed as %s',
    async (purpose) => {
      const cookie = await seal(ring, purpose, COOKIE, createSession(generateSessionIds(), NOW))
      expect(await openSession(ring, cookie, NOW, COOKIE)).toBeUndefined()
    },
  )

  it('is not made from a session of another cookie', async () => {
    const cookie = await seal(
      ring,
      'session',
      '__Host-other',
      createSession(generateSessionIds(), NOW),
    )
    expect(await openSession(ring, cookie, NOW, COOKIE)).toBeUndefined()
  })

  it.each([undefined, '', 'x', 'a.b.c.d', JSON.stringify({ id: 'x', expiresAt: NOW * 2 })])(
    'is not made from %j',
    async (cookie) => {
      expect(await openSession(ring, cookie, NOW, COOKIE)).toBeUndefined()
    },
  )
})
