import { describe, expect, it } from 'vitest'
import { renewedSessionOwner, sessionOwner, userOwner } from '../../src/session/owner.ts'
import type { Session } from '../../src/session/session.ts'

const keyOfUser = async (id: string) => (await userOwner(id)).key
const sessionOf = (ownerId: string, id = 'x'): Session => {
  return { ownerId, id, expiresAt: 42, idleUntil: 1 }
}
const keyOfSession = async (ownerId: string) => (await sessionOwner(sessionOf(ownerId))).key

describe('the key of an owner', () => {
  it.each([
    '1',
    'user',
    'a:b',
    'a.b/c?d#e',
    '../../connections',
    'é🙂\u2028',
    '\u0000',
    '\ud800',
    '"],["session","x',
    '__proto__',
    'x'.repeat(10_000),
    '🙂'.repeat(10_000),
  ])('is 32 characters that fit anywhere (%#)', async (id) => {
    for (const key of [await keyOfUser(id), await keyOfSession(id)]) {
      expect(key).toMatch(/^[\w-]{32}$/)
    }
    expect(await keyOfUser(id)).toBe(await keyOfUser(id))
    expect(await keyOfUser(id)).not.toBe(await keyOfSession(id))
  })

  it('is another for every owner', async () => {
    const ids = [
      'a',
      'A',
      'a ',
      ' a',
      'a:b',
      'a:b:c',
      'user',
      'user:a',
      'session',
      'session:a',
      '"a"',
      'a","b',
      'a"],["user","b',
      '["user","a"]',
      'é',
      'e\u0301',
      '\ud800',
      '\ud801',
      '\ufffd',
      'x'.repeat(9_999),
      'x'.repeat(10_000),
    ]
    const keys = await Promise.all(ids.flatMap((id) => [keyOfUser(id), keyOfSession(id)]))
    expect(new Set(keys).size).toBe(ids.length * 2)
  })

  it('tells nothing of the id', async () => {
    expect(await keyOfUser('canary')).not.toContain('canary')
    expect(await keyOfUser('canary')).not.toContain(btoa('canary'))
  })
})

describe('an owner', () => {
  it('ends with its session', async () => {
    expect((await sessionOwner(sessionOf('a'))).expiresAt).toBe(42)
  })

  it('stays the same when its session gets another id, and shows both of them as digests', async () => {
    const [before, after] = [sessionOf('a', 'before'), sessionOf('a', 'after')]
    const [one, other] = [await sessionOwner(before), await sessionOwner(after)]
    expect(other.key).toBe(one.key)
    const [[digestBefore = ''] = [], [digestAfter = ''] = []] = [
      one.session?.shown,
      other.session?.shown,
    ]
    expect(digestAfter).toMatch(/^[\w-]{32}$/)
    expect(digestAfter).not.toBe(digestBefore)
    expect(JSON.stringify([one, other])).not.toMatch(/before|after/)
    const times = { chosenAt: 5, since: 7 }
    expect(await renewedSessionOwner(before, after, times)).toEqual({
      key: one.key,
      expiresAt: 42,
      isNew: false,
      session: { shown: [digestBefore], next: digestAfter, ...times },
    })
    expect(await renewedSessionOwner(undefined, after, times)).toEqual({
      key: one.key,
      expiresAt: 42,
      isNew: true,
      session: { shown: [], next: digestAfter, ...times },
    })
    const both = await sessionOwner({ ...after, otherIds: ['before'] })
    expect(both.session?.shown).toEqual([digestAfter, digestBefore])
  })

  it('does not end when it is a user of the app', async () => {
    expect((await userOwner('a')).expiresAt).toBeUndefined()
  })
})
