import { dpop } from 'hono-oauth/dpop'
import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../rig/oracles.ts'
import { advance, app } from './app-of-test.ts'
import { digestOf } from './digest.ts'
import { BOUND, keys, openBound, PUBLIC, sent, watchStatuses } from './dpop-app.ts'
import { proofOf } from './proofs.ts'
import { ISSUER, LIFETIME, type ServerOptions } from './server.ts'

const proofs = () => Promise.all(sent().map(proofOf))

describe('DPoP at oidc-provider', () => {
  // The server always gives a nonce; by the renewal that nonce has ended.
  const PATHS = ['/token', '/me', '/me', '/token', '/token', '/me', '/token/revocation', '/token/revocation']
  it.each<[string, ServerOptions, Partial<OidcOptions>, readonly string[]]>([
    ['without nonces', BOUND, {}, PATHS],
    ['with nonces', { ...BOUND, dpopNonces: true }, {}, ['/token', ...PATHS]],
    ['of a public client', PUBLIC, { clientSecret: undefined, clientAuthentication: 'none' }, PATHS],
  ])('%s: login, API, renewal and revocation', async (_title, server, settings, paths) => {
    await openBound(server, settings)
    const browser = await app.connected()
    const first = await app.token(browser)
    expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada', name: 'Ada Example' } })
    advance(LIFETIME + 1)
    expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
    const second = await app.token(browser)
    expect(await app.leave(browser)).toBe('revoked')

    const all = await proofs()
    expect(all.map(({ path }) => path)).toEqual(paths)
    const signed = all.filter(({ path }) => path !== '/token/revocation')
    expect(all.slice(signed.length).map(({ claims }) => claims)).toEqual([undefined, undefined])
    expect(new Set(signed.map(({ key }) => key)).size).toBe(1)
    expect(new Set(signed.map(({ claims }) => claims?.jti)).size).toBe(signed.length)
    for (const { path, header, jwk, claims } of signed) {
      expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' })
      expect(Object.keys(jwk ?? {}).toSorted()).toEqual(['crv', 'kty', 'x', 'y'])
      const method = path === '/token' ? 'POST' : 'GET'
      expect(claims).toMatchObject({ htm: method, htu: `${ISSUER}${path}`, jti: expect.stringMatching(/^[\w-]{22}$/) })
    }
    const [login, ...rest] = sent().filter(({ url }) => url.pathname === '/me')
    expect(login?.headers.get('authorization')).toBe(`DPoP ${first}`)
    expect(rest.map(({ headers }) => headers.get('authorization'))).toEqual([`DPoP ${first}`, `DPoP ${second}`])
    const hashes = signed.filter(({ path }) => path === '/me').map(({ claims }) => claims?.['ath'])
    expect(hashes).toEqual([digestOf(first), digestOf(first), digestOf(second)])
  })

  it('has another key for each connection, and for each login', async () => {
    await openBound()
    const [one, other] = [await app.connected(), await app.connected({ account: 'bob' })]
    await app.connect(one)
    expect(await app.me(one)).toMatchObject({ status: 200, json: { sub: 'ada' } })
    expect(await app.me(other)).toMatchObject({ status: 200, json: { sub: 'bob' } })
    expect(new Set((await proofs()).flatMap(({ key }) => key ?? [])).size).toBe(3)
    expect(new Set(keys).size).toBe(3)
  })

  it('asks once more with the nonce that a server wants, at each endpoint', async () => {
    await openBound({ ...BOUND, dpopNonces: true })
    const statuses = watchStatuses()
    const browser = await app.connected()
    expect(statuses.splice(0)).toEqual(['/token 400', '/token 200', '/me 200'])
    await app.me(browser)
    expect(statuses.splice(0)).toEqual(['/me 200'])
    // The nonce that the app knows has ended by now.
    advance(LIFETIME - 100)
    expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
    expect(statuses.splice(0)).toEqual(['/me 401', '/me 200'])
    advance(LIFETIME)
    expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
    expect(statuses).toEqual(['/token 400', '/token 200', '/me 200'])
    expect(app.events.map(({ type }) => type)).toEqual(['connected', 'refreshed'])
    // The first refresh token was not used up by the request without a nonce.
    const [, , ...renewals] = app.forms('/token')
    expect(new Set(renewals.map((form) => form['refresh_token'])).size).toBe(1)
  })

  it('asks once more and no oftener: a server that never has enough marks nothing', async () => {
    await openBound()
    const browser = await app.connected()
    app.wire.clear()
    const answer = { status: 401, headers: { 'dpop-nonce': 'n', 'www-authenticate': 'DPoP error="use_dpop_nonce"' } }
    app.wire.intercept(() => new Response('{}', answer))
    expect((await app.me(browser)).status).toBe(401)
    expect(app.wire.sent).toHaveLength(2)
    expect(app.events.map(({ type }) => type)).toEqual(['connected'])
    app.wire.clear()
    expect(await app.me(browser)).toMatchObject({ status: 200 })
    expect(await app.connection(browser)).toMatchObject({ health: 'active' })
  })

  it.each(['a b', 'a"b', '\u00e4', 'x'.repeat(1025)])(
    'remembers no nonce that a proof cannot carry: %s',
    async (nonce) => {
      await openBound()
      app.wire.intercept(({ url }, forward) =>
        url.pathname === '/token'
          ? forward().then(async (answer) => {
              const headers = { 'content-type': 'application/json', 'dpop-nonce': nonce }
              return new Response(await answer.text(), { headers })
            })
          : undefined,
      )
      await app.me(await app.connected())
      // The user info gives a nonce that can be used.
      expect((await proofs()).slice(0, 2).map(({ claims }) => claims?.['nonce'])).toEqual([undefined, undefined])
    },
  )

  it('remembers the newest nonce, also that of a repeated request', async () => {
    await openBound()
    const proof = dpop()
    const key = await proof.createKey()
    const target = { method: 'POST', url: new URL(`${ISSUER}/token`), now: 0 }
    const sentNonces: unknown[] = []
    const send = async (headers: Readonly<Record<string, string>>) => {
      sentNonces.push(decodeJwt(String(headers['dpop']))['nonce'])
      const status = sentNonces.length === 1 ? 400 : 200
      return Response.json({ error: 'use_dpop_nonce' }, { status, headers: { 'dpop-nonce': `n${sentNonces.length}` } })
    }
    await proof.send(key, target, send)
    await proof.send(key, target, send)
    expect(sentNonces).toEqual([undefined, 'n1', 'n2'])
    const headers = { 'dpop-nonce': 'n9', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }
    expect(proof.asksAgain(target, new Response('', { headers }))).toBe(false)
    await proof.send(key, target, send)
    expect(sentNonces.at(-1)).toBe('n9')
  })

  it('signs the method and the address of each request', async () => {
    await openBound()
    const browser = await app.connected()
    app.wire.clear()
    const body = new URLSearchParams({ a: '1' })
    const posted = await app.use(browser, (it) => it.fetch('/me?b=2#c', { method: 'post', body }))
    expect(posted).toMatchObject({ status: 200, json: { sub: 'ada' } })
    const [proof] = await proofs()
    expect(proof?.claims).toMatchObject({ htm: 'POST', htu: `${ISSUER}/me` })
  })

  it('sends a body again, but not a stream, which its caller sends again', async () => {
    await openBound({ ...BOUND, dpopNonces: true })
    const browser = await app.connected()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const post = (body: string | ReadableStream) =>
      app.use(browser, (it) => it.fetch('/me', { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
    const stream = () => new Blob(['a=1']).stream()
    advance(240)
    expect(await post('a=1')).toMatchObject({ status: 200 })
    advance(240)
    const detail = expect.stringContaining('The API asked for another proof. Send the request again.')
    expect(await post(stream())).toMatchObject({ status: 502, json: { code: 'provider_unavailable', detail } })
    expect(await post(stream())).toMatchObject({ status: 200 })
    expect(app.wire.requests('/me').map(({ body }) => body)).toEqual(['', 'a=1', 'a=1', 'a=1', 'a=1'])
  })

  it('refuses a token that is not bound, and gives it back', async () => {
    await openBound()
    app.wire.editToken((json) => ({ ...json, token_type: 'Bearer' }))
    const browser = app.browser()
    const end = await app.login(browser)
    expect(await codeOf(await browser.navigate(end.href))).toBe('provider_response_invalid')
    expect(app.forms('/token/revocation').map((form) => form['token_type_hint'])).toEqual([
      'refresh_token',
      'access_token',
    ])
    expect(app.server.storage.count('RefreshToken')).toBe(0)
  })

  it.each(['DPoP', 'dpop', 'DPOP'])('takes the token type %s', async (type) => {
    await openBound()
    app.wire.editToken((json) => ({ ...json, token_type: type }))
    await app.connected()
  })

  it('is asked for by a server that binds every token: without dpop, the app is rejected', async () => {
    await openBound(BOUND, { dpop: undefined })
    const browser = app.browser()
    expect(await codeOf(await browser.navigate((await app.login(browser)).href))).toBe('code_rejected')
  })
})
