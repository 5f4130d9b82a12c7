import { describe, expect, it } from 'vitest'
import { parseScope } from '../../src/protocol/scope.ts'

describe('parseScope', () => {
  it.each([
    ['', []],
    [' ', []],
    [',', []],
    ['sites:read', ['sites:read']],
    ['sites:read pages:read', ['sites:read', 'pages:read']],
    ['sites:read,pages:read', ['sites:read', 'pages:read']],
    ['sites:read, pages:read', ['sites:read', 'pages:read']],
    [' ,a,, b\t\r\nc ,', ['a', 'b', 'c']],
    ['a b a,b', ['a', 'b']],
    ['A a', ['A', 'a']],
    ['__proto__ constructor', ['__proto__', 'constructor']],
  ])('reads %j', (text, scopes) => {
    expect(parseScope(text)).toEqual(scopes)
  })
})
