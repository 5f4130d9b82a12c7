import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { seal } from '../../src/crypto/seal.ts'
import {
  generateSessionId,
  openSession,
  ownerKey,
  type Session,
  sealSession,
  sessionAfterLogin,
  sessionCookieName,
  sessionIdDigest,
  touchSession,
} from '../../src/session/session.ts'
import { ringOf } from '../crypto/keys.ts'

const NOW = 1_790_000_000
const DAY = 86_400
const COOKIE = `__Host-${sessionCookieName('webflow')}`
const ring = ringOf('newest', 'older')

const session = (change: Partial<Session> = {}): Session => ({
  ownerId: 'owner',
  ids: ['a'],
  expiresAt: NOW + 30 * DAY,
  idleUntil: NOW + 14 * DAY,
  ...change,
})

it.each([
  ['the first login', '', 'new'],
  ['the second', 'a', 'new a'],
  ['the seventh, which drops the oldest id', 'f e d c b a', 'new f e d c b'],
  ['a login whose answer comes twice', 'new a', 'new a'],
  ['a login that another one has overtaken', 'b new a', 'new b a'],
])('a login puts its id first and moves the idle end alone: %s', (_name, ids, after) => {
  const expiresAt = NOW + (ids ? 12 : 30) * DAY
  const before = session({ ids: ids.split(' '), expiresAt, idleUntil: NOW, framed: true })
  const expected = session({ ids: after.split(' '), expiresAt })
  expect(sessionAfterLogin('owner', 'new', NOW, ids ? before : undefined)).toEqual(expected)
})

it.each([
  ['at once', 0, false],
  ['a second less than a day later', DAY - 1, false],
  ['a day later', DAY, true],
  ['by a clock that is slow', -DAY, false],
])('use moves the idle end when the last use is a day old: %s', (_name, later, isMoved) => {
  const moved = session({ idleUntil: NOW + later + 14 * DAY, framed: true })
  const touched = touchSession(session({ framed: true }), NOW + later, DAY)
  expect(touched).toEqual(isMoved ? moved : undefined)
})

it.each([
  ['until its idle end', 14, 14 * DAY - 1, 14 * DAY - 1, true],
  ['not at its idle end', 14, 14 * DAY, 14 * DAY, false],
  ['after its idle end, for a request that began before', 14, 15 * DAY, 14 * DAY - 1, true],
  ['not for a request that began at its idle end', 14, 15 * DAY, 14 * DAY, false],
  ['until its absolute end', 40, 30 * DAY - 1, 30 * DAY - 1, true],
  ['not at its absolute end', 40, 30 * DAY, 30 * DAY, false],
  ['not at its absolute end, for a request that began before', 40, 30 * DAY, 0, false],
])('a session opens %s', async (_name, idleDays, later, usedAt, isLive) => {
  const value = session({ framed: true, idleUntil: NOW + idleDays * DAY })
  const cookie = await sealSession(ring, value, COOKIE)
  const used = usedAt === later ? undefined : NOW + usedAt
  const opened = await openSession(ring, cookie, NOW + later, COOKIE, used)
  expect(opened).toEqual(isLive ? { value, isSealedByNewest: true } : undefined)
})

it.each([
  ['version 0.1', { ids: undefined, id: 'a' }, 'a'],
  ['version 0.1, later', { ids: undefined, id: 'c', otherIds: ['b', 'a'] }, 'c b a'],
  ['an older key', {}, 'a'],
])('a session that was sealed by %s opens', async (_name, change, ids) => {
  const sealed = { ...session({ framed: true }), ...change }
  const cookie = await seal(ringOf('older'), 'session', COOKIE, sealed)
  const opened = { value: session({ ids: ids.split(' '), framed: true }), isSealedByNewest: false }
  expect(await openSession(ring, cookie, NOW, COOKIE)).toEqual(opened)
})

it.each<[string, Promise<string> | string | undefined]>([
  ['there is none', undefined],
  ['it is empty', ''],
  ['it is of another provider', sealSession(ring, session(), '__Host-oauth-session-wix')],
  ['it is sealed with other keys', sealSession(ringOf('x'), session(), COOKIE)],
  ['it is a transaction', seal(ring, 'transaction', COOKIE, session())],
  ['it holds null', seal(ring, 'session', COOKIE, null)],
  ['it holds no end', seal(ring, 'session', COOKIE, { ownerId: 'owner', ids: ['a'] })],
])('no session opens when %s', async (_name, cookie) => {
  expect(await openSession(ring, await cookie, NOW, COOKIE)).toBeUndefined()
})

it.each([
  ['a session id', '["session id","x"]', sessionIdDigest('x')],
  ['the owner of a session', '["session","x"]', ownerKey('session', 'x')],
  ['a user', '["user","x"]', ownerKey('user', 'x')],
])('storage holds a digest in place of %s', async (_name, text, digest) => {
  const expected = createHash('sha256').update(text).digest('base64url').slice(0, 32)
  expect(await digest).toBe(expected)
})

it('an id has 256 bits and never repeats', () => {
  const ids = Array.from({ length: 1000 }, generateSessionId)
  for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/)
  expect(new Set(ids).size).toBe(1000)
})
