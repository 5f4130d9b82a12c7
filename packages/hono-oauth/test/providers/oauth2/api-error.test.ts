import { describe, expect, it } from 'vitest'
import { shown } from '../../protocol/refusal.ts'
import { provider } from './support.ts'

const apiError = (status: number, body: string, ...challenges: string[]) => {
  const headers = new Headers()
  for (const challenge of challenges) headers.append('www-authenticate', challenge)
  return provider().apiError(status, body, headers)
}
const body = (error: unknown, scope?: unknown) => JSON.stringify({ error, error_description: 'canary', scope })
const SCOPE = 'insufficient_scope'

describe('a 401 of the API', () => {
  it.each([
    ...['Bearer', 'bearer realm="canary"', ', ,Bearer', 'Negotiate abc+/==, Bearer'].map((text) => [text]),
    ['BEARER error="invalid_token", error_description="canary, expired"'],
    ['Basic realm="canary, Basic", Bearer realm="b"'],
    ['Basic realm="a"', 'Bearer error="invalid_token"'],
  ])('with the challenge %s ends the connection', (...challenges) => {
    const error = apiError(401, body('invalid_token'), ...challenges)
    expect(error?.code).toBe('needs_reauth')
    expect(error?.cause).toEqual(new Error('the API answered 401'))
    expect(shown(error)).not.toContain('canary')
  })

  it.each([
    ...[undefined, '', 'ApiKey', 'ApiKey realm="Bearer"', 'Basic realm=", Bearer error=invalid_token"', '"Bearer"'],
    ...['Basic realm="\\", Bearer"', 'Basic realm=a, Bearer="b"', 'Bearer-Token realm="a"', 'Negotiate Bearer'],
  ])('is for the caller to judge with the challenge %j', (challenge) => {
    const challenges = challenge === undefined ? [] : [challenge]
    for (const text of ['', '<html>', body('invalid_token'), body(SCOPE)]) {
      expect(apiError(401, text, ...challenges)).toBeUndefined()
    }
  })
})

// C39: some APIs tell an expired token so.
it('a 403 of the API whose challenge is about the token ends the connection', () => {
  for (const text of ['', body('invalid_token'), body(SCOPE)]) {
    expect(apiError(403, text, 'Bearer error="invalid_token"')?.code).toBe('needs_reauth')
  }
})

describe('a 403 of the API for a scope that is missing', () => {
  it.each<[unknown, string[]]>([
    ['items:read profile', ['items:read', 'profile']],
    ['items:read,profile', ['items:read', 'profile']],
    ['https://www.example.com/auth/items', ['https://www.example.com/auth/items']],
    ['<script>alert(1)</script> ok', ['ok']],
    [`${'x'.repeat(257)} ${'y'.repeat(256)}`, ['y'.repeat(256)]],
    ...[undefined, '', ['items:read'], 42].map((none): [unknown, string[]] => [none, []]),
  ])('names the scopes of its body: %j', (scope, missingScopes) => {
    const error = apiError(403, body(SCOPE, scope))
    expect(error).toMatchObject({ code: SCOPE, missingScopes })
    expect(error?.cause).toEqual(new Error('the API answered 403'))
    expect(shown(error)).not.toContain('canary')
  })

  it.each<[string[], string[]]>([
    [['Bearer error="insufficient_scope", scope="a b"'], ['a', 'b']],
    [['Bearer error=insufficient_scope'], []],
    [['bearer SCOPE = "a b" , ERROR = "insufficient_scope"'], ['a', 'b']],
    [['Bearer realm="x, y", error="insufficient_scope",scope="a"'], ['a']],
    [['Bearer realm="say \\"x\\", y", error="insufficient_scope", scope="\\a"'], ['a']],
    [['Basic realm="x", Bearer error="insufficient_scope", scope="a", Basic scope="b"'], ['a']],
    [['Basic scope="b"', 'Bearer error="insufficient_scope", scope="a"'], ['a']],
    [['Bearer error="insufficient_scope", scope="a", Negotiate abc, scope="b"'], ['a']],
    [['Bearer scope="b", Bearer error="insufficient_scope", scope="a"'], ['a']],
    [['Bearer error="insufficient_scope", scope="a <b>"'], ['a']],
  ])('names the scopes of its challenge, with any body: %j', (challenges, missingScopes) => {
    for (const text of ['', '<html>', '{"error":"forbidden","scope":"c"}']) {
      expect(apiError(403, text, ...challenges)).toMatchObject({ code: SCOPE, missingScopes })
    }
  })

  it('names each scope of challenge and body once', () => {
    const error = apiError(403, body(SCOPE, 'b c'), 'Bearer error="insufficient_scope", scope="a b"')
    expect(error?.missingScopes).toEqual(['a', 'b', 'c'])
  })
})

describe('any other answer of the API', () => {
  it.each([
    ...['', 'null', '[]', '"insufficient_scope"', '<html>insufficient_scope'].map((text) => [403, text]),
    ...['invalid_token', 'INSUFFICIENT_SCOPE', [SCOPE]].map((error) => [403, body(error)]),
    [403, '{"__proto__":{"error":"insufficient_scope"}}'],
    ...['error="invalid_token"', 'error="insufficient_scope"'].map((text) => [403, '', `Basic ${text}`]),
    ...['error_description="insufficient_scope"', 'realm="error=insufficient_scope"', '__proto__="x"'].map(
      (parameter) => [403, '', `Bearer ${parameter}`],
    ),
    ...[200, 400, 404, 429, 500].map((status) => [status, body(SCOPE), 'Bearer error="insufficient_scope"']),
  ])('%d %s %s is for the caller to judge', (status, text, challenge = '') => {
    expect(apiError(Number(status), String(text), String(challenge))).toBeUndefined()
  })

  it('costs no more than its length', () => {
    for (const part of ['a ', '"', '\\', 'Bearer ', 'a=', ' ', ',', '"a\\"']) {
      const time = (length: number) => {
        const start = performance.now()
        apiError(403, '', part.repeat(length))
        return performance.now() - start
      }
      time(2000)
      expect(time(20_000)).toBeLessThan(Math.max(50 * time(2000), 200))
    }
  })
})
