import { describe, expect, it } from 'vitest'
import {
  answerOf,
  basic,
  CLIENT,
  CLIENTS,
  credentials,
  type Form,
  HEX_64,
  ISSUER,
  OTHER_CLIENT,
  otherCredentials,
  PUBLIC_CLIENT,
  refusalOf,
  startExample,
  VERIFIER,
} from './support.ts'

describe('authorization code grant', () => {
  it('returns tokens', async () => {
    const { code, exchange, get } = startExample()
    const response = await exchange(await code())
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const answer = await answerOf(response)
    expect(answer).toEqual({
      access_token: expect.stringMatching(HEX_64),
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: expect.stringMatching(HEX_64),
      scope: 'profile items:read',
    })
    expect((await get('/api/me', answer.access_token)).status).toBe(200)
  })

  it('expires the access token', async () => {
    const { emulator, tokens, get } = startExample({ accessTokenSeconds: 5 })
    const { access_token, expires_in } = await tokens()
    expect(expires_in).toBe(5)
    emulator.control.advance(4.9)
    expect((await get('/api/me', access_token)).status).toBe(200)
    emulator.control.advance(0.1)
    expect((await get('/api/me', access_token)).status).toBe(401)
  })

  it('revokes the grant of a code that is used again', async () => {
    const { code, exchange, refresh, get, control } = startExample()
    const value = await code()
    const { access_token, refresh_token } = await answerOf(await exchange(value))
    expect(await refusalOf(await exchange(value))).toEqual([400, 'invalid_grant'])
    expect((await get('/api/me', access_token)).status).toBe(401)
    expect(await refusalOf(await refresh(refresh_token))).toEqual([400, 'invalid_grant'])
    expect(control.grants()).toMatchObject([{ alive: false, reuseDetectedAt: null }])
  })

  it('lets one of 50 parallel exchanges succeed, and revokes its grant', async () => {
    const { code, exchange, control } = startExample()
    const value = await code()
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(value)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(control.grants()).toMatchObject([{ alive: false }])
  })

  it.each([
    [60, undefined],
    [5, 5],
  ])('expires a code after %d seconds', async (seconds, codeSeconds) => {
    const options = codeSeconds === undefined ? {} : { codeSeconds }
    const { emulator, code, exchange } = startExample(options)
    const [early, late] = [await code(), await code()]
    emulator.control.advance(seconds - 0.1)
    expect((await exchange(early)).status).toBe(200)
    emulator.control.advance(0.1)
    expect(await refusalOf(await exchange(late))).toEqual([400, 'invalid_grant'])
  })

  it.each<[string, Form, string]>([
    ['no code', { code: '' }, 'invalid_request'],
    ['an unknown code', { code: 'x' }, 'invalid_grant'],
    ['another redirect_uri', { redirect_uri: 'https://a.example/' }, 'invalid_grant'],
    ['no redirect_uri', { redirect_uri: '' }, 'invalid_grant'],
    ['no code_verifier', { code_verifier: '' }, 'invalid_grant'],
    ['another code_verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['a short code_verifier', { code_verifier: 'x' }, 'invalid_request'],
    ['another client', otherCredentials, 'invalid_grant'],
    ['no grant_type', { grant_type: '' }, 'invalid_request'],
    ['the password grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('refuses %s and leaves the code usable', async (_name, form, error) => {
    const { code, exchange } = startExample(CLIENTS)
    const value = await code()
    const response = await exchange(value, form)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await refusalOf(response)).toEqual([400, error])
    expect((await exchange(value)).status).toBe(200)
  })

  it('needs no redirect_uri when the authorization request had none', async () => {
    const { callback, exchange } = startExample()
    const next = async () => (await callback({}, ['redirect_uri'])).get('code') ?? ''
    expect((await exchange(await next(), { redirect_uri: '' })).status).toBe(200)
    expect((await exchange(await next())).status).toBe(200)
    expect((await exchange(await next(), { redirect_uri: 'https://a.example/' })).status).toBe(400)
  })

  it('refuses a verifier without a challenge', async () => {
    const { callback, exchange } = startExample({ pkce: 'optional' })
    const next = async () => (await callback({}, ['code_challenge', 'code_challenge_method'])).get('code') ?? ''
    expect(await refusalOf(await exchange(await next()))).toEqual([400, 'invalid_grant'])
    expect((await exchange(await next(), { code_verifier: '' })).status).toBe(200)
  })

  it('returns no refresh token to a client without that grant type', async () => {
    const { tokens } = startExample({
      clients: [{ ...CLIENT, grantTypes: ['authorization_code'] }],
    })
    expect(Object.keys(await tokens())).not.toContain('refresh_token')
  })

  it.each(['application/json', 'text/plain'])('refuses a body of type %s', async (type) => {
    const { request } = startExample()
    const body = JSON.stringify({ grant_type: 'client_credentials', ...credentials })
    const headers = { 'Content-Type': type }
    const response = await request(`${ISSUER}/token`, { method: 'POST', headers, body })
    expect(await refusalOf(response)).toEqual([400, 'invalid_request'])
  })

  it('refuses a repeated parameter', async () => {
    const { request } = startExample()
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials })
    body.append('grant_type', 'client_credentials')
    const response = await request(`${ISSUER}/token`, { method: 'POST', body })
    expect(await refusalOf(response)).toEqual([400, 'invalid_request'])
  })

  it.each(['/token', '/revoke', '/introspect'])('accepts only POST at %s', async (path) => {
    const { get } = startExample()
    const response = await get(path)
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST'])
  })
})

describe('client credentials', () => {
  const form = { grant_type: 'client_credentials' }

  it('issues a token without a user and without a refresh token', async () => {
    const { post, get, control } = startExample()
    const answer = await answerOf(await post('/token', { ...form, ...credentials, scope: 'profile' }))
    expect(Object.keys(answer)).toEqual(['access_token', 'token_type', 'expires_in', 'scope'])
    const me = await get('/api/me', answer.access_token)
    expect(await me.json()).toEqual({ sub: CLIENT.id, name: 'Example App' })
    expect(control.grants()).toMatchObject([{ subject: null, refreshTokensIssued: 0 }])
  })

  it('grants all scopes except openid when the request has no scope', async () => {
    const { post } = startExample()
    const answer = await answerOf(await post('/token', { ...form, ...credentials }))
    expect(answer.scope).toBe('profile email items:read items:write')
  })

  it.each(['openid', 'admin'])('refuses the scope %s', async (scope) => {
    const { post } = startExample()
    const response = await post('/token', { ...form, ...credentials, scope })
    expect(await refusalOf(response)).toEqual([400, 'invalid_scope'])
  })

  it('is refused for public clients', async () => {
    const { post } = startExample(CLIENTS)
    const response = await post('/token', { ...form, client_id: PUBLIC_CLIENT.id })
    expect(await refusalOf(response)).toEqual([400, 'unauthorized_client'])
  })
})

describe('client authentication', () => {
  const form = { grant_type: 'client_credentials' }
  const raw = (text: string) => text

  it.each([
    ['form', basic(CLIENT.id, CLIENT.secret), 200],
    ['form', basic(CLIENT.id, CLIENT.secret, encodeURIComponent), 200],
    ['form', basic(CLIENT.id, CLIENT.secret, raw), 401],
    ['raw', basic(CLIENT.id, CLIENT.secret, raw), 200],
    ['raw', basic(CLIENT.id, CLIENT.secret), 401],
  ] as const)('decodes HTTP Basic as %s', async (basicSecretDecoding, headers, status) => {
    const { post } = startExample({ basicSecretDecoding })
    expect((await post('/token', form, headers)).status).toBe(status)
  })

  it('accepts a secret with any characters', async () => {
    const secret = 'a:b+c%/é ✓'
    const { post } = startExample({ clients: [{ ...CLIENT, secret }] })
    expect((await post('/token', form, basic(CLIENT.id, secret))).status).toBe(200)
  })

  it.each([
    ['a wrong secret', basic(CLIENT.id, 'wrong')],
    ['an unknown client', basic('unknown', CLIENT.secret)],
    ['a bad escape', basic(CLIENT.id, '%zz', raw)],
    ['another scheme', { Authorization: 'Bearer x' }],
    ['no base64', { Authorization: 'Basic *' }],
  ])('challenges %s in the Authorization header', async (_name, headers) => {
    const { post } = startExample()
    const response = await post('/token', form, headers)
    expect(response.headers.get('WWW-Authenticate')).toMatch(/^Basic realm=/)
    expect(await refusalOf(response)).toEqual([401, 'invalid_client'])
  })

  it.each([400, 401] as const)('answers a wrong secret in the body with status %d', async (status) => {
    const { post } = startExample({ invalidClientStatus: status })
    const response = await post('/token', { ...form, ...credentials, client_secret: 'wrong' })
    expect(response.headers.get('WWW-Authenticate')).toBeNull()
    expect(await refusalOf(response)).toEqual([status, 'invalid_client'])
  })

  it.each<[string, Form, Form, string]>([
    ['two methods at once', credentials, basic(CLIENT.id, CLIENT.secret), 'invalid_request'],
    ['two clients', { client_id: 'x' }, basic(CLIENT.id, CLIENT.secret), 'invalid_request'],
    ['no credentials', {}, {}, 'invalid_client'],
    ['no secret', { client_id: CLIENT.id }, {}, 'invalid_client'],
    ['a public client with a secret', { client_id: PUBLIC_CLIENT.id, client_secret: 'x' }, {}, 'invalid_client'],
  ])('refuses %s', async (_name, sent, headers, error) => {
    const { post } = startExample(CLIENTS)
    expect(await refusalOf(await post('/token', { ...form, ...sent }, headers))).toEqual([400, error])
  })

  it('accepts a client_id with HTTP Basic', async () => {
    const { post } = startExample()
    const headers = basic(CLIENT.id, CLIENT.secret)
    expect((await post('/token', { ...form, client_id: CLIENT.id }, headers)).status).toBe(200)
  })

  it('accepts only the methods that the client registered', async () => {
    const { post } = startExample({
      clients: [{ ...CLIENT, authMethods: ['client_secret_basic'] }],
    })
    expect((await post('/token', form, basic(CLIENT.id, CLIENT.secret))).status).toBe(200)
    expect((await post('/token', { ...form, ...credentials })).status).toBe(400)
  })

  it('authenticates a public client by its id', async () => {
    const { code, post } = startExample(CLIENTS)
    const [redirect_uri = ''] = PUBLIC_CLIENT.redirectUris
    const client_id = PUBLIC_CLIENT.id
    const answer = await answerOf(
      await post('/token', {
        grant_type: 'authorization_code',
        code: await code({ client_id, redirect_uri }),
        redirect_uri,
        code_verifier: VERIFIER,
        client_id,
      }),
    )
    const refreshed = await post('/token', {
      grant_type: 'refresh_token',
      refresh_token: answer.refresh_token,
      client_id,
    })
    expect(refreshed.status).toBe(200)
  })
})

describe('options', () => {
  it.each([
    ['"redirectUris"', { clients: [{ ...CLIENT, redirectUris: [] }] }],
    ['must use https', { clients: [{ ...CLIENT, redirectUris: ['http://app.example/'] }] }],
    ['"secret"', { clients: [{ ...CLIENT, secret: '' }] }],
    ['"grantTypes"', { clients: [{ ...PUBLIC_CLIENT, grantTypes: ['client_credentials'] }] }],
    ['"users"', { users: [] }],
    ['"graceSeconds"', { graceSeconds: -1 }],
    ['"accessTokenSeconds"', { accessTokenSeconds: Number.NaN }],
  ] as const)('refuses what is wrong with %s', (message, options) => {
    expect(() => startExample(options)).toThrow(message)
  })

  it('accepts plain http for any host if configured', async () => {
    const redirect_uri = 'http://app.example/cb'
    const { authorize } = startExample({
      clients: [{ ...CLIENT, redirectUris: [redirect_uri] }],
      insecureRedirectUris: 'anywhere',
    })
    expect((await authorize({ redirect_uri })).headers.get('Location')).toMatch(redirect_uri)
  })

  it('uses configured users and clients', async () => {
    const users = [{ sub: 'x', name: 'X', email: 'x@example.com' }]
    const { tokens, get, control } = startExample({ users, clients: [OTHER_CLIENT, CLIENT] })
    const { access_token } = await tokens()
    expect(await (await get('/api/me', access_token)).json()).toEqual(users[0])
    expect(control.grants()).toMatchObject([{ clientId: CLIENT.id, subject: 'x' }])
  })
})
