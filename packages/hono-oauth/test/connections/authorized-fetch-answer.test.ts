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
    [401, '', 'needs_reauth'],
    [401, 'scope', 'needs_reauth'],
    [403, 'scope', 'insufficient_scope'],
    [403, 'role', 'access_forbidden'],
  ])('is an error when the provider says so, at once: %d %s', async (status, body, code) => {
    const { request, sent } = setup([answering(status, body), answering(200)])
    const error = await refusal(() => request('/x'))
    expect(error.code).toBe(code)
    expect(sent).toHaveLength(1)
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
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      trailer: 'expires',
      upgrade: 'h2c',
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
