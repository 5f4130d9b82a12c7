import { describe, expect, it } from 'vitest'
import { sessionOwner, userOwner } from '../../src/session/owner.ts'

const keyOfUser = async (id: string) => (await userOwner(id)).key
const keyOfSession = async (id: string) => (await sessionOwner({ id, expiresAt: 1 })).key

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
    expect((await sessionOwner({ id: 'a', expiresAt: 42 })).expiresAt).toBe(42)
  })

  it('does not end when it is a user of the app', async () => {
    expect((await userOwner('a')).expiresAt).toBeUndefined()
  })
})
