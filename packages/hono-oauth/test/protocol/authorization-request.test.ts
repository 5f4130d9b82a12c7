import { describe, expect, it } from 'vitest'
import { type AuthorizationRequest, buildAuthorizationUrl } from '../../src/protocol/authorization-request.ts'
import { CLIENT_ID, CLIENT_SECRET, registered } from './registered-client.ts'

const REQUEST: AuthorizationRequest = {
  state: 'st-ate_1',
  redirectUri: 'https://app.example/auth/p/callback',
  scopes: ['sites:read', 'pages:read'],
}
// RFC 7636, appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const PKCE = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }
const USUAL = { client_id: CLIENT_ID, redirect_uri: REQUEST.redirectUri, response_type: 'code', state: REQUEST.state }
const build = (request: Partial<AuthorizationRequest> = {}) =>
  buildAuthorizationUrl(registered, { ...REQUEST, ...request })

describe('the authorization URL', () => {
  const HOSTILE = { state: 'evil', redirect_uri: 'https://evil.example/', response_type: 'token', scope: 'evil' }
  const params = { ...HOSTILE, client_id: 'evil', code_challenge: 'evil', code_challenge_method: 'plain' }
  const further = { workspace: 'kept', '&state=evil': '&client_id=evil#' }

  it.each<[string, Partial<AuthorizationRequest>, object]>([
    ['scopes', {}, { scope: 'sites:read pages:read' }],
    ['scopes with a comma', { scopeSeparator: ',' }, { scope: 'sites:read,pages:read' }],
    ['no scope', { scopes: [] }, {}],
    ['a nonce', { scopes: [], nonce: 'n' }, { nonce: 'n' }],
    ['the challenge of a verifier', { scopes: [], codeVerifier: VERIFIER }, PKCE],
  ])('has each parameter once, and no further one replaces it: %s', async (_name, request, parameters) => {
    const expected = Object.entries({ ...USUAL, ...parameters })
    const url = await build(request)
    expect(`${url.origin}${url.pathname}${url.hash}`).toBe('https://provider.example/authorize')
    expect([...url.searchParams].sort()).toEqual(expected.sort())
    for (const secret of [CLIENT_SECRET, VERIFIER]) expect(url.href).not.toContain(secret)
    const { searchParams, hash } = await build({ ...request, params: { ...params, ...further } })
    expect([...searchParams].sort()).toEqual([...expected, ...Object.entries(further)].sort())
    expect(hash).toBe('')
  })

  it('has spaces as %20 and a plus as %2B', async () => {
    const { search } = await build({ params: { workspace: 'a b+c' } })
    expect(search).not.toContain('+')
    expect(search).toContain('scope=sites%3Aread%20pages%3Aread')
    expect(search).toContain('workspace=a%20b%2Bc')
  })

  it.each(['?', '&', '#', '%', 'é', '"<script>', '\r\nx: y', '\u0000'])('escapes %j', async (text) => {
    const request = { state: `s${text}`, redirectUri: `https://app.example/${text}`, scopes: [text] }
    const { searchParams, href } = await build(request)
    const parameters = { state: request.state, redirect_uri: request.redirectUri, scope: text }
    expect(Object.fromEntries(searchParams)).toMatchObject(parameters)
    expect(href).toMatch(/^[\x21-\x7e]+$/)
  })
})
