import { afterEach, describe, expect, it, vi } from 'vitest'
import { BackChannel, invalid, readBody } from '../../src/protocol/back-channel.ts'
import { fakeBackChannel, fakeFetch, json, streamedBody } from './fake-fetch.ts'
import { refusal, shown } from './refusal.ts'

const ENDPOINT = new URL('https://provider.example/token?a=1')

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('request', () => {
  it('sends what it is given and hands the answer on', async () => {
    const headers = { 'content-type': 'text/x', 'x-custom': 'y' }
    const { backChannel, sent } = fakeBackChannel(new Response('body', { status: 418, headers }))
    const init = { method: 'POST', headers: { accept: 'application/json' }, body: 'a=b' }
    const response = await backChannel.request(ENDPOINT, init)
    expect(response.status).toBe(418)
    expect(response.headers.get('content-type')).toBe('text/x')
    expect(response.headers.get('x-custom')).toBe('y')
    expect(await response.text()).toBe('body')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ url: ENDPOINT.href, method: 'POST', body: 'a=b' })
    expect(sent[0]?.headers.get('accept')).toBe('application/json')
  })

  it.each([204, 205])('hands on an answer that may have no body: %d', async (status) => {
    const { backChannel } = fakeBackChannel(new Response(null, { status }))
    const response = await backChannel.request(ENDPOINT, {})
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
  })

  it.each([300, 301, 302, 303, 304, 307, 308])('refuses a redirect: %d', async (status) => {
    const { body, seen } = streamedBody(() => Uint8Array.of(1))
    const headers = { location: 'https://evil.example/' }
    const answer = new Response(status === 304 ? null : body, { status, headers })
    const { backChannel, sent } = fakeBackChannel(answer)
    const error = await refusal(() => backChannel.request(ENDPOINT, { method: 'POST' }))
    expect(error.code).toBe('provider_response_invalid')
    expect(shown(error)).not.toContain('evil')
    expect(sent).toHaveLength(1)
    if (status !== 304) expect(seen).toEqual({ pulls: 0, cancelled: true })
  })

  it.each([undefined, 'follow', 'error'] as const)(
    'never lets a redirect be followed, whatever was asked for: %s',
    async (redirect) => {
      const { backChannel, sent } = fakeBackChannel(json({}), json({}))
      const init = redirect ? { redirect } : {}
      await backChannel.request(ENDPOINT, init)
      await backChannel.send(ENDPOINT, init)
      expect(sent.map(({ init: { redirect } }) => redirect)).toEqual(['manual', 'manual'])
    },
  )

  it.each([
    ['a name that does not resolve', new TypeError('fetch failed')],
    ['a reset connection', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['a thrown text', 'no'],
  ])('says that the provider is unavailable: %s', async (_name, cause) => {
    const { backChannel, sent } = fakeBackChannel(() => {
      throw cause
    })
    const error = await refusal(() => backChannel.request(ENDPOINT, {}))
    expect(error.code).toBe('provider_unavailable')
    expect(error.cause).toBe(cause)
    expect(sent).toHaveLength(1)
  })

  it('says so too when the connection breaks in the middle of a body', async () => {
    let chunks = 0
    const cause = new TypeError('terminated')
    const { body } = streamedBody(() => {
      if (chunks++ < 2) return Uint8Array.of(1, 2, 3)
      throw cause
    })
    const { backChannel } = fakeBackChannel(new Response(body))
    const error = await refusal(() => backChannel.request(ENDPOINT, {}))
    expect(error.code).toBe('provider_unavailable')
    expect(error.cause).toBe(cause)
  })
})

describe('readBody', () => {
  it('says that the provider is unavailable when a body breaks off', async () => {
    const cause = new TypeError('terminated')
    const { body } = streamedBody(() => {
      throw cause
    })
    const error = await refusal(() => readBody(new Response(body)))
    expect(error.code).toBe('provider_unavailable')
    expect(error.cause).toBe(cause)
  })

  it.each<[string, ConstructorParameters<typeof Response>[0], string]>([
    ['none', null, ''],
    ['an empty one', '', ''],
    ['one of several bytes to a letter', 'é🙂', 'é🙂'],
  ])('reads a body to its end: %s', async (_name, body, text) => {
    expect(new TextDecoder().decode(await readBody(new Response(body)))).toBe(text)
  })
})

describe('send', () => {
  it.each([200, 302, 401, 500])('hands every answer on unread: %d', async (status) => {
    const answer = new Response('x', { status })
    const { backChannel } = fakeBackChannel(answer)
    expect(await backChannel.send(ENDPOINT, {})).toBe(answer)
    expect(answer.bodyUsed).toBe(false)
  })

  it('says that the provider is unavailable when there is no answer', async () => {
    const { backChannel } = fakeBackChannel(() => Promise.reject(new TypeError('fetch failed')))
    const error = await refusal(() => backChannel.send(ENDPOINT, {}))
    expect(error.code).toBe('provider_unavailable')
  })

  it('lets an abort of the caller through', async () => {
    const abort = new AbortController()
    const reason = new DOMException('the caller gave up', 'AbortError')
    const { backChannel } = fakeBackChannel(
      ({ init }) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        }),
    )
    const sending = backChannel.send(ENDPOINT, { signal: abort.signal })
    abort.abort(reason)
    await expect(sending).rejects.toBe(reason)
  })
})

describe('fetch', () => {
  it('is the runtime’s own unless another is given', async () => {
    const { fetch, sent } = fakeFetch(json({}))
    vi.stubGlobal('fetch', fetch)
    await new BackChannel({ timeoutMs: 1000 }).request(ENDPOINT, {})
    expect(sent).toHaveLength(1)
  })
})

describe('invalid', () => {
  it('keeps the reason for logs', () => {
    const error = invalid('a body of stone')
    expect(error.code).toBe('provider_response_invalid')
    expect(error.cause).toEqual(new Error('a body of stone'))
    expect(JSON.stringify(error)).not.toContain('stone')
  })
})
