import { describe, expect, it } from 'vitest'
import { type OAuthErrorCode, RefreshTokenSpent, UnknownRefusal } from '../../src/errors.ts'
import {
  type IssuedTokens,
  parseTokenAnswer,
  processTokenResponse,
  requireSuccess,
} from '../../src/protocol/token-response.ts'
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
const members = ({ refreshToken, expiresInSeconds, scopes, idToken, ...rest }: IssuedTokens) => ({
  refresh_token: refreshToken?.reveal(),
  expires_in: expiresInSeconds,
  refresh_token_expires_in: rest.refreshExpiresInSeconds,
  scope: scopes,
  id_token: idToken?.reveal(),
})

const GRANTS = [
  { grant: 'a code', sent: 'code', rejected: 'code_rejected' },
  { grant: 'a refresh token', sent: 'refresh_token', rejected: 'needs_reauth' },
] as const

const REST = { expires_in: 9, refresh_token: REFRESH, scope: 'a' }
const ODD = Object.entries({
  expires_in: ['soon', 'NaN', 'Infinity', '-3600', '', null, true, false, {}, [3600], -1],
  refresh_token: ['', null, 42, 0, false, { t: REFRESH }, [REFRESH], `${REFRESH}\n`],
  scope: [null, 5, false, { a: 1 }],
  id_token: [null, 42],
}).flatMap(([member, values]) => values.map((value) => ({ member, value })))

describe.each(GRANTS)('the response to $grant', ({ sent, rejected }) => {
  const process = (response: Response) => processTokenResponse(response, sent)
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
    const lifetimes = { expires_in: 3600, refresh_token_expires_in: 86_400 }
    const all = { ...lifetimes, refresh_token: REFRESH, scope: ['a', 'b'], id_token: 'canary.id.x' }
    const tokens = await process(answer({ ...GOOD, ...all, scope: 'a b' }))
    expect(members(tokens)).toEqual(all)
    expect(shown(tokens)).not.toContain('canary')
  })

  it.each<{ json: object; read?: object }>([
    ...[{ expires_in: 0 }, { expires_in: 3600.5 }, { id_token: 'not a JWT' }].map((json) => ({ json })),
    { json: { expires_in: '3600' }, read: { expires_in: 3600 } },
    ...['a,b', ['a', 'b'], ['a b'], ['a', 7, 'b']].map((scope) => ({ json: { scope }, read: { scope: ['a', 'b'] } })),
    ...['', [], [7]].map((scope) => ({ json: { scope }, read: { scope: [] } })),
    ...['refresh_token', 'refresh', 'x_refresh_token'].map((name) => ({
      json: { [`${name}_expires_in`]: '60' },
      read: { refresh_token_expires_in: 60 },
    })),
  ])('reads $json', async ({ json, read = json }) => {
    expect(members(await process(answer({ ...GOOD, ...json })))).toEqual(read)
  })

  // Of a code too: a refusal would lose the grant.
  it.each(ODD)('counts an optional member that is invalid as absent: $member $value', async ({ member, value }) => {
    const tokens = await process(answer({ ...GOOD, ...REST, [member]: value }))
    expect(members(tokens)).toEqual({ ...REST, scope: ['a'], [member]: undefined })
  })

  it('may have a lifetime that is too large for a number', async () => {
    const { expiresInSeconds } = await process(answer(`${JSON_TEXT.slice(0, -1)},"expires_in":1e999}`))
    expect(expiresInSeconds).toBeUndefined()
  })

  it.each([201, 202, 203])('has the status %d', async (status) => {
    expect((await process(answer(GOOD, status))).accessToken.reveal()).toBe(TOKEN)
  })

  it.each([204, 205])('has no tokens with the status %d, and nothing is spent', async (status) => {
    const { cause } = await refused('', INVALID, status)
    expect(cause).toEqual(new Error('a token response that is no JSON object'))
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
    ['400 with an error that holds the token', { error: `x-${TOKEN}`, access_token: TOKEN }, INVALID, 400],
    ...[1, ['invalid_client'], 'INVALID_GRANT'].map((error) => inBody(error, INVALID)),
    ...['invalid_grant', 'access_denied', 'invalid_token'].map((error) => inBody(error, rejected)),
    ...[200, 401, 403].flatMap((status): Row[] => [
      [`${status} with invalid_grant`, { error: 'invalid_grant', canary: TOKEN }, rejected, status],
      [`${status} with invalid_client`, { error: 'invalid_client' }, 'client_rejected', status],
      [`${status} with an unknown error`, { error: 'bad_verification_code' }, INVALID, status],
      [`${status} with an error without a name`, { ...GOOD, error: '' }, INVALID, status],
    ]),
    inBody('temporarily_unavailable', 'provider_unavailable'),
    ...CLIENT_ERRORS.map((error) => inBody(error, 'client_rejected')),
  ])('is refused for its status: %s', async (_name, body, code, status) => {
    const { cause } = await refused(body, code, status)
    expect(cause).not.toBeInstanceOf(RefreshTokenSpent)
    expect(cause instanceof UnknownRefusal).toBe(code === INVALID)
  })

  it('names only a known error in logs, and says when to try again', async () => {
    const causeOf = async (error: string) => (await refusal(() => process(answer({ error }, 400)))).cause
    expect(await causeOf('invalid_client')).toEqual(new Error('the token endpoint answered 400: invalid_client'))
    expect(await causeOf('constructor')).toEqual(
      new UnknownRefusal('the token endpoint answered 400: an unknown error'),
    )
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

describe('the words of a provider', () => {
  const WORDS = { bad_code: 'invalid_grant', bad_secret: 'invalid_client', away: 'access_denied' } as const
  const judge = (body: object, status = 200) =>
    refusal(async () => requireSuccess(await parseTokenAnswer(answer(body, status)), 'code', WORDS))

  it.each<[object, number, OAuthErrorCode, string]>([
    [{ error: 'bad_code' }, 200, 'code_rejected', 'bad_code (invalid_grant)'],
    [{ ok: false, reason: 'bad_code' }, 200, 'code_rejected', 'bad_code (invalid_grant)'],
    [{ error: 'invalid_request', code: 'bad_secret' }, 403, 'client_rejected', 'bad_secret (invalid_client)'],
    [{ error: 'away' }, 503, 'code_rejected', 'away (access_denied)'],
    [{ error: 'invalid_grant' }, 400, 'code_rejected', 'invalid_grant'],
    [{ error: { code: 'bad_code' } }, 400, INVALID, 'an unknown error'],
    [{ error: 'toString' }, 400, INVALID, 'an unknown error'],
  ])('are looked up in %j as %d: %s', async (body, status, code, named) => {
    const { code: found, cause } = await judge(body, status)
    expect([found, (cause as Error).message]).toEqual([code, `the token endpoint answered ${status}: ${named}`])
  })
})
