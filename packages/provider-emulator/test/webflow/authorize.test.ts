import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITES } from '../../src/index.ts'
import { AUTHORIZE, authorizationParameters, CALLBACK, CLIENT, callbackOf, HEX_64, startEmulator } from '../support.ts'

describe('authorization endpoint', () => {
  it('redirects with a code and the state', async () => {
    const response = await startEmulator().authorize()
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toMatch(`${CALLBACK}?`)
    const parameters = callbackOf(response)
    expect([...parameters.keys()]).toEqual(['code', 'state'])
    expect(parameters.get('code')).toMatch(HEX_64)
    expect(parameters.get('state')).toBe(authorizationParameters.state)
  })

  it('sends no state when the request had none', async () => {
    const { request } = startEmulator()
    const { state: _state, ...rest } = authorizationParameters
    const response = await request(`${AUTHORIZE}?${new URLSearchParams(rest)}`)
    expect([...callbackOf(response).keys()]).toEqual(['code'])
  })

  it('uses the first registered redirect URI by default, and keeps its query', async () => {
    const first = 'https://app.example/callback?tenant=a%20b'
    const { request } = startEmulator({
      webflow: { clients: [{ ...CLIENT, redirectUris: [first, CALLBACK] }] },
    })
    const query = `response_type=code&client_id=${CLIENT.id}&scope=sites%3Aread+pages%3Aread`
    const response = await request(`${AUTHORIZE}?${query}`)
    expect(response.headers.get('Location')).toMatch(`${first}&code=`)
  })

  it.each([
    ['a missing client_id', { client_id: '' }],
    ['a wrong client_id', { client_id: 'f'.repeat(64) }],
    ['an unregistered scope', { scope: 'sites:read webhooks:write' }],
    ['a scope separated by commas', { scope: 'sites:read,pages:read' }],
    ['an unregistered redirect_uri', { redirect_uri: 'https://evil.example/callback' }],
    ['a redirect_uri with another path', { redirect_uri: `${CALLBACK}/x` }],
    [
      'an unregistered redirect_uri and a wrong response_type',
      { redirect_uri: 'https://evil.example/', response_type: 'token' },
    ],
  ])('shows a 400 page for %s and does not redirect', async (_name, parameters) => {
    const response = await startEmulator().authorize(parameters)
    expect(response.status).toBe(400)
    expect(response.headers.get('Location')).toBeNull()
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(response.headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; style-src 'nonce-[0-9a-f]{32}'; .*frame-ancestors 'none'$/,
    )
    const text = await response.text()
    expect(text).toContain('400 Bad Request')
    expect(text).toContain('Emulated Webflow')
    expect(text).not.toMatch(/http-equiv|<script/)
    // The only link is the one back to the registered app.
    expect([...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['http://localhost:8787/'])
  })

  it('escapes the values on the page', async () => {
    const response = await startEmulator().authorize({ scope: '<script>alert(1)</script>' })
    expect(await response.text()).toContain('&lt;script&gt;')
  })

  it.each(['token', ''])('redirects with unsupported_response_type for %j', async (response_type) => {
    const parameters = await startEmulator().callback({ response_type })
    expect(parameters.get('error')).toBe('unsupported_response_type')
    expect(parameters.get('error_description')).toBeTruthy()
    expect(parameters.get('state')).toBe(authorizationParameters.state)
    expect(parameters.has('code')).toBe(false)
  })

  it('denies without a page with authorize-denied', async () => {
    const { emulator, callback } = startEmulator()
    emulator.control.setScenario('webflow', 'authorize-denied', 1)
    const parameters = await callback()
    expect([...parameters.keys()]).toEqual(['error', 'error_description', 'state'])
    expect(parameters.get('error')).toBe('access_denied')
    expect((await callback()).has('code')).toBe(true)
  })

  it.each<[string, string[]]>([
    ['callback-drops-state', ['code']],
    ['callback-duplicates-state', ['code', 'state', 'state']],
    ['callback-duplicates-code', ['code', 'code', 'state']],
    ['callback-without-code', ['state']],
    ['callback-with-foreign-state', ['code', 'state']],
    ['callback-with-foreign-iss', ['code', 'state', 'iss']],
  ])('%s redirects with %j', async (scenario, names) => {
    const { emulator, callback } = startEmulator()
    emulator.control.setScenario('webflow', scenario, 1)
    expect([...(await callback()).keys()]).toEqual(names)
    expect([...(await callback()).keys()]).toEqual(['code', 'state'])
  })

  it('grants fewer scopes with authorize-with-fewer-scopes', async () => {
    const { emulator, token, api } = startEmulator()
    emulator.control.setScenario('webflow', 'authorize-with-fewer-scopes', 1)
    const response = await api('/token/introspect', await token())
    expect(await response.json()).toMatchObject({ authorization: { scope: 'sites:read' } })
  })
})

describe('options of the authorization endpoint', () => {
  it('refuses PKCE if configured', async () => {
    const challenge = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }
    expect((await startEmulator().authorize(challenge)).status).toBe(302)
    const strict = startEmulator({ webflow: { pkce: 'refuse' } })
    expect((await strict.authorize(challenge)).status).toBe(400)
  })

  it('refuses a missing scope if configured', async () => {
    expect((await startEmulator().authorize({ scope: '' })).status).toBe(302)
    const strict = startEmulator({ webflow: { omittedScope: 'refused' } })
    expect((await strict.authorize({ scope: '' })).status).toBe(400)
  })

  it('compares normalized redirect URIs if configured', async () => {
    const redirect_uri = CALLBACK.replace('localhost', 'LOCALHOST')
    expect((await startEmulator().authorize({ redirect_uri })).status).toBe(400)
    const lenient = startEmulator({ webflow: { redirectUriMatch: 'normalized' } })
    expect((await lenient.authorize({ redirect_uri })).status).toBe(302)
  })

  it('registers plain http for any host if configured', async () => {
    const redirect_uri = 'http://app.example/cb'
    const { authorize } = startEmulator({
      webflow: {
        clients: [{ ...CLIENT, redirectUris: [redirect_uri] }],
        insecureRedirectUris: 'anywhere',
      },
    })
    expect((await authorize({ redirect_uri })).status).toBe(302)
  })

  it('preselects a site if configured', async () => {
    const site = DEFAULT_WEBFLOW_SITES[1]?.id ?? ''
    const sitesOf = async (webflow: { siteParameter?: 'preselects' }) => {
      const { token, api } = startEmulator({ webflow })
      const response = await api('/sites', await token({ site }))
      return ((await response.json()) as { sites: { id: string }[] }).sites.map(({ id }) => id)
    }
    expect(await sitesOf({})).toHaveLength(3)
    expect(await sitesOf({ siteParameter: 'preselects' })).toEqual([site])
  })
})
