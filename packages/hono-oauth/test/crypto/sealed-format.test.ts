import { describe, expect, it } from 'vitest'
import { toBase64Url, utf8 } from '../../src/crypto/encoding.ts'
import { keyIdOf, open, seal } from '../../src/crypto/seal.ts'
import { keyText, ringOf } from './keys.ts'

// Made by other code, as RFC 5869 (HKDF-SHA256, no salt) and RFC 7516 say: the id and the subkeys of the
// key are derived with the infos `hono-oauth/v1/kid`, `…/transaction`, `…/session` and `…/record`.
const HEADER = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiTDB5dVJwU2EifQ'
const SEALED = {
  transaction: `${HEADER}.zpIlGaPD7K-bCYbC.I5A3HLQyBKD1NiBj4Q.A2XKW1zR7ISS6Uo1xpSofg`,
  session: `${HEADER}.Pzrx7Ou9FBCrQX7A.Q2hRJRtAmdkwU1lakg.bFF_53YqrXDq3XxG7VCXsg`,
  record: `${HEADER}.cM6HH4o9P7RJvDw6.44-E_bBIEHcMgYiRrA.oRxdPx51n8IRullkLFNidw`,
} as const
const purposes = ['transaction', 'session', 'record'] as const

describe('what was sealed long ago', () => {
  it.each(purposes)('still opens: a %s', async (purpose) => {
    for (const ring of [ringOf('vector'), ringOf('newer', 'vector')]) {
      expect(await open(ring, purpose, 'place', SEALED[purpose])).toEqual({ kept: true })
      for (const other of purposes.filter((each) => each !== purpose)) {
        expect(await open(ring, other, 'place', SEALED[purpose])).toBeUndefined()
      }
    }
  })

  it('names its key in clear', async () => {
    const { kid } = await ringOf('vector').newest()
    const header = JSON.parse(Buffer.from(HEADER, 'base64url').toString())
    expect(header).toEqual({ alg: 'dir', enc: 'A256GCM', kid })
  })
})

describe('the id of the key', () => {
  const headed = (header: string) => `${toBase64Url(utf8(header))}.AAAAAAAAAAAAAAAA.AA.AA`

  it('is told without opening', async () => {
    expect(keyIdOf(SEALED.record)).toBe((await ringOf('vector').newest()).kid)
    const sealed = await seal(ringOf('newest', 'older'), 'record', 'place', 1)
    expect(keyIdOf(sealed)).toBe((await ringOf('newest').newest()).kid)
    expect(keyIdOf(headed('{"kid":"anything"}'))).toBe('anything')
  })

  it.each([
    '',
    '.',
    'x',
    '.'.repeat(100_000),
    keyText('newest'),
    '{"kid":"x"}',
    headed(''),
    headed('{'),
    headed('null'),
    headed('"kid"'),
    headed('["kid"]'),
    headed('{}'),
    headed('{"kid":null}'),
    headed('{"kid":1}'),
    headed('{"kid":["x"]}'),
    headed('{"__proto__":{"kid":"x"}}'),
    `${headed('{"kid":"x"}').replace('.', '=.')}`,
    ` ${headed('{"kid":"x"}')}`,
    `.${headed('{"kid":"x"}')}`,
  ])('is none where none is told (%#)', (sealed) => {
    expect(keyIdOf(sealed)).toBeUndefined()
  })
})
