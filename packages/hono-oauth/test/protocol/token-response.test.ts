import { describe, expect, it } from 'vitest'
import type { OAuthErrorCode } from '../../src/errors.ts'
import { processTokenResponse } from '../../src/protocol/token-response.ts'
import { isTokenText } from '../../src/protocol/token-text.ts'
import { refusal, shown } from './refusal.ts'
import { CLIENT_SECRET, registered } from './registered-client.ts'

const TOKEN = 'canary-access-token'
const REFRESH = 'canary-refresh-token'
const GOOD = { access_token: TOKEN, token_type: 'bearer' }

const process = (body: unknown, status = 200, contentType: string | null = 'application/json') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const allowed = ![204, 205].includes(status)
  const response = new Response(allowed ? text : null, { status })
  if (contentType === null) response.headers.delete('content-type')
  else response.headers.set('content-type', contentType)
  return processTokenResponse(registered, response)
}

describe('a token response that is accepted', () => {
  it.each(['bearer', 'Bearer', 'BEARER', 'bEaReR'])('of the type %s', async (token_type) => {
    const { accessToken, refreshToken, expiresInSeconds, scope } = await process({
      ...GOOD,
      token_type,
    })
    expect(accessToken.reveal()).toBe(TOKEN)
    expect([refreshToken, expiresInSeconds, scope]).toEqual([undefined, undefined, undefined])
  })

  it('with everything', async () => {
    const members = { refresh_token: REFRESH, expires_in: 3600, scope: 'a b' }
    const tokens = await process({ ...GOOD, ...members })
    expect(tokens.refreshToken?.reveal()).toBe(REFRESH)
    expect(tokens.expiresInSeconds).toBe(3600)
    expect(tokens.scope).toBe('a b')
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each([
    'application/json; charset=utf-8',
    'text/plain',
    'text/javascript',
    'text/html',
    'application/octet-stream',
    '',
    null,
  ])('as %j', async (contentType) => {
    const { accessToken } = await process(GOOD, 200, contentType)
    expect(accessToken.reveal()).toBe(TOKEN)
  })

  it.each(['', 'a,b', 'a b', 'a', 'x'.repeat(5000)])(
    'with the scope as it was written: %j',
    async (scope) => {
      expect((await process({ ...GOOD, scope })).scope).toBe(scope)
    },
  )

  it.each([
    [0, 0],
    [1, 1],
    [3600.5, 3600.5],
    ['3600', 3600],
  ])('with the lifetime %j', async (expires_in, seconds) => {
    expect((await process({ ...GOOD, expires_in })).expiresInSeconds).toBe(seconds)
  })

  it('with a token of 20 KB among members nobody knows, byte for byte', async () => {
    const access_token = Array.from({ length: 20 * 1024 }, (_, index) =>
      String.fromCharCode(0x21 + ((index * 31) % 94)),
    ).join('')
    const unknown = {
      instance_id: 'x',
      list: [1, { a: null }],
      ACCESS_TOKEN: 'other',
      extra: 'é'.repeat(999),
    }
    const { accessToken } = await process({ ...unknown, ...GOOD, access_token })
    expect(accessToken.reveal()).toBe(access_token)
  })

  it.each(['', 'not a JWT', 42, null])(
    'beside an ID token that nobody asked for: %j',
    async (id_token) => {
      expect((await process({ ...GOOD, id_token })).accessToken.reveal()).toBe(TOKEN)
    },
  )

  it('and keep the ID token, as a secret, for whoever asked for one', async () => {
    const tokens = await process({ ...GOOD, id_token: 'canary.id.token' })
    expect(tokens.idToken?.reveal()).toBe('canary.id.token')
    expect(shown(tokens)).not.toContain('canary.id')
    for (const id_token of [undefined, null, 42, {}]) {
      expect((await process({ ...GOOD, id_token })).idToken).toBeUndefined()
    }
    const inherited = `{"__proto__":{"id_token":"x"},"access_token":"t","token_type":"bearer"}`
    expect((await process(inherited)).idToken).toBeUndefined()
  })

  it('with keys that reach for prototypes, which stay as they are', async () => {
    const evil = '{"polluted":true,"access_token":"evil"}'
    const { accessToken } = await process(
      `{"__proto__":${evil},"constructor":{"prototype":${evil}},"access_token":"${TOKEN}","token_type":"bearer"}`,
    )
    expect(accessToken.reveal()).toBe(TOKEN)
    for (const each of [{}, [], Object, accessToken]) {
      expect('polluted' in each).toBe(false)
      expect('access_token' in each).toBe(false)
    }
  })
})

type Row = [name: string, body: unknown, code: OAuthErrorCode, status?: number]
const without = (member: keyof typeof GOOD) => ({ ...GOOD, [member]: undefined })
const INVALID = 'provider_response_invalid'

const REFUSED: Row[] = [
  ['503', GOOD, 'provider_unavailable', 503],
  ['500', { error: 'invalid_grant', canary: TOKEN }, 'provider_unavailable', 500],
  ['504 with HTML', `<html>${TOKEN}</html>`, 'provider_unavailable', 504],
  ['429', { error: 'slow_down', canary: TOKEN }, 'provider_unavailable', 429],
  ['201', GOOD, INVALID, 201],
  ['202', GOOD, INVALID, 202],
  ['204', '', INVALID, 204],
  ['205', '', INVALID, 205],
  ['404 with HTML', `<html>${TOKEN}</html>`, INVALID, 404],
  ['400 without an error', { access_token: TOKEN }, INVALID, 400],
  ['400 with nothing', '', INVALID, 400],
  ['400 with a number for an error', { error: 1, access_token: TOKEN }, INVALID, 400],
  ['400 with an error nobody knows', { error: `x-${TOKEN}` }, INVALID, 400],
  ['invalid_grant', { error: 'invalid_grant', error_description: TOKEN }, 'code_rejected', 400],
  ['invalid_grant as 401', { error: 'invalid_grant' }, 'code_rejected', 401],
  ['invalid_grant as 403', { error: 'invalid_grant' }, 'code_rejected', 403],
  ['invalid_client', { error: 'invalid_client', error_description: TOKEN }, 'client_rejected', 401],
  ['invalid_client as 400', { error: 'invalid_client' }, 'client_rejected', 400],
  ['invalid_request', { error: 'invalid_request' }, 'client_rejected', 400],
  ['invalid_scope', { error: 'invalid_scope' }, 'client_rejected', 400],
  ['unauthorized_client', { error: 'unauthorized_client' }, 'client_rejected', 400],
  ['unsupported_grant_type', { error: 'unsupported_grant_type' }, 'client_rejected', 400],
  ['an error as 200', { error: 'bad_verification_code', canary: TOKEN }, INVALID],
  ['null', 'null', INVALID],
  ['a list', '[]', INVALID],
  ['a list of answers', [GOOD], INVALID],
  ['a text', '"x"', INVALID],
  ['a number', '1', INVALID],
  ['true', 'true', INVALID],
  ['HTML', `<!doctype html><p>${TOKEN}`, INVALID],
  ['nothing', '', INVALID],
  ['white space', ' \n', INVALID],
  ['half an answer', JSON.stringify(GOOD).slice(0, -5), INVALID],
  ['two answers', JSON.stringify(GOOD).repeat(2), INVALID],
  ['a form', `access_token=${TOKEN}&token_type=bearer`, INVALID],
  ['an empty object', {}, INVALID],
  ['no access_token', { ...without('access_token'), canary: TOKEN }, INVALID],
  ['an empty access_token', { ...GOOD, access_token: '', canary: TOKEN }, INVALID],
  ['null as access_token', { ...GOOD, access_token: null }, INVALID],
  ['a number as access_token', { ...GOOD, access_token: 42 }, INVALID],
  ['an object as access_token', { ...GOOD, access_token: { token: TOKEN } }, INVALID],
  ['a list as access_token', { ...GOOD, access_token: [TOKEN] }, INVALID],
  ['no token_type', without('token_type'), INVALID],
  ['an empty token_type', { ...GOOD, token_type: '' }, INVALID],
  ['null as token_type', { ...GOOD, token_type: null }, INVALID],
  ['a number as token_type', { ...GOOD, token_type: 1 }, INVALID],
  ['mac', { ...GOOD, token_type: 'mac' }, INVALID],
  ['DPoP', { ...GOOD, token_type: 'DPoP' }, INVALID],
  ['N_A', { ...GOOD, token_type: 'N_A' }, INVALID],
  ['a bearer with a space', { ...GOOD, token_type: 'bearer ' }, INVALID],
  ['a lifetime in words', { ...GOOD, expires_in: 'soon' }, INVALID],
  ['NaN in words', { ...GOOD, expires_in: 'NaN' }, INVALID],
  ['null as a lifetime', { ...GOOD, expires_in: null }, INVALID],
  ['true as a lifetime', { ...GOOD, expires_in: true }, INVALID],
  ['an object as a lifetime', { ...GOOD, expires_in: {} }, INVALID],
  ['a lifetime below zero', { ...GOOD, expires_in: -1 }, INVALID],
  ['a lifetime below zero in words', { ...GOOD, expires_in: '-3600' }, INVALID],
  [
    'an endless lifetime',
    `{"access_token":"${TOKEN}","token_type":"bearer","expires_in":1e999}`,
    INVALID,
  ],
  ['an endless lifetime in words', { ...GOOD, expires_in: 'Infinity' }, INVALID],
  ['null as refresh_token', { ...GOOD, refresh_token: null }, INVALID],
  ['an empty refresh_token', { ...GOOD, refresh_token: '' }, INVALID],
  ['a number as refresh_token', { ...GOOD, refresh_token: 42 }, INVALID],
  ['a refresh_token with a line end', { ...GOOD, refresh_token: `${REFRESH}\n` }, INVALID],
  ['a list as scope', { ...GOOD, scope: ['a'] }, INVALID],
  ['null as scope', { ...GOOD, scope: null }, INVALID],
  ['a number as scope', { ...GOOD, scope: 1 }, INVALID],
]

describe('a token response that is refused', () => {
  it.each(REFUSED)('%s', async (_name, body, code, status) => {
    const error = await refusal(() => process(body, status))
    expect(error.code).toBe(code)
    expect(error.message).toBe(error.title)
    for (const secret of ['canary', TOKEN, REFRESH, CLIENT_SECRET]) {
      expect(shown(error)).not.toContain(secret)
    }
  })

  it.each([
    ['a line end', '\n'],
    ['a carriage return', '\r'],
    ['a header', '\r\nx-evil: 1'],
    ['a space', ' '],
    ['a tab', '\t'],
    ['NUL', '\u0000'],
    ['DEL', '\u007f'],
    ['a letter beyond ASCII', 'é'],
    ['an emoji', '🙂'],
    ['a lone surrogate', '\ud800'],
    ['a line separator', '\u2028'],
  ])('a token with %s, wherever it stands', async (_name, text) => {
    for (const access_token of [`${text}${TOKEN}`, `can${text}ary`, `${TOKEN}${text}`, text]) {
      const error = await refusal(() => process({ ...GOOD, access_token }))
      expect(error.code).toBe(INVALID)
      expect(shown(error)).not.toContain('canary')
      expect(isTokenText(access_token)).toBe(false)
    }
  })
})

describe('a token endpoint that is not well', () => {
  it.each([429, 503])('tells when to try again: %d', async (status) => {
    const response = new Response(TOKEN, { status, headers: { 'retry-after': '9' } })
    const error = await refusal(() => processTokenResponse(registered, response))
    expect(error.code).toBe('provider_unavailable')
    expect(error.retryAfterSeconds).toBe(9)
  })
})

describe('the cause of a refusal', () => {
  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['invalid_client', 'invalid_client'],
    ['unsupported_grant_type', 'unsupported_grant_type'],
    [`x-${TOKEN}`, 'an error of its own'],
    ['INVALID_GRANT', 'an error of its own'],
    ['constructor', 'an error of its own'],
  ])('names the error for logs only where it is a known one: %s', async (error, name) => {
    const { cause } = await refusal(() => process({ error, error_description: TOKEN }, 400))
    expect(cause).toEqual(new Error(`the token endpoint answered 400: ${name}`))
  })
  it.each<[string, object]>([
    ['a token type other than Bearer', { token_type: 'DPoP' }],
    ['"access_token" with characters no token has', { access_token: `${TOKEN}\n` }],
    ['"refresh_token" with characters no token has', { refresh_token: `${REFRESH}\n` }],
    ['"response" body "access_token" property must be a string', { access_token: 42 }],
  ])('says for logs what makes no sense: %s', async (message, members) => {
    const { cause } = await refusal(() => process({ ...GOOD, ...members }))
    expect(cause).toEqual(new Error(message))
  })

  it('says for logs which endpoint is not well', async () => {
    const { cause } = await refusal(() => process(TOKEN, 503))
    expect(cause).toEqual(new Error('the token endpoint answered 503'))
  })
})
