import { describe, expect, it } from 'vitest'
import { type OAuthErrorCode, RefreshTokenSpent } from '../../src/errors.ts'
import {
  type IssuedTokens,
  processRefreshResponse,
  processTokenResponse,
} from '../../src/protocol/token-response.ts'
import { refusal, shown } from './refusal.ts'

const TOKEN = 'canary-access-token'
const REFRESH = 'canary-refresh-token'
const GOOD = { access_token: TOKEN, token_type: 'bearer' }
const INVALID = 'provider_response_invalid'

function answer(body: unknown, status = 200, type: string | null = 'application/json'): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = new Response([204, 205].includes(status) ? null : text, { status })
  if (type === null) response.headers.delete('content-type')
  else response.headers.set('content-type', type)
  return response
}
const members = ({ refreshToken, expiresInSeconds, scope, idToken }: IssuedTokens) => ({
  refresh_token: refreshToken?.reveal(),
  expires_in: expiresInSeconds,
  scope,
  id_token: idToken?.reveal(),
})

const GRANTS = [
  { grant: 'a code', process: processTokenResponse, rejected: 'code_rejected' },
  { grant: 'a refresh token', process: processRefreshResponse, rejected: 'needs_reauth' },
] as const

describe.each(GRANTS)('the response to $grant', ({ process, rejected }) => {
  const refused = async (body: unknown, code: OAuthErrorCode, status?: number) => {
    const error = await refusal(() => process(answer(body, status)))
    expect([error.code, error.message]).toEqual([code, error.title])
    expect(shown(error)).not.toContain('canary')
    return error
  }

  it.each(['bearer', 'Bearer', 'bEaReR'])('has the token type %s', async (token_type) => {
    const tokens = await process(answer({ ...GOOD, token_type }))
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(members(tokens)).toEqual({})
  })

  it.each(['application/json; charset=utf-8', 'text/plain', 'text/html', '', null])(
    'has the content type %j',
    async (type) => {
      expect((await process(answer(GOOD, 200, type))).accessToken.reveal()).toBe(TOKEN)
    },
  )

  it('keeps every member, and prints none', async () => {
    const all = { refresh_token: REFRESH, expires_in: 3600, scope: 'a b', id_token: 'canary.id.x' }
    const tokens = await process(answer({ ...GOOD, ...all }))
    expect(members(tokens)).toEqual(all)
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each<[object, object]>([
    [{ expires_in: 0 }, { expires_in: 0 }],
    [{ expires_in: 3600.5 }, { expires_in: 3600.5 }],
    [{ expires_in: '3600' }, { expires_in: 3600 }],
    [{ scope: '' }, { scope: '' }],
    [{ scope: 'a,b' }, { scope: 'a,b' }],
    [{ id_token: 'not a JWT' }, { id_token: 'not a JWT' }],
    [{ id_token: 42 }, {}],
    [{ id_token: null }, {}],
  ])('reads %j', async (json, read) => {
    expect(members(await process(answer({ ...GOOD, ...json })))).toEqual(read)
  })

  it('may be large, with unknown members, and the token is kept byte for byte', async () => {
    const codes = Array.from({ length: 20 * 1024 }, (_, index) => 0x21 + ((index * 31) % 94))
    const access_token = codes.map((code) => String.fromCharCode(code)).join('')
    const unknown = { list: [1, { a: null }], ACCESS_TOKEN: 'other', extra: 'é'.repeat(999) }
    const { accessToken } = await process(answer({ ...unknown, ...GOOD, access_token }))
    expect(accessToken.reveal()).toBe(access_token)
  })

  it('changes no prototype, and reads nothing from one', async () => {
    const evil = '{"polluted":1,"access_token":"evil","token_type":"bearer","id_token":"evil"}'
    const start = `{"__proto__":${evil},"constructor":{"prototype":${evil}}`
    const tokens = await process(answer(`${start},${JSON.stringify(GOOD).slice(1)}`))
    expect([tokens.accessToken.reveal(), tokens.idToken]).toEqual([TOKEN, undefined])
    await refused(`${start}}`, INVALID)
    for (const each of [{}, Object, tokens]) expect('polluted' in each).toBe(false)
  })

  it.each<[string, unknown, OAuthErrorCode, number]>([
    ['503', GOOD, 'provider_unavailable', 503],
    ['500', { error: 'invalid_grant' }, 'provider_unavailable', 500],
    ['504 with HTML', `<html>${TOKEN}</html>`, 'provider_unavailable', 504],
    ['429', { error: 'slow_down', canary: TOKEN }, 'provider_unavailable', 429],
    ['404 with HTML', `<html>${TOKEN}</html>`, INVALID, 404],
    ['400 with a token', GOOD, INVALID, 400],
    ['400 with an empty body', '', INVALID, 400],
    ['400 with a number for an error', { error: 1 }, INVALID, 400],
    ['400 with a list for an error', { error: ['invalid_client'] }, INVALID, 400],
    ['400 with an unknown error', { error: `x-${TOKEN}` }, INVALID, 400],
    ['400 with an error in capitals', { error: 'INVALID_GRANT' }, INVALID, 400],
    ['invalid_grant', { error: 'invalid_grant', error_description: TOKEN }, rejected, 400],
    ['invalid_grant as 401', { error: 'invalid_grant' }, rejected, 401],
    ['invalid_grant as 403', { error: 'invalid_grant' }, rejected, 403],
    ['invalid_client', { error: 'invalid_client' }, 'client_rejected', 401],
    ['invalid_request', { error: 'invalid_request' }, 'client_rejected', 400],
    ['invalid_scope', { error: 'invalid_scope' }, 'client_rejected', 400],
    ['unauthorized_client', { error: 'unauthorized_client' }, 'client_rejected', 400],
    ['unsupported_grant_type', { error: 'unsupported_grant_type' }, 'client_rejected', 400],
  ])('is refused for its status: %s', async (_name, body, code, status) => {
    const { cause } = await refused(body, code, status)
    expect(cause).not.toBeInstanceOf(RefreshTokenSpent)
  })

  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['invalid_client', 'invalid_client'],
    [`x-${TOKEN}`, 'an unknown error'],
    ['constructor', 'an unknown error'],
  ])('names %s in logs as %s', async (error, name) => {
    const { cause } = await refusal(() => process(answer({ error }, 400)))
    expect(cause).toEqual(new Error(`the token endpoint answered 400: ${name}`))
  })

  it('tells when to try again', async () => {
    const response = answer(TOKEN, 503)
    response.headers.set('retry-after', '9')
    const error = await refusal(() => process(response))
    expect(error.retryAfterSeconds).toBe(9)
    expect(error.cause).toEqual(new Error('the token endpoint answered 503'))
  })

  it('is judged by its body, not by a challenge', async () => {
    const response = answer({ error: 'invalid_client' }, 401)
    response.headers.set('www-authenticate', 'Basic realm="canary"')
    expect((await refusal(() => process(response))).code).toBe('client_rejected')
  })

  it.each([
    ['null', 'null'],
    ['a list', [GOOD]],
    ['a text', '"x"'],
    ['a number', '1'],
    ['HTML', `<!doctype html><p>${TOKEN}`],
    ['nothing', ''],
    ['half an object', JSON.stringify(GOOD).slice(0, -5)],
    ['two objects', JSON.stringify(GOOD).repeat(2)],
    ['a form', `access_token=${TOKEN}&token_type=bearer`],
  ])('is refused when it is no JSON object, and nothing is spent: %s', async (_name, body) => {
    const { cause } = await refused(body, INVALID)
    expect(cause).toEqual(new Error('a token response that is no JSON object'))
  })

  it.each(['bad_verification_code', 'invalid_grant', ''])(
    'is refused when it is the error %j as 200, and nothing is spent',
    async (error) => {
      const { cause } = await refused({ error, canary: TOKEN }, INVALID)
      if (rejected === 'needs_reauth') expect(cause).not.toBeInstanceOf(RefreshTokenSpent)
    },
  )

  const UNUSABLE: [string, object, string][] = [
    ...['', null, 42, { token: TOKEN }, [TOKEN], undefined].map(
      (access_token): [string, object, string] => [
        `access_token ${JSON.stringify(access_token)}`,
        { ...GOOD, access_token, canary: TOKEN },
        'a token response without a usable "access_token"',
      ],
    ),
    ...['', null, 1, ['bearer'], 'mac', 'DPoP', 'bearer ', undefined].map(
      (token_type): [string, object, string] => [
        `token_type ${JSON.stringify(token_type)}`,
        { ...GOOD, token_type, refresh_token: REFRESH },
        'a token response whose "token_type" is not Bearer',
      ],
    ),
  ]
  it.each(UNUSABLE)('is refused with %s', async (_name, body, reason) => {
    const { cause } = await refused(body, INVALID)
    const Spent = rejected === 'needs_reauth' ? RefreshTokenSpent : Error
    expect(cause).toEqual(new Spent(reason))
    expect(cause instanceof RefreshTokenSpent).toBe(rejected === 'needs_reauth')
  })

  it.each(['\n', '\r\nx-evil: 1', ' ', '\t', '\u0000', '\u007f', 'é', '🙂', '\ud800', '\u2028'])(
    'is refused with %j anywhere in its token',
    async (text) => {
      for (const access_token of [`${text}${TOKEN}`, `can${text}ary`, `${TOKEN}${text}`, text]) {
        await refused({ ...GOOD, access_token }, INVALID)
      }
    },
  )
})

const ODD: [string, unknown][] = [
  ...['soon', 'NaN', 'Infinity', '-3600', '', null, true, false, {}, [3600], -1].map(
    (value): [string, unknown] => ['expires_in', value],
  ),
  ...['', null, 42, 0, false, { t: REFRESH }, [REFRESH], `${REFRESH}\n`].map(
    (value): [string, unknown] => ['refresh_token', value],
  ),
  ...[null, 5, false, ['a'], { a: 1 }].map((value): [string, unknown] => ['scope', value]),
]

describe('an optional member that is invalid', () => {
  const REST = { ...GOOD, expires_in: 9, refresh_token: REFRESH, scope: 'a' }
  const { access_token: _token, token_type: _type, ...rest } = REST

  it.each(ODD)('is refused with a code: %s %j', async (member, value) => {
    const error = await refusal(() => processTokenResponse(answer({ ...REST, [member]: value })))
    expect(error.code).toBe(INVALID)
    expect(error.cause).toEqual(new Error(`a token response whose "${member}" is invalid`))
    expect(shown(error)).not.toContain('canary')
  })

  it.each(ODD)('counts as absent at a refresh: %s %j', async (member, value) => {
    const tokens = await processRefreshResponse(answer({ ...REST, [member]: value }))
    expect(tokens.accessToken.reveal()).toBe(TOKEN)
    expect(members(tokens)).toEqual({ ...rest, [member]: undefined })
  })

  it('may be a number that is too large', async () => {
    const body = `{"access_token":"${TOKEN}","token_type":"bearer","expires_in":1e999}`
    expect((await refusal(() => processTokenResponse(answer(body)))).code).toBe(INVALID)
    expect((await processRefreshResponse(answer(body))).expiresInSeconds).toBeUndefined()
  })
})

describe('another status of success', () => {
  it.each([201, 202, 203])(
    '%d is refused with a code, and accepted at a refresh',
    async (status) => {
      const error = await refusal(() => processTokenResponse(answer(GOOD, status)))
      expect(error.cause).toEqual(new Error(`the token endpoint answered ${status}`))
      const { accessToken } = await processRefreshResponse(answer(GOOD, status))
      expect(accessToken.reveal()).toBe(TOKEN)
    },
  )

  it.each([204, 205])('%d has no tokens, and nothing is spent', async (status) => {
    for (const { process } of GRANTS) {
      const error = await refusal(() => process(answer('', status)))
      expect(error.cause).toEqual(new Error('a token response that is no JSON object'))
    }
  })
})
