import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmulator, DEFAULT_WEBFLOW_SITES, type Emulator } from '../src/index.ts'
import { type EmulatorServer, startServer } from '../src/server.ts'
import { authorizationParameters, CALLBACK, CLIENT } from './support.ts'

let emulator: Emulator
let server: EmulatorServer

beforeEach(async () => {
  emulator = createEmulator({ consent: 'auto' })
  server = await startServer(emulator, { port: 0 })
})

afterEach(async () => {
  await server.close()
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

  it('says the time of the emulator', async () => {
    emulator.control.advance(86_400)
    const { headers } = await fetch(`${server.url}/api.webflow.com/v2/sites`)
    expect(Math.abs(Date.parse(headers.get('Date') ?? '') - emulator.control.now())).toBeLessThan(30_000)
  })

  it('rejects when the port is in use', async () => {
    const second = startServer(createEmulator(), { port: server.port })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
