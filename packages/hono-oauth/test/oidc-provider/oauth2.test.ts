// oauth2() at the server: it reads no metadata, so the options name the endpoints.
import { generateKeyPairSync } from 'node:crypto'
import { dpop } from 'hono-oauth/dpop'
import { privateKeyJwt } from 'hono-oauth/private-key-jwt'
import { type OAuth2Options, oauth2 } from 'hono-oauth/providers/oauth2'
import type { JWK } from 'oidc-provider'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BackChannel } from '../../src/protocol/back-channel.ts'
import type { Account, StoredGrant } from '../../src/providers/contract.ts'
import { noteSecret } from '../rig/notes.ts'
import { createWire } from '../rig/wire.ts'
import { digestOf } from './digest.ts'
import { proofOf, watchKeys } from './proofs.ts'
import { CLIENT_ID, CLIENT_SECRET, ISSUER, openServer, REDIRECT_URI, type ServerOptions } from './server.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = pair.privateKey.export({ format: 'jwk' })
noteSecret('a private key', key.d)

const OPTIONS = {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/auth`,
  pushedAuthorizationRequestEndpoint: `${ISSUER}/request`,
  tokenEndpoint: `${ISSUER}/token`,
  revocationEndpoint: `${ISSUER}/token/revocation`,
  userinfoEndpoint: `${ISSUER}/me`,
  account: { id: 'userinfo.sub' },
  apiOrigins: [ISSUER],
  scopes: ['openid', 'offline_access'],
  authorizationParams: { prompt: 'consent' },
} satisfies OAuth2Options

let close = async () => {}
afterEach(async () => {
  vi.restoreAllMocks()
  await close()
})

/** A provider at the server, and what went over the wire. */
async function open(serverOptions: ServerOptions, options: Partial<OAuth2Options>) {
  watchKeys()
  const server = await openServer(serverOptions)
  close = async () => {
    await server.close()
    expect(server.failures).toEqual([])
  }
  const wire = createWire(server)
  const provider = oauth2({ ...OPTIONS, ...options } as OAuth2Options)
  const backChannel = new BackChannel({ fetch: wire.follow.bind(wire), timeoutMs: 10_000 })
  const now = Math.floor(Date.now() / 1000)
  const state = 'the-state-of-the-login'
  const codeVerifier = 'v'.repeat(43)
  const login = async () => {
    const request = { state, redirectUri: REDIRECT_URI, scopes: OPTIONS.scopes, codeVerifier }
    const url = await provider.authorizationUrl(request, backChannel, now)
    const { searchParams: parameters } = await server.visit(url.href)
    return provider.authorize({ parameters, state, redirectUri: REDIRECT_URI, codeVerifier, now }, backChannel)
  }
  return { provider, backChannel, now, login, wire, server }
}

describe('oauth2() at oidc-provider', () => {
  it.each<[string, ServerOptions, Partial<OAuth2Options>]>([
    ['pushed requests', { client: { require_pushed_authorization_requests: true } }, {}],
    [
      'client assertions',
      {
        client: {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [pair.publicKey.export({ format: 'jwk' }) as JWK] },
        },
      },
      { clientSecret: undefined, clientAuthentication: privateKeyJwt({ key }) },
    ],
    ['proofs', { client: { dpop_bound_access_tokens: true } }, { dpop: dpop() }],
    ['proofs with nonces', { client: { dpop_bound_access_tokens: true }, dpopNonces: true }, { dpop: dpop() }],
    [
      'proofs at a user info in its own shape',
      { client: { dpop_bound_access_tokens: true }, dpopNonces: true },
      { dpop: dpop(), userinfoEndpoint: { url: `${ISSUER}/me`, form: { a: '1' } } },
    ],
  ])('with %s: login, renewal and revocation', async (_title, serverOptions, options) => {
    const { provider, backChannel, now, login, wire, server } = await open(serverOptions, options)
    const { tokens, grant } = await login()
    expect(grant.account.id).toBe('ada')
    const stored: StoredGrant = { ...tokens, ...grant, account: grant.account as Account, details: {} }
    const renewed = await provider.renew?.(stored, backChannel, now)
    const current = { ...stored, ...renewed, details: {}, scopes: grant.scopes }
    const target = { url: new URL(`${ISSUER}/me`), now }
    const headers = { ...(await provider.tokenHeaders(current, target)) }
    expect((await server.fetch(new Request(target.url, { headers }))).status).toBe(200)
    expect(await provider.revoke(current, backChannel, now)).toBe('revoked')
    expect(wire.sent[0]?.url.pathname).toBe('/request')

    const proofs = await Promise.all(wire.sent.map(proofOf))
    const signed = proofs.filter(({ claims }) => claims)
    const isBound = options.dpop !== undefined
    expect(new Set(signed.map(({ path }) => path))).toEqual(new Set(isBound ? ['/token', '/me'] : []))
    expect(new Set(signed.map(({ key }) => key)).size).toBe(isBound ? 1 : 0)
    expect(tokens.proofKey !== undefined).toBe(isBound)
    for (const { path, claims } of signed) {
      expect(claims?.['ath']).toBe(path === '/me' ? digestOf(tokens.accessToken.reveal()) : undefined)
    }
  })

  it('repeats a read that failed with another proof', async () => {
    const { login, wire } = await open({ client: { dpop_bound_access_tokens: true } }, { dpop: dpop() })
    let reads = 0
    wire.intercept(({ url }) =>
      url.pathname === '/me' && ++reads === 1 ? new Response('', { status: 503 }) : undefined,
    )
    await login()
    const [first, second] = await Promise.all(wire.requests('/me').map(proofOf))
    expect([first?.claims?.jti === second?.claims?.jti, reads]).toEqual([false, 2])
  })
})

describe('a pushed request of a provider with other names', () => {
  it('has them in the request and in the address, and goes to the place of the login', async () => {
    const sent: { url: string; form: string[][] }[] = []
    const fetch = async (url: string, init: RequestInit) => {
      sent.push({ url, form: [...new URLSearchParams(String(init.body))] })
      return Response.json({ request_uri: 'urn:x', expires_in: 60 }, { status: 201 })
    }
    const provider = oauth2({
      ...OPTIONS,
      authorizationEndpoint: 'https://{shop}/authorize?flow=1',
      pushedAuthorizationRequestEndpoint: 'https://{shop}/push',
      tokenFormat: 'json',
      clientAuthentication: 'post',
      parameterNames: { client_id: 'client_key', scope: 'user_scope' },
      details: { shop: 'login.shop' },
      hosts: ['*.shops.example'],
      account: { id: 'token.id' },
      tokenEndpoint: 'https://{shop}/token',
    })
    const request = { state: 's', redirectUri: REDIRECT_URI, scopes: ['a'], login: { shop: 'one.shops.example' } }
    const backChannel = new BackChannel({ fetch, timeoutMs: 1000 })
    const url = await provider.authorizationUrl(request, backChannel, 0)
    expect(url.href).toBe(`https://one.shops.example/authorize?flow=1&client_key=${CLIENT_ID}&request_uri=urn%3Ax`)
    expect(sent).toEqual([
      {
        url: 'https://one.shops.example/push',
        form: [
          ['flow', '1'],
          ['prompt', 'consent'],
          ['response_type', 'code'],
          ['client_key', CLIENT_ID],
          ['redirect_uri', REDIRECT_URI],
          ['state', 's'],
          ['user_scope', 'a'],
          ['client_secret', CLIENT_SECRET],
        ],
      },
    ])
    const elsewhere = { ...request, login: { shop: 'evil.example' } }
    const error = expect.objectContaining({ code: 'login_parameter_invalid' })
    await expect(provider.authorizationUrl(elsewhere, backChannel, 0)).rejects.toEqual(error)
    expect(sent).toHaveLength(1)
  })

  it.each(['http://op.example/push', 'https://{token}.example/push', 'x'])('is not sent to %s', (endpoint) => {
    const options = { ...OPTIONS, pushedAuthorizationRequestEndpoint: endpoint }
    expect(() => oauth2(options)).toThrow(/^oauth2 pushedAuthorizationRequestEndpoint /)
  })
})
