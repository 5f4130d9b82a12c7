import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../../src/errors.ts'
import { shown } from '../../protocol/refusal.ts'
import { provider } from './support.ts'

const { apiError } = provider()
const body = (code: unknown, message: unknown = 'canary') =>
  JSON.stringify({ code, message, externalReference: null, details: [] })

describe('what a refusal of the Data API means', () => {
  it.each<[number, string, OAuthErrorCode]>([
    [401, body('not_authorized'), 'needs_reauth'],
    [401, body('missing_scopes'), 'needs_reauth'],
    [401, body('anything at all'), 'needs_reauth'],
    [403, body('missing_scopes'), 'insufficient_scope'],
    [403, body('forbidden'), 'access_forbidden'],
    [403, body('insufficient_permissions'), 'access_forbidden'],
  ])('%d %s: %s', (status, text, code) => {
    const error = apiError(status, text)
    expect(error?.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
    expect(shown(error)).toContain(`Webflow answered ${status}`)
  })

  it.each([
    [401, body(undefined)],
    [401, body(401)],
    [401, body(null)],
    [401, body(['not_authorized'])],
    [401, ''],
    [401, 'null'],
    [401, '[]'],
    [401, '"not_authorized"'],
    [401, '<html>not_authorized'],
    [401, '{"__proto__":{"code":"not_authorized"}}'],
    [403, body('not_enterprise_plan_site')],
    [403, body('MISSING_SCOPES')],
    [403, body('FORBIDDEN')],
    [403, body(['missing_scopes'])],
    [403, body(['forbidden'])],
    [403, body('not_authorized')],
    [403, body(undefined)],
    [403, ''],
    [403, 'null'],
    [403, '[]'],
    [403, '"missing_scopes"'],
    [403, '"forbidden"'],
    [403, '<html>missing_scopes forbidden'],
    [403, '{"__proto__":{"code":"missing_scopes"}}'],
    [403, '{"__proto__":{"code":"forbidden"}}'],
  ])('%d %s is for the caller to judge', (status, text) => {
    expect(apiError(status, text)).toBeUndefined()
  })

  it.each([200, 204, 302, 400, 404, 409, 429, 500, 503])(
    '%d is for the caller to judge',
    (status) => {
      expect(apiError(status, body('missing_scopes'))).toBeUndefined()
    },
  )

  it.each([
    ['OAuthForbidden: You are missing the following scopes: cms:read', ['cms:read']],
    [
      'OAuthForbidden: You are missing the following scopes: cms:read, sites:read',
      ['cms:read', 'sites:read'],
    ],
    ['You are missing the following scopes:a b,a', ['a', 'b']],
    ['You are missing the following scopes: ', []],
    ['You are missing the following scopes: <script>alert(1)</script>', []],
    [`You are missing the following scopes: ${'x'.repeat(65)} ok:read`, ['ok:read']],
    ['Missing scopes', []],
    ['', []],
    [null, []],
    [42, []],
    [{ a: 1 }, []],
  ])('names the missing scopes of %j', (message, missingScopes) => {
    const error = apiError(403, body('missing_scopes', message))
    expect(error?.missingScopes).toEqual(missingScopes)
    expect(JSON.stringify(error)).not.toContain('<script>')
  })
})
