import { describe, expect, it } from 'vitest'
import { answerOf, basic, CLIENT, HEX_64, ISSUER, refusalOf, startExample } from './support.ts'

describe('responses without tokens', () => {
  it.each([
    ['token-endpoint-500', { status: 500, text: expect.stringContaining('server_error') }],
    ['token-endpoint-503', { status: 503, retryAfter: '1' }],
    ['token-endpoint-429', { status: 429, retryAfter: '1' }],
    ['token-endpoint-html', { status: 200, type: expect.stringContaining('text/html') }],
    ['token-endpoint-error-200', { status: 200, text: expect.stringMatching(/^{"error":"bad_/) }],
    ['token-endpoint-null', { status: 200, text: 'null', type: 'application/json' }],
    ['token-endpoint-redirects', { status: 307 }],
    ['token-endpoint-invalid-client', { status: 400, text: expect.stringContaining('invalid_client') }],
    ['token-endpoint-invalid-grant', { status: 400, text: expect.stringContaining('invalid_grant') }],
    ['token-endpoint-unauthorized-client', { status: 400, text: expect.stringMatching('unauthorized_c') }],
    ['token-endpoint-invalid-scope', { status: 400, text: expect.stringContaining('invalid_scope') }],
  ])('%s leaves code and refresh token unused', async (scenario, expected) => {
    const { emulator, code, exchange, refresh, control } = startExample()
    const value = await code()
    emulator.control.setScenario('oauth.example', scenario, 1)
    const response = await exchange(value)
    expect({
      status: response.status,
      type: response.headers.get('Content-Type'),
      retryAfter: response.headers.get('Retry-After'),
      text: await response.text(),
    }).toMatchObject(expected)
    const { refresh_token } = await answerOf(await exchange(value))

    emulator.control.setScenario('oauth.example', scenario, 2)
    await refresh(refresh_token)
    await refresh(refresh_token)
    expect((await answerOf(await refresh(refresh_token))).refresh_token).toMatch(HEX_64)
    expect(control.grants()).toMatchObject([{ alive: true, refreshTokensIssued: 2 }])
  })

  it('challenges a client that used HTTP Basic with token-endpoint-invalid-client', async () => {
    const { emulator, post } = startExample()
    emulator.control.setScenario('oauth.example', 'token-endpoint-invalid-client', 1)
    const form = { grant_type: 'client_credentials' }
    const response = await post('/token', form, basic(CLIENT.id, CLIENT.secret))
    expect(response.headers.get('WWW-Authenticate')).toMatch(/^Basic /)
    expect(await refusalOf(response)).toEqual([401, 'invalid_client'])
  })

  it.each([
    [ISSUER, `${ISSUER}/redirected`],
    ['http://localhost:9000/oauth.example', 'http://localhost:9000/oauth.example/redirected'],
  ])('redirects from %s to a URL that the log records', async (base, location) => {
    const { emulator, request } = startExample()
    emulator.control.setScenario('oauth.example', 'token-endpoint-redirects', 1)
    const response = await request(`${base}/token`, { method: 'POST' })
    expect(response.headers.get('Location')).toBe(location)
    const followed = await request(location, { method: 'POST' })
    expect(await followed.json()).toMatchObject({ token_type: 'Bearer' })
    expect(emulator.control.requests().map(({ path }) => path)).toEqual(['/token', '/redirected'])
  })

  it('streams 50 MB with token-endpoint-huge', async () => {
    const { emulator, exchange } = startExample()
    emulator.control.setScenario('oauth.example', 'token-endpoint-huge', 1)
    const response = await exchange('x')
    expect(response.headers.get('Content-Length')).toBeNull()
    let length = 0
    for await (const chunk of response.body ?? []) length += chunk.byteLength
    expect(length).toBeGreaterThanOrEqual(50 * 1024 * 1024)
  })
})

describe('faulty delivery', () => {
  it.each<[string, (length: number) => number[]]>([
    ['token-endpoint-slow', () => [30_000]],
    ['token-endpoint-stalls', () => [30_000]],
    ['token-endpoint-drip', (length) => Array(length - 1).fill(1000)],
  ])('delays the normal response with %s', async (scenario, expected) => {
    const waits: number[] = []
    const { emulator, code, exchange } = startExample(
      {},
      {
        wait: (milliseconds) => {
          waits.push(milliseconds)
          return Promise.resolve()
        },
      },
    )
    emulator.control.setScenario('oauth.example', scenario)
    const text = await (await exchange(await code())).text()
    expect(JSON.parse(text)).toMatchObject({ access_token: expect.stringMatching(HEX_64) })
    expect(waits).toEqual(expected(text.length))
  })
})

describe('unusual success responses', () => {
  it.each([
    ['token-type-mac', { token_type: 'mac' }],
    ['token-with-comma-scope', { scope: 'profile,items:read' }],
    ['token-without-expires-in', { expires_in: undefined }],
  ])('%s', async (scenario, expected) => {
    const { emulator, tokens } = startExample()
    emulator.control.setScenario('oauth.example', scenario, 1)
    expect(await tokens()).toEqual({
      ...(await tokens()),
      ...expected,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
    })
  })

  it('token-with-unknown-members issues a token of 20 KB that works', async () => {
    const { emulator, tokens, get } = startExample()
    emulator.control.setScenario('oauth.example', 'token-with-unknown-members', 1)
    const { access_token } = await tokens()
    expect(access_token).toHaveLength(20_480)
    expect((await get('/api/me', access_token)).status).toBe(200)
  })

  it('token-without-token-type', async () => {
    const { emulator, tokens, refresh } = startExample()
    emulator.control.setScenario('oauth.example', 'token-without-token-type', 2)
    const first = await tokens()
    expect(first.token_type).toBeUndefined()
    const second = await answerOf(await refresh(first.refresh_token))
    expect(second.token_type).toBeUndefined()
    expect((await tokens()).token_type).toBe('Bearer')
  })

  it('token-expires-in-1s issues a token that expires', async () => {
    const { emulator, tokens, refresh, get } = startExample()
    emulator.control.setScenario('oauth.example', 'token-expires-in-1s', 1)
    const { access_token, expires_in, refresh_token } = await tokens()
    expect(expires_in).toBe(1)
    expect((await get('/api/me', access_token)).status).toBe(200)
    emulator.control.advance(1)
    expect((await get('/api/me', access_token)).status).toBe(401)
    expect((await answerOf(await refresh(refresh_token))).expires_in).toBe(3600)
  })

  it('stays active until a request succeeds', async () => {
    const { emulator, exchange, tokens } = startExample()
    emulator.control.setScenario('oauth.example', 'token-expires-in-1s', 1)
    expect((await exchange('unknown')).status).toBe(400)
    expect((await tokens()).expires_in).toBe(1)
  })
})
