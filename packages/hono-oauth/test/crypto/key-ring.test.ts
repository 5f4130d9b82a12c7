import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { KeyRing } from '../../src/crypto/key-ring.ts'
import { isOAuthError } from '../../src/errors.ts'
import { keyBytes, keyText, ringOf } from './keys.ts'

const GOOD = keyText('good')
const repeated = (...pattern: number[]) =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => pattern[index % pattern.length] ?? 0))
const twice = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 16), bytes.subarray(0, 16)])
const counted = (from: number, step: number) =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => (from + index * step) & 0xff))

function refusalOf(keys: unknown): Error {
  try {
    new KeyRing(keys as string)
  } catch (error) {
    if (isOAuthError(error) && error.code === 'configuration_invalid') return error
    throw error
  }
  throw new Error('the keys were accepted')
}

describe('a ring that cannot be', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['white space', ' \n,\t'],
    ['an empty list', []],
  ])('is refused without a key: %s', (_name, keys) => {
    expect(refusalOf(keys).message).toMatch(/^keys is missing\b.*\.$/)
  })

  it.each<[string, string[], number]>([
    ['alone', [''], 0],
    ['twice', ['', ''], 0],
    ['first', ['', GOOD], 0],
    ['last', [GOOD, ''], 1],
    ['between', [GOOD, '', keyText('other')], 1],
  ])('is refused for an empty key in a list: %s', (_name, keys, index) => {
    expect(refusalOf(keys).message).toMatch(
      new RegExp(`^keys\\[${index}\\] is not 32 bytes\\b.*\\.$`),
    )
  })

  const WEAK: [string, string][] = [
    ['too short', keyBytes('x').subarray(0, 31).toString('base64url')],
    ['too long', Buffer.concat([keyBytes('x'), Buffer.of(1)]).toString('base64url')],
    ['eight characters', 'hunter2!'],
    ['no base64', '*'.repeat(43)],
    ['hex', keyBytes('x').toString('hex')],
    ['all zeros', repeated(0).toString('base64url')],
    ['all the same byte', repeated(0xa7).toString('base64url')],
    ['all the same character', 'Q'.repeat(43)],
    ['two bytes in turn', repeated(1, 2).toString('base64url')],
    ['four bytes in turn', repeated(3, 1, 4, 1).toString('base64url')],
    ['eight bytes in turn', repeated(1, 2, 3, 4, 5, 6, 7, 8).toString('base64')],
    ['a repeated word', Buffer.from('password'.repeat(4)).toString('base64')],
    ['a random half, twice', twice(keyBytes('x')).toString('base64url')],
    ['counted up', counted(0, 1).toString('base64url')],
    ['counted up beyond the last byte', counted(240, 1).toString('base64')],
    ['counted down', counted(200, -1).toString('base64url')],
    ['counted in steps', counted(3, 7).toString('base64url')],
  ]

  it.each(WEAK)('is refused by the position of its key, not its value: %s', (_name, weak) => {
    const rings: [unknown, number][] = [
      [weak, 0],
      [[weak, GOOD], 0],
      [[GOOD, weak], 1],
      [`${GOOD},${weak}`, 1],
      [`${GOOD} ${keyText('other')}\n${weak}`, 2],
    ]
    for (const [keys, index] of rings) {
      const error = refusalOf(keys)
      expect(error.message).toMatch(new RegExp(`^keys\\[${index}\\] is .*\\.$`))
      const shown = inspect(error, { showHidden: true, depth: 10 }) + JSON.stringify(error)
      expect(shown).not.toContain(weak)
      expect(shown).not.toContain(GOOD)
    }
  })
})

describe('a ring', () => {
  // Two runs of the same bytes in another order: neither repeated nor counted up.
  const bytesOf = (distinct: number) =>
    Buffer.from(Array.from({ length: 32 }, (_, i) => ((i < 16 ? i : i * 7) % distinct) * 11))

  it('takes a key for random that has 16 different bytes, and no fewer', async () => {
    const [enough, few] = [bytesOf(16), bytesOf(15)]
    expect([new Set(enough).size, new Set(few).size]).toEqual([16, 15])
    expect((await new KeyRing(enough.toString('base64url')).newest()).kid).toMatch(/^[\w-]{8}$/)
    expect(refusalOf(few.toString('base64url')).message).toMatch(/^keys\[0\] is too weak\b/)
  })

  it('reads base64 and base64url as the same key', async () => {
    const bytes = keyBytes('base64')
    const texts = [bytes.toString('base64'), bytes.toString('base64url')]
    expect(texts[0]).not.toBe(texts[1])
    const kids = await Promise.all(
      texts.map(async (text) => (await new KeyRing(text).newest()).kid),
    )
    expect(new Set(kids).size).toBe(1)
  })

  it.each([
    ['a list', [keyText('a'), keyText('b'), keyText('c')]],
    ['commas', `${keyText('a')},${keyText('b')},${keyText('c')}`],
    ['spaces', `${keyText('a')} ${keyText('b')} ${keyText('c')}`],
    ['lines', `\n${keyText('a')}\r\n${keyText('b')},\n${keyText('c')}\n`],
  ])('holds several keys, newest first: %s', async (_name, keys) => {
    const ring = new KeyRing(keys)
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => ringOf(name).newest()))
    expect((await ring.newest()).kid).toBe(a?.kid)
    for (const key of [a, b, c]) expect((await ring.find(key?.kid))?.kid).toBe(key?.kid)
    expect(new Set([a?.kid, b?.kid, c?.kid]).size).toBe(3)
  })

  it.each([undefined, null, '', 0, {}, 'AAAAAAAA', '__proto__'])(
    'has no key with the id %j',
    async (kid) => {
      expect(await ringOf('a', 'b').find(kid)).toBeUndefined()
    },
  )

  it('names a key by a short id that tells nothing of it', async () => {
    const { kid } = await ringOf('a').newest()
    expect(kid).toMatch(/^[\w-]{8}$/)
    expect(keyText('a')).not.toContain(kid)
  })

  it('gives each purpose a key of its own that cannot be taken out', async () => {
    const { subkeys } = await ringOf('a').newest()
    const purposes = ['transaction', 'session', 'record'] as const
    const iv = new Uint8Array(12)
    const sealed = await Promise.all(
      purposes.map(async (purpose) => {
        await expect(crypto.subtle.exportKey('raw', subkeys[purpose])).rejects.toThrow()
        const { buffer } = new Uint8Array(16)
        const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, subkeys[purpose], buffer)
        return Buffer.from(bytes).toString('hex')
      }),
    )
    expect(new Set(sealed).size).toBe(3)
  })
})
