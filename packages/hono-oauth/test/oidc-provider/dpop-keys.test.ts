import { inspect } from 'node:util'
import { dpop } from 'hono-oauth/dpop'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { type OidcOptions, oidc } from 'hono-oauth/providers/oidc'
import * as oauth from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { type ConnectionRecord, decodeRecord, encodeRecord } from '../../src/vault/record.ts'
import { noteText } from '../rig/notes.ts'
import { advance, app } from './app-of-test.ts'
import { BOUND, keys, openBound, PUBLIC, sent, watchStatuses } from './dpop-app.ts'
import { CLIENT_ID, ISSUER, LIFETIME } from './server.ts'

describe('a key that is not that of the tokens', () => {
  /** Proofs with another key in some requests. */
  function swapped(member: 'send' | 'headers') {
    const proof = dpop()
    let other: Secret | undefined
    const swap = async (key: Secret | undefined) => other ?? key
    const settings: Partial<OidcOptions> = {
      dpop: {
        ...proof,
        send: async (key, ...rest) => proof.send(member === 'send' ? await swap(key) : key, ...rest),
        headers: async (key, ...rest) => proof.headers(member === 'headers' ? await swap(key) : key, ...rest),
      },
    }
    const steal = async () => {
      other = await proof.createKey()
    }
    return { settings, steal }
  }

  it('is refused by the API: the token is renewed once, and then the answer is the API’s', async () => {
    const { settings, steal } = swapped('headers')
    await openBound(BOUND, settings)
    const browser = await app.connected()
    const statuses = watchStatuses()
    await steal()
    advance(61)
    expect(await app.me(browser)).toMatchObject({ status: 401, json: { code: 'needs_reauth' } })
    expect(statuses).toEqual(['/me 401', '/token 200', '/me 401'])
  })

  it('is refused at the renewal of a public client', async () => {
    const { settings, steal } = swapped('send')
    await openBound(PUBLIC, { clientSecret: undefined, clientAuthentication: 'none', ...settings })
    const browser = await app.connected()
    await steal()
    advance(LIFETIME + 1)
    expect(await app.me(browser)).toMatchObject({ status: 401, json: { code: 'needs_reauth' } })
    expect(await app.connection(browser)).toMatchObject({ health: 'needs_reauth' })
  })

  it('is of no use to a thief of the token', async () => {
    await openBound()
    const token = await app.token(await app.connected())
    const pair = await oauth.generateKeyPair('ES256')
    const handle = oauth.DPoP({}, pair)
    const send = async (url: string, init: object) => app.server.fetch(new Request(url, init))
    const ask = async (options: object) =>
      (
        await oauth
          .protectedResourceRequest(...([token, 'GET', new URL(`${ISSUER}/me`), undefined, undefined] as const), {
            [oauth.customFetch]: send,
            ...options,
          })
          .catch((error: oauth.WWWAuthenticateChallengeError) => error.response)
      ).status
    expect([await ask({}), await ask({ DPoP: handle })]).toEqual([401, 401])
  })
})

describe('the private key', () => {
  it('travels between isolates, and is in no JSON of a record', async () => {
    await openBound()
    const made = { accessToken: new Secret('a'), proofKey: new Secret('k') } as ConnectionRecord
    expect(decodeRecord(structuredClone(encodeRecord(made))).proofKey?.reveal()).toBe('k')
    expect(JSON.parse(JSON.stringify(made))).toEqual({ accessToken: '[redacted]', proofKey: '[redacted]' })
    expect(decodeRecord({ accessToken: 'a' }).proofKey).toBeUndefined()
  })

  it('is never used with the refresh token of an earlier login', async () => {
    await openBound()
    const browser = await app.connected()
    app.wire.editToken(({ refresh_token: _, ...json }) => json)
    await app.connect(browser)
    expect(await app.me(browser)).toMatchObject({ status: 200 })
    advance(LIFETIME + 1)
    expect(await app.me(browser)).toMatchObject({ status: 401, json: { code: 'needs_reauth' } })
    expect(app.forms('/token').map((form) => form['grant_type'])).toEqual(['authorization_code', 'authorization_code'])
  })

  it('shows in nothing that the app can print', async () => {
    await openBound()
    const browser = await app.connected()
    let shown = ''
    await app.use(browser, async (it) => {
      shown = [it, await it.accessToken(), app.events].map((each) => JSON.stringify(each) + inspect(each)).join('')
      return Response.json({})
    })
    noteText('a connection and its events', shown)
    const page = await app.store.list('', undefined)
    noteText('the store', JSON.stringify(page))
    expect(keys).toHaveLength(1)
    for (const text of [shown, JSON.stringify(page), ...sent().map((each) => JSON.stringify([...each.headers]))]) {
      expect(text).not.toContain(keys[0])
    }
  })
})

describe('a connection of a time before dpop', () => {
  const OPTIONS = { clientId: CLIENT_ID, clientSecret: 'a secret', dpop: dpop() }
  const AT = 'https://oauth.example'
  const ENDPOINTS = {
    authorizationEndpoint: `${AT}/authorize`,
    tokenEndpoint: `${AT}/token`,
    apiOrigins: [AT],
  } as const
  const grant = {
    id: '1',
    account: { id: '1', name: null },
    details: {},
    scopes: [],
    accessToken: new Secret('a'),
    refreshToken: new Secret('r'),
  }
  const target = { url: new URL(AT), now: 0 }

  it('needs a new login', async () => {
    await openBound()
    const provider = oauth2({ ...OPTIONS, ...ENDPOINTS })
    const backChannel = { request: () => expect.unreachable() } as never
    const error = expect.objectContaining({ code: 'needs_reauth' })
    await expect((async () => provider.tokenHeaders(grant, target))()).rejects.toEqual(error)
    await expect(provider.renew?.(grant, backChannel, 0)).rejects.toEqual(error)
  })

  it.each<[string, number, string, string | undefined]>([
    ['a DPoP challenge', 401, 'DPoP error="invalid_token"', 'needs_reauth'],
    ['a DPoP challenge without an error', 401, 'DPoP algs="ES256"', 'needs_reauth'],
    ['a Bearer challenge', 401, 'Bearer', 'needs_reauth'],
    ['a nonce that is missing', 401, 'Bearer, DPoP error="use_dpop_nonce"', undefined],
    ['another scheme', 401, 'Basic realm="x"', undefined],
    ['a scope that is missing', 403, 'DPoP error="insufficient_scope", scope="a"', 'insufficient_scope'],
    ['another token', 403, 'DPoP error="invalid_token"', 'needs_reauth'],
  ])('%s means', async (_title, status, challenge, code) => {
    await openBound()
    const headers = new Headers({ 'www-authenticate': challenge })
    expect(oauth2({ ...OPTIONS, ...ENDPOINTS }).apiError(status, '', headers)?.code).toBe(code)
    if (/^DPoP/.test(challenge)) {
      expect(oauth2({ ...OPTIONS, ...ENDPOINTS, dpop: undefined }).apiError(status, '', headers)).toBeUndefined()
    }
  })

  it.each<[string, object]>([
    ['the function itself', { dpop }],
    ['a boolean', { dpop: true }],
    ['a header with the token', { apiHeaders: { 'x-token': '{access_token}' } }],
    ['an exchange', { exchangeEndpoint: { url: `${AT}/x` } }],
    ['a refresh of its own shape', { refreshEndpoint: { url: `${AT}/x` } }],
  ])('does not go with %s', async (_title, options) => {
    await openBound()
    expect(() => oauth2({ ...OPTIONS, ...ENDPOINTS, ...options })).toThrow(/^oauth2 dpop /)
  })

  it('goes with a refresh endpoint', async () => {
    await openBound()
    expect(() => oauth2({ ...OPTIONS, ...ENDPOINTS, refreshEndpoint: `${AT}/refresh` })).not.toThrow()
    expect(oidc({ ...OPTIONS, issuer: AT }).asksAgain).toBeTypeOf('function')
    expect(oidc({ ...OPTIONS, issuer: AT, dpop: undefined }).asksAgain).toBeUndefined()
  })
})
