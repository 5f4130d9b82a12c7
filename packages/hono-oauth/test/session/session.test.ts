import { describe, expect, it } from 'vitest'
import { seal } from '../../src/crypto/seal.ts'
import {
  createSession,
  generateSessionId,
  openSession,
  SESSION_COOKIE,
  SESSION_IDLE_SECONDS,
  SESSION_TTL_SECONDS,
  sealSession,
  touchSession,
} from '../../src/session/session.ts'
import { ringOf } from '../crypto/keys.ts'

const NOW = 1_790_000_000
const DAY = 86_400
const ring = ringOf('sessions', 'older')

describe('a session', () => {
  it('has an id that is new each time, with 256 random bits', () => {
    const ids = Array.from({ length: 1000 }, generateSessionId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/)
  })

  it('has the id that it is given', () => {
    expect(createSession('the id', NOW).id).toBe('the id')
  })

  it('ends within the 400 days that a browser keeps a cookie', () => {
    expect(createSession(generateSessionId(), NOW).expiresAt).toBe(NOW + SESSION_TTL_SECONDS)
    expect(SESSION_TTL_SECONDS).toBe(30 * 86_400)
  })

  it('comes back from its cookie until it ends', async () => {
    const idleUntil = NOW + SESSION_TTL_SECONDS
    const session = { ...createSession(generateSessionId(), NOW), idleUntil }
    const cookie = await sealSession(ring, session)
    expect(cookie.length + SESSION_COOKIE.length).toBeLessThan(4096)
    expect(cookie).not.toContain(session.id)
    for (const [now, expected] of [
      [NOW, session],
      [session.expiresAt - 1, session],
      [session.expiresAt, undefined],
      [session.expiresAt + 1, undefined],
      [NOW * 2, undefined],
    ] as const) {
      expect(await openSession(ring, cookie, now)).toEqual(expected)
    }
  })

  it('ends sooner when nobody uses it', async () => {
    const session = createSession(generateSessionId(), NOW)
    const cookie = await sealSession(ring, session)
    expect(session.idleUntil).toBe(NOW + SESSION_IDLE_SECONDS)
    expect(await openSession(ring, cookie, session.idleUntil - 1)).toEqual(session)
    expect(await openSession(ring, cookie, session.idleUntil)).toBeUndefined()
  })

  it('is noted as used once a day at most, which prolongs no more than its idle time', () => {
    const session = createSession(generateSessionId(), NOW)
    expect(touchSession(session, NOW + DAY - 1)).toBeUndefined()
    for (const later of [DAY, SESSION_IDLE_SECONDS - 1]) {
      const idleUntil = NOW + later + SESSION_IDLE_SECONDS
      expect(touchSession(session, NOW + later)).toEqual({ ...session, idleUntil })
    }
  })

  it('opens under the name of its cookie alone', async () => {
    const session = createSession(generateSessionId(), NOW)
    const cookie = await sealSession(ring, session, 'oauth-session')
    expect(await openSession(ring, cookie, NOW, 'oauth-session')).toEqual(session)
    expect(await openSession(ring, cookie, NOW)).toBeUndefined()
  })

  it('opens with an older key of the ring and with no other', async () => {
    const session = createSession(generateSessionId(), NOW)
    const cookie = await sealSession(ringOf('older'), session)
    expect(await openSession(ring, cookie, NOW)).toEqual(session)
    expect(await openSession(ringOf('sessions'), cookie, NOW)).toBeUndefined()
  })

  it.each(['transaction', 'record'] as const)(
    'is not made from a value sealed as %s',
    async (purpose) => {
      const cookie = await seal(
        ring,
        purpose,
        SESSION_COOKIE,
        createSession(generateSessionId(), NOW),
      )
      expect(await openSession(ring, cookie, NOW)).toBeUndefined()
    },
  )

  it('is not made from a session of another cookie', async () => {
    const cookie = await seal(
      ring,
      'session',
      '__Host-other',
      createSession(generateSessionId(), NOW),
    )
    expect(await openSession(ring, cookie, NOW)).toBeUndefined()
  })

  it.each([undefined, '', 'x', 'a.b.c.d', JSON.stringify({ id: 'x', expiresAt: NOW * 2 })])(
    'is not made from %j',
    async (cookie) => {
      expect(await openSession(ring, cookie, NOW)).toBeUndefined()
    },
  )
})
