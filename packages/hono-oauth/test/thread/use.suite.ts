import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig } from '../support/rig.ts'

/** What a request must carry to be believed to come from the app's own page. */
const FORGERIES: readonly (readonly [string, Record<string, string>])[] = [
  ['no word of where it comes from', {}],
  ['a foreign origin', { origin: 'https://evil.example' }],
  ['the opaque origin', { origin: 'null' }],
  ['a cross-site request', { origin: ORIGIN, 'sec-fetch-site': 'cross-site' }],
  ['a request of a sibling domain', { origin: ORIGIN, 'sec-fetch-site': 'same-site' }],
  ['a request by hand', { 'sec-fetch-site': 'none' }],
  ['a plain text body', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
]

/** Destinations that are not Webflow's API, however they are written. */
const FOREIGN_HOSTS: readonly string[] = [
  'https://evil.example/v2/sites',
  '//evil.example/v2/sites',
  '\\\\evil.example/v2/sites',
  '/\\evil.example/v2/sites',
  'https://api.webflow.com.evil.example/',
  'https://api.webflow.com@evil.example/',
  'https://user:pass@api.webflow.com/v2/sites',
  'http://api.webflow.com/v2/sites',
  'https://api.webflow.com:8443/v2/sites',
  'https://webflow.com/v2/sites',
  'data:text/plain,hello',
]

/** What the provider says of a disconnect, and what we may claim then. */
const REVOCATIONS: readonly (readonly [string, string])[] = [
  ['revoke-503', 'pending'],
  ['revoke-invalid-client', 'deleted_only'],
  ['revoke-did-not', 'deleted_only'],
  ['revoke-html', 'deleted_only'],
]

/** Using and ending a connection. */
export function describeUse(name: string, createHost: CreateHost): void {
  describe(`using a connection in ${name}`, () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig(createHost)
    })
    afterEach(async () => {
      rig.provider.control.reset()
      await rig.expectNoLeaks()
    })
    afterAll(() => rig.host.dispose())

    async function connected() {
      const browser = rig.browser()
      await rig.connect(browser)
      const { connections } = await readJson(browser.request('/auth/connections'))
      return { browser, id: String(connections[0].id) }
    }

    for (const [title, headers] of FORGERIES) {
      it(`revoke with ${title}: 403`, async ({ expect }) => {
        const { browser, id } = await connected()
        const before = await rig.snapshot()
        const response = await browser.request(`/auth/connections/${id}/revoke`, {
          method: 'POST',
          headers: { accept: 'application/json', ...headers },
        })
        expect(response.status).toBe(403)
        expect((await readJson(response)).code).toBe('request_cross_site')
        expect(await rig.snapshot()).toEqual(before)
        expect((await browser.request('/sites')).status).toBe(200)
      })
    }

    it('a connection of somebody else cannot be seen or ended', async ({ expect }) => {
      const mine = await connected()
      const theirs = await connected()
      const before = await rig.snapshot()
      for (const id of [theirs.id, 'webflow', 'webflow..', 'nobody.x.y', '__proto__.x.y', '%00']) {
        const response = await mine.browser.request(`/auth/connections/${id}/revoke`, {
          method: 'POST',
          headers: { accept: 'application/json', origin: ORIGIN },
        })
        expect(response.status).toBe(404)
      }
      expect(await rig.snapshot()).toEqual(before)
      expect((await theirs.browser.request('/sites')).status).toBe(200)
    })

    it('answers a program with the outcome, and the second time with 404', async ({ expect }) => {
      const { browser, id } = await connected()
      const revoke = () =>
        browser.request(`/auth/connections/${id}/revoke`, {
          method: 'POST',
          headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin' },
        })
      expect(await readJson(revoke())).toEqual({ outcome: 'revoked' })
      expect((await revoke()).status).toBe(404)
    })

    for (const returnTo of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/auth/x',
    ]) {
      it(`goes nowhere else after a disconnect: ${returnTo}`, async ({ expect }) => {
        const { browser, id } = await connected()
        const response = await browser.submit(`/auth/connections/${id}/revoke`, {
          return_to: returnTo,
        })
        expect(response.status).toBe(303)
        expect(response.headers.get('location')).toBe('/')
      })
    }

    for (const [scenario, outcome] of REVOCATIONS) {
      it(`${scenario}: gone here, and ${outcome} is all it claims`, async ({ expect }) => {
        const { browser, id } = await connected()
        rig.provider.control.setScenario(scenario)
        const response = await browser.request(`/auth/connections/${id}/revoke`, {
          method: 'POST',
          headers: { accept: 'application/json', origin: ORIGIN },
        })
        expect(await readJson(response)).toEqual({ outcome })
        expect((await browser.request('/sites')).status).toBe(401)
      })
    }

    it('ends nothing at the provider when the store fails', async ({ expect }) => {
      const { browser, id } = await connected()
      rig.provider.control.clearRequests()
      await rig.host.fail('put', true)
      const response = await browser.request(`/auth/connections/${id}/revoke`, {
        method: 'POST',
        headers: { accept: 'application/json', origin: ORIGIN },
      })
      await rig.host.fail('put', false)
      expect(response.status).toBe(503)
      expect(rig.provider.control.requests()).toEqual([])
      expect((await browser.request('/sites')).status).toBe(200)
    })

    for (const url of FOREIGN_HOSTS) {
      it(`sends no token to ${url}`, async ({ expect }) => {
        const { browser } = await connected()
        rig.provider.control.clearRequests()
        const response = await browser.request(`/fetch?url=${encodeURIComponent(url)}`)
        expect(response.status).toBe(500)
        expect((await readJson(response)).code).toBe('destination_forbidden')
        expect(rig.provider.control.requests()).toEqual([])
      })
    }

    it('takes an absolute address of the provider', async ({ expect }) => {
      const { browser } = await connected()
      const url = encodeURIComponent('https://api.webflow.com/v2/sites?limit=1')
      expect((await browser.request(`/fetch?url=${url}`)).status).toBe(200)
    })

    it('tells a missing scope from a missing role', async ({ expect }) => {
      const { browser } = await connected()
      rig.provider.control.setScenario('api-403-missing-scopes', 1)
      const scope = await browser.request('/sites')
      expect(scope.status).toBe(403)
      expect(await readJson(scope)).toMatchObject({
        code: 'insufficient_scope',
        missingScopes: ['sites:read'],
      })
      rig.provider.control.clearScenarios()
      rig.provider.control.setScenario('api-403-forbidden', 1)
      expect((await readJson(browser.request('/sites'))).code).toBe('access_forbidden')
      rig.provider.control.clearScenarios()
      expect((await browser.request('/sites')).status).toBe(200)
    })

    it('leaves what is not about the connection to the caller', async ({ expect }) => {
      const { browser } = await connected()
      rig.provider.control.setScenario('api-429', 1)
      expect((await browser.request('/sites')).status).toBe(429)
    })

    it('notices a dead token, asks for a new login, and recovers by it', async ({ expect }) => {
      const { browser, id } = await connected()
      rig.provider.control.setScenario('api-401-once', 2)
      const dead = await browser.request('/sites')
      expect(dead.status).toBe(401)
      expect((await readJson(dead)).code).toBe('needs_reauth')
      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toMatchObject([{ id, health: 'needs_reauth' }])

      rig.provider.control.clearRequests()
      const { ran } = await rig.snapshot()
      expect((await browser.request('/sites')).status).toBe(401)
      expect(rig.provider.control.requests()).toEqual([])
      expect((await rig.snapshot()).ran).toEqual(ran)

      await rig.connect(browser)
      expect((await browser.request('/sites')).status).toBe(200)
    })

    it('takes no single 401 for the end of a grant', async ({ expect }) => {
      const { browser } = await connected()
      rig.provider.control.setScenario('api-401-once')
      expect((await browser.request('/sites')).status).toBe(200)
      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toMatchObject([{ health: 'active' }])
    })

    it('prefers a connection that works to a later one that does not', async ({ expect }) => {
      const { browser, id } = await connected()
      const login = await browser.navigate('/auth/webflow/login')
      const fields: [string, string][] = [
        ['decision', 'allow'],
        ['site', '62f3b1f7eafac55d0c64ef92'],
      ]
      await browser.navigate(await rig.consent(login.headers.get('location') ?? '', fields))
      rig.provider.control.setScenario('api-401-once', 2)
      expect((await browser.request('/sites')).status).toBe(401)
      expect((await readJson(browser.request('/choose'))).id).toBe(id)
    })

    it('refuses a handler whose scopes were not granted', async ({ expect }) => {
      const { browser } = await connected()
      const { ran } = await rig.snapshot()
      const response = await browser.request('/cms')
      expect(response.status).toBe(403)
      expect(await readJson(response)).toMatchObject({
        code: 'insufficient_scope',
        missingScopes: ['cms:read'],
      })
      expect((await rig.snapshot()).ran).toEqual(ran)
    })

    it('gives a person a page with the way on', async ({ expect }) => {
      const response = await rig.browser().navigate('/sites')
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toContain('text/html')
      expect(await response.text()).toContain('href="/auth/webflow/login?return_to=%2Fsites"')
    })

    it('lists nothing, and reads nothing, for a browser without a session', async ({ expect }) => {
      const before = await rig.snapshot()
      const response = await rig.browser().request('/auth/connections')
      expect(await readJson(response)).toEqual({ connections: [] })
      expect(await rig.snapshot()).toEqual(before)
    })

    it('takes no session that it did not issue', async ({ expect }) => {
      const { browser } = await connected()
      const before = await rig.snapshot()
      const session = browser.jar.get('__Host-oauth-session-webflow')?.value ?? ''
      const edited = `${session.slice(0, -2)}${session.endsWith('AA') ? 'BB' : 'AA'}`
      const login = await rig.browser().navigate('/auth/webflow/login')
      const transaction = /__Host-oauth-tx-[^=]+=([^;]+)/.exec(login.headers.getSetCookie().join())
      for (const value of [edited, 'x', '', transaction?.[1] ?? '']) {
        const cookie = `__Host-oauth-session-webflow=${value}`
        const response = await browser.request('/sites', { headers: { cookie } })
        expect(response.status).toBe(401)
      }
      expect(await rig.snapshot()).toEqual(before)
    })

    it('forgets a session after thirty days', async ({ expect }) => {
      const { browser } = await connected()
      const cookie = browser.cookieHeader()
      await rig.advance(30 * 24 * 60 * 60 + 1)
      expect((await browser.request('/sites', { headers: { cookie } })).status).toBe(401)
    })

    for (const value of [
      '//evil.example',
      '/%09/evil.example',
      '/auth/webflow/login',
      'javascript:0',
    ]) {
      it(`lands at home for the return address ${value}`, async ({ expect }) => {
        const browser = rig.browser()
        const path = `/auth/webflow/login?return_to=${value}`
        expect((await rig.connect(browser, path)).headers.get('location')).toBe('/')
      })
    }

    it('believes its configuration, not the headers, about its own origin', async ({ expect }) => {
      const response = await rig.browser().navigate('/auth/webflow/login?scope=admin&prompt=x', {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        forwarded: 'host=evil.example',
        'x-original-url': '/evil',
      })
      const location = new URL(response.headers.get('location') ?? '')
      expect(Object.fromEntries(location.searchParams)).toEqual({
        response_type: 'code',
        client_id: expect.any(String),
        redirect_uri: `${ORIGIN}/auth/webflow/callback`,
        state: expect.stringMatching(/^[\w-]{43}$/),
        scope: 'sites:read',
      })
    })
  })
}
