import { describe, expect, it } from 'vitest'
import { findCookies } from '../../src/middleware/read-cookies.ts'

const read = (header: string) => Object.fromEntries(findCookies(header, '__Host-oauth-'))

describe('a cookie header', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['a=b; c=d', {}],
    ['__Host-oauth-a=b', { '__Host-oauth-a': 'b' }],
    ['x=y; __Host-oauth-a=b.c-d_e;__Host-oauth-f=g ; z', { '__Host-oauth-a': 'b.c-d_e', '__Host-oauth-f': 'g' }],
    ['__Host-oauth-a=', { '__Host-oauth-a': '' }],
    // The first one counts, as browsers send the one with the longest path first.
    ['__Host-oauth-a=b; __Host-oauth-a=c', { '__Host-oauth-a': 'b' }],
    ['__Host-oauth-a=%41; __Host-oauth-a=c', { '__Host-oauth-a': 'c' }],
    ['__Host-oauth-a; __Host-oauth-b=c', { '__Host-oauth-b': 'c' }],
    // The names of other cookies, and what they hold, are not ours.
    ['x__Host-oauth-a=b', {}],
    ['x=__Host-oauth-a=b', {}],
    ['x=y __Host-oauth-a=b', {}],
    ['x=y,__Host-oauth-a=b', {}],
    ['x="; __Host-oauth-a=b"', {}],
    ['oauth-a=b; __host-oauth-c=d', {}],
    ['x=__Host-oauth-a; __Host-oauth-b=c', { '__Host-oauth-b': 'c' }],
  ])('%j holds %j', (header, cookies) => {
    expect(read(header)).toEqual(cookies)
  })

  it.each([
    [4096, 1],
    [4097, 0],
  ])('with a cookie of %d characters has %d of ours', (length, count) => {
    const cookie = `__Host-oauth-a=${'x'.repeat(length - '__Host-oauth-a'.length)}`
    for (const header of [cookie, `a=b; ${cookie}; c=d`]) expect(Object.keys(read(header))).toHaveLength(count)
  })

  it('has a hundred of ours at most', () => {
    const cookies = Array.from({ length: 200 }, (_, index) => `__Host-oauth-${index}=x`).join('; ')
    expect(Object.keys(read(cookies))).toHaveLength(100)
  })
})
