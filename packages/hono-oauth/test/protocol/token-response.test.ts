import { describe, expect, it } from 'vitest'
import { type OAuthErrorCode, RefreshTokenSpent } from '../../src/errors.ts'
import { type IssuedTokens, processRefreshResponse, processTokenResponse } from '../../src/protocol/token-response.ts'
import { refusal, shown } from './refusal.ts'

const TOKEN = 'canary-access-token'
const REFRESH = 'canary-refresh-token'
const GOOD = { access_token: TOKEN, token_type: 'bearer' }
const JSON_TEXT = JSON.stringify(GOOD)
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

  it.each<{ json: object; read?: object }>([
    ...[{ expires_in: 0 }, { expires_in: 3600.5 }, { scope: '' }].map((json) => ({ json })),
    ...[{ scope: 'a,b' }, { id_token: 'not a JWT' }].map((json) => ({ json })),
    { json: { expires_in: '3600' }, read: { expires_in: 3600 } },
    ...[42, null].map((id_token) => ({ json: { id_token }, read: {} })),
  ])('reads $json', async ({ json, read = json }) => {
    expect(members(await process(answer({ ...GOOD, ...json })))).toEqual(read)
  })

  it('changes no prototype, and reads nothing from one', async () => {
    const evil = '{"polluted":1,"access_token":"evil","token_type":"bearer","id_token":"evil"}'
    const start = `{"__proto__":${evil},"constructor":{"prototype":${evil}}`
    const tokens = await process(answer(`${start},${JSON_TEXT.slice(1)}`))
    expect([tokens.accessToken.reveal(), tokens.idToken]).toEqual([TOKEN, undefined])
    await refused(`${start}}`, INVALID)
    for (const each of [{}, Object, tokens]) expect('polluted' in each).toBe(false)
  })

  const CLIENT_ERRORS = [
    ...['invalid_client', 'invalid_request', 'invalid_scope', 'unauthorized_client', 'unsupported_grant_type'],
  ]
  type Row = [name: string, body: unknown, code: OAuthErrorCode, status: number]
  const inBody = (error: unknown, code: OAuthErrorCode): Row => [`400 with the error ${error}`, { error }, code, 400]
  it.each<Row>([
    ['503', GOOD, 'provider_unavailable', 503],
    ['500', { error: 'invalid_grant' }, 'provider_unavailable', 500],
    ['504 with HTML', `<html>${TOKEN}</html>`, 'provider_unavailable', 504],
    ['429', { error: 'slow_down', canary: TOKEN }, 'provider_unavailable', 429],
    ['404 with HTML', `<html>${TOKEN}</html>`, INVALID, 404],
    ['400 with a token', GOOD, INVALID, 400],
    ['400 with an empty body', '', INVALID, 400],
    ...[1, ['invalid_client'], `x-${TOKEN}`, 'INVALID_GRANT'].map((error) => inBody(error, INVALID)),
    ['invalid_grant', { error: 'invalid_grant', error_description: TOKEN }, rejected, 400],
    ['invalid_grant as 401', { error: 'invalid_grant' }, rejected, 401],
    ['invalid_grant as 403', { error: 'invalid_grant' }, rejected, 403],
    ['invalid_client as 401', { error: 'invalid_client' }, 'client_rejected', 401],
    ...CLIENT_ERRORS.map((error) => inBody(error, 'client_rejected')),
  ])('is refused for its status: %s', async (_name, body, code, status) => {
    const { cause } = await refused(body, code, status)
    expect(cause).not.toBeInstanceOf(RefreshTokenSpent)
  })

  it('names only a known error in logs, and says when to try again', async () => {
    const causeOf = async (error: string) => (await refusal(() => process(answer({ error }, 400)))).cause
    expect(await causeOf('invalid_client')).toEqual(new Error('the token endpoint answered 400: invalid_client'))
    expect(await causeOf('constructor')).toEqual(new Error('the token endpoint answered 400: an unknown error'))
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
    ...['null', `[${JSON_TEXT}]`, '"x"', '1', '', JSON_TEXT.slice(0, -5), JSON_TEXT.repeat(2)],
    ...[`<!doctype html><p>${TOKEN}`, `access_token=${TOKEN}&token_type=bearer`],
  ])('is refused when it is no JSON object, and nothing is spent: %s', async (body) => {
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

  const NO_TOKEN = 'a token response without a usable "access_token"'
  const NO_BEARER = 'a token response whose "token_type" is not Bearer'
  it.each<{ member: object; reason: string }>([
    ...['', null, 42, { token: TOKEN }, [TOKEN], undefined].map((access_token) => ({
      member: { access_token },
      reason: NO_TOKEN,
    })),
    ...['', null, 1, ['bearer'], 'mac', 'DPoP', 'bearer ', undefined].map((token_type) => ({
      member: { token_type },
      reason: NO_BEARER,
    })),
  ])('is refused with $member', async ({ member, reason }) => {
    const { cause } = await refused({ ...GOOD, refresh_token: REFRESH, canary: TOKEN, ...member }, INVALID)
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

const ODD = Object.entries({
  expires_in: ['soon', 'NaN', 'Infinity', '-3600', '', null, true, false, {}, [3600], -1],
  refresh_token: ['', null, 42, 0, false, { t: REFRESH }, [REFRESH], `${REFRESH}\n`],
  scope: [null, 5, false, ['a'], { a: 1 }],
}).flatMap(([member, values]) => values.map((value) => ({ member, value })))

describe('an optional member that is invalid', () => {
  const rest = { expires_in: 9, refresh_token: REFRESH, scope: 'a' }
  const REST = { ...GOOD, ...rest }

  it.each(ODD)('is refused with a code: $member $value', async ({ member, value }) => {
    const error = await refusal(() => processTokenResponse(answer({ ...REST, [member]: value })))
    const cause = new Error(`a token response whose "${member}" is invalid`)
    expect([error.code, error.cause]).toEqual([INVALID, cause])
    expect(shown(error)).not.toContain('canary')
  })

  it.each(ODD)('counts as absent at a refresh: $member $value', async ({ member, value }) => {
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
  it.each([201, 202, 203])('%d is refused with a code, and accepted at a refresh', async (status) => {
    const error = await refusal(() => processTokenResponse(answer(GOOD, status)))
    expect(error.cause).toEqual(new Error(`the token endpoint answered ${status}`))
    const { accessToken } = await processRefreshResponse(answer(GOOD, status))
    expect(accessToken.reveal()).toBe(TOKEN)
  })

  it.each([204, 205])('%d has no tokens, and nothing is spent', async (status) => {
    for (const { process } of GRANTS) {
      const error = await refusal(() => process(answer('', status)))
      expect(error.cause).toEqual(new Error('a token response that is no JSON object'))
    }
  })
})
