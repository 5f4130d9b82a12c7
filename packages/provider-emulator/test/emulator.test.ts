import { describe, expect, it } from 'vitest'
import { createEmulator } from '../src/index.ts'
import { AUTHORIZE, authorizationParameters, CALLBACK, credentials, START, startEmulator, TOKEN } from './support.ts'

describe('hosts', () => {
  it.each([
    'https://api.webflow.com/v2/sites',
    'http://api.webflow.com/v2/sites',
    'https://api.webflow.com:8443/v2/sites',
    'http://localhost:9000/api.webflow.com/v2/sites',
    'http://127.0.0.1/api.webflow.com/v2/sites',
    'http://[::1]:9000/api.webflow.com/v2/sites',
    'https://emulator.test/api.webflow.com/v2/sites',
  ])('answers %s as the same host', async (url) => {
    const { emulator, request } = startEmulator()
    const response = await request(url)
    expect(response.status).toBe(401)
    expect(emulator.control.requests()).toMatchObject([{ host: 'api.webflow.com', path: '/v2/sites', status: 401 }])
  })

  it('answers 599 for an unknown host, and logs the request', async () => {
    const { emulator, request } = startEmulator()
    const response = await request('https://www.webflow.com/oauth/authorize?code=abc')
    expect(response.status).toBe(599)
    expect(await response.text()).toContain('www.webflow.com')
    expect(emulator.control.requests()).toEqual([
      {
        method: 'GET',
        host: 'www.webflow.com',
        path: '/oauth/authorize',
        query: { code: '[masked]' },
        status: 599,
        at: '2024-06-01T12:00:00.000Z',
      },
    ])
  })

  it('shows the control page at the root of the server', async () => {
    const { emulator, request } = startEmulator()
    const response = await request('http://localhost:9000/')
    const text = await response.text()
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(text).toContain('api.webflow.com')
    expect(text).toContain('www.wixapis.com')
    expect(text).toContain('token-endpoint-503')
    expect(text).toContain('href="/_emulator/wix/instances"')
    expect(text).toContain('<code>/oauth.example/</code>')
    expect(text).toContain('href="/_emulator/oauth.example/grants"')
    expect(emulator.control.requests()).toEqual([])
  })

  it('answers 404 for a path without a host', async () => {
    const { emulator, request } = startEmulator()
    const response = await request('http://localhost:9000/favicon.ico')
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('webflow.com')
    expect(emulator.control.requests()).toEqual([])
  })

  it('answers 404 for unknown paths of both hosts', async () => {
    const { request } = startEmulator()
    const page = await request('https://webflow.com/dashboard')
    expect(page.status).toBe(404)
    expect(page.headers.get('Content-Type')).toContain('text/html')
    const api = await request('https://api.webflow.com/oauth/token', { method: 'POST' })
    expect(api.status).toBe(404)
    expect(await api.json()).toEqual({
      message: 'Route not found: POST /oauth/token',
      code: 'resource_not_found',
      externalReference: null,
      details: [],
    })
  })

  it('accepts a request object of another runtime', async () => {
    const response = await createEmulator().fetch({
      method: 'POST',
      url: TOKEN,
      headers: new Map([['content-type', 'application/json']]),
      text: () => Promise.resolve('{}'),
    })
    expect(await response.json()).toMatchObject({ error: 'invalid_client' })
  })

  it('answers 405 to a method that a standard Request forbids', async () => {
    const response = await createEmulator().fetch({
      method: 'TRACE',
      url: TOKEN,
      headers: [],
      text: () => Promise.resolve(''),
    })
    expect(response.status).toBe(405)
  })
})

describe('abort', () => {
  it('rejects with the reason, and logs no status', async () => {
    const abort = new AbortController()
    const { emulator, request } = startEmulator({
      wait: () => {
        abort.abort(new Error('gone'))
        return Promise.resolve()
      },
    })
    emulator.control.setScenario('webflow', 'token-endpoint-slow')
    await expect(request(TOKEN, { method: 'POST', signal: abort.signal })).rejects.toThrow('gone')
    expect(emulator.control.requests()).toMatchObject([{ path: '/oauth/access_token', status: null }])
  })

  it('rejects when the client disconnects before the response', async () => {
    const emulator = createEmulator()
    emulator.control.setScenario('webflow', 'token-endpoint-slow')
    const abort = new AbortController()
    const answer = emulator.fetch(new Request(TOKEN, { method: 'POST', signal: abort.signal }))
    abort.abort()
    await expect(answer).rejects.toThrow(/aborted/)
  })
})

describe('request log', () => {
  it('masks secrets in queries, JSON and forms, and keeps other values', async () => {
    const { emulator, request, post } = startEmulator()
    await request(`${AUTHORIZE}?${new URLSearchParams(authorizationParameters)}`)
    await post(TOKEN, {
      ...credentials,
      code: 'secret-code',
      redirect_uri: CALLBACK,
      code_verifier: 'secret-verifier',
      refresh_token: 'secret-refresh',
      idToken: 'secret-id-token',
      nested: [{ access_token: 'secret-token', kept: 1 }],
    })
    await request(TOKEN, { method: 'POST', body: new URLSearchParams({ token: 'secret-token' }) })
    const log = emulator.control.requests()
    expect(log[0]?.query).toEqual({ ...authorizationParameters, state: '[masked]' })
    expect(log[1]?.body).toEqual({
      client_id: credentials.client_id,
      client_secret: '[masked]',
      code: '[masked]',
      redirect_uri: CALLBACK,
      code_verifier: '[masked]',
      refresh_token: '[masked]',
      idToken: '[masked]',
      nested: [{ access_token: '[masked]', kept: 1 }],
    })
    expect(log[2]?.body).toEqual({ token: '[masked]' })
    const text = JSON.stringify(log)
    expect(text).not.toContain('secret-')
    expect(text).not.toContain(credentials.client_secret)
    expect(text).not.toContain(authorizationParameters.state)
  })

  it('logs no unparsed body and no headers', async () => {
    const { emulator, request } = startEmulator()
    await request(TOKEN, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer secret-token' },
      body: '{"code":"secret-code"',
    })
    await request(TOKEN, { method: 'POST', body: 'secret-code' })
    const log = emulator.control.requests()
    expect(log.map(({ body }) => body)).toEqual(['[21 characters]', '[11 characters]'])
    expect(JSON.stringify(log)).not.toContain('secret')
  })

  it('logs repeated parameters as an array, and times of its own clock', async () => {
    const { emulator, request } = startEmulator()
    emulator.control.advance(61)
    await request('https://webflow.com/x?a=1&a=2&b=3')
    expect(emulator.control.requests()).toEqual([
      {
        method: 'GET',
        host: 'webflow.com',
        path: '/x',
        query: { a: ['1', '2'], b: '3' },
        status: 404,
        at: new Date(START + 61_000).toISOString(),
      },
    ])
  })

  it('returns copies', async () => {
    const { emulator, request } = startEmulator()
    await request('https://webflow.com/x')
    emulator.control.requests().pop()
    expect(emulator.control.requests()).toHaveLength(1)
  })
})

describe('configuration', () => {
  it.each([
    ['no redirect URI', { clients: [{ id: 'a', secret: 'b', redirectUris: [] }] }],
    [
      'plain http for another host than localhost',
      { clients: [{ id: 'a', secret: 'b', redirectUris: ['http://app.example/cb'] }] },
    ],
    ['a fragment', { clients: [{ id: 'a', secret: 'b', redirectUris: ['https://a.example/#x'] }] }],
    ['a value that is no URL', { clients: [{ id: 'a', secret: 'b', redirectUris: ['callback'] }] }],
    ['no workspace', { workspaces: [], sites: [] }],
    ['sites without a configured workspace', { workspaces: [{ id: 'w', slug: 'w', name: 'W' }] }],
  ])('refuses %s', (_name, webflow) => {
    expect(() => createEmulator({ webflow })).toThrow(/^"(redirectUris|sites|workspaces)":/)
  })
})
