import { describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/errors.ts'
import { HOST, LIFETIME } from '../engine/constants.ts'
import { connected, outcomeOf, stopTimers, tokenOf } from '../engine/fixture.ts'
import { answering, CLIENT_ERROR, GONE, times, unreachable } from '../engine/replies.ts'
import { type Vary, withoutRenewal } from '../engine/varied-provider.ts'

const BEARER = { 'www-authenticate': 'Bearer error="invalid_token"' }
const REFUSED = answering(401, {}, BEARER)
const statusOf = async (work: Promise<Response>) => {
  const outcome = await outcomeOf(work)
  return typeof outcome === 'string' ? outcome : outcome.status
}

/** A connection, and the requests that its API gets. */
async function calling(vary?: Vary) {
  const world = await connected({ vary })
  world.sent.length = 0
  const calls = () => world.sent.filter(({ path }) => path !== '/token')
  const tokens = () => calls().map(({ headers }) => headers.get('authorization')?.slice(7))
  return { ...world, calls, tokens }
}

describe('the access token', () => {
  // A scheme without slashes is relative, and a backslash ends the host.
  it.each([
    ['/api/me?a=%20', '/api/me?a=%20'],
    ['api/me', '/api/me'],
    ['', '/'],
    ['/a/../x@y', '/x@y'],
    ['/https://evil.example', '/https://evil.example'],
    ['HTTPS://OAUTH.EXAMPLE:443/api', '/api'],
    [new URL(`${HOST}/api`), '/api'],
    ['https:evil.example', '/evil.example'],
    [`${HOST}\\@evil.example/`, '/@evil.example/'],
  ])('is sent to the provider: %s', async (input, path) => {
    const { connection, first, calls, tokens } = await calling()
    await connection.fetch(input)
    expect([calls().map(({ url }) => url), tokens()]).toEqual([[`${HOST}${path}`], [first]])
  })

  // A path that leads elsewhere comes from a visitor; the app wrote an absolute URL.
  const paths = [
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\t/evil.example/',
    ' //evil.example',
    'https://',
  ]
  it.each(paths)('is sent nowhere else by a path: %s', async (input) => {
    const { connection, sent } = await calling()
    const error = await connection.fetch(input).catch((thrown) => thrown)
    expect([error.code, error.status, sent]).toEqual(['path_forbidden', 400, []])
  })

  const texts =
    'https://evil.example/ http://oauth.example/ wss://oauth.example/ ' +
    'https://oauth.example:8443/ https://cdn.oauth.example/ https://user@oauth.example/ ' +
    'https://:pass@oauth.example/ https://oauth.example@evil.example/ https://oauth.example./ ' +
    'https://oauth.example.evil.example/ https://evil.oauth.example/ https://evil.example#oauth.example ' +
    'https://oauth.exampl\u0435/ http://169.254.169.254/latest data:text/plain,x ' +
    'blob:https://oauth.example/1 file:///etc/passwd'
  const elsewhere = [...texts.split(' '), ' https://evil.example', new URL('https://evil.example/a')]
  it.each(elsewhere)('is sent nowhere else: %s', async (input) => {
    const { connection, sent } = await calling()
    const error = await connection.fetch(input).catch((thrown) => thrown)
    expect([error.code, error.status, sent]).toEqual(['destination_forbidden', 500, []])
  })
})

describe('the request', () => {
  it('is the caller’s, without headers of a visitor or of one hop, with our Authorization', async () => {
    const { connection, first, calls } = await calling()
    const kept = { accept: 'text/plain', 'x-custom': 'kept' }
    const hops = 'cookie host keep-alive proxy-authenticate proxy-authorization proxy-connection te '
    const dropped = `${hops}trailer transfer-encoding upgrade x-one x-two authorization`.split(' ')
    const headers = new Headers(kept)
    for (const name of dropped) headers.set(name, 'x')
    headers.set('connection', 'close, X-One ,x-two, no name,, authorization')
    await connection.fetch('/api/me', { method: 'PATCH', headers, body: '{"a":1}' })
    const [call] = calls()
    expect(call?.init).toMatchObject({ method: 'PATCH', body: '{"a":1}', redirect: 'manual' })
    const expected = { ...kept, authorization: `Bearer ${first}`, 'user-agent': 'hono-oauth' }
    expect([Object.fromEntries(call?.headers ?? []), headers.get('authorization')]).toEqual([expected, 'x'])
  })

  it('is sent to each origin of the provider, once, and follows no redirect', async () => {
    const { connection, onNext, calls } = await calling()
    onNext('/x', answering(307, {}, { location: 'https://evil.example/' }), unreachable)
    const response = await connection.fetch('https://cdn.oauth.example:8443/x', { redirect: 'follow' })
    expect([response.status, response.headers.has('location')]).toEqual([307, true])
    expect([await outcomeOf(connection.fetch('/x')), calls().length]).toEqual(['provider_unavailable', 2])
  })

  it('can be ended by the caller', async () => {
    const { connection, onNext } = await calling()
    const abort = new AbortController()
    onNext('/x', async (_send, { signal }) => {
      abort.abort(new Error('enough'))
      throw signal?.reason
    })
    await expect(connection.fetch('/x', { signal: abort.signal })).rejects.toThrow('enough')
  })
})

describe('the answer', () => {
  it.each([200, 204, 404, 503, 403])('%d loses headers for visitors and caches', async (status) => {
    const { connection, onNext, calls } = await calling()
    const dropped =
      'cache-control expires age pragma set-cookie clear-site-data refresh content-security-policy ' +
      'content-security-policy-report-only strict-transport-security access-control-allow-origin ' +
      'access-control-allow-credentials access-control-allow-headers access-control-allow-methods ' +
      'cdn-cache-control cloudflare-cdn-cache-control surrogate-control surrogate-key cache-tag edge-control ' +
      'x-accel-expires x-accel-redirect referrer-policy permissions-policy cross-origin-opener-policy nel ' +
      'report-to reporting-endpoints alt-svc x-frame-options set-login ' +
      'access-control-expose-headers access-control-max-age content-length content-encoding ' +
      'connection keep-alive trailer transfer-encoding upgrade x-hop'
    const kept = { 'content-type': 'text/x', etag: '"1"', 'x-ratelimit-remaining': '3', vary: 'x' }
    const headers = new Headers(kept)
    for (const name of dropped.split(' ')) headers.set(name, 'x-hop')
    const body = status === 204 ? null : 'the body'
    onNext('/x', async () => new Response(body, { status, statusText: 'As it is', headers }))
    const response = await connection.fetch('/x')
    expect([response.status, response.statusText]).toEqual([status, 'As it is'])
    expect([Object.fromEntries(response.headers), await response.text(), calls().length]).toEqual([kept, body ?? '', 1])
  })

  const forbidden: Vary = (real) => ({ ...real, apiError: () => new OAuthError('access_forbidden') })
  it.each([
    ['insufficient_scope', { error: 'insufficient_scope' }, undefined],
    ['access_forbidden', {}, forbidden],
  ])('that refuses the request marks nothing: %s', async (code, body, vary) => {
    const { connection, onNext, calls, health } = await calling(vary)
    onNext('/x', answering(403, body))
    expect([await outcomeOf(connection.fetch('/x')), calls().length, await health()]).toEqual([code, 1, ['active']])
  })

  it.each([
    ['no answer', undefined],
    ['an endless 403', new ReadableStream({})],
  ])('is waited for ten seconds: %s', async (_name, body) => {
    const { connection, onNext } = await calling()
    stopTimers(['setTimeout', 'clearTimeout'])
    onNext('/x', () => new Promise((done) => body && done(new Response(body, { status: 403 }))))
    const outcome = outcomeOf(connection.fetch('/x'))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await outcome).toBe('provider_timeout')
  })

  // No more than 256 KiB of it is read; a challenge is judged with any body.
  it.each([
    ['403 without a challenge is handed on', 403, {}, 403],
    [
      '403 for a scope is judged',
      403,
      { 'www-authenticate': 'Bearer error="insufficient_scope"' },
      'insufficient_scope',
    ],
    ['401 for the token is judged', 401, BEARER, 200],
  ])('that is huge: %s', async (_name, status, headers, expected) => {
    const { connection, onNext } = await calling()
    const body = 'x'.repeat(300_000)
    onNext('/api/me', async () => new Response(body, { status, headers }))
    const answer = await outcomeOf(connection.fetch('/api/me'))
    expect(typeof answer === 'string' ? answer : answer.status).toBe(expected)
    if (typeof answer !== 'string' && !answer.ok) expect(await answer.text()).toBe(body)
  })
})

describe('a 401', () => {
  it.each([
    ['with a Bearer challenge', BEARER, true],
    ['without a challenge', {}, true],
    ['with a challenge of another scheme', { 'www-authenticate': 'ApiKey realm="x"' }, false],
  ])('%s renews the token and is sent again: %s', async (_name, headers, isRenewed) => {
    const { connection, first, onNext, tokens, renewals, told, health } = await calling()
    onNext('/api/me', answering(401, { a: 1 }, headers))
    const response = await connection.fetch('/api/me')
    expect([response.status, renewals().length]).toEqual(isRenewed ? [200, 1] : [401, 0])
    if (!isRenewed) expect(await response.json()).toEqual({ a: 1 })
    expect(tokens()).toEqual(isRenewed ? [first, await tokenOf(connection)] : [first])
    expect([await health(), told().length]).toEqual([['active'], isRenewed ? 2 : 1])
  })

  it.each([
    ['with a Bearer challenge', BEARER, 'needs_reauth', [2, 4, 6]],
    ['without a challenge', {}, 401, [2, 3, 5]],
  ])('again and again, %s, marks nothing', async (_n, headers, expected, counts) => {
    const { connection, stepping, onNext, calls, renewals, health } = await calling()
    onNext('/x', ...times(6, answering(401, {}, headers)))
    const seen = await stepping([1, 59, 1], async () => {
      expect(await statusOf(connection.fetch('/x'))).toBe(expected)
      return calls().length
    })
    expect([seen, renewals().length, await health()]).toEqual([counts, 2, ['active']])
  })

  it.each([
    ['once means nothing', 1, 'active', 200],
    ['twice means that it is dead', 2, 'needs_reauth', 'needs_reauth'],
  ])('of a token that nothing renews, %s', async (_name, count, expected, outcome) => {
    const { connection, first, onNext, tokens, told, health } = await calling(withoutRenewal)
    onNext('/api/me', ...times(count, REFUSED))
    expect(await statusOf(connection.fetch('/api/me'))).toBe(outcome)
    expect([tokens(), await health()]).toEqual([[first, first], [expected]])
    expect(told().slice(1)).toEqual(count === 2 ? ['needs_reauth'] : [])
  })

  it('of a token that nothing renews is thrown also when the store fails', async () => {
    const { connection, onNext, faults } = await calling(withoutRenewal)
    onNext('/x', ...times(2, REFUSED))
    faults.fail('compareAndSwap')
    expect(await outcomeOf(connection.fetch('/x'))).toBe('needs_reauth')
  })

  it.each([
    ['needs_reauth', GONE, 'needs_reauth'],
    ['client_rejected', CLIENT_ERROR, 'degraded'],
  ])('whose renewal fails is not sent again: %s', async (code, reply, expected) => {
    const { connection, onNext, calls, health } = await calling()
    onNext('/x', REFUSED)
    onNext('/token', reply)
    expect([await outcomeOf(connection.fetch('/x')), calls().length, await health()]).toEqual([code, 1, [expected]])
  })

  it.each<[string, Record<string, string>, Vary | undefined, string | number, number]>([
    ['renews for the next request', BEARER, undefined, 'provider_unavailable', 1],
    ['without a challenge, too', {}, undefined, 401, 1],
    ['is thrown where nothing renews, and marks nothing', BEARER, withoutRenewal, 'needs_reauth', 0],
  ])('for a stream, which is not sent again, %s', async (_name, headers, vary, expected, count) => {
    const { connection, onNext, calls, renewals, health } = await calling(vary)
    onNext('/api/me', answering(401, {}, headers))
    const body = new ReadableStream({ start: (controller) => controller.close() })
    expect(await statusOf(connection.fetch('/api/me', { method: 'POST', body }))).toBe(expected)
    expect([calls().length, renewals().length, await health()]).toEqual([1, count, ['active']])
    expect([await statusOf(connection.fetch('/api/me')), renewals().length]).toEqual([200, count])
  })

  it('of fifty requests at the same time costs one renewal and one more request each', async () => {
    const { connection, onNext, calls, renewals } = await calling()
    onNext('/api/me', ...times(50, REFUSED))
    const all = Array.from({ length: 50 }, () => connection.fetch('/api/me'))
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]))
    expect([calls().length, renewals().length]).toEqual([100, 1])
  })
})

it('five calls in one handler, with a renewal, cost one more read of the store', async () => {
  const { list, clock, operations, renewals } = await calling()
  clock.advance(LIFETIME)
  const [listed] = await list()
  operations.length = 0
  for (let count = 0; count < 5; count++) await listed?.fetch('/api/me')
  const kinds = operations.map((each) => each.replace(/ .*/, ''))
  expect([kinds, renewals().length]).toEqual([['write', 'get', 'write', 'write'], 1])
})
