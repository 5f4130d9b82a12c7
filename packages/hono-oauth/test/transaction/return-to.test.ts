import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { guardReturnTo } from '../../src/transaction/return-to.ts'
import { HOSTILE } from './return-to-corpus.ts'

const GUARD = { origin: 'https://app.example', authPath: '/auth', fallback: '/home' }
const CASES = Object.entries(HOSTILE).flatMap(([kind, values]) =>
  values.map((value) => [kind, value] as const),
)

const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
/** The value as it may arrive: raw, encoded once and twice, as a whole and behind its first slash. */
function variants(value: string): string[] {
  const once = encode(value)
  const behind = value.replace(/^\//, '')
  return [value, once, encode(once), `/${encode(behind)}`, `/${encode(encode(behind))}`]
}

const app = new Hono().all('*', (c) => c.text(c.req.path))

async function expectHarmless(result: string, { origin, authPath } = GUARD): Promise<void> {
  expect(result).toMatch(/^\/(?!\/)[\x21-\x7e]*$/)
  expect(result).not.toContain('\\')
  expect(new URL(result, origin).origin).toBe(origin)
  // A browser resolves it against a page below the root as well.
  expect(new URL(result, `${origin}${authPath}/p/callback?code=x`).origin).toBe(origin)
  expect(new Headers({ location: result }).get('location')).toBe(result)
  const routed = await (await app.request(new URL(result, origin).href)).text()
  const decoded = result.replace(/[?#].*/, '').replace(/(%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes)
    } catch {
      return bytes
    }
  })
  for (const path of [routed, decoded, new URL(result, origin).pathname]) {
    expect(`${path.toLowerCase()}/`.startsWith(`${authPath}/`)).toBe(false)
  }
}

describe('a hostile return address', () => {
  it('has many faces', () => {
    expect(new Set(CASES.map(([, value]) => value)).size).toBeGreaterThanOrEqual(200)
  })

  it.each(CASES)('leads nowhere but to a page of this app: %s, %j', async (_kind, value) => {
    for (const variant of variants(value)) await expectHarmless(guardReturnTo(variant, GUARD))
  })

  it.each(['another authority', 'schemes'])(
    'counts as none when it starts with no single slash: %s',
    (kind) => {
      const values = (HOSTILE[kind] ?? []).filter((value) => !/^\/(?!\/)/.test(value))
      expect(values.length).toBeGreaterThan(10)
      expect(values.filter((value) => guardReturnTo(value, GUARD) !== '/home')).toEqual([])
    },
  )

  it.each([
    ['http://localhost:8787', '/auth'],
    ['https://app.example', '/api/v1/auth'],
    ['https://app.example:8443', '/Auth'],
  ])('is one for every app: %s%s', async (origin, authPath) => {
    const guard = { origin, authPath, fallback: '/home' }
    for (const [, value] of CASES) {
      for (const each of [value, value.replace(/^\/auth/i, authPath)]) {
        await expectHarmless(guardReturnTo(each, guard), {
          ...guard,
          authPath: authPath.toLowerCase(),
        })
      }
    }
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
    await expectHarmless(result)
  })

  it.each([
    ['none', undefined],
    ['null', null],
    ['an empty one', ''],
    ['too long a one', `/${'a'.repeat(1024)}`],
    ['one that grows too long when it is written out', `/${'ä'.repeat(200)}`],
    ['a huge one', `/${'a'.repeat(1_000_000)}`],
  ])('is replaced when there is %s', (_name, value) => {
    expect(guardReturnTo(value, GUARD)).toBe('/home')
  })

  it('is the same when it is guarded twice', () => {
    for (const [, value] of CASES) {
      const once = guardReturnTo(value, GUARD)
      expect(guardReturnTo(once, GUARD)).toBe(once)
    }
  })
})
