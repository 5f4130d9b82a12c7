import { Hono } from 'hono'
import { createOAuth, type LogEntry, type OAuthError } from 'hono-oauth'
import { describe, expect, it, vi } from 'vitest'
import { example, openField, token } from '../cases/field.ts'
import { MINIMAL } from '../rig/minimal.ts'

const LOCAL = 'http://localhost:8787'
const SECRETS = { clientSecret: 'canary-client-secret-1' }
const refuses = (error: unknown, status = 400, more: object = {}) => ({
  'as.example/token': () => Response.json({ error, ...more }, { status }),
})
const page = async (response: Response) => (await response.text()).replaceAll('&#39;', "'").replace(/\s+/g, ' ')

async function refusedAtTokenEndpoint(error: unknown, status?: number, origin?: string, more?: object) {
  const field = openField(example(SECRETS), refuses(error, status, more), { ...(origin && { origin }) })
  const response = await field.login({ code: 'canary-code-1' })
  return { field, response, entry: field.logs[0] as LogEntry }
}

describe('the log', () => {
  it('has a refused login once, with the name that the provider gives and what to check', async () => {
    const { field, response, entry } = await refusedAtTokenEndpoint('invalid_client', 401)
    expect(response.status).toBe(502)
    expect(field.logs).toEqual([
      {
        level: 'error',
        code: 'client_rejected',
        status: 502,
        message: 'The provider does not accept this app',
        provider: 'p',
        providerError: 'invalid_client',
        check: expect.stringMatching(/^P said invalid_client\. Compare clientId and clientSecret with/),
        cause: 'the token endpoint answered 401: invalid_client',
      },
    ])
    expect(entry.check).not.toContain('canary')
  })

  it.each([
    ['redirect_uri_mismatch', 'token'],
    ['invalid_redirect_uri', 'token'],
    ['redirect_uri_mismatch', 'callback'],
  ])('says which redirect URI to register after %s of the %s', async (error, leg) => {
    const field = openField(example(), refuses(error))
    await field.login(leg === 'token' ? { code: 'code-1' } : { error })
    expect(field.logs.map(({ check }) => check)).toEqual([
      `P said ${error}. Register https://app.example/auth/p/callback as an authorized redirect URI.`,
    ])
  })

  it.each([
    ['a person who declined', { error: 'access_denied' }, 'access_denied', 'access_denied'],
    ['an unknown refusal', { error: 'org_blocked.by-admin:1' }, 'authorization_failed', 'org_blocked.by-admin:1'],
    ['a text of another form', { error: 'Call 555 0100' }, 'authorization_failed', undefined],
    ['a long text', { error: 'x'.repeat(65) }, 'authorization_failed', undefined],
    ['no code', {}, 'authorization_response_invalid', undefined],
  ])('has a callback with %s', async (_title, parameters, code, providerError) => {
    const field = openField(example())
    expect((await field.login(parameters)).status).toBe(400)
    expect(field.logs).toMatchObject([{ code, provider: 'p', providerError, status: 400 }])
  })

  it('has a callback that no login began', async () => {
    const field = openField(example())
    await field.comeBack('unknown')
    await field.browser.navigate('https://app.example/auth/p/callback?code=canary-code-2')
    await field.browser.navigate('https://app.example/auth/q/login')
    expect(field.logs.map(({ code, provider }) => [code, provider])).toEqual([
      ['transaction_unknown', 'p'],
      ['state_missing', 'p'],
      ['provider_unknown', undefined],
    ])
  })

  it.each([
    ['the client secret', () => SECRETS.clientSecret],
    ['the state', (state: string) => state],
    ['a part of the state', (state: string) => state.slice(0, 12)],
    ['the code in a text', () => 'bad:canary-code-1'],
  ])('names no secret that a provider repeats: %s', async (_title, text) => {
    const field = openField(example(SECRETS))
    const { state } = await field.begin()
    await field.comeBack(state, { error: text(state), code: 'canary-code-1' })
    const { state: second } = await field.begin()
    const secret = text(second)
    // The state never goes to the token endpoint.
    if (!second.includes(secret)) field.answer(refuses(secret))
    await field.comeBack(second, { code: 'canary-code-1' })
    expect(field.logs.length).toBeGreaterThan(1)
    expect(field.logs.filter(({ providerError }) => providerError)).toEqual([])
    expect(JSON.stringify(field.logs)).not.toContain(secret)
  })

  it.each([
    ['the token of the answer', 'at-0123456789', { access_token: 'at-0123456789' }],
    ['a name that is no text', { a: 1 }, {}],
  ])('names nothing of %s', async (_title, error, more) => {
    const { entry } = await refusedAtTokenEndpoint(error, 400, undefined, more)
    expect(entry.providerError).toBeUndefined()
  })

  it('keeps plain words that were sent too', async () => {
    const { entry } = await refusedAtTokenEndpoint('invalid_refresh_token')
    expect(entry.providerError).toBe('invalid_refresh_token')
  })

  it('has a failure behind require() once, also without an error handler of the app', async () => {
    const logger = vi.fn()
    const oauth = createOAuth(() => ({ ...MINIMAL, logger }))
    const app = new Hono().route('/auth', oauth.routes)
    app.get('/own', (c) => oauth.login(c, 'webflow', { context: 'x'.repeat(9000) }))
    expect((await app.request('/own')).status).toBe(500)
    app.onError((error, c) => oauth.errorResponse(c, error as OAuthError))
    expect((await app.request('/own')).status).toBe(500)
    expect(logger.mock.calls.map(([{ code }]) => code)).toEqual(['context_too_large', 'context_too_large'])
  })

  it('has an error of a handler behind require()', async () => {
    const field = openField(example(), { 'as.example/token': () => token() })
    await field.login()
    await field.use((connection) => connection.fetch('https://evil.example/'))
    await field.use()
    expect(field.logs.map(({ code, provider }) => [code, provider])).toEqual([['destination_forbidden', 'p']])
  })

  it('has nothing of a visitor without a connection', async () => {
    const field = openField(example())
    expect((await field.use()).status).toBe(401)
    expect(field.logs).toEqual([])
  })

  it('has the causes of a cause', async () => {
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9000') })
    }
    const field = openField(example(), {}, { config: { fetch } })
    await field.login()
    expect(field.logs).toMatchObject([
      { code: 'provider_unavailable', cause: 'fetch failed: connect ECONNREFUSED 127.0.0.1:9000' },
    ])
  })

  it('is the console without a logger: one line to read', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const field = openField(example(), refuses('invalid_client', 401), { config: { logger: undefined } })
    await field.login()
    const calls = written.mock.calls
    written.mockRestore()
    expect(calls).toEqual([
      [
        expect.stringMatching(
          /^hono-oauth client_rejected at p: The provider does not accept this app\. P said invalid_client\. Compare .* Cause: the token endpoint answered 401: invalid_client\.$/,
        ),
      ],
    ])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', (async () => Promise.reject(new Error('the log is full'))) as () => void],
  ])('that %s changes no answer', async (_title, logger) => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const field = openField(example(), refuses('invalid_client', 401), { config: { logger } })
    expect((await field.login()).status).toBe(502)
    await vi.waitFor(() => expect(written).toHaveBeenCalledWith('logger failed', new Error('the log is full')))
    written.mockRestore()
  })
})

describe('the part for the developer', () => {
  it('is on the page and in the JSON on localhost', async () => {
    const { field, response, entry } = await refusedAtTokenEndpoint('redirect_uri_mismatch', 400, LOCAL)
    const told = `P said redirect_uri_mismatch. Register ${LOCAL}/auth/p/callback as an authorized redirect URI.`
    expect(entry.check).toBe(told)
    const shown = await page(response)
    for (const text of ['For the developer', told, 'Cause: the token endpoint answered 400']) {
      expect(shown).toContain(text)
    }
    const problem = await field.browser.request(`${LOCAL}/auth/p/callback?state=a&code=b`)
    expect(await problem.json()).toMatchObject({
      code: 'transaction_unknown',
      developer: { check: expect.stringContaining('localhost and 127.0.0.1 are two') },
    })
  })

  it('is nowhere else, and is absent without a refused login', async () => {
    const { field, response } = await refusedAtTokenEndpoint('redirect_uri_mismatch')
    expect(await page(response)).not.toMatch(/developer"|For the developer|redirect_uri_mismatch/)
    const problem = await field.browser.request('https://app.example/auth/p/callback?state=a&code=b')
    expect(await problem.json()).not.toHaveProperty('developer')
    const local = openField(example(), {}, { origin: LOCAL })
    expect(await (await local.use()).json()).not.toHaveProperty('developer')
  })
})
