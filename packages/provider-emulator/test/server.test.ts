import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebflowClient } from 'webflow-api'
import { createEmulator, DEFAULT_WEBFLOW_SITE_TOKEN, DEFAULT_WEBFLOW_SITES, type Emulator } from '../src/index.ts'
import { type EmulatorServer, startServer } from '../src/server.ts'
import { AUTHORIZE, authorizationParameters, CALLBACK, CLIENT, HEX_64 } from './support.ts'

let emulator: Emulator
let server: EmulatorServer

beforeEach(async () => {
  emulator = createEmulator({ consent: 'auto' })
  server = await startServer(emulator, { port: 0 })
})

afterEach(async () => {
  await server.close()
  vi.unstubAllGlobals()
})

const authorizeUrl = () => `${server.url}/webflow.com/oauth/authorize?${new URLSearchParams(authorizationParameters)}`

const codeFrom = (response: Response) => new URL(response.headers.get('Location') ?? '').searchParams.get('code') ?? ''

describe('server', () => {
  it('serves the whole flow under a path prefix', async () => {
    const authorized = await fetch(authorizeUrl(), { redirect: 'manual' })
    const answer = await fetch(`${server.url}/api.webflow.com/oauth/access_token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        code: codeFrom(authorized),
        redirect_uri: CALLBACK,
      }),
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    const sites = await fetch(`${server.url}/api.webflow.com/v2/sites`, {
      headers: { Authorization: `Bearer ${access_token}` },
    })
    expect(await sites.json()).toEqual({ sites: DEFAULT_WEBFLOW_SITES })
    const log = (await (await fetch(`${server.url}/_emulator/requests`)).json()) as {
      requests: { host: string; path: string; status: number }[]
    }
    expect(log.requests.map(({ host, path, status }) => `${host}${path} ${status}`)).toEqual([
      'webflow.com/oauth/authorize 302',
      'api.webflow.com/oauth/access_token 200',
      'api.webflow.com/v2/sites 200',
    ])
  })

  it('answers by Host header', async () => {
    const status = await new Promise((resolve, reject) => {
      const { port } = server
      const headers = { Host: 'api.webflow.com' }
      httpRequest({ port, host: '127.0.0.1', path: '/v2/sites', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .once('error', reject)
        .end()
    })
    expect(status).toBe(401)
  })

  it('stops a slow response when the client disconnects', async () => {
    const left = new Promise<void>((resolve) => {
      emulator = createEmulator({
        wait: (_milliseconds, signal) =>
          new Promise((done) => {
            signal.addEventListener('abort', () => {
              resolve()
              done()
            })
            abort.abort()
          }),
      })
    })
    const abort = new AbortController()
    emulator.control.setScenario('webflow', 'token-endpoint-slow')
    const slow = await startServer(emulator, { port: 0 })
    const url = `${slow.url}/api.webflow.com/oauth/access_token`
    const answer = fetch(url, { method: 'POST', body: '{}', signal: abort.signal })
    await expect(answer).rejects.toThrow('aborted')
    await left
    await slow.close()
  })

  it.each(['token-endpoint-stalls', 'token-endpoint-drip'])(
    'sends the headers of %s before its body',
    async (scenario) => {
      emulator.control.setScenario('webflow', scenario)
      const url = `${server.url}/api.webflow.com/oauth/access_token`
      const abort = new AbortController()
      const response = await fetch(url, { method: 'POST', body: '{}', signal: abort.signal })
      expect(response.status).toBe(400)
      abort.abort()
      await expect(response.text()).rejects.toThrow('aborted')
    },
  )

  it('streams the huge response', async () => {
    emulator.control.setScenario('webflow', 'token-endpoint-huge')
    const url = `${server.url}/api.webflow.com/oauth/access_token`
    const response = await fetch(url, { method: 'POST', body: '{}' })
    expect(response.headers.get('Content-Length')).toBeNull()
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toMatch(/^\{"token_type":"Bearer"/)
    await reader?.cancel()
  })

  it('accepts a token of 20 KB in a header', async () => {
    const headers = { Authorization: `Bearer ${'a'.repeat(20 * 1024)}` }
    const response = await fetch(`${server.url}/api.webflow.com/v2/sites`, { headers })
    expect(response.status).toBe(401)
  })

  it('rejects when the port is in use', async () => {
    const second = startServer(createEmulator(), { port: server.port })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('official client', () => {
  it('lists sites and introspects at its baseUrl', async () => {
    const client = new WebflowClient({
      accessToken: DEFAULT_WEBFLOW_SITE_TOKEN.token,
      baseUrl: `${server.url}/api.webflow.com/v2`,
    })
    const { sites } = await client.sites.list()
    expect(sites?.map(({ id, displayName }) => ({ id, displayName }))).toEqual([
      { id: DEFAULT_WEBFLOW_SITES[0]?.id, displayName: DEFAULT_WEBFLOW_SITES[0]?.displayName },
    ])
    expect(sites?.[0]?.lastPublished).toBeInstanceOf(Date)
    const { authorization } = await client.token.introspect()
    expect(authorization?.authorizedTo?.siteIds).toEqual([DEFAULT_WEBFLOW_SITES[0]?.id])
  })

  it('throws its own error for an API fault', async () => {
    emulator.control.setScenario('webflow', 'api-500', 1)
    const client = new WebflowClient({
      accessToken: DEFAULT_WEBFLOW_SITE_TOKEN.token,
      baseUrl: `${server.url}/api.webflow.com/v2`,
      maxRetries: 0,
    })
    await expect(client.sites.list()).rejects.toMatchObject({ statusCode: 500 })
    await expect(client.sites.list()).resolves.toMatchObject({ sites: [expect.anything()] })
  })

  it('gets an access token from its hard-coded host', async () => {
    vi.stubGlobal('fetch', (input: string | URL | Request, init?: RequestInit) =>
      emulator.fetch(new Request(input, init)),
    )
    const url = WebflowClient.authorizeURL({
      clientId: CLIENT.id,
      redirectUri: CALLBACK,
      scope: ['sites:read', 'authorized_user:read'],
      state: 'x',
    })
    expect(url).toMatch(AUTHORIZE)
    const code = codeFrom(await fetch(url))
    const exchange = { clientId: CLIENT.id, clientSecret: CLIENT.secret, code }
    await expect(WebflowClient.getAccessToken(exchange)).rejects.toMatchObject({
      body: { error: 'invalid_grant' },
    })
    const accessToken = await WebflowClient.getAccessToken({ ...exchange, redirectUri: CALLBACK })
    expect(accessToken).toMatch(HEX_64)
    const user = await new WebflowClient({ accessToken }).token.authorizedBy()
    expect(user.email).toBe('ada@example.com')
  })
})
