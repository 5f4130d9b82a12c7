import { afterEach, describe, expect, it, vi } from 'vitest'
import { toBase64Url, utf8 } from '../../src/crypto/encoding.ts'
import type { KeyRing } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { keyText, ringOf } from './keys.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ring = ringOf('newest', 'older')

const headerOf = (sealed: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString())

/** Seals with the ring's own subkey and a header of our choice, as RFC 7516 section 5.1 says. */
async function forge(from: KeyRing, header: object, value: unknown): Promise<string> {
  const { subkeys } = await from.newest()
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const protectedHeader = toBase64Url(utf8(JSON.stringify(header)))
  const aad = toBase64Url(utf8(JSON.stringify(['v1', 'record', 'place'])))
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(`${protectedHeader}.${aad}`) }
  const plaintext = utf8(JSON.stringify(value))
  const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm, subkeys.record, plaintext))
  const parts = [iv, bytes.subarray(0, -16), bytes.subarray(-16)].map(toBase64Url)
  return [protectedHeader, ...parts].join('.')
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('seal and open', () => {
  it.each([
    [null],
    [false],
    [0],
    [''],
    ['text'],
    [[]],
    [{}],
    [{ a: [1, 'é🙂\u2028', { b: null }], token: 'x'.repeat(20_000) }],
    [JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('bring back %j', async (value) => {
    const sealed = await seal(ring, 'record', 'place', value)
    expect(sealed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\.[\w-]{22}$/)
    expect(await open(ring, 'record', 'place', sealed)).toEqual(value)
    expect('polluted' in {}).toBe(false)
  })

  it('show nothing of the value', async () => {
    const sealed = await seal(ring, 'record', 'place', { token: 'canary-canary-canary' })
    const bytes = Buffer.from(sealed.replaceAll('.', ''), 'base64url').toString('latin1')
    expect(bytes).not.toContain('canary')
    expect(sealed).not.toContain(Buffer.from('canary-canary').toString('base64url'))
    expect(Object.keys(headerOf(sealed)).sort()).toEqual(['alg', 'enc', 'kid'])
  })

  it.each([
    ['session', 'place'],
    ['transaction', 'place'],
    ['record', 'other'],
    ['record', ''],
    ['record', 'place '],
    ['record', 'Place'],
    ['record', 'place","x'],
    ['session', 'record","place'],
  ] as const)('do not open at another place: %s %j', async (purpose, place) => {
    const sealed = await seal(ring, 'record', 'place', { a: 1 })
    expect(await open(ring, purpose, place, sealed)).toBeUndefined()
    expect(await open(ring, 'record', 'place', sealed)).toEqual({ a: 1 })
  })

  it('seal with the newest key and open with every key of the ring', async () => {
    const before = ringOf('older')
    const old = await seal(before, 'record', 'place', 'kept')
    const fresh = await seal(ring, 'record', 'place', 'kept')
    expect(headerOf(old)['kid']).toBe((await before.newest()).kid)
    expect(headerOf(fresh)['kid']).toBe((await ring.newest()).kid)
    expect(headerOf(fresh)['kid']).not.toBe(headerOf(old)['kid'])
    expect(await open(ring, 'record', 'place', old)).toBe('kept')
    expect(await open(before, 'record', 'place', fresh)).toBeUndefined()
  })

  it('do not open with another ring', async () => {
    const sealed = await seal(ring, 'record', 'place', 1)
    expect(await open(ringOf('stranger'), 'record', 'place', sealed)).toBeUndefined()
    expect(await open(ringOf('stranger', 'newest'), 'record', 'place', sealed)).toBe(1)
  })

  it('use another IV each time', async () => {
    const seals = await Promise.all(
      Array.from({ length: 10_000 }, () => seal(ring, 'session', 'place', 1)),
    )
    expect(new Set(seals.map((sealed) => sealed.split('.')[1])).size).toBe(10_000)
  })

  it('import and derive no key once they are warm', async () => {
    const warm = ringOf('a', 'b')
    await seal(warm, 'record', 'place', 1)
    const spies = (['importKey', 'deriveKey', 'deriveBits', 'generateKey'] as const).map((name) =>
      vi.spyOn(crypto.subtle, name),
    )
    const encrypt = vi.spyOn(crypto.subtle, 'encrypt')
    for (const purpose of ['record', 'session', 'transaction'] as const) {
      const sealed = await seal(warm, purpose, 'place', 1)
      expect(await open(warm, purpose, 'place', sealed)).toBe(1)
      expect(await open(warm, purpose, 'elsewhere', sealed)).toBeUndefined()
    }
    expect(encrypt).toHaveBeenCalledTimes(3)
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})

describe('a sealed value that was changed', () => {
  // Three lengths, so that the parts end on every number of spare bits that base64 can have.
  it.each(['{}', '{a}', '{ab}'])(
    'does not open after any change of one character: %s',
    async (value) => {
      const sealed = await seal(ring, 'record', 'place', value)
      const opened: string[] = []
      for (let index = 0; index < sealed.length; index++) {
        const before = sealed[index] ?? ''
        const at = ALPHABET.indexOf(before)
        // The lowest bit, the highest one, and characters that do not belong there.
        const others =
          at < 0 ? ['A', ''] : [ALPHABET[at ^ 1], ALPHABET[at ^ 32], '.', '=', '%', 'é']
        for (const other of others) {
          const changed = `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`
          if ((await open(ring, 'record', 'place', changed)) !== undefined) {
            opened.push(`${index} of ${sealed.length}: ${before} -> ${other}`)
          }
        }
      }
      expect(opened).toEqual([])
    },
  )

  it.each([' ', '\n', '=', '==', '.', '.AAAA', '\u0000'])(
    'does not open with %j added',
    async (extra) => {
      const sealed = await seal(ring, 'record', 'place', 'value')
      const opened: string[] = []
      const dots = [...sealed.matchAll(/\./g)].map(({ index }) => index)
      for (const index of [0, ...dots, ...dots.map((dot) => dot + 1), sealed.length]) {
        const changed = `${sealed.slice(0, index)}${extra}${sealed.slice(index)}`
        if ((await open(ring, 'record', 'place', changed)) !== undefined) opened.push(changed)
      }
      expect(opened).toEqual([])
    },
  )

  it.each(['{}', '{a}', '{ab}'])(
    'does not open when a part is written in another way: %s',
    async (value) => {
      const sealed = await seal(ring, 'record', 'place', value)
      const parts = sealed.split('.')
      const opened: string[] = []
      for (const [index, part] of parts.entries()) {
        const bytes = Buffer.from(part, 'base64url')
        const spare = [...ALPHABET].map((each) => part.slice(0, -1) + each)
        const texts = [bytes.toString('base64'), `${part}=`, `${part}==`, ...spare]
        // Whatever is another text for the same bytes.
        for (const text of texts.filter((each) => each !== part)) {
          if (!Buffer.from(text, 'base64url').equals(bytes)) continue
          const changed = parts.map((each, at) => (at === index ? text : each)).join('.')
          if ((await open(ring, 'record', 'place', changed)) !== undefined) opened.push(changed)
        }
      }
      expect(opened).toEqual([])
      expect(await open(ring, 'record', 'place', sealed)).toBe(value)
    },
  )

  it.each([0, 1, 2, 3])('does not open without what stands in part %d', async (index) => {
    const parts = (await seal(ring, 'record', 'place', 'value')).split('.')
    const emptied = parts.map((part, at) => (at === index ? '' : part)).join('.')
    expect(await open(ring, 'record', 'place', emptied)).toBeUndefined()
  })

  it('does not open when its tag begins elsewhere', async () => {
    const sealed = await seal(ring, 'record', 'place', 'value')
    const [header, iv, ciphertext = '', tag = ''] = sealed.split('.')
    const bytes = Buffer.concat([ciphertext, tag].map((part) => Buffer.from(part, 'base64url')))
    const opened: number[] = []
    for (let border = 0; border <= bytes.length; border++) {
      const halves = [bytes.subarray(0, border), bytes.subarray(border)]
      const moved = [header, iv, ...halves.map((half) => half.toString('base64url'))].join('.')
      if ((await open(ring, 'record', 'place', moved)) !== undefined) opened.push(border)
    }
    expect(opened).toEqual([bytes.length - 16])
  })

  it('does not open with the parts of another one', async () => {
    const a = (await seal(ring, 'record', 'place', 'a')).split('.')
    const b = (await seal(ring, 'record', 'place', 'b')).split('.')
    for (const index of [1, 2, 3]) {
      const mixed = a.map((part, at) => (at === index ? b[at] : part)).join('.')
      expect(await open(ring, 'record', 'place', mixed)).toBeUndefined()
    }
  })
})

describe('a sealed value with another header', () => {
  it('opens when it is made by hand the right way', async () => {
    const { kid } = await ring.newest()
    const header = { alg: 'dir', enc: 'A256GCM', kid }
    expect(await open(ring, 'record', 'place', await forge(ring, header, 'by hand'))).toBe(
      'by hand',
    )
  })

  it.each([
    { enc: 'A128GCM' },
    { enc: 'A192GCM' },
    { enc: 'A128CBC-HS256' },
    { enc: 'A256CBC-HS512' },
    { enc: 'none' },
    { enc: undefined },
    { alg: 'A256KW' },
    { alg: 'A256GCMKW' },
    { alg: 'PBES2-HS256+A128KW', p2c: 1_000_000_000, p2s: 'AAAAAAAAAAAAAAAAAAAAAA' },
    { alg: 'RSA-OAEP' },
    { alg: 'ECDH-ES' },
    { alg: 'none' },
    { alg: undefined },
    { kid: undefined },
    { kid: 'AAAAAAAA' },
    { kid: null },
    { kid: ['x'] },
    { zip: 'DEF' },
    { crit: ['exp'], exp: 1 },
  ])('does not open, though its key is ours: %j', async (change) => {
    const { kid } = await ring.newest()
    const header = { alg: 'dir', enc: 'A256GCM', kid, ...change }
    const forged = await forge(ring, header, 'forged')
    expect(await open(ring, 'record', 'place', forged)).toBeUndefined()
  })
})

describe('open', () => {
  it.each([
    '',
    '.',
    '...',
    '....',
    'a.b.c',
    'a.b.c.d',
    'a.b.c.d.e',
    'e30.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA',
    'bnVsbA.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA',
    'W10.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA',
    '\u0000.\ud800.é.🙂',
    '%.%.%.%',
    'undefined',
    '{"a":1}',
    keyText('newest'),
    '.'.repeat(100_000),
    'A'.repeat(100_000),
    `${'A'.repeat(4000)}.A.A.A`,
  ])('takes garbage for what it is (%#)', async (garbage) => {
    expect(await open(ring, 'record', 'place', garbage)).toBeUndefined()
  })

  it('takes a sealed value that is no JSON for garbage', async () => {
    const sealed = await seal(ring, 'record', 'place', undefined)
    expect(await open(ring, 'record', 'place', sealed)).toBeUndefined()
  })
})
