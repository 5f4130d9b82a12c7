import { describe, expect, it } from 'vitest'
import type { WebflowOptions } from '../../src/index.ts'
import {
  AUTHORIZE,
  authorizationParameters,
  CALLBACK,
  CLIENT,
  callbackOf,
  credentials,
  HEX_64,
  startEmulator,
  TOKEN,
} from '../support.ts'

const grantType = { grant_type: 'authorization_code' }

/** Starts an emulator with a code for the default redirect URI. */
async function withCode(webflow: WebflowOptions = {}, parameters?: Record<string, string>) {
  const started = startEmulator({ webflow })
  const code = (await started.callback(parameters)).get('code') ?? ''
  const exchange = (members: Record<string, unknown> = {}) =>
    started.requestToken(code, { redirect_uri: CALLBACK, ...members })
  return { ...started, code, exchange }
}

/** Gets a code whose authorization request had no redirect URI. */
async function codeWithoutRedirectUri() {
  const { request, requestToken } = startEmulator()
  const { redirect_uri: _omitted, ...rest } = authorizationParameters
  const response = await request(`${AUTHORIZE}?${new URLSearchParams(rest)}`)
  return { requestToken, code: callbackOf(response).get('code') ?? '' }
}

const expectError = async (response: Response, status: number, error: string) => {
  expect(await response.json()).toEqual({ error, error_description: expect.any(String) })
  expect(response.status).toBe(status)
}

describe('token endpoint', () => {
  it('returns exactly the two documented members', async () => {
    const { exchange } = await withCode()
    const response = await exchange()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(await response.json()).toEqual({
      token_type: 'bearer',
      access_token: expect.stringMatching(HEX_64),
    })
  })

  it('accepts a form', async () => {
    const { code, request } = await withCode()
    const body = new URLSearchParams({ ...credentials, ...grantType, code, redirect_uri: CALLBACK })
    const response = await request(TOKEN, { method: 'POST', body })
    expect(await response.json()).toMatchObject({ token_type: 'bearer' })
  })

  it('accepts a code once', async () => {
    const { exchange } = await withCode()
    expect((await exchange()).status).toBe(200)
    await expectError(await exchange(), 400, 'invalid_grant')
  })

  it('accepts a code once among simultaneous requests', async () => {
    const { exchange } = await withCode(
      { pkce: 'verify' },
      {
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      },
    )
    const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const answers = await Promise.all([1, 2, 3].map(() => exchange({ code_verifier })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  it('accepts a code for fifteen minutes', async () => {
    const first = await withCode()
    first.emulator.control.advance(15 * 60 - 1)
    expect((await first.exchange()).status).toBe(200)
    const second = await withCode()
    second.emulator.control.advance(15 * 60)
    await expectError(await second.exchange(), 400, 'invalid_grant')
  })

  it.each([
    ['an unknown client', { client_id: 'f'.repeat(64) }, 401, 'invalid_client'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client'],
    ['a secret that is no string', { client_secret: { $ne: '' } }, 401, 'invalid_client'],
    ['another grant_type', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
    ['an unknown code', { code: 'x' }, 400, 'invalid_grant'],
    ['no code', { code: undefined }, 400, 'invalid_grant'],
    ['no redirect_uri', { redirect_uri: undefined }, 400, 'invalid_grant'],
    ['another redirect_uri', { redirect_uri: `${CALLBACK}/` }, 400, 'invalid_grant'],
  ])('refuses %s and leaves the code usable', async (_name, members, status, error) => {
    const { exchange } = await withCode()
    await expectError(await exchange(members), status, error)
    expect((await exchange()).status).toBe(200)
  })

  it('needs no redirect_uri when the authorization request had none', async () => {
    const first = await codeWithoutRedirectUri()
    expect((await first.requestToken(first.code)).status).toBe(200)
    const second = await codeWithoutRedirectUri()
    const registered = await second.requestToken(second.code, { redirect_uri: CALLBACK })
    expect(registered.status).toBe(200)
    const third = await codeWithoutRedirectUri()
    const foreign = { redirect_uri: 'https://evil.example/' }
    await expectError(await third.requestToken(third.code, foreign), 400, 'invalid_grant')
  })

  it('refuses the code of another client', async () => {
    const other = { ...CLIENT, id: 'e'.repeat(64), secret: 'd'.repeat(64) }
    const { exchange } = await withCode({ clients: [CLIENT, other] })
    const members = { client_id: other.id, client_secret: other.secret }
    await expectError(await exchange(members), 400, 'invalid_grant')
  })

  it('accepts a missing grant_type', async () => {
    const { exchange } = await withCode()
    expect((await exchange({ grant_type: undefined })).status).toBe(200)
  })

  it.each([
    ['malformed JSON', 'application/json', '{"code":'],
    ['a JSON array', 'application/json', '[]'],
    ['another media type', 'text/plain', '{}'],
  ])('refuses %s', async (_name, contentType, body) => {
    const { request } = startEmulator()
    const headers = { 'Content-Type': contentType }
    const response = await request(TOKEN, { method: 'POST', headers, body })
    await expectError(response, 400, 'invalid_request')
  })

  it('ignores PKCE', async () => {
    const challenge = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }
    const { exchange } = await withCode({}, challenge)
    expect((await exchange({ code_verifier: 'anything' })).status).toBe(200)
  })
})

describe('options of the token endpoint', () => {
  it.each<['S256' | 'plain', string]>([
    // The vector of RFC 7636, appendix B.
    ['S256', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
    ['plain', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'],
  ])('verifies a %s challenge', async (code_challenge_method, code_challenge) => {
    const challenge = { code_challenge, code_challenge_method }
    const { exchange } = await withCode({ pkce: 'verify' }, challenge)
    await expectError(await exchange(), 400, 'invalid_grant')
    await expectError(await exchange({ code_verifier: 'wrong' }), 400, 'invalid_grant')
    const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    expect((await exchange({ code_verifier })).status).toBe(200)
  })

  it('requires grant_type', async () => {
    const { exchange } = await withCode({ grantType: 'required' })
    const response = await exchange({ grant_type: undefined })
    await expectError(response, 400, 'unsupported_grant_type')
  })

  it('uses the configured status of errors', async () => {
    const { exchange } = await withCode({ tokenErrorStatus: { grant: 200, client: 403 } })
    await expectError(await exchange({ code: 'x' }), 200, 'invalid_grant')
    await expectError(await exchange({ client_id: 'x' }), 403, 'invalid_client')
  })

  it('answers a wrong secret with invalid_grant', async () => {
    const { exchange } = await withCode({ wrongSecretError: 'invalid_grant' })
    await expectError(await exchange({ client_secret: 'x' }), 400, 'invalid_grant')
    await expectError(await exchange({ client_id: 'x' }), 401, 'invalid_client')
  })

  it.each<[NonNullable<WebflowOptions['accessTokenFields']>, Record<string, unknown>]>([
    [{ scope: 'space' }, { scope: 'sites:read authorized_user:read' }],
    [{ scope: 'comma' }, { scope: 'sites:read,authorized_user:read' }],
    [{ expiresIn: 3600 }, { expires_in: 3600 }],
  ])('adds %j', async (accessTokenFields, members) => {
    const { emulator, exchange, api } = await withCode({ accessTokenFields })
    const success = (await (await exchange()).json()) as { access_token: string }
    expect(success).toMatchObject({ token_type: 'bearer', ...members })
    emulator.control.advance(3600)
    const { status } = await api('/sites', success.access_token)
    expect(status).toBe('expires_in' in members ? 401 : 200)
  })

  it('serves the path of the OpenAPI file', async () => {
    const { post, code } = await withCode({ openApiTokenPath: 'works' })
    const body = { ...credentials, ...grantType, code, redirect_uri: CALLBACK }
    const response = await post('https://api.webflow.com/oauth/token', body)
    expect(response.status).toBe(200)
  })

  it('accepts HTTP Basic', async () => {
    const Authorization = `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}`
    const statusOf = async (webflow: WebflowOptions) => {
      const { code, post } = await withCode(webflow)
      const body = { ...grantType, code, redirect_uri: CALLBACK }
      return (await post(TOKEN, body, { Authorization })).status
    }
    expect(await statusOf({})).toBe(401)
    expect(await statusOf({ basicAuthentication: 'accepted' })).toBe(200)
  })
})
