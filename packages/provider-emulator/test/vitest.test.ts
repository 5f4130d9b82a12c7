import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startEmulator } from '../src/vitest.ts'

const SITES = 'https://api.webflow.com/v2/sites'

const network = globalThis.fetch

describe('an emulator of a file of tests', () => {
  // Vitest runs it after the emulator's own.
  afterEach(() => expect(globalThis.fetch).toBe(network))
  const emulator = startEmulator()
  beforeEach(() => expect(globalThis.fetch).not.toBe(network))

  it('answers fetch with all that the request has', async () => {
    const body = new URLSearchParams({ code: 'x', grant_type: 'authorization_code' })
    await fetch(new URL('https://api.webflow.com/oauth/access_token'), { method: 'POST', body })
    emulator.control.setScenario('webflow', 'api-500')
    emulator.control.advance(60)
    expect(emulator.control.requests()).toMatchObject([
      { method: 'POST', path: '/oauth/access_token', body: { code: '[masked]', grant_type: 'authorization_code' } },
    ])
  })

  it('is reset for the next test', async () => {
    expect(emulator.control.requests()).toEqual([])
    expect(emulator.control.scenarios().some(({ active }) => active)).toBe(false)
    expect(Math.abs(emulator.control.now() - Date.now())).toBeLessThan(30_000)
    expect((await fetch(new Request(SITES))).status).toBe(401)
  })

  it('leaves servers of this machine alone', async ({ onTestFinished }) => {
    const server = createServer((_request, response) => response.end('own')).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('own')
    expect(emulator.control.requests()).toEqual([])
  })

  it('consents at once', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'github-client-id',
      redirect_uri: 'https://app.example/auth/github/callback',
      state: 's',
    })
    const response = await fetch(`https://github.com/login/oauth/authorize?${query}`, { redirect: 'manual' })
    expect(response.headers.get('Location')).toContain('https://app.example/auth/github/callback?code=')
  })

  it.fails('fails a test that asks another host', async () => {
    const response = await fetch('https://unknown.example/path?secret=1')
    // Not the assertion, but the end of the test fails.
    expect(response.status).toBe(599)
  })

  it('tells nothing of it to the next test', () => expect(emulator.control.requests()).toEqual([]))
})

describe('an emulator for Miniflare alone', () => {
  const emulator = startEmulator({ replaceFetch: false })

  it('leaves the global fetch alone', async () => {
    expect(globalThis.fetch).toBe(network)
    const { outboundService } = emulator
    expect((await outboundService(new Request(SITES))).status).toBe(401)
  })

  it.fails('fails the test whose Worker asks another host', async () => {
    expect((await emulator.outboundService(new Request('https://unknown.example/'))).status).toBe(599)
  })
})

describe('an emulator that lets other hosts pass', () => {
  const asked: Request[] = []
  const emulator = startEmulator({
    passThrough: async (request) => {
      asked.push(request)
      return new Response('elsewhere', { status: 203 })
    },
  })

  it('sends them on as they came, and logs them', async () => {
    const headers = { 'X-Own': 'yes' }
    const response = await fetch('https://unknown.example/path?a=1', { method: 'POST', headers, body: 'text' })
    expect([response.status, await response.text()]).toEqual([203, 'elsewhere'])
    const [request] = asked
    expect([request?.method, request?.url]).toEqual(['POST', 'https://unknown.example/path?a=1'])
    expect([request?.headers.get('X-Own'), await request?.text()]).toEqual(['yes', 'text'])
    expect(emulator.control.requests()).toMatchObject([{ host: 'unknown.example', status: 203 }])
    expect((await fetch(SITES)).status).toBe(401)
    expect(asked).toHaveLength(1)
  })
})

describe('otherHosts: pass', () => {
  const sent: string[] = []
  const original = globalThis.fetch
  globalThis.fetch = async (input) => {
    sent.push(new Request(input).url)
    return new Response('network')
  }
  startEmulator({ otherHosts: 'pass' })
  globalThis.fetch = original

  it('sends them to the network', async () => {
    expect(await (await fetch('https://unknown.example/path')).text()).toBe('network')
    expect(sent).toEqual(['https://unknown.example/path'])
  })
})
