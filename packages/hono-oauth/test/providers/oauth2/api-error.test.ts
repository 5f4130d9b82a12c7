import { describe, expect, it } from 'vitest'
import { shown } from '../../protocol/refusal.ts'
import { provider } from './support.ts'

const { apiError } = provider()
const body = (error: unknown, scope?: unknown) =>
  JSON.stringify({ error, error_description: 'canary', scope })

describe('what a refusal of the API means', () => {
  it.each(['', 'null', '<html>canary', body('invalid_token'), body('insufficient_scope')])(
    '401 %s: the token is over',
    (text) => {
      const error = apiError(401, text)
      expect(error?.code).toBe('needs_reauth')
      expect(error?.cause).toEqual(new Error('the API answered 401'))
      expect(shown(error)).not.toContain('canary')
    },
  )

  it.each<[unknown, string[]]>([
    [undefined, []],
    ['', []],
    ['items:read', ['items:read']],
    ['items:read profile', ['items:read', 'profile']],
    ['items:read,profile', ['items:read', 'profile']],
    [
      'https://www.example.com/auth/items.readonly',
      ['https://www.example.com/auth/items.readonly'],
    ],
    ['<script>alert(1)</script> ok', ['ok']],
    [`${'x'.repeat(257)} ok`, ['ok']],
    [['items:read'], []],
    [42, []],
  ])('403 insufficient_scope names what is missing: %j', (scope, missingScopes) => {
    const error = apiError(403, body('insufficient_scope', scope))
    expect(error?.code).toBe('insufficient_scope')
    expect(error?.missingScopes).toEqual(missingScopes)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([
    [403, ''],
    [403, 'null'],
    [403, '[]'],
    [403, '"insufficient_scope"'],
    [403, '<html>insufficient_scope'],
    [403, body('invalid_token')],
    [403, body('INSUFFICIENT_SCOPE')],
    [403, body(['insufficient_scope'])],
    [403, '{"__proto__":{"error":"insufficient_scope"}}'],
    [200, body('insufficient_scope')],
    [400, body('insufficient_scope')],
    [404, body('insufficient_scope')],
    [429, body('insufficient_scope')],
    [500, body('insufficient_scope')],
  ])('%d %s is for the caller to judge', (status, text) => {
    expect(apiError(status, text)).toBeUndefined()
  })
})
