import { afterEach, describe, expect, it, vi } from 'vitest'
import { BackChannel, isLoopback, readStart, requireEmulatorOrigin } from '../../src/protocol/back-channel.ts'
import { empty, fakeBackChannel, fakeFetch, json, streamedBody } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'

const ENDPOINT = new URL('https://provider.example/token?a=1')
const BYTE = Uint8Array.of(1)

afterEach(() => void vi.unstubAllGlobals())

describe('request', () => {
  it('sends its request and returns the answer', async () => {
    const headers = { 'content-type': 'text/x', 'x-custom': 'y' }
    const { backChannel, sent } = fakeBackChannel(new Response('body', { status: 418, headers }))
    const init = { method: 'POST', headers: { accept: 'application/json' }, body: 'a=b' }
    const response = await backChannel.request(ENDPOINT, init)
    expect([response.status, await response.text()]).toEqual([418, 'body'])
    expect(Object.fromEntries(response.headers)).toEqual(headers)
    expect(sent).toMatchObject([{ url: ENDPOINT.href, method: 'POST', body: 'a=b' }])
    expect(sent[0]?.headers.get('accept')).toBe('application/json')
  })

  it.each([204, 205])('returns an answer without a body: %d', async (status) => {
    const { backChannel } = fakeBackChannel(empty(status))
    const response = await backChannel.request(ENDPOINT, {})
    expect([response.status, await response.text()]).toEqual([status, ''])
  })

  it.each([300, 301, 302, 303, 304, 307, 308])('refuses a redirect: %d', async (status) => {
    const { body, seen } = streamedBody(() => BYTE)
    const headers = { location: 'https://evil.example/' }
    const answer = new Response(status === 304 ? null : body, { status, headers })
    const { backChannel, sent } = fakeBackChannel(answer)
    const error = await refusal(() => backChannel.request(ENDPOINT, { method: 'POST' }))
    expect([error.code, sent.length]).toEqual(['provider_response_invalid', 1])
    expect(shown(error)).not.toContain('evil')
    if (status !== 304) expect(seen).toEqual({ pulls: 0, cancelled: true })
  })

  it.each([undefined, 'follow', 'error'] as const)('never follows one: %s', async (redirect) => {
    const { backChannel, sent } = fakeBackChannel(json({}), json({}))
    const init = redirect ? { redirect } : {}
    await backChannel.request(ENDPOINT, init)
    await backChannel.send(ENDPOINT, init)
    expect(sent.map(({ init: { redirect } }) => redirect)).toEqual(['manual', 'manual'])
  })

  it.each([new TypeError('fetch failed'), 'a thrown text'])('reports that there is no answer: %s', async (cause) => {
    for (const method of ['request', 'send'] as const) {
      const { backChannel, sent } = fakeBackChannel(() => Promise.reject(cause))
      const error = await refusal(() => backChannel[method](ENDPOINT, {}))
      expect([error.code, error.cause]).toEqual(['provider_unavailable', cause])
      expect(sent).toHaveLength(1)
    }
  })

  it('reports a body that breaks off', async () => {
    const cause = new TypeError('terminated')
    const { body, seen } = streamedBody(() => {
      if (seen.pulls < 3) return BYTE
      throw cause
    })
    const { backChannel } = fakeBackChannel(new Response(body))
    const error = await refusal(() => backChannel.request(ENDPOINT, {}))
    expect([error.code, error.cause, seen.pulls]).toEqual(['provider_unavailable', cause, 3])
  })

  it('uses the fetch of the runtime by default', async () => {
    const { fetch, sent } = fakeFetch(json({}))
    vi.stubGlobal('fetch', fetch)
    await new BackChannel({ timeoutMs: 1000 }).request(ENDPOINT, {})
    expect(sent).toHaveLength(1)
  })
})

describe('readStart', () => {
  const { signal } = new AbortController()
  const MAX = 256 * 1024

  it.each([null, '', 'é🙂', 'x'.repeat(MAX)])('reads a whole body: %#', async (body) => {
    const { body: read, rest } = await readStart(new Response(body), signal)
    expect([new TextDecoder().decode(read), rest]).toEqual([body ?? '', undefined])
  })

  it('gives a larger body as a stream of all of it, which can be cancelled', async () => {
    const text = 'ab'.repeat(MAX)
    const { rest } = await readStart(new Response(text), signal)
    expect(await new Response(rest).text()).toBe(text)
    const { body, seen } = streamedBody(() => new Uint8Array(MAX))
    await (await readStart(new Response(body), signal)).rest?.cancel()
    expect(seen.cancelled).toBe(true)
  })
})

it('send returns every answer unread', async () => {
  const answer = new Response('x', { status: 302 })
  expect(await fakeBackChannel(answer).backChannel.send(ENDPOINT, {})).toBe(answer)
  expect(answer.bodyUsed).toBe(false)
})

const EMULATOR = 'http://localhost:9000'

describe('an emulator', () => {
  it.each([
    ['https://api.webflow.com', '/api.webflow.com/'],
    ['https://api.webflow.com/v2/sites?a=1&b=%20', '/api.webflow.com/v2/sites?a=1&b=%20'],
    ['https://webflow.com/a/../oauth/authorize', '/webflow.com/oauth/authorize'],
    ['https://api.webflow.com:8443/x', '/api.webflow.com:8443/x'],
    ['https://api.webflow.com//evil.example/x', '/api.webflow.com//evil.example/x'],
  ])('answers for %s at %s', async (text, path) => {
    const { fetch, sent } = fakeFetch(json({}), json({}))
    const backChannel = new BackChannel({ fetch, emulator: EMULATOR, timeoutMs: 1000 })
    const url = new URL(text)
    expect(backChannel.locate(url).href).toBe(`${EMULATOR}${path}`)
    await backChannel.request(url, {})
    await backChannel.send(url, {})
    expect(sent.map((request) => request.url)).toEqual(Array(2).fill(`${EMULATOR}${path}`))
  })

  it.each([EMULATOR, 'http://localhost', 'https://localhost:8443', 'http://127.0.0.1:9000', 'http://[::1]:9000'])(
    'may be at %s',
    (value) => {
      expect(() => requireEmulatorOrigin(value)).not.toThrow()
      expect(isLoopback(new URL(value))).toBe(true)
    },
  )

  it.each([
    ...['', 'localhost', 'localhost:9000', '//localhost:9000', 'http://', 'null', 'https://example.com'],
    ...['http://example.com:9000', 'http://localhost.example.com', 'http://localhost.evil'],
    ...['http://evil-localhost', 'http://localhost@evil.example', 'http://localhost:9000@evil.example'],
    ...['http://user@localhost:9000', 'http://evil.example#localhost', 'http://evil.example?localhost'],
    ...['http://localhost:9000/', 'http://localhost:9000/path', 'http://localhost:9000?x'],
    ...['http://localhost:80', 'HTTP://LOCALHOST:9000', 'http://localhost.:9000', 'http://0.0.0.0:9000'],
    ...['http://[::]:9000', 'http://127.0.0.1.nip.io:9000', 'http://127.1:9000', 'http://2130706433:9000'],
    ...['http://0x7f000001:9000', 'http://10.0.0.1:9000', 'http://192.168.0.1:9000', 'http://169.254.169.254'],
    ...['http://[::ffff:10.0.0.1]:9000', 'http://ⓛocalhost:9000', ' http://localhost:9000'],
    ...['http://localhost:9000 ', 'http://localhost:99999', 'file:///etc/passwd', 'file://localhost'],
    ...['data:text/plain,localhost', 'javascript:localhost', 'blob:http://localhost:9000/x'],
    ...['ftp://localhost', 'ws://localhost:9000', 'wss://localhost:9000'],
  ])('may not be at %j, which is not repeated', async (value) => {
    const error = await refusal(() => requireEmulatorOrigin(value))
    const message = 'emulator is not a loopback origin such as http://localhost:9000: leave out path and slash.'
    expect([error.code, error.message]).toEqual(['configuration_invalid', message])
    if (!error.message.includes(value)) expect(shown(error)).not.toContain(value)
  })

  it.each(['http://app.example', 'http://localhost.example', 'http://127.0.0.2', 'http://localhost@evil.example'])(
    'is on another machine: %s',
    (url) => {
      expect(isLoopback(new URL(url))).toBe(false)
    },
  )
})
