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
  }
  return found
}

describe('a hostile return address', () => {
  it('has many faces', () => {
    expect(VALUES.length).toBeGreaterThanOrEqual(600)
    for (const values of Object.values(HOSTILE)) expect(values.length).toBeGreaterThan(10)
  })

  it.each(Object.entries(HOSTILE))(
    'leads nowhere but to a page of this app, raw and encoded once and twice: %s',
    async (_kind, values) => expect(await escapes(values.flatMap(variantsOf))).toEqual([]),
  )

  it('counts as none when it starts with no single slash', () => {
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
  ])('is one for every app: %s%s', async (origin, authPath) => {
    const moved = VALUES.map((value) => value.replace(/^\/auth/i, authPath))
    const guard = { origin, authPath, fallback: '/home' }
    expect(await escapes([...VALUES, ...moved], guard)).toEqual([])
  })
})

describe('an honest return address', () => {
  it.each([
    ['/', '/'],
    ['/after', '/after'],
    ['/after/', '/after/'],
    ['/a/b?c=d&e=f#g', '/a/b?c=d&e=f#g'],
    ['/?a=b', '/?a=b'],
    ['/#a', '/#a'],
    ['/a//b', '/a//b'],
    ['/a%20b?c=%20', '/a%20b?c=%20'],
    ['/a+b', '/a+b'],
    ['/a%2Fb', '/a%2Fb'],
    ['/ä?ö=ü#é', '/%C3%A4?%C3%B6=%C3%BC#%C3%A9'],
    ['/🙂', '/%F0%9F%99%82'],
    ['/./a', '/a'],
    ['/a/../b', '/b'],
    ['/a/./b/', '/a/b/'],
    ['/@user', '/@user'],
    ['/a:b', '/a:b'],
    ['/?next=//evil.example', '/?next=//evil.example'],
    ['/?next=/auth', '/?next=/auth'],
    ['/#//evil.example', '/#//evil.example'],
    ['/authors', '/authors'],
    ['/authentication/x', '/authentication/x'],
    ['/auth-guide', '/auth-guide'],
    ['/x/auth', '/x/auth'],
    ['/x/auth/login', '/x/auth/login'],
    ['/home', '/home'],
    [`/${'a'.repeat(1023)}`, `/${'a'.repeat(1023)}`],
  ])('is kept: %s', async (value, expected) => {
    const result = guardReturnTo(value, GUARD)
    expect(result).toBe(expected)
    expect(await harmOf(result, GUARD)).toBeUndefined()
  })

  it.each([
    ['none', undefined],
    ['null', null],
    ['an empty one', ''],
    ['too long a one', `/${'a'.repeat(1024)}`],
    ['one that grows too long when it is written out', `/${'ä'.repeat(200)}`],
    ['too long a one that would be short when it is written out', `/${'./'.repeat(600)}a`],
    ['a huge one', `/${'a'.repeat(1_000_000)}`],
  ])('is replaced when there is %s', (_name, value) => {
    expect(guardReturnTo(value, GUARD)).toBe('/home')
  })

  it('is the same when it is guarded twice', () => {
    for (const value of VALUES) {
      const once = guardReturnTo(value, GUARD)
      expect(guardReturnTo(once, GUARD)).toBe(once)
    }
  })
})
