import { describe, expect, it } from 'vitest'
import { type WebflowOptions, webflow } from '../../../src/providers/webflow/index.ts'
import { json, linesOf, NO_REQUEST, over } from '../../protocol/fake-fetch.ts'
import { refusal, refusedAfter, shown } from '../../protocol/refusal.ts'
import * as support from '../oauth2/support.ts'
import { introspection, provider } from './support.ts'

const { CLIENT_ID, CLIENT_SECRET, callback, REDIRECT_URI, TOKEN, VERIFIER } = support
const REQUEST = { state: support.STATE, redirectUri: REDIRECT_URI, scopes: ['sites:read', 'pages:read'] }

describe('the settings of a Webflow app', () => {
  it.each(['clientId', 'clientSecret'])('are refused without %s', async (setting) => {
    for (const value of ['', undefined]) {
      const options = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, scopes: [], [setting]: value }
      const error = await refusal(() => webflow(options as WebflowOptions))
      expect([error.code, error.message]).toEqual([
        'configuration_invalid',
        expect.stringMatching(`^webflow ${setting} is missing\\. Add its variable`),
      ])
      for (const text of [CLIENT_ID, CLIENT_SECRET]) expect(shown(error)).not.toContain(text)
    }
  })

  it('become a provider that shows no secret', () => {
    const made = provider()
    expect(made).toMatchObject({ scopes: REQUEST.scopes, pkce: false, restartsWithoutState: true })
    expect(made.apiOrigins(support.stored())).toEqual(['https://api.webflow.com'])
    expect(provider({ pkce: true }).pkce).toBe(true)
    expect(made.tokenHeaders(support.stored(), support.TARGET)).toEqual({ authorization: `Bearer ${TOKEN}` })
    expect(shown(made)).not.toContain(CLIENT_SECRET)
  })
})

const QUERY =
  'response_type=code&client_id=client-id-1' +
  '&redirect_uri=https%3A%2F%2Fapp.example%2Fauth%2Fexample%2Fcallback' +
  '&state=canary-state&scope=sites%3Aread%20pages%3Aread'
it.each<[string, object, string, string]>([
  ['as documented', {}, '', ''],
  ['with PKCE', { codeVerifier: VERIFIER }, '', `&code_challenge=${support.CHALLENGE}&code_challenge_method=S256`],
  ['with a parameter of Webflow', { params: { workspace: 'acme' } }, 'workspace=acme&', ''],
])('the authorization request is sent %s', async (_name, changes, before, after) => {
  const { href } = await provider().authorizationUrl({ ...REQUEST, ...changes }, ...NO_REQUEST)
  expect(href).toBe(`https://webflow.com/oauth/authorize?${before}${QUERY}${after}`)
})

// `test/catalogue`, `test/thread` and `test/protocol` have the other logins that fail.
describe('a login', () => {
  it.each([
    ['without PKCE', undefined],
    ['with PKCE', VERIFIER],
  ])('sends the documented token request: %s', async (_name, codeVerifier) => {
    const answers = [json({ token_type: 'bearer', access_token: TOKEN }), json(introspection())]
    const { sent, work } = over(answers, (backChannel) =>
      provider().authorize(callback({}, { codeVerifier }), backChannel),
    )
    const { tokens, grant } = await work()
    expect([grant.id, tokens.accessToken.reveal()]).toEqual(['grant-1', TOKEN])
    expect([tokens.refreshToken, tokens.expiresInSeconds]).toEqual([undefined, undefined])
    expect(linesOf(sent)).toEqual([
      'POST https://api.webflow.com/oauth/access_token',
      'GET https://api.webflow.com/v2/token/introspect',
    ])
    expect(sent[0]?.headers.has('authorization')).toBe(false)
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      ...{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uri: REDIRECT_URI },
      ...{ grant_type: 'authorization_code', code: support.CODE },
      ...(codeVerifier && { code_verifier: VERIFIER }),
    })
  })

  it.each([{ state: 'other' }, { iss: 'https://evil.example' }])('sends nothing after %j', async (query) => {
    const failing = over([], (backChannel) => provider().authorize(callback(query), backChannel))
    expect(await refusedAfter(failing)).toEqual(['authorization_response_invalid', 0])
  })
})
