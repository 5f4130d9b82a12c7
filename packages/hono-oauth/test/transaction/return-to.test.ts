import { describe, expect, it } from 'vitest'
import { guardReturnTo } from '../../src/transaction/return-to.ts'
import { harmOf, variantsOf } from './harmless.ts'
import { HOSTILE } from './return-to-corpus.ts'

const GUARD = { origin: 'https://app.example', authPath: '/auth', fallback: '/home' }
const VALUES = [...new Set(Object.values(HOSTILE).flat())]

/** The values that lead where they must not, with where they lead. */
async function escapes(values: readonly string[], guard = GUARD): Promise<string[]> {
  const found: string[] = []
  for (const value of values) {
    const result = guardReturnTo(value, guard)
    const harm = await harmOf(result, guard)
    if (harm) found.push(`${JSON.stringify(value)} -> ${result}: ${harm}`)
    if (guardReturnTo(result, guard) !== result) found.push(`${result} changes when guarded again`)
  }
  return found
}

describe('a hostile return address', () => {
  it('is tried in 2262 forms', () => expect(VALUES).toHaveLength(2262))

  it.each(Object.entries(HOSTILE))(
    'leads to a page of this app, raw and encoded once and twice: %s',
    async (_kind, values) => expect(await escapes(values.flatMap(variantsOf))).toEqual([]),
  )

  it('becomes the fallback when it does not start with a single slash', () => {
    // One that names this very origin is as good as its path.
    const values = VALUES.filter(
      (value) => !/^\/(?!\/)/.test(value) && !/^\/{2,3}([^/]*@)?app\.example\/?$/.test(value),
    )
    expect(values.length).toBeGreaterThan(300)
    expect(values.filter((value) => guardReturnTo(value, GUARD) !== '/home')).toEqual([])
  })

  it.each([
    ['http://localhost:8787', '/auth'],
    ['https://app.example', '/api/v1/auth'],
    ['https://app.example:8443', '/Auth'],
    ['https://app.example', '/prüfung'],
  ])('leads to a page of the app at %s%s', async (origin, authPath) => {
    const moved = VALUES.map((value) => value.replace(/^\/auth/i, authPath))
    const guard = { origin, authPath, fallback: '/home' }
    expect(await escapes([...VALUES, ...moved], guard)).toEqual([])
  })
})

describe('an ordinary return address', () => {
  const KEPT = `/ /after /after/ /a/b?c=d&e=f#g /?a=b /#a /a//b /a%20b?c=%20 /a+b /a%2Fb /@user /a:b
    /?next=//evil.example /?next=/auth /#//evil.example /authors /authentication/x /auth-guide /x/auth
    /x/auth/login /home`
  it.each([
    ...[...KEPT.split(/\s+/), `/${'a'.repeat(1023)}`, '/./a/../b/./ -> /b/'],
    '/ä?ö=ü#é/🙂 -> /%C3%A4?%C3%B6=%C3%BC#%C3%A9/%F0%9F%99%82',
  ])('is kept: %s', async (row) => {
    const [value = '', expected = value] = row.split(' -> ')
    expect(guardReturnTo(value, GUARD)).toBe(expected)
    expect(await escapes([value])).toEqual([])
  })

  it.each([
    ['none', undefined],
    ['null', null],
    ['an empty one', ''],
    ['one that is too long', `/${'a'.repeat(1024)}`],
    ['one that is too long after encoding', `/${'ä'.repeat(200)}`],
    ['one that is too long before its dots are resolved', `/${'./'.repeat(600)}a`],
  ])('becomes the fallback when there is %s', (_name, value) => {
    expect(guardReturnTo(value, GUARD)).toBe('/home')
  })
})
