import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { configurationError, ERROR_KINDS, isOAuthError, OAuthError, type OAuthErrorCode } from '../src/errors.ts'

const CODES = Object.keys(ERROR_KINDS) as OAuthErrorCode[]
const CANARY = 'canary-4f1c'

describe.each(CODES)('%s', (code) => {
  const error = new OAuthError(code)

  it('says what happened and what to do, with a status of an error', () => {
    expect(error.code).toBe(code)
    expect(error.status).toBeGreaterThanOrEqual(400)
    expect(error.status).toBeLessThan(600)
    expect(error.title).toMatch(/^\S.*[^.]$/)
    expect(error.advice).toMatch(/^\S.*\.$/)
    expect(error.message).toBe(error.title)
  })

  it('answers as problem+json that no cache keeps', async () => {
    const response = error.getResponse()
    expect(response.status).toBe(error.status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.has('retry-after')).toBe(false)
    const { status, title, advice } = error
    expect(await response.json()).toEqual({ status, code, title, detail: advice })
  })
})

describe('OAuthError', () => {
  it('is an Error with a name of its own', () => {
    const error = new OAuthError('not_connected')
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('OAuthError')
    expect(String(error)).toBe('OAuthError: There is no connection yet')
  })

  it('tells its detail before its advice', () => {
    const error = new OAuthError('token_not_accepted', { detail: 'This is the token of an app.' })
    expect(error.message).toBe('This is the token of an app.')
    expect(error.toJSON()).toEqual({
      status: 400,
      code: 'token_not_accepted',
      title: error.title,
      detail: `This is the token of an app. ${error.advice}`,
    })
  })

  it('tells which scopes are missing', () => {
    const error = new OAuthError('insufficient_scope', { missingScopes: ['cms:read'] })
    expect(error.missingScopes).toEqual(['cms:read'])
    expect(error.toJSON()).toMatchObject({ missingScopes: ['cms:read'] })
    expect(new OAuthError('insufficient_scope').toJSON()).not.toHaveProperty('missingScopes')
  })

  it.each([0, 5, 60])('says in a header when to come back: %d s', async (retryAfterSeconds) => {
    const response = new OAuthError('store_unavailable', { retryAfterSeconds }).getResponse()
    expect(response.headers.get('retry-after')).toBe(String(retryAfterSeconds))
    expect(response.status).toBe(503)
  })

  it.each([
    ['an error', new Error(CANARY)],
    ['an error with a cause', new Error('outer', { cause: new Error(CANARY) })],
    ['a text', CANARY],
    ['an object', { token: CANARY }],
  ])('keeps a cause inside: %s', async (_name, cause) => {
    const error = new OAuthError('provider_unavailable', { cause })
    expect(error.cause).toBe(cause)
    expect(inspect(error, { depth: 5 })).toContain(CANARY)
    expect(JSON.stringify(error)).not.toContain(CANARY)
    expect(await error.getResponse().text()).not.toContain(CANARY)
    expect(error.message).not.toContain(CANARY)
  })

  it('has no cause unless it was given one', () => {
    expect('cause' in new OAuthError('not_connected')).toBe(false)
  })
})

describe('isOAuthError', () => {
  it('knows an error of another copy of this package', async () => {
    vi.resetModules()
    const copy = await import('../src/errors.ts')
    const foreign = new copy.OAuthError('needs_reauth')
    expect(foreign).not.toBeInstanceOf(OAuthError)
    expect(isOAuthError(foreign)).toBe(true)
    expect(copy.isOAuthError(new OAuthError('needs_reauth'))).toBe(true)
  })

  it('takes nothing else for one', () => {
    const named = { name: 'OAuthError' }
    const code = { code: 'needs_reauth' }
    const errors = [new TypeError('x'), Object.assign(new Error('x'), code), Object.assign(new Error('x'), named)]
    const others = [undefined, null, 'OAuthError', { ...named, ...code, message: '' }, ...errors]
    expect(others.map(isOAuthError)).toEqual(others.map(() => false))
  })
})

describe('configurationError', () => {
  it.each([
    ['origin', 'is missing', 'origin is missing.'],
    ['keys[1]', 'is too weak', 'keys[1] is too weak.'],
  ])('is one sentence about the setting: %s', (setting, problem, message) => {
    const error = configurationError(setting, problem)
    expect(error.code).toBe('configuration_invalid')
    expect(error.status).toBe(500)
    expect(error.message).toBe(message)
    expect(error.toJSON()['detail']).toBe(`${message} ${error.advice}`)
  })
})
