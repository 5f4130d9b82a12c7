import type { OidcOptions } from 'hono-oauth/providers/oidc'
import { describe, expect, it } from 'vitest'
import { advance, app, open } from './app-of-test.ts'
import type { Cookies } from './person.ts'
import { API, CLIENT_ID, CLIENT_SECRET, ISSUER, LIFETIME, type ServerOptions } from './server.ts'

/** Lets every access token end. */
const endTokens = () => advance(LIFETIME + 1)
const NEEDS_REAUTH = { status: 401, json: { code: 'needs_reauth' } }
const left = () => ['Grant', 'RefreshToken', 'AccessToken'].map((model) => app.server.storage.count(model))

/** Asks the server itself what a token is good for: user info, or a refresh. */
const askWith = async (token: string, isRefresh = false) => {
  const init: RequestInit = isRefresh
    ? {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
      }
    : { headers: { authorization: `Bearer ${token}` } }
  const answer = await app.server.fetch(new Request(`${ISSUER}${isRefresh ? '/token' : '/me'}`, init))
  const { error } = (await answer.json()) as { error?: string }
  return [answer.status, error]
}

describe('a renewal at oidc-provider', () => {
  it.each<[string, ServerOptions, Partial<OidcOptions>, number]>([
    ['rotates', {}, {}, 3],
    [
      'rotates, of a public client',
      { client: { token_endpoint_auth_method: 'none' } },
      { clientSecret: undefined, clientAuthentication: 'none' },
      3,
    ],
    ['gives the same refresh token', { rotates: false }, { refreshTokens: 'reusable' }, 1],
    ['gives the same refresh token although it might rotate', { rotates: false }, {}, 1],
  ])('that %s: each ended access token is renewed once', async (_title, server, settings, refreshTokens) => {
    await open(server, settings)
    const browser = await app.connected()
    const accessTokens = [await app.token(browser)]
    for (let renewal = 0; renewal < 3; renewal++) {
      endTokens()
      expect(await app.me(browser)).toMatchObject({ status: 200, json: { sub: 'ada' } })
      accessTokens.push(await app.token(browser))
    }
    const [, ...renewals] = app.forms('/token')
    expect(renewals.map((form) => form['grant_type'])).toEqual(Array(3).fill('refresh_token'))
    expect(new Set(renewals.map((form) => form['refresh_token'])).size).toBe(refreshTokens)
    expect(new Set(accessTokens).size).toBe(4)
    expect(await app.connection(browser)).toMatchObject({ health: 'active', account: { id: 'ada' } })
  })

  it('is renewed once for tabs that use the connection at the same time', async () => {
    await open()
    const browser = await app.connected()
    endTokens()
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.me(browser.clone())))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(app.tokenRequests()).toBe(2)
  })

  it('is over with the whole grant after a refresh token was used again elsewhere', async () => {
    await open()
    const browser = await app.connected()
    endTokens()
    await app.me(browser)
    const used = String(app.forms('/token')[1]?.['refresh_token'])
    expect(await askWith(used, true)).toEqual([400, 'invalid_grant'])
    expect(left()).toEqual([0, 0, 0])

    // A token that is younger than a minute is not renewed again.
    advance(61)
    expect(await app.me(browser)).toMatchObject(NEEDS_REAUTH)
    expect(await app.connection(browser)).toMatchObject({ health: 'needs_reauth' })
    expect(app.events.map(({ type }) => type)).toEqual(['connected', 'refreshed', 'needs_reauth'])
    app.wire.clear()
    expect(await app.me(browser)).toMatchObject(NEEDS_REAUTH)
    expect(app.wire.sent).toEqual([])
  })

  it('needs offline access, which the server grants only with a prompt for consent', async () => {
    await open({}, { authorizationParams: {} })
    const browser = await app.connected()
    expect((await app.connection(browser)).scopes).toEqual(['openid', 'profile', 'items:read'])
    endTokens()
    expect(await app.me(browser)).toMatchObject(NEEDS_REAUTH)
    expect(app.tokenRequests()).toBe(1)
  })
})

describe('a second login at oidc-provider', () => {
  /** Logs in twice in one browser; the server knows the person the second time, or does not. */
  async function connectTwice(isKnown: boolean) {
    const browser = app.browser()
    const cookies: Cookies = new Map()
    await app.connect(browser, {}, cookies)
    await app.connect(browser, {}, isKnown ? cookies : new Map())
    return browser
  }

  it.each([true, false])('is usable, in the same session of the server: %s', async (isKnown) => {
    await open()
    const browser = await connectTwice(isKnown)
    expect(app.forms('/token/revocation')).toEqual([])
    // Both logins of a known person have the same grant.
    expect(left()).toEqual([isKnown ? 1 : 2, 2, 2])
    expect(await app.me(browser)).toMatchObject({ status: 200 })
  })
})

describe('an end of a connection at oidc-provider', () => {
  it.each<[string, ServerOptions, Partial<OidcOptions>]>([
    ['with a secret', {}, {}],
    ['with a secret in the body', {}, { clientAuthentication: 'post' }],
    [
      'of a public client',
      { client: { token_endpoint_auth_method: 'none' } },
      { clientSecret: undefined, clientAuthentication: 'none' },
    ],
    // The server keeps no JWT, and so it revokes none.
    ['with a JWT', { resources: true }, { authorizationParams: { prompt: 'consent', resource: API } }],
    ['without a refresh token', {}, { authorizationParams: {} }],
  ])('%s: the grant is revoked', async (_title, server, settings) => {
    await open(server, settings)
    const browser = await app.connected()
    const token = await app.token(browser)
    expect(await app.leave(browser)).toBe('revoked')
    expect(await askWith(token)).toEqual([401, 'invalid_token'])
    expect(left().slice(1)).toEqual([0, 0])
    expect(app.wire.sent.at(-1)?.url.href).toBe(`${ISSUER}/token/revocation`)
  })

  it('that the server does not allow is not called revoked', async () => {
    await open()
    const browser = await app.connected()
    app.wire.intercept(({ url }) =>
      url.pathname === '/token/revocation' ? new Response('', { status: 401 }) : undefined,
    )
    expect(await app.leave(browser)).toBe('deleted_only')
  })
})
