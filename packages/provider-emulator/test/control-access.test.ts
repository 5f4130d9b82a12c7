import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmulator, type Emulator } from '../src/index.ts'
import { type EmulatorServer, startServer } from '../src/server.ts'
import { JSON_TYPE } from './support.ts'

let emulator: Emulator
let server: EmulatorServer

beforeEach(async () => {
  emulator = createEmulator()
  server = await startServer(emulator, { port: 0 })
  emulator.control.setScenario('webflow', 'api-500')
})
afterEach(() => server.close())

/** Sends a request as a program can, with any Host; fetch would replace that header. */
function send(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = server
    httpRequest({ port, host: '127.0.0.1', method, path: `/_emulator${path}`, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .once('error', reject)
      .end()
  })
}

const activeScenarios = () => emulator.control.scenarios().filter(({ active }) => active).length

const CHANGES: [string, string][] = [
  ['POST', '/reset'],
  ['POST', '/clock'],
  ['POST', '/webhooks'],
  ['POST', '/webflow/install'],
  ['POST', '/wix/install'],
  ['POST', '/oauth.example/expire-access-tokens'],
  ['POST', '/github/expire-access-tokens'],
  ['PUT', '/scenarios/webflow/api-401'],
  ['DELETE', '/scenarios'],
  ['DELETE', '/scenarios/webflow/api-500'],
  ['DELETE', '/requests'],
]

describe.each(CHANGES)('%s %s', (method, path) => {
  it.each([
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'http://localhost:8787' }],
    [{ Origin: 'null' }],
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
  ])('is refused with %j', async (headers) => {
    expect(await send(method, path, { ...JSON_TYPE, ...headers } as Record<string, string>)).toBe(403)
    expect(activeScenarios()).toBe(1)
  })
})

describe('the control', () => {
  it.each([
    ['no type', {}],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'Content-Type': 'text/plain;charset=UTF-8' }],
    ['a list of types', { 'Content-Type': 'text/plain, application/json' }],
  ])('refuses a change with %s', async (_name, headers) => {
    expect(await send('POST', '/reset', headers as Record<string, string>)).toBe(415)
    expect(activeScenarios()).toBe(1)
  })

  it.each([
    ['a program', {}],
    ['its own page', { 'Sec-Fetch-Site': 'same-origin' }],
    ['the address bar', { 'Sec-Fetch-Site': 'none' }],
  ])('takes a change from %s', async (_name, headers) => {
    const own = { ...headers, 'Content-Type': 'application/json; charset=utf-8' } as Record<string, string>
    expect(await send('POST', '/reset', own)).toBe(204)
    expect(activeScenarios()).toBe(0)
  })

  it('takes a change from its own origin', async () => {
    expect(await send('POST', '/reset', { ...JSON_TYPE, Origin: server.url })).toBe(204)
  })

  it.each([
    ['rebound.example', 599],
    ['localhost.rebound.example', 599],
    ['127.0.0.1.rebound.example', 599],
    ['emulator.test', 421],
    ['webflow.com', 404],
  ])('answers nothing at the host %s', async (host, status) => {
    expect(await send('GET', '/requests', { Host: host })).toBe(status)
    expect(await send('POST', '/reset', { Host: host, ...JSON_TYPE, Origin: `http://${host}` })).toBe(status)
    expect(activeScenarios()).toBe(1)
  })

  it('does not answer a preflight', async () => {
    const preflight = await fetch(`${server.url}/_emulator/reset`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect(preflight.status).toBe(403)
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})
