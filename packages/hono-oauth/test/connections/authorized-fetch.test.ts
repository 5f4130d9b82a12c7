import { describe, expect, it } from 'vitest'
import { authorizedFetch } from '../../src/connections/authorized-fetch.ts'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import { Secret } from '../../src/secret.ts'
import { type Answer, fakeFetch, json } from '../protocol/fake-fetch.ts'
import { refusal, shown } from '../protocol/refusal.ts'
import { fakeProvider } from './support.ts'

const TOKEN = new Secret('canary-token')
const ORIGIN = 'https://api.provider.example'

function setup(...answers: Answer[]) {
  const { fetch, sent } = fakeFetch(...answers)
  const backChannel = new BackChannel({ fetch, timeoutMs: 10_000 })
  const request = (input: string | URL, init?: RequestInit) =>
    authorizedFetch(fakeProvider(), TOKEN, backChannel, input, init)
  return { request, sent }
}

describe('a destination of the provider', () => {
  it.each<[string | URL, string]>([
    ['/v2/sites', `${ORIGIN}/v2/sites`],
    ['/v2/sites?a=b&c=%20', `${ORIGIN}/v2/sites?a=b&c=%20`],
    ['v2/sites', `${ORIGIN}/v2/sites`],
    ['?a=b', `${ORIGIN}/?a=b`],
    ['', `${ORIGIN}/`],
    ['/a/../b', `${ORIGIN}/b`],
    ['/x@y', `${ORIGIN}/x@y`],
    ['/https://evil.example', `${ORIGIN}/https://evil.example`],
    [`${ORIGIN}/v2/sites`, `${ORIGIN}/v2/sites`],
    [`${ORIGIN}:443/v2/sites`, `${ORIGIN}/v2/sites`],
    ['HTTPS://API.PROVIDER.EXAMPLE/v2', `${ORIGIN}/v2`],
    ['//api.provider.example/v2', `${ORIGIN}/v2`],
    [new URL(`${ORIGIN}/v2/sites`), `${ORIGIN}/v2/sites`],
    // A scheme without slashes is relative, and a backslash ends the host: the provider’s own both.
    ['https:evil.example', `${ORIGIN}/evil.example`],
    [`${ORIGIN}\\@evil.example/`, `${ORIGIN}/@evil.example/`],
    ['https://cdn.provider.example:8443/x', 'https://cdn.provider.example:8443/x'],
  ])('gets the token: %s', async (input, url) => {
    const { request, sent } = setup(json({ ok: true }))
    expect(await (await request(input)).json()).toEqual({ ok: true })
    expect(sent.map((each) => each.url)).toEqual([url])
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer canary-token')
    expect(sent[0]?.url).not.toContain('canary')
  })
})

describe('any other destination', () => {
  it.each<[string | URL]>([
    ['https://evil.example/'],
    ['//evil.example/'],
    ['///evil.example/'],
    ['\\\\evil.example/'],
    ['/\\evil.example/'],
    ['\\/evil.example/'],
    ['/\t/evil.example/'],
    ['\n//evil.example/'],
    [' https://evil.example'],
    ['http://api.provider.example/'],
    ['ws://api.provider.example/'],
    ['wss://api.provider.example/'],
    ['ftp://api.provider.example/'],
    ['https://api.provider.example:8443/'],
    ['https://api.provider.example:80/'],
    ['https://cdn.provider.example/'],
    ['https://user@api.provider.example/'],
    ['https://user:pass@api.provider.example/'],
    ['https://:pass@api.provider.example/'],
    ['//user@api.provider.example/'],
    ['https://api.provider.example@evil.example/'],
    ['https://api.provider.example:x@evil.example/'],
    ['https://api.provider.example.evil.example/'],
    ['https://api.provider.example./'],
    ['https://evil.api.provider.example/'],
    ['https://provider.example/'],
    ['https://apiaprovider.example/'],
    ['https://evil.example#api.provider.example'],
    ['https://evil.example?api.provider.example'],
    ['https://api.provider.exampl\u0435/'],
    ['https://127.0.0.1/'],
    ['https://[::1]/'],
    ['http://169.254.169.254/latest/meta-data'],
    ['https://'],
    ['https://:443'],
    ['//'],
    ['data:text/plain,x'],
    ['javascript:alert(1)'],
    ['blob:https://api.provider.example/1'],
    ['BLOB:https://api.provider.example/v2/sites'],
    [new URL('blob:https://api.provider.example/1')],
    ['file:///etc/passwd'],
    ['about:blank'],
    ['x:null'],
    [new URL('https://evil.example/')],
    [new URL('https://user@api.provider.example/')],
  ])('gets nothing: %s', async (input) => {
    const { request, sent } = setup(json({}))
    const error = await refusal(() => request(input))
    expect(error.code).toBe('destination_forbidden')
    expect(sent).toEqual([])
    expect(shown(error)).not.toContain('canary')
  })
})

describe('the request', () => {
  it('is the caller’s, but for the token', async () => {
    const { request, sent } = setup(json({}))
    const headers = { authorization: 'Basic evil', 'x-custom': 'kept', accept: 'text/plain' }
    await request('/x', { method: 'PATCH', headers, body: '{"a":1}' })
    expect(sent[0]).toMatchObject({ method: 'PATCH', body: '{"a":1}' })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      ...headers,
      authorization: 'Bearer canary-token',
    })
  })

  it.each([
    'connection',
    'cookie',
    'host',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('has no %s of a visitor whose headers were passed on', async (name) => {
    const { request, sent } = setup(json({}))
    const visitor = new Headers({ [name]: 'x-other', 'x-custom': 'kept' })
    await request('/x', { headers: visitor })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      authorization: 'Bearer canary-token',
      'x-custom': 'kept',
    })
    expect(visitor.get(name)).toBe('x-other')
  })

  it('has nothing that the visitor said is for the next neighbour alone', async () => {
    const { request, sent } = setup(json({}))
    const connection = 'close, X-One ,x-two, no name,, authorization'
    const headers = { connection, 'x-one': '1', 'x-two': '2', 'x-three': '3' }
    await request('/x', { headers })
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({
      authorization: 'Bearer canary-token',
      'x-three': '3',
    })
  })

  it.each<[string, ConstructorParameters<typeof Headers>[0]]>([
    ['an object in capitals', { AUTHORIZATION: 'Bearer evil' }],
    ['a list', [['Authorization', 'Bearer evil']]],
    ['a list that repeats it', [1, 2].map((n) => ['authorization', `Bearer evil-${n}`])],
    ['Headers', new Headers({ authorization: 'Bearer evil' })],
    ['nothing', undefined],
  ])('carries one Authorization header, ours: %s', async (_name, headers) => {
    const { request, sent } = setup(json({}))
    await request('/x', headers === undefined ? {} : { headers })
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer canary-token')
    if (headers instanceof Headers) expect(headers.get('authorization')).toBe('Bearer evil')
  })

  it.each(['follow', 'error', 'manual'] as const)('follows no redirect: %s', async (redirect) => {
    const location = 'https://evil.example/'
    const answer = new Response(null, { status: 307, headers: { location } })
    const { request, sent } = setup(answer, json({}))
    const response = await request('/x', { redirect })
    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe(location)
    expect(sent.map(({ init }) => init.redirect)).toEqual(['manual'])
  })

  it('lets the caller end it', async () => {
    const abort = new AbortController()
    const { request, sent } = setup(({ init: { signal } }) => {
      abort.abort(new Error('enough'))
      throw signal?.reason
    })
    await expect(request('/x', { signal: abort.signal })).rejects.toThrow('enough')
    expect(sent).toHaveLength(1)
  })

  it('without an answer says so, and is not repeated', async () => {
    const { request, sent } = setup(() => {
      throw new TypeError('fetch failed')
    })
    const error = await refusal(() => request('/x', { method: 'POST', body: 'x' }))
    expect(error.code).toBe('provider_unavailable')
    expect(sent).toHaveLength(1)
    expect(shown(error)).not.toContain('canary')
  })
})
