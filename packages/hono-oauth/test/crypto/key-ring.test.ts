import { describe, expect, it } from 'vitest'
import { KeyRing } from '../../src/crypto/key-ring.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { keyBytes, keyText, ringOf } from './keys.ts'

const GOOD = keyText('good')
const OTHER = keyText('other')
const ABC = ['a', 'b', 'c'].map(keyText)
const bytes = (byteAt: (index: number) => number) =>
  Buffer.from(Array.from({ length: 32 }, (_, index) => byteAt(index) & 0xff))
const repeated = (...pattern: number[]) => bytes((index) => pattern[index % pattern.length] ?? 0)
// Two runs of the same bytes in another order: neither repeated nor counted up.
const ofDistinct = (distinct: number) => bytes((i) => ((i < 16 ? i : i * 7) % distinct) * 11)

it.each([[undefined], [null], [''], [' \n,\t'], [[]]])('a ring needs a key: %j', async (keys) => {
  const { message } = await refusal(() => new KeyRing(keys as unknown as string))
  expect(message).toMatch(/^keys is missing: .*`openssl rand -base64 32`\.$/)
})

it.each([
  [[''], 0],
  [['', GOOD], 0],
  [[GOOD, '', OTHER], 1],
])('a list holds no empty key (%#)', async (keys, index) => {
  const { message } = await refusal(() => new KeyRing(keys))
  expect(message).toContain(`keys[${index}] is not 32 bytes `)
})

const REFUSED: Record<string, Record<string, string | Buffer>> = {
  'is not 32 bytes in base64 or base64url': {
    'too short': keyBytes('x').subarray(0, 31),
    'too long': Buffer.concat([keyBytes('x'), Buffer.of(1)]),
    'eight characters': 'hunter2!',
    'no base64': '*'.repeat(43),
    hex: keyBytes('x').toString('hex'),
  },
  'is not random': {
    'all the same character': 'Q'.repeat(43),
    'all the same byte': repeated(0xa7),
    'eight bytes in turn': repeated(1, 2, 3, 4, 5, 6, 7, 8).toString('base64'),
    'a repeated word': repeated(...Buffer.from('password')),
    'a random half, twice': repeated(...keyBytes('x').subarray(0, 16)),
    'counted up beyond the last byte': bytes((index) => 240 + index),
    'counted down': bytes((index) => 200 - index),
    'counted in steps': bytes((index) => 3 + index * 7),
    'of 15 different bytes': ofDistinct(15),
  },
}

describe.each(Object.entries(REFUSED))('a key %s', (reason, refused) => {
  it.each(Object.entries(refused))('is named by its position: %s', async (_name, key) => {
    const bad = typeof key === 'string' ? key : key.toString('base64url')
    const first = [bad, [bad, GOOD]]
    const second = [[GOOD, bad], `${GOOD},${bad}`, `${GOOD}\n${bad} ${OTHER}`]
    for (const keys of [...first, ...second]) {
      const error = await refusal(() => new KeyRing(keys))
      const position = `keys[${first.includes(keys) ? 0 : 1}]`
      const message = `${position} ${reason}: use \`openssl rand -base64 32\`.`
      expect(error).toMatchObject({ code: 'configuration_invalid', message })
      for (const secret of [bad, GOOD, OTHER]) expect(shown(error)).not.toContain(secret)
    }
  })
})

it.each([
  ['16 different bytes', ofDistinct(16)],
  ['random bytes', keyBytes('base64')],
])('a key of %s may be in base64 or base64url', async (_name, key) => {
  expect(key.toString('base64')).toMatch(/[+/]/)
  const rings = (['base64', 'base64url'] as const).map((each) => new KeyRing(key.toString(each)))
  const [one, other] = await Promise.all(rings.map((ring) => ring.newest()))
  expect(one?.header).toBe(other?.header)
})

it.each([
  ['a list', ABC],
  ['commas', ABC.join()],
  ['spaces', ABC.join(' ')],
  ['lines', `\n${ABC[0]}\r\n${ABC[1]},\n${ABC[2]}\n`],
])('a ring holds several keys, newest first: %s', async (_name, keys) => {
  const ring = new KeyRing(keys)
  const each = await Promise.all(ABC.map((key) => new KeyRing(key).newest()))
  const headers = each.map(({ header }) => header)
  expect(new Set(headers).size).toBe(3)
  expect((await ring.newest()).header).toBe(headers[0])
  const found = await Promise.all(headers.map((header) => ring.find(header)))
  expect(found.map((key) => key?.header)).toEqual(headers)
  for (const other of ['', 'AAAAAAAA', 'e30']) expect(await ring.find(other)).toBeUndefined()
})

it('each purpose has a key of its own that cannot be exported', async () => {
  const { subkeys } = await ringOf('a').newest()
  const sealed = Object.values(subkeys).map(async (key) => {
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
    const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) }
    const bytes = await crypto.subtle.encrypt(algorithm, key, new Uint8Array(16))
    return Buffer.from(bytes).toString('hex')
  })
  expect(new Set(await Promise.all(sealed)).size).toBe(5)
})
