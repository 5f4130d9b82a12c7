import { describe, expect, it } from 'vitest'
import { idAt, textAt } from '../../src/providers/described/path.ts'
import { fillJson, fillText, fillUrl, isHostOf } from '../../src/providers/described/template.ts'

const HOSTS = ['*.myshopify.com', 'accounts.zoho.eu']
const shopUrl = (shop: string | undefined) => fillUrl('https://{shop}/admin/oauth/authorize', { shop }, HOSTS)?.href
const zohoUrl = (accounts: string) => fillUrl('{accounts}/oauth/v2/token', { accounts }, HOSTS)?.href

describe('a placeholder in a host', () => {
  it('takes a listed host, in any case', () => {
    expect(shopUrl('a.myshopify.com')).toBe('https://a.myshopify.com/admin/oauth/authorize')
    expect(shopUrl('A.MyShopify.com')).toBe(shopUrl('a.myshopify.com'))
    expect(shopUrl('a.b.myshopify.com')).toBe('https://a.b.myshopify.com/admin/oauth/authorize')
  })

  it.each([
    undefined,
    '',
    'evil.com',
    'myshopify.com',
    'evil.com/a.myshopify.com',
    'a.myshopify.com@evil.com',
    'evil.com#.myshopify.com',
    'evil.com?.myshopify.com',
    'a.myshopify.com:8443',
    'evil.com\\.myshopify.com',
    'evil.com\t.myshopify.com',
    'a.myshopify.com.',
    'evilmyshopify.com',
    '.myshopify.com',
    'a..myshopify.com',
    '%65vil.com',
    'a.myshopify.com?x=',
    '\u0430a.myshopify.com',
    '__proto__',
    '127.0.0.1',
    '[::1]',
  ])('refuses %j', (shop) => {
    expect(shopUrl(shop)).toBeUndefined()
  })
})

describe('a placeholder for a whole URL', () => {
  it('takes a listed https origin', () => {
    expect(zohoUrl('https://accounts.zoho.eu')).toBe('https://accounts.zoho.eu/oauth/v2/token')
  })

  it.each([
    'http://accounts.zoho.eu',
    'https://accounts.zoho.eu.evil.com',
    'https://evil.com/',
    'https://accounts.zoho.eu@evil.com',
    'https://accounts.zoho.eu:444',
    'javascript:alert(1)//',
    '//accounts.zoho.eu',
    'https://u:p@accounts.zoho.eu',
    'https://evil.com\\@accounts.zoho.eu',
    'https://accounts.zoho.eu/../..',
    'https://accounts.zoho.eu#',
    'https://accounts.zoho.eu?',
  ])('refuses %j', (accounts) => {
    expect(zohoUrl(accounts)).toBeUndefined()
  })
})

describe('a placeholder behind the host', () => {
  const companyUrl = (realmId: string) => fillUrl('https://api.example/v3/{realmId}/y', { realmId }, [])?.href

  it.each([
    ['../../a?b#c', 'https://api.example/v3/..%2F..%2Fa%3Fb%23c/y'],
    ["it's", 'https://api.example/v3/it%27s/y'],
    ['é', 'https://api.example/v3/%C3%A9/y'],
  ])('encodes %j', (value, url) => {
    expect(companyUrl(value)).toBe(url)
  })

  it.each(['..', '.'])('refuses %j, which is no member of a path', (value) => {
    expect(companyUrl(value)).toBeUndefined()
  })
})

describe('texts with placeholders', () => {
  const known = new Set(['a', 'b'])

  it('leave other braces, and lack a value that is missing', () => {
    expect(fillText('{a} {x} { b }', { a: '1' }, known)).toBe('1 {x} { b }')
    expect(fillText('{a}{b}', { a: '1' }, known)).toBeUndefined()
    expect(fillJson({ query: '{ viewer { id } }', of: ['{a}', 2] }, { a: '"}' }, known)).toEqual({
      query: '{ viewer { id } }',
      of: ['"}', 2],
    })
    expect(fillJson({ of: { b: '{b}' } }, {}, known)).toBeUndefined()
  })

  it('take no value for code', () => {
    expect(fillText('{a}', { a: '$& $1 {b}' }, known)).toBe('$& $1 {b}')
  })
})

describe('paths', () => {
  it.each<[unknown, string, string | undefined]>([
    [{ data: [{ id: 7 }] }, 'userinfo.data.0.id', '7'],
    [{ id: false }, 'userinfo.id', 'false'],
    [{ id: 2 ** 53 }, 'userinfo.id', undefined],
    [{ id: 1.5 }, 'userinfo.id', undefined],
    [{ id: '' }, 'userinfo.id', undefined],
    [{ id: null }, 'userinfo.id', undefined],
    [{ id: {} }, 'userinfo.id', undefined],
    [{ id: 'x'.repeat(1025) }, 'userinfo.id', undefined],
    [JSON.parse('{"__proto__":{"id":"x"}}'), 'userinfo.id', undefined],
    [{}, 'userinfo.constructor.name', undefined],
    [[], 'userinfo.length', '0'],
  ])('of %j, %s is %j', (userinfo, path, text) => {
    expect(textAt({ userinfo: userinfo as object }, path)).toBe(text)
  })

  it('of several ids are joined so that no two lists give the same text', () => {
    const ids = ['token.a', 'token.b']
    expect(idAt({ token: { a: 'x/y', b: 'z' } }, ids)).not.toBe(idAt({ token: { a: 'x', b: 'y/z' } }, ids))
    expect(idAt({ token: { a: 'x' } }, ids)).toBeUndefined()
  })
})

it.each([
  ['a.example.com', '*.example.com', true],
  ['example.com', '*.example.com', false],
  ['aexample.com', '*.example.com', false],
  ['example.com', 'example.com', true],
])('%s is a host of %s: %s', (host, pattern, expected) => {
  expect(isHostOf(host, pattern)).toBe(expected)
})
