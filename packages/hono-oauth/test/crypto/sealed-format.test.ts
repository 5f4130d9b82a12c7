import { FlattenedEncrypt, flattenedDecrypt } from 'jose'
import { describe, expect, it } from 'vitest'
import { toBase64Url, utf8 } from '../../src/crypto/encoding.ts'
import type { Purpose } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/seal.ts'
import { ringOf } from './keys.ts'

// Made by other code, as RFC 5869 (HKDF-SHA256, no salt) and RFC 7516 say: the id and the subkeys of the
// key are derived with the infos `hono-oauth/v1/kid`, `…/transaction` and so on.
const HEADER = 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiTDB5dVJwU2EifQ'
const SEALED: Record<Purpose, string> = {
  transaction: `${HEADER}.zpIlGaPD7K-bCYbC.I5A3HLQyBKD1NiBj4Q.A2XKW1zR7ISS6Uo1xpSofg`,
  session: `${HEADER}.Pzrx7Ou9FBCrQX7A.Q2hRJRtAmdkwU1lakg.bFF_53YqrXDq3XxG7VCXsg`,
  'login-link': `${HEADER}.VmY1tajF6AX6zhl7.j9ZnoVi6_mFWDrHn-A.WGivp89zjsTY1KBt3FXl-w`,
  notice: `${HEADER}.m-Kvq5Imp03Kv1GB.ScnL-b1UHp4uWmKxQA.zGqcuq-oOCZwd6N88lFLmA`,
  record: `${HEADER}.cM6HH4o9P7RJvDw6.44-E_bBIEHcMgYiRrA.oRxdPx51n8IRullkLFNidw`,
}
const purposes = Object.keys(SEALED) as Purpose[]
const ring = ringOf('vector')

describe.each(purposes)('the sealed form of a %s', (purpose) => {
  it('opens when it was sealed long ago, for its purpose alone', async () => {
    expect((await ring.newest()).header).toBe(HEADER)
    const opened = purposes.map(async (each) => (await open(ring, each, 'place', SEALED[purpose]))?.value)
    const expected = purposes.map((each) => (each === purpose ? { kept: true } : undefined))
    expect(await Promise.all(opened)).toEqual(expected)
  })

  const pollution = JSON.parse('{"__proto__":{"polluted":true}}')
  const large = { a: [1, 'é🙂\u2028', { b: null }], token: 'x'.repeat(20_000) }
  it.each([[null], [false], [0], [''], [{}], [pollution], [large]])(
    'opens with jose, and the form of jose opens here: %j',
    async (value) => {
      const { header: protectedHeader, subkeys } = await ring.newest()
      const aad = utf8(JSON.stringify(['v1', purpose, 'place']))
      const ours = await seal(ring, purpose, 'place', value)
      const [header = '', iv = '', ciphertext = '', tag = ''] = ours.split('.')
      const jwe = { protected: header, iv, ciphertext, tag, aad: toBase64Url(aad) }
      const { plaintext } = await flattenedDecrypt(jwe, subkeys[purpose])
      expect(JSON.parse(Buffer.from(plaintext).toString())).toEqual(value)

      const theirs = await new FlattenedEncrypt(utf8(JSON.stringify(value)))
        .setProtectedHeader(JSON.parse(atob(protectedHeader)))
        .setAdditionalAuthenticatedData(aad)
        .encrypt(subkeys[purpose])
      const sealed = [theirs.protected, theirs.iv, theirs.ciphertext, theirs.tag].join('.')
      expect(await open(ring, purpose, 'place', sealed)).toEqual({ value, isSealedByNewest: true })
      expect('polluted' in {}).toBe(false)
    },
  )
})
