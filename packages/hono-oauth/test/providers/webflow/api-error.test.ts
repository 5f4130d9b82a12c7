import { describe, expect, it } from 'vitest'
import { shown } from '../../protocol/refusal.ts'
import { provider } from './support.ts'

const apiError = (status: number, text: string) =>
  provider().apiError(status, text, new Headers({ 'www-authenticate': 'Bearer' }))
const body = (code: unknown, message: unknown = 'canary') =>
  JSON.stringify({ code, message, externalReference: null, details: [] })
const inherited = (code: string) => `{"__proto__":{"code":"${code}"}}`

describe('a refusal of the Data API', () => {
  it.each([
    [401, 'not_authorized', 'needs_reauth'],
    [401, 'missing_scopes', 'needs_reauth'],
    [401, 'any other code', 'needs_reauth'],
    [403, 'missing_scopes', 'insufficient_scope'],
    [403, 'forbidden', 'access_forbidden'],
    [403, 'insufficient_permissions', 'access_forbidden'],
  ])('%d %s means %s', (status, text, code) => {
    const error = apiError(status, body(text))
    expect(error?.code).toBe(code)
    expect(shown(error)).not.toContain('canary')
    expect(shown(error)).toContain(`Webflow answered ${status}`)
  })

  const MISSING = [body('missing_scopes')]
  const TEXTS = ['', 'null', '[]', '"not_authorized"', '"forbidden"', '<html>forbidden']
  it.each([
    [401, [...[undefined, 401, null, ['not_authorized']].map((code) => body(code)), inherited('not_authorized')]],
    [403, [...[undefined, 'MISSING_SCOPES', 'FORBIDDEN', ['forbidden'], 'not_authorized'].map((code) => body(code))]],
    [403, [inherited('forbidden'), inherited('missing_scopes')]],
    ...[401, 403].map((status): [number, string[]] => [status, TEXTS]),
    ...[200, 204, 302, 400, 404, 409, 429, 500, 503].map((status): [number, string[]] => [status, MISSING]),
  ])('%d is for the caller to judge with one of %j', (status, texts) => {
    for (const text of texts) expect(apiError(status, text), text).toBeUndefined()
  })

  const LIST = 'You are missing the following scopes:'
  it.each<[unknown, string[]]>([
    [`OAuthForbidden: ${LIST} cms:read, sites:read`, ['cms:read', 'sites:read']],
    [`${LIST}a b,a`, ['a', 'b']],
    [`${LIST} <script>alert(1)</script>`, []],
    [`${LIST} ${'x'.repeat(65)} ${'y'.repeat(64)}`, ['y'.repeat(64)]],
    ...[`${LIST} `, 'Missing scopes', '', null, 42, { a: 1 }].map((none): [unknown, string[]] => [none, []]),
  ])('names the missing scopes of %j', (message, missingScopes) => {
    expect(apiError(403, body('missing_scopes', message))?.missingScopes).toEqual(missingScopes)
  })
})
