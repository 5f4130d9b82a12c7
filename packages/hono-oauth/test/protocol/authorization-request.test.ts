import { describe, expect, it } from 'vitest'
import {
  type AuthorizationRequest,
  buildAuthorizationUrl,
} from '../../src/protocol/authorization-request.ts'
import { CLIENT_ID, CLIENT_SECRET, registered } from './registered-client.ts'

const REQUEST: AuthorizationRequest = {
  state: 'st-ate_1',
  redirectUri: 'https://app.example/auth/p/callback',
  scopes: ['sites:read', 'pages:read'],
}
// RFC 7636, appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe('the authorization URL', () => {
  it('asks for a code, and holds each parameter once', async () => {
    const url = await buildAuthorizationUrl(registered, REQUEST)
    expect(`${url.origin}${url.pathname}${url.hash}`).toBe('https://provider.example/authorize')
    expect([...url.searchParams].sort()).toEqual([
      ['client_id', CLIENT_ID],
      ['redirect_uri', REQUEST.redirectUri],
      ['response_type', 'code'],
      ['scope', 'sites:read pages:read'],
      ['state', REQUEST.state],
    ])
    expect(url.href).not.toContain(CLIENT_SECRET)
  })

  it('writes spaces as %20 and a plus as %2B', async () => {
    const url = await buildAuthorizationUrl(registered, {
      ...REQUEST,
      params: { workspace: 'a b+c' },
    })
    expect(url.search).not.toContain('+')
    expect(url.search).toContain('scope=sites%3Aread%20pages%3Aread')
    expect(url.search).toContain('workspace=a%20b%2Bc')
    expect(url.searchParams.get('workspace')).toBe('a b+c')
  })

  it('has no scope when none is asked for', async () => {
    const url = await buildAuthorizationUrl(registered, { ...REQUEST, scopes: [] })
    expect(url.searchParams.has('scope')).toBe(false)
    const params = { scope: 'evil' }
    const asking = await buildAuthorizationUrl(registered, { ...REQUEST, scopes: [], params })
    expect(asking.searchParams.has('scope')).toBe(false)
  })

  it('separates scopes as it is told', async () => {
    const url = await buildAuthorizationUrl(registered, { ...REQUEST, scopeSeparator: ',' })
    expect(url.searchParams.getAll('scope')).toEqual(['sites:read,pages:read'])
  })

  it('keeps the query of the endpoint, beneath everything else', async () => {
    const own = 'tenant=a%20b&audience=x&audience=y&state=evil&scope=evil&prompt=none'
    const authorization_endpoint = `${registered.server.authorization_endpoint}?${own}`
    const client = { ...registered, server: { ...registered.server, authorization_endpoint } }
    const params = { prompt: 'login' }
    const url = await buildAuthorizationUrl(client, { ...REQUEST, scopes: [], params })
    expect([...url.searchParams].sort()).toEqual([
      ['audience', 'x'],
      ['audience', 'y'],
      ['client_id', CLIENT_ID],
      ['prompt', 'login'],
      ['redirect_uri', REQUEST.redirectUri],
      ['response_type', 'code'],
      ['state', REQUEST.state],
      ['tenant', 'a b'],
    ])
  })

  it('carries the S256 challenge of the verifier and never the verifier', async () => {
    const url = await buildAuthorizationUrl(registered, { ...REQUEST, codeVerifier: VERIFIER })
    expect(url.searchParams.getAll('code_challenge')).toEqual([CHALLENGE])
    expect(url.searchParams.getAll('code_challenge_method')).toEqual(['S256'])
    expect(url.href).not.toContain(VERIFIER)
  })

  const HOSTILE = {
    client_id: 'evil',
    state: 'evil',
    redirect_uri: 'https://evil.example/',
    response_type: 'token',
    scope: 'evil',
    code_challenge: 'evil',
    code_challenge_method: 'plain',
  }

  it.each([
    ['without PKCE', undefined],
    ['with PKCE', VERIFIER],
  ])('lets no further parameter replace one of the protocol: %s', async (_name, codeVerifier) => {
    const request = { ...REQUEST, codeVerifier }
    const plain = await buildAuthorizationUrl(registered, request)
    const params = { ...HOSTILE, workspace: 'kept', '&state=evil': '&client_id=evil#' }
    const url = await buildAuthorizationUrl(registered, { ...request, params })
    for (const name of Object.keys(HOSTILE)) {
      expect(url.searchParams.getAll(name)).toEqual(plain.searchParams.getAll(name))
      expect(url.searchParams.getAll(name).length).toBeLessThanOrEqual(1)
    }
    expect(url.searchParams.get('workspace')).toBe('kept')
    expect(url.hash).toBe('')
    expect(url.searchParams.size).toBe(plain.searchParams.size + 2)
  })

  it.each(['?', '&', '#', '%', 'é', '"<script>', '\r\nx: y', '\u0000'])(
    'escapes what it is given: %j',
    async (text) => {
      const request = {
        state: `s${text}`,
        redirectUri: `https://app.example/${text}`,
        scopes: [text],
      }
      const { searchParams, href } = await buildAuthorizationUrl(registered, request)
      expect(searchParams.get('state')).toBe(request.state)
      expect(searchParams.get('redirect_uri')).toBe(request.redirectUri)
      expect(searchParams.get('scope')).toBe(text)
      expect(href).toMatch(/^[\x21-\x7e]+$/)
    },
  )
})
