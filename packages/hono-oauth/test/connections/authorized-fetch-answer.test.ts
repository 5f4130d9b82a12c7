import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authorizedFetch } from '../../src/connections/authorized-fetch.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { Provider } from '../../src/providers/contract.ts'
import { Secret } from '../../src/secret.ts'
import { type Answer, fakeFetch, streamedBody } from '../protocol/fake-fetch.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { fakeProvider } from './support.ts'

const TOKEN = new Secret('canary-token')
const TIMEOUT_MS = 10_000

function setup(answers: readonly Answer[], provider: Provider = fakeProvider()) {
  const { fetch, sent } = fakeFetch(...answers)
  const backChannel = new BackChannel({ fetch, timeoutMs: TIMEOUT_MS })
  const request = (input: string | URL, init?: RequestInit) =>
    authorizedFetch(provider, TOKEN, backChannel, input, init)
  return { request, sent }
}
const answering =
  (status: number, body: string | null = ''): Answer =>
  () =>
    new Response(body, { status })
const dropping: Answer = () => {
  throw new TypeError('fetch failed')
}
const undecided: Provider = { ...fakeProvider(), apiError: () => undefined }

describe('the answer', () => {
  it.each([200, 201, 204, 304, 400, 404, 409, 429, 500, 503])(
    'is the caller’s to judge, and not read for it: %d',
    async (status) => {
      const chunks = [new TextEncoder().encode('body')]
      const { body, seen } = streamedBody(() => chunks.shift())
      const isEmpty = [204, 304].includes(status)
      const init = { status, statusText: 'As it is', headers: { 'x-custom': 'y' } }
      const answer = new Response(isEmpty ? null : body, init)
      const { request, sent } = setup([answer])
      const response = await request('/x')
      expect([response.status, response.statusText]).toEqual([status, 'As it is'])
      expect(Object.fromEntries(response.headers)).toEqual({ 'x-custom': 'y' })
      expect([seen.pulls, answer.bodyUsed, response.bodyUsed]).toEqual([0, false, false])
      expect(await response.text()).toBe(isEmpty ? '' : 'body')
      expect(sent).toHaveLength(1)
    },
  )

  it.each([
    [401, '', 'needs_reauth', 2],
    [401, 'scope', 'needs_reauth', 2],
    [403, 'scope', 'insufficient_scope', 1],
    [403, 'role', 'access_forbidden', 1],
  ])('is an error when the provider says so: %d %s', async (status, body, code, requests) => {
    const { request, sent } = setup([answering(status, body), answering(status, body)])
    const error = await refusal(() => request('/x'))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(requests)
    expect(shown(error)).not.toContain('canary')
  })

  it.each([
    [401, undecided],
    [403, fakeProvider()],
    [200, fakeProvider()],
    [500, fakeProvider()],
  ])('is whole when a %d is nothing the provider knows', async (status, provider) => {
    const headers = new Headers({
      'content-type': 'text/x',
      'content-length': '7',
      'content-encoding': 'identity',
      'transfer-encoding': 'chunked',
      'x-ratelimit-remaining': '3',
    })
    for (const cookie of ['a=1', 'b=2']) headers.append('set-cookie', cookie)
    const answer = new Response('unknown', { status, statusText: 'No', headers })
    const { request, sent } = setup([answer], provider)
    const response = await request('/x')
    expect([response.status, response.statusText]).toEqual([status, 'No'])
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/x',
      'x-ratelimit-remaining': '3',
    })
    expect(await response.text()).toBe('unknown')
    expect(sent).toHaveLength(1)
  })

  it('has headers that can be changed, unlike those of a fetch', async () => {
    const { headers } = await setup([Response.redirect('https://evil.example/')]).request('/x')
    headers.set('x-custom', 'y')
    expect(headers.get('x-custom')).toBe('y')
  })

  it.each([401, 403])('is not read without an end when it is a refusal: %d', async (status) => {
    const { body, seen } = streamedBody(() => new Uint8Array(16 * 1024))
    const { request, sent } = setup([new Response(body, { status })])
    expect((await refusal(() => request('/x'))).code).toBe('provider_response_invalid')
    expect(seen.cancelled).toBe(true)
    expect(seen.pulls).toBeLessThanOrEqual(17)
    expect(sent).toHaveLength(1)
  })

  it.each([401, 403])('that breaks off in a refusal is no answer: %d', async (status) => {
    const { body } = streamedBody(() => {
      throw new TypeError('terminated')
    })
    const { request, sent } = setup([new Response(body, { status })])
    expect((await refusal(() => request('/x'))).code).toBe('provider_unavailable')
    expect(sent).toHaveLength(1)
  })
})

describe('a 401 that the provider takes back', () => {
  it.each<[string, RequestInit]>([
    ['nothing', {}],
    ['null', { method: 'POST', body: null }],
    ['a text', { method: 'PATCH', body: '{"a":1}' }],
    ['an empty text', { method: 'POST', body: '' }],
    ['a form', { method: 'POST', body: new URLSearchParams({ a: '1' }) }],
    ['bytes', { method: 'PUT', body: new Uint8Array([1, 2]) }],
  ])('costs one more request, the very same: %s', async (_name, init) => {
    const { request, sent } = setup([answering(401), answering(200, 'ok')])
    const headers = { accept: 'text/plain' }
    const response = await request('/v2/sites?a=b', { ...init, headers })
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect(sent).toHaveLength(2)
    const [first, second] = sent.map(({ url, method, headers, body }) => {
      return { url, method, headers: Object.fromEntries(headers), body }
    })
    expect(second).toEqual(first)
    expect(second?.headers).toEqual({ ...headers, authorization: 'Bearer canary-token' })
    expect(sent.map(({ init: { redirect } }) => redirect)).toEqual(['manual', 'manual'])
    expect(sent[1]?.init.body).toBe(init.body)
  })

  it('is not asked for again with a body that can be read only once', async () => {
    const { body } = streamedBody(() => undefined)
    const { request, sent } = setup([answering(401), answering(200)])
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect((await refusal(() => request('/x', init))).code).toBe('needs_reauth')
    expect(sent).toHaveLength(1)
  })

  it.each<[string, Answer, string]>([
    ['a role', answering(403, 'role'), 'access_forbidden'],
    ['a scope', answering(403, 'scope'), 'insufficient_scope'],
    ['no connection', dropping, 'provider_unavailable'],
  ])('counts for nothing when the second answer is a refusal: %s', async (_name, answer, code) => {
    const { request, sent } = setup([answering(401), answer])
    expect((await refusal(() => request('/x'))).code).toBe(code)
    expect(sent).toHaveLength(2)
  })

  it('counts for nothing when the second answer is the caller’s to judge', async () => {
    const { request } = setup([answering(401), answering(503, 'later')])
    const response = await request('/x')
    expect([response.status, await response.text()]).toEqual([503, 'later'])
  })

  it.each([
    [403, 'scope'],
    [403, 'role'],
    [403, 'unknown'],
    [500, ''],
    [429, ''],
  ])('is the only answer that is asked for again: %d %s', async (status, body) => {
    const { request, sent } = setup([answering(status, body), answering(200)])
    await request('/x').catch(() => undefined)
    expect(sent).toHaveLength(1)
  })
})

describe('the time limit', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const forEver: Answer = () => new Promise(() => undefined)
  const endless =
    (status: number): Answer =>
    () =>
      new Response(new ReadableStream({}), { status })

  it.each<[string, Answer, RequestInit]>([
    ['an answer that does not come', forEver, {}],
    ['a 401 that does not end', endless(401), {}],
    ['a 403 that does not end', endless(403), {}],
    ['a 403, whatever signal the caller gave', endless(403), { signal: AbortSignal.any([]) }],
  ])('ends the wait for %s', async (_name, answer, init) => {
    const { request, sent } = setup([answer])
    let settled = false
    const refused = refusal(() => request('/x', init)).finally(() => {
      settled = true
    })
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
    expect(settled).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await refused).code).toBe('provider_timeout')
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not hold for a body that the caller reads', async () => {
    const { request } = setup([endless(200)])
    const response = await request('/x')
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS * 2)
    expect(response.bodyUsed).toBe(false)
  })
})
