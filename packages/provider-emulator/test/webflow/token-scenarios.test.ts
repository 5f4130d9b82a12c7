import { describe, expect, it } from 'vitest'
import { CALLBACK, startEmulator } from '../support.ts'

interface Answer {
  status: number
  contentType: string
  retryAfter: string | null
  text: string
}

/** Applies a scenario once to a new code. The next token request is normal. */
async function play(scenario: string) {
  const started = startEmulator()
  const code = (await started.callback()).get('code') ?? ''
  started.emulator.control.setScenario('webflow', scenario, 1)
  const response = await started.requestToken(code, { redirect_uri: CALLBACK })
  const answer: Answer = {
    status: response.status,
    contentType: response.headers.get('Content-Type') ?? '',
    retryAfter: response.headers.get('Retry-After'),
    text: await response.text(),
  }
  expect(await started.token()).toMatch(/^[0-9a-f]{64}$/)
  return { ...started, code, response, answer }
}

const SUCCESS_LENGTH = '{"token_type":"bearer","access_token":""}'.length + 64

const members = ({ text }: Answer): Record<string, unknown> => JSON.parse(text)

describe('responses without a token', () => {
  it.each<[string, Partial<Answer>]>([
    ['token-endpoint-500', { status: 500, text: expect.stringContaining('internal_error') }],
    ['token-endpoint-503', { status: 503, retryAfter: '1' }],
    ['token-endpoint-429', { status: 429, retryAfter: '60' }],
    ['token-endpoint-html', { status: 200, contentType: expect.stringContaining('text/html') }],
    ['token-endpoint-null', { status: 200, text: 'null' }],
    ['token-endpoint-array', { status: 200, text: '[]' }],
    ['token-endpoint-string', { status: 200, text: '"x"' }],
    ['token-endpoint-number', { status: 200, text: '1' }],
    ['token-endpoint-empty', { status: 200, text: '' }],
    ['token-endpoint-error-200', { status: 200, text: expect.stringMatching(/^\{"error":"bad_/) }],
    ['token-endpoint-invalid-client', { status: 401, text: expect.stringMatching('invalid_client') }],
    ['token-endpoint-invalid-grant', { status: 400, text: expect.stringMatching('invalid_grant') }],
    ['token-endpoint-redirects', { status: 307 }],
  ])('%s leaves the code unused', async (scenario, expected) => {
    const { answer, requestToken, code } = await play(scenario)
    expect(answer).toMatchObject(expected)
    expect((await requestToken(code, { redirect_uri: CALLBACK })).status).toBe(200)
  })

  it.each([
    ['https://api.webflow.com', 'https://webflow.com/oauth/redirected'],
    ['http://localhost:9000/api.webflow.com', 'http://localhost:9000/webflow.com/oauth/redirected'],
  ])('redirects from %s to a URL that the log records', async (base, location) => {
    const { emulator, request, post } = startEmulator()
    emulator.control.setScenario('webflow', 'token-endpoint-redirects', 1)
    const response = await post(`${base}/oauth/access_token`, { code: 'x' })
    expect(response.headers.get('Location')).toBe(location)
    const followed = await request(location, { method: 'POST' })
    expect(await followed.json()).toMatchObject({ token_type: 'Bearer' })
    expect(emulator.control.requests().map(({ path }) => path)).toEqual(['/oauth/access_token', '/oauth/redirected'])
  })

  it('streams 50 MB only as far as the client reads', async () => {
    const { emulator, requestToken } = startEmulator()
    emulator.control.setScenario('webflow', 'token-endpoint-huge')
    const response = await requestToken('x')
    expect(response.headers.get('Content-Length')).toBeNull()
    let length = 0
    for await (const chunk of response.body ?? []) length += chunk.byteLength
    expect(length).toBeGreaterThanOrEqual(50 * 1024 * 1024)

    const before = process.memoryUsage().arrayBuffers
    const reader = (await requestToken('x')).body?.getReader()
    await reader?.read()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * 1024 * 1024)
    await reader?.cancel()
  })
})

describe('faulty delivery', () => {
  it('truncates the JSON with token-endpoint-truncated', async () => {
    const { answer } = await play('token-endpoint-truncated')
    expect(answer.text).toMatch(/^\{"token_type":"bearer"/)
    expect(() => JSON.parse(answer.text)).toThrow()
  })

  it.each<[string, number[]]>([
    ['token-endpoint-slow', [30_000]],
    ['token-endpoint-stalls', [30_000]],
    ['token-endpoint-drip', Array(SUCCESS_LENGTH - 1).fill(1000)],
  ])('delays the normal response with %s', async (scenario, expected) => {
    const waits: number[] = []
    const { emulator, token } = startEmulator({
      wait: (milliseconds) => {
        waits.push(milliseconds)
        return Promise.resolve()
      },
    })
    emulator.control.setScenario('webflow', scenario)
    expect(await token()).toMatch(/^[0-9a-f]{64}$/)
    expect(waits).toEqual(expected)
  })

  it('has the configured delay', async () => {
    const waits: number[] = []
    const { emulator, token } = startEmulator({
      slowSeconds: 9,
      wait: (milliseconds) => {
        waits.push(milliseconds)
        return Promise.resolve()
      },
    })
    emulator.control.setScenario('webflow', 'token-endpoint-slow', 1)
    await token()
    expect(waits).toEqual([9000])
  })

  it.each(['token-endpoint-stalls', 'token-endpoint-drip'])(
    'fails the body of %s when the client disconnects',
    async (scenario) => {
      const abort = new AbortController()
      const { emulator, request } = startEmulator({
        wait: () => {
          abort.abort(new Error('gone'))
          return Promise.resolve()
        },
      })
      emulator.control.setScenario('webflow', scenario)
      const url = 'https://api.webflow.com/oauth/access_token'
      const exchange = async () => {
        const response = await request(url, { method: 'POST', signal: abort.signal })
        return response.text()
      }
      await expect(exchange()).rejects.toThrow('gone')
    },
  )
})

describe('unusual success responses', () => {
  it.each<[string, Record<string, unknown>]>([
    ['token-type-mac', { token_type: 'mac' }],
    ['token-type-dpop', { token_type: 'DPoP' }],
    ['token-type-mixed-case', { token_type: 'bEaReR' }],
    ['token-empty', { access_token: '' }],
    ['token-number', { access_token: 12345 }],
    ['token-object', { access_token: { value: 'x' } }],
    ['token-with-newline', { access_token: expect.stringMatching(/\r\nX-Injected: yes$/) }],
    ['token-with-non-ascii', { access_token: expect.stringMatching(/é✓$/) }],
    ['token-with-scope', { scope: 'sites:read authorized_user:read' }],
    ['token-with-comma-scope', { scope: 'sites:read,authorized_user:read' }],
    ['token-with-scope-array', { scope: ['sites:read', 'authorized_user:read'] }],
    ['token-with-empty-scope', { scope: '' }],
    ['token-with-empty-refresh-token', { refresh_token: '' }],
    ['token-with-null-refresh-token', { refresh_token: null }],
    ['token-expires-in-1s', { expires_in: 1 }],
  ])('%s', async (scenario, expected) => {
    const { answer, code, requestToken } = await play(scenario)
    expect(answer.status).toBe(200)
    expect(members(answer)).toMatchObject({ token_type: 'bearer', ...expected })
    expect((await requestToken(code, { redirect_uri: CALLBACK })).status).toBe(400)
  })

  it.each([
    ['token-without-token-type', 'access_token'],
    ['token-without-access-token', 'token_type'],
  ])('%s does not change %s', async (scenario, left) => {
    expect(Object.keys(members((await play(scenario)).answer))).toEqual([left])
  })

  it('token-as-text-plain', async () => {
    const { answer } = await play('token-as-text-plain')
    expect(answer.contentType).toBe('text/plain; charset=utf-8')
    expect(members(answer)).toMatchObject({ token_type: 'bearer' })
  })

  it('token-as-form', async () => {
    const { answer } = await play('token-as-form')
    expect(answer.contentType).toBe('application/x-www-form-urlencoded')
    expect(answer.text).toMatch(/^token_type=bearer&access_token=[0-9a-f]{64}$/)
  })

  it('token-with-proto has the members in its JSON text', async () => {
    const { answer } = await play('token-with-proto')
    expect(answer.text).toMatch(/^\{"__proto__":\{"polluted":true/)
    expect(Object.keys(members(answer))).toEqual(['__proto__', 'constructor', 'token_type', 'access_token'])
  })

  it('token-with-unknown-members issues a token of 20 KB that works', async () => {
    const { answer, api } = await play('token-with-unknown-members')
    const { access_token, ...rest } = members(answer)
    expect(access_token).toMatch(/^[0-9a-f]{20480}$/)
    expect(Object.keys(rest).length).toBeGreaterThan(2)
    expect((await api('/sites', String(access_token))).status).toBe(200)
  })

  it('token-expires-in-1s issues a token that expires', async () => {
    const { emulator, answer, api } = await play('token-expires-in-1s')
    const token = String(members(answer)['access_token'])
    expect((await api('/sites', token)).status).toBe(200)
    emulator.control.advance(1)
    expect((await api('/sites', token)).status).toBe(401)
  })

  it('stays active until a request succeeds', async () => {
    const { emulator, requestToken, token } = startEmulator()
    emulator.control.setScenario('webflow', 'token-empty', 1)
    expect((await requestToken('unknown')).status).toBe(400)
    expect(await token()).toBe('')
  })
})
