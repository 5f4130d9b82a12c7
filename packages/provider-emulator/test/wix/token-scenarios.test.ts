import { describe, expect, it } from 'vitest'
import { credentials, LEGACY_TOKEN, startWix, TOKEN } from './support.ts'

interface Answer {
  status: number
  contentType: string
  text: string
}

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  contentType: response.headers.get('Content-Type') ?? '',
  text: await response.text(),
})

describe('responses without a token', () => {
  it.each<[string, Partial<Answer>]>([
    ['token-endpoint-400', { status: 400 }],
    ['token-endpoint-503', { status: 503 }],
    ['token-endpoint-null', { status: 200, text: 'null' }],
    ['token-endpoint-invalid-grant', { status: 400 }],
    ['token-endpoint-invalid-client', { status: 401 }],
    ['token-endpoint-404', { status: 404 }],
    ['token-endpoint-429', { status: 429 }],
    ['token-endpoint-500', { status: 500, text: '{"message":"","details":{}}' }],
    ['token-endpoint-html', { status: 200, contentType: expect.stringContaining('text/html') }],
    ['token-endpoint-redirects', { status: 307 }],
  ])('%s, at both endpoints, and leaves the code unused', async (scenario, expected) => {
    const started = startWix()
    const { code, instanceId } = await started.code()
    started.emulator.control.setScenario('wix', scenario, 2)
    expect(await answerOf(await started.requestToken(instanceId))).toMatchObject(expected)
    expect(await answerOf(await started.exchange(code))).toMatchObject(expected)
    expect((await started.requestToken(instanceId)).status).toBe(200)
    expect((await started.exchange(code)).status).toBe(200)
  })

  it('has the error form of the endpoint', async () => {
    const started = startWix()
    started.emulator.control.setScenario('wix', 'token-endpoint-invalid-client')
    expect(await (await started.requestToken('x')).json()).toMatchObject({
      error: 'invalid_client',
    })
    expect(await (await started.exchange('x')).json()).toMatchObject({
      details: { applicationError: { code: 'INVALID_CLIENT' } },
    })
  })

  it.each([
    [TOKEN, 'https://www.wix.com/oauth2/redirected'],
    ['http://localhost:9000/www.wixapis.com/oauth2/token', 'http://localhost:9000/www.wix.com/oauth2/redirected'],
  ])('redirects from %s to a URL that the log records', async (url, location) => {
    const { emulator, request, post } = startWix()
    emulator.control.setScenario('wix', 'token-endpoint-redirects', 1)
    const response = await post(url, {})
    expect(response.headers.get('Location')).toBe(location)
    const followed = await request(location, { method: 'POST' })
    expect(await followed.json()).toMatchObject({ token_type: 'Bearer' })
    expect(emulator.control.requests().map(({ path }) => path)).toEqual(['/oauth2/token', '/oauth2/redirected'])
  })

  it('streams 50 MB', async () => {
    const { emulator, requestToken } = startWix()
    emulator.control.setScenario('wix', 'token-endpoint-huge')
    const reader = (await requestToken('x')).body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toMatch(/^\{"token_type":"Bearer"/)
    await reader?.cancel()
  })

  it('delays the normal response with token-endpoint-slow', async () => {
    const waits: number[] = []
    const started = startWix({
      wait: (milliseconds) => {
        waits.push(milliseconds)
        return Promise.resolve()
      },
    })
    started.emulator.control.setScenario('wix', 'token-endpoint-slow')
    const { accessToken } = await started.token()
    expect(accessToken).toMatch(/^OauthNG\.JWS\./)
    expect(waits).toEqual([30_000])
  })
})

describe('faults of one grant type', () => {
  it('token-without-expires-in', async () => {
    const { emulator, wix, requestToken } = startWix()
    const { instanceId } = wix.install()
    emulator.control.setScenario('wix', 'token-without-expires-in', 1)
    const keysOf = async () => Object.keys((await (await requestToken(instanceId)).json()) as object)
    expect(await keysOf()).toEqual(['access_token', 'token_type'])
    expect(await keysOf()).toEqual(['access_token', 'token_type', 'expires_in'])
  })

  it('token-expires-in-1s and token-with-unknown-members issue tokens that work', async () => {
    const { emulator, token, getInstance } = startWix()
    emulator.control.setScenario('wix', 'token-with-unknown-members', 1)
    const long = await token()
    expect(long.accessToken.length).toBeGreaterThan(20_000)
    expect((await getInstance(long.accessToken)).status).toBe(200)
    emulator.control.setScenario('wix', 'token-expires-in-1s', 1)
    const short = await token()
    expect((await getInstance(short.accessToken)).status).toBe(200)
    emulator.control.advance(1)
    expect((await getInstance(short.accessToken)).status).toBe(401)
  })

  it('refresh-loses-response', async () => {
    const started = startWix()
    const { emulator, refresh } = started
    const { refresh_token } = await started.legacyTokens()
    emulator.control.setScenario('wix', 'refresh-loses-response', 1)
    expect((await refresh(refresh_token)).status).toBe(504)
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it('code-rejected does not affect client credentials', async () => {
    const started = startWix()
    const { code, instanceId } = await started.code()
    started.emulator.control.setScenario('wix', 'code-rejected', 1)
    expect((await started.requestToken(instanceId)).status).toBe(200)
    expect((await started.exchange(code)).status).toBe(400)
    expect((await started.exchange(code)).status).toBe(200)
  })

  it.each([
    ['refresh-500', 500],
    ['refresh-rejected', 400],
  ])('%s leaves the refresh token valid', async (scenario, status) => {
    const started = startWix()
    const { code } = await started.code()
    const { refresh_token } = await started.legacyTokens()
    started.emulator.control.setScenario('wix', scenario, 1)
    expect((await started.exchange(code)).status).toBe(200)
    expect((await started.refresh(refresh_token)).status).toBe(status)
    expect((await started.refresh(refresh_token)).status).toBe(200)
  })

  it('stays active until a request with its grant type', async () => {
    const started = startWix()
    started.emulator.control.setScenario('wix', 'refresh-500', 1)
    await started.post(LEGACY_TOKEN, { ...credentials, grant_type: 'authorization_code' })
    const scenario = started.emulator.control.scenarios().find(({ name }) => name === 'refresh-500')
    expect(scenario?.active).toBe(true)
  })
})
