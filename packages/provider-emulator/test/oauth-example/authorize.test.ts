import { describe, expect, it } from 'vitest'
import { callbackOf } from '../support.ts'
import {
  ADA,
  authorizationParameters,
  CALLBACK,
  CLIENT,
  CLIENTS,
  type Form,
  GRACE,
  HEX_64,
  ISSUER,
  OTHER_CLIENT,
  startExample,
} from './support.ts'

describe('authorization endpoint', () => {
  it('redirects with a code, the state and the issuer', async () => {
    const { authorize } = startExample()
    const response = await authorize()
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')?.startsWith(`${CALLBACK}?code=`)).toBe(true)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(Object.fromEntries(callbackOf(response))).toEqual({
      code: expect.stringMatching(HEX_64),
      state: 'af0ifjsldkj',
      iss: ISSUER,
    })
  })

  it('sends no state when the request had none, and no iss if configured', async () => {
    const { callback } = startExample({ issParameter: false })
    expect([...(await callback({}, ['state'])).keys()]).toEqual(['code'])
    expect([...(await callback({ response_type: 'token' })).keys()]).toEqual(['error', 'error_description', 'state'])
  })

  it.each<[string, Form, string[]]>([
    ['no client_id', {}, ['client_id']],
    ['an unknown client', { client_id: 'unknown' }, []],
    ['an unknown redirect_uri', { redirect_uri: 'https://evil.example/' }, []],
    ['a redirect_uri with an added slash', { redirect_uri: `${CALLBACK}/` }, []],
    ['a redirect_uri with an added query', { redirect_uri: `${CALLBACK}?a=b` }, []],
    ['no redirect_uri for a client with two', { client_id: OTHER_CLIENT.id }, ['redirect_uri']],
  ])('shows a 400 page for %s', async (_name, parameters, left) => {
    const { authorize } = startExample(CLIENTS)
    const response = await authorize(parameters, left)
    expect(response.status).toBe(400)
    expect(response.headers.get('Location')).toBeNull()
    expect(await response.text()).toContain('Emulated oauth.example')
  })

  it.each(['client_id', 'redirect_uri'])('shows a 400 page for a repeated %s', async (name) => {
    const { request } = startExample()
    const query = new URLSearchParams(authorizationParameters)
    expect((await request(`${ISSUER}/authorize?${query}`)).status).toBe(302)
    query.append(name, query.get(name) ?? '')
    expect((await request(`${ISSUER}/authorize?${query}`)).status).toBe(400)
  })

  it('uses the only redirect URI by default', async () => {
    const { authorize } = startExample()
    const response = await authorize({}, ['redirect_uri'])
    expect(response.headers.get('Location')).toMatch(`${CALLBACK}?code=`)
  })

  it.each<[string, Form, string[], string]>([
    ['no response_type', {}, ['response_type'], 'invalid_request'],
    ['an empty response_type', { response_type: '' }, [], 'invalid_request'],
    ['response_type=token', { response_type: 'token' }, [], 'unsupported_response_type'],
    ['a hybrid type', { response_type: 'code id_token' }, [], 'unsupported_response_type'],
    ['no PKCE', {}, ['code_challenge', 'code_challenge_method'], 'invalid_request'],
    ['a method without challenge', {}, ['code_challenge'], 'invalid_request'],
    ['PKCE without a method', {}, ['code_challenge_method'], 'invalid_request'],
    ['PKCE with plain', { code_challenge_method: 'plain' }, [], 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, [], 'invalid_request'],
    ['an unknown scope', { scope: 'profile admin' }, [], 'invalid_scope'],
    ['a scope in upper case', { scope: 'PROFILE' }, [], 'invalid_scope'],
  ])('redirects with an error for %s', async (_name, parameters, left, error) => {
    const { callback } = startExample()
    expect(Object.fromEntries(await callback(parameters, left))).toEqual({
      error,
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
      state: 'af0ifjsldkj',
      iss: ISSUER,
    })
  })

  it('redirects with an error for a repeated parameter, and without a state if it is repeated', async () => {
    const { request } = startExample()
    const url = `${ISSUER}/authorize?client_id=${CLIENT.id}&redirect_uri=${encodeURIComponent(CALLBACK)}`
    const scope = callbackOf(await request(`${url}&state=x&scope=profile&scope=email`))
    expect([scope.get('error'), scope.get('state')]).toEqual(['invalid_request', 'x'])
    const state = callbackOf(await request(`${url}&state=x&state=y`))
    expect([state.get('error'), state.get('state')]).toEqual(['invalid_request', null])
  })

  it('accepts no PKCE if it is optional, but never plain', async () => {
    const { callback } = startExample({ pkce: 'optional' })
    const none = await callback({}, ['code_challenge', 'code_challenge_method'])
    expect(none.get('code')).toMatch(HEX_64)
    const plain = await callback({ code_challenge_method: 'plain' })
    expect(plain.get('error')).toBe('invalid_request')
  })

  it('refuses a client without the authorization code grant', async () => {
    const { callback } = startExample({
      clients: [{ ...CLIENT, grantTypes: ['client_credentials'] }],
    })
    expect((await callback()).get('error')).toBe('unauthorized_client')
  })

  it.each([
    ['all-registered', null],
    ['refused', 'invalid_scope'],
  ] as const)('treats a missing scope as %s', async (omittedScope, error) => {
    const { callback } = startExample({ omittedScope })
    expect((await callback({}, ['scope'])).get('error')).toBe(error)
  })

  it.each([
    ['authorize-denied', 'access_denied'],
    ['authorize-temporarily-unavailable', 'temporarily_unavailable'],
    ['authorize-login-required', 'login_required'],
  ])('%s', async (scenario, error) => {
    const { emulator, callback } = startExample()
    emulator.control.setScenario('oauth.example', scenario, 1)
    const parameters = await callback()
    expect([parameters.get('error'), parameters.get('iss')]).toEqual([error, ISSUER])
    expect((await callback()).get('code')).toMatch(HEX_64)
  })

  it('authorize-with-fewer-scopes', async () => {
    const { emulator, tokens } = startExample()
    emulator.control.setScenario('oauth.example', 'authorize-with-fewer-scopes', 1)
    expect((await tokens()).scope).toBe('profile')
    expect((await tokens()).scope).toBe('profile items:read')
  })

  it.each([
    ['callback-drops-state', ['code', 'iss'], ISSUER],
    ['callback-without-iss', ['code', 'state'], null],
    ['callback-with-foreign-iss', ['code', 'state', 'iss'], 'https://issuer.example'],
  ])('%s, in success and error responses', async (scenario, names, issuer) => {
    const { emulator, callback } = startExample()
    emulator.control.setScenario('oauth.example', scenario, 2)
    const success = await callback()
    expect([...success.keys()]).toEqual(names)
    expect(success.get('iss')).toBe(issuer)
    const error = await callback({ scope: 'admin' })
    expect([...error.keys()].slice(2)).toEqual(names.slice(1))
    expect([...(await callback()).keys()]).toEqual(['code', 'state', 'iss'])
  })
})

async function openConsent(parameters: Form = {}) {
  const started = startExample({}, { consent: 'page' })
  const response = await started.authorize(parameters)
  const page = await response.text()
  const requestId = /name="request" value="([0-9a-f]+)"/.exec(page)?.[1] ?? ''
  const decide = (form: Form) => started.post('/authorize', { request: requestId, ...form })
  return { ...started, response, page, decide }
}

const checked = (page: string) => /name="user" value="([^"]+)" checked/.exec(page)?.[1]

describe('consent page', () => {
  it('shows the client and the scopes, and offers the accounts', async () => {
    const { response, page } = await openConsent()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(page).toContain('Emulated oauth.example')
    expect(page).toContain('Example App')
    expect(page).toContain('<code>items:read</code>')
    expect(page).toContain('<form method="post" action="authorize">')
    expect([...page.matchAll(/name="user" value="([^"]+)"/g)].map(([, sub]) => sub)).toEqual([ADA, GRACE])
    expect(checked(page)).toBe(ADA)
  })

  it('grants access for the chosen account', async () => {
    const { decide, exchange, control } = await openConsent()
    const response = await decide({ decision: 'allow', user: GRACE ?? '' })
    await exchange(callbackOf(response).get('code') ?? '')
    expect(control.grants()).toMatchObject([{ subject: GRACE }])
  })

  it('preselects the account of login_hint', async () => {
    expect(checked((await openConsent({ login_hint: 'grace@example.com' })).page)).toBe(GRACE)
  })

  it('redirects with access_denied', async () => {
    const { decide } = await openConsent()
    const parameters = callbackOf(await decide({ decision: 'deny' }))
    expect(Object.fromEntries(parameters)).toMatchObject({ error: 'access_denied', iss: ISSUER })
  })

  it.each<[string, Form]>([
    ['no decision', { user: 'user-1001' }],
    ['no account', { decision: 'allow' }],
    ['an unknown account', { decision: 'allow', user: 'unknown' }],
    ['an unknown request', { decision: 'allow', user: 'user-1001', request: 'x' }],
  ])('shows a 400 page for %s', async (_name, form) => {
    const { decide } = await openConsent()
    expect((await decide(form)).status).toBe(400)
  })

  it('is not shown with prompt=none', async () => {
    const { response } = await openConsent({ prompt: 'none' })
    expect(callbackOf(response).get('error')).toBe('login_required')
  })

  it('allows without a page for the first account, or for the account of login_hint', async () => {
    const { tokens, control } = startExample()
    await tokens()
    await tokens({ login_hint: GRACE ?? '', prompt: 'none' })
    expect(control.grants().map(({ subject }) => subject)).toEqual([ADA, GRACE])
  })
})
