import { describe, expect, it, vi } from 'vitest'
import { toBase64Url, utf8 } from '../../src/crypto/encoding.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { keyText, ringOf } from './keys.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ring = ringOf('newest', 'older')

const sealedRecord = (value: unknown, keys = ring) => seal(keys, 'record', 'place', value)
const openedRecord = async (sealed: string, keys = ring) => (await open(keys, 'record', 'place', sealed))?.value

/** Seals with the ring's own subkey and a header of our choice, as RFC 7516 section 5.1 says. */
async function forge(header: object, plaintext: string): Promise<string> {
  const { subkeys } = await ring.newest()
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const protectedHeader = toBase64Url(utf8(JSON.stringify(header)))
  const aad = toBase64Url(utf8(JSON.stringify(['v1', 'record', 'place'])))
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(`${protectedHeader}.${aad}`) }
  const sealed = await crypto.subtle.encrypt(algorithm, subkeys.record, utf8(plaintext))
  const bytes = new Uint8Array(sealed)
  const parts = [iv, bytes.subarray(0, -16), bytes.subarray(-16)].map(toBase64Url)
  return [protectedHeader, ...parts].join('.')
}

it('a sealed value shows nothing of the value', async () => {
  const sealed = await sealedRecord({ token: 'canary-canary-canary' })
  const bytes = Buffer.from(sealed.replaceAll('.', ''), 'base64url').toString('latin1')
  expect(bytes).not.toContain('canary')
  expect(sealed).not.toContain(Buffer.from('canary-canary').toString('base64url'))
})

it.each([
  ['session', 'the place', ''],
  ['transaction', 'the place', ''],
  ['record', 'other', ''],
  ['record', '', ''],
  ['record', 'the place ', ''],
  ['record', 'The place', ''],
  ['record', 'the place","x', ''],
  ['session', 'record","the place', ''],
  ['record', 'the', 'place '],
  ['record', 'the pl', 'ace'],
] as const)('a sealed value does not open for %s %j, after %j', async (purpose, place, before) => {
  const sealed = await seal(ring, 'record', 'the place', 1)
  // The second time its own place is known.
  for (const _time of [1, 2]) {
    expect(await open(ring, purpose, place, before + sealed)).toBeUndefined()
    expect((await open(ring, 'record', 'the place', sealed))?.value).toBe(1)
  }
})

it('a ring tells whether its newest key has sealed a value, or another one, or none', async () => {
  const sealed = await sealedRecord('kept', ringOf('older'))
  const rings = [ringOf('older'), ring, ringOf('older', 'newest'), ringOf('newest'), ringOf('x')]
  for (const _time of [1, 2]) {
    const opened = await Promise.all(rings.map((keys) => open(keys, 'record', 'place', sealed)))
    const isByNewest = opened.map((each) => each?.isSealedByNewest)
    expect(isByNewest).toEqual([true, false, true, undefined, undefined])
  }
})

it('each value has another IV', async () => {
  const seals = await Promise.all(Array.from({ length: 10_000 }, () => sealedRecord(1)))
  expect(new Set(seals.map((sealed) => sealed.split('.')[1])).size).toBe(10_000)
})

it('a warm ring imports and derives no key', async () => {
  const warm = ringOf('a', 'b')
  await sealedRecord(1, warm)
  const names = ['importKey', 'deriveKey', 'deriveBits', 'generateKey', 'encrypt'] as const
  const spies = names.map((name) => vi.spyOn(crypto.subtle, name))
  for (const purpose of ['record', 'session', 'transaction'] as const) {
    const sealed = await seal(warm, purpose, 'place', 1)
    expect((await open(warm, purpose, 'place', sealed))?.value).toBe(1)
    expect(await open(warm, purpose, 'elsewhere', sealed)).toBeUndefined()
  }
  expect(spies.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0, 0, 3])
  vi.restoreAllMocks()
})

/** The texts that changes make of the parts of a sealed value, and of another one beside it. */
const CHANGES: Record<string, (parts: string[], other: string[]) => string[]> = {
  // The lowest bit, the highest one, and what does not belong there: in place of a character, and before it.
  'in one character': (parts) => {
    const sealed = parts.join('.')
    return [...sealed, ''].flatMap((character, index) => {
      const at = ALPHABET.indexOf(character)
      const others = character && at >= 0 ? [ALPHABET[at ^ 1], ALPHABET[at ^ 32], '.'] : ['A', 'é']
      const foreign = ['=', '==', ' ', '\n', '\u0000', '%']
      const added = [...foreign, '.'].map((each) => each + character)
      return [...others, ...foreign, ...added].map((each) => sealed.slice(0, index) + each + sealed.slice(index + 1))
    })
  },
  // Every other text that a decoder takes for the same bytes.
  'in its spelling': (parts) =>
    parts.flatMap((part, index) => {
      const bytes = Buffer.from(part, 'base64url')
      const spare = [...ALPHABET].map((last) => part.slice(0, -1) + last)
      return [bytes.toString('base64'), `${part}=`, `${part}==`, ...spare]
        .filter((text) => text !== part && Buffer.from(text, 'base64url').equals(bytes))
        .map((text) => parts.with(index, text).join('.'))
    }),
  'in a part': (parts, other) =>
    [1, 2, 3].flatMap((index) => ['', other[index] ?? ''].map((part) => parts.with(index, part).join('.'))),
  'in where its tag begins': ([header, iv, ...rest]) => {
    const bytes = Buffer.concat(rest.map((part) => Buffer.from(part, 'base64url')))
    return Array.from({ length: bytes.length + 1 }, (_, border) => {
      const halves = [bytes.subarray(0, border), bytes.subarray(border)]
      return [header, iv, ...halves.map(toBase64Url)].join('.')
    }).filter((_, border) => border !== bytes.length - 16)
  },
}

describe.each(Object.entries(CHANGES))('a sealed value that was changed %s', (_name, change) => {
  // Three lengths, so that the parts end on every number of spare bits that base64 can have.
  it.each(['{}', '{a}', '{ab}'])('does not open: %s', async (value) => {
    const sealed = await sealedRecord(value)
    const changed = change(sealed.split('.'), (await sealedRecord(value)).split('.'))
    expect(changed.length).toBeGreaterThan(2)
    const opened = await Promise.all(changed.map((text) => openedRecord(text)))
    expect(changed.filter((_, index) => opened[index] !== undefined)).toEqual([])
    expect(await openedRecord(sealed)).toBe(value)
  })
})

it.each<[object, string, unknown]>([
  [{}, '"value"', 'value'],
  [{}, 'undefined', undefined],
  [{}, '', undefined],
  ...[
    ...[{ enc: 'A128GCM' }, { enc: 'A256CBC-HS512' }, { enc: 'none' }, { enc: undefined }],
    ...[{ alg: 'A256KW' }, { alg: 'RSA-OAEP' }, { alg: 'none' }, { alg: undefined }],
    { alg: 'PBES2-HS256+A128KW', p2c: 1_000_000_000, p2s: 'AAAAAAAAAAAAAAAAAAAAAA' },
    ...[{ kid: undefined }, { kid: 'AAAAAAAA' }, { kid: null }, { kid: ['x'] }],
    ...[{ zip: 'DEF' }, { crit: ['exp'], exp: 1 }],
  ].map((change): [object, string, unknown] => [change, '"forged"', undefined]),
])('what our key has sealed opens with our header and JSON alone: %j %s', async (...row) => {
  const [change, plaintext, value] = row
  const header = JSON.parse(atob((await ring.newest()).header))
  expect(await openedRecord(await forge({ ...header, ...change }, plaintext))).toBe(value)
})

it.each([
  ...['', '.', '...', '....', 'a.b.c', 'a.b.c.d', 'a.b.c.d.e', '%.%.%.%', 'undefined', '{"a":1}'],
  ...['e30', 'bnVsbA', 'W10'].map((json) => `${json}.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA`),
  ...['.'.repeat(100_000), 'A'.repeat(100_000), '\u0000.\ud800.é.🙂', keyText('newest')],
])('garbage does not open (%#)', async (garbage) => {
  expect(await openedRecord(garbage)).toBeUndefined()
})
