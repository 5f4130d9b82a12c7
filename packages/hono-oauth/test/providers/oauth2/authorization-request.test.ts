import { describe, expect, it } from 'vitest'
import { NOBODY } from '../../protocol/fake-fetch.ts'
import { CHALLENGE, CLIENT_SECRET, provider, REDIRECT_URI, STATE, VERIFIER } from './support.ts'

const REQUEST = { state: STATE, redirectUri: REDIRECT_URI, scopes: ['items:read', 'profile'] }

describe('the authorization request', () => {
  it('is that of RFC 6749 with PKCE', async () => {
    const url = await provider().authorizationUrl({ ...REQUEST, codeVerifier: VERIFIER }, ...NOBODY)
    expect(url.href).toBe(
      'https://login.example/authorize?response_type=code&client_id=client-id-1' +
        '&redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fexample%2Fcallback' +
        `&state=canary-state&scope=items%3Aread%20profile&code_challenge=${CHALLENGE}` +
        '&code_challenge_method=S256',
    )
    expect(url.href).not.toContain(CLIENT_SECRET)
  })

  it('separates scopes by a comma where the server wants one', async () => {
    const url = await provider({ scopeSeparator: ',' }).authorizationUrl(REQUEST, ...NOBODY)
    expect(url.searchParams.get('scope')).toBe('items:read,profile')
  })

  it('carries fixed parameters, beneath those of the login, beneath the protocol’s', async () => {
    const authorizationParams = {
      access_type: 'offline',
      prompt: 'consent',
      state: 'evil',
      redirect_uri: 'https://evil.example',
      response_type: 'token',
      client_id: 'evil',
      scope: 'evil',
      code_challenge: 'evil',
      code_challenge_method: 'plain',
    }
    const params = { ...authorizationParams, prompt: 'none', login_hint: 'ada@example.com' }
    const { access_type: _, ...ofLogin } = params
    const made = provider({ authorizationParams })
    const url = await made.authorizationUrl({ ...REQUEST, params: ofLogin }, ...NOBODY)
    expect([...url.searchParams].sort()).toEqual([
      ['access_type', 'offline'],
      ['client_id', 'client-id-1'],
      ['login_hint', 'ada@example.com'],
      ['prompt', 'none'],
      ['redirect_uri', REDIRECT_URI],
      ['response_type', 'code'],
      ['scope', 'items:read profile'],
      ['state', STATE],
    ])
  })

  it('keeps the query of the endpoint', async () => {
    const authorizationEndpoint = 'https://login.example/authorize?tenant=acme'
    const url = await provider({ authorizationEndpoint }).authorizationUrl(REQUEST, ...NOBODY)
    expect(url.searchParams.get('tenant')).toBe('acme')
    expect(url.searchParams.get('state')).toBe(STATE)
  })
})
