import { afterEach, beforeEach, describe, it } from 'vitest'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig } from '../support/rig.ts'

/** Connect, list, disconnect, as a person does it, wherever the app runs. */
export function describeConnect(name: string, createHost: CreateHost): void {
  describe(`connect, list, disconnect in ${name}`, () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await createRig(createHost)
    })
    afterEach(async () => {
      await rig.expectNoLeaks()
      await rig.host.dispose()
    })

    it('goes the whole way with one token request and one revocation', async ({ expect }) => {
      const browser = rig.browser()
      const landed = await rig.connect(browser, '/auth/webflow/login?return_to=/sites%3Ffresh=1')
      expect(landed.status).toBe(303)
      expect(landed.headers.get('location')).toBe('/sites?fresh=1')
      expect(await landed.text()).toBe('')
      expect(landed.headers.get('cache-control')).toBe('no-store')
      expect(landed.headers.get('referrer-policy')).toBe('no-referrer')
      expect(browser.transactions()).toEqual([])

      const sites = await browser.request('/sites')
      expect(sites.status).toBe(200)
      expect(
        (await readJson(sites)).sites.map((site: { displayName: string }) => site.displayName),
      ).toEqual(['Acme Bakery'])
      expect(sites.headers.get('cache-control')).toBe('private, no-store')

      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toEqual([
        {
          id: expect.stringMatching(/^webflow\.[\w-]{32}\.[\w-]{12}$/),
          provider: 'webflow',
          account: {
            id: '545bbecb7bdd6769632504a7',
            name: null,
            authorizationId: expect.any(String),
            siteIds: ['62f3b1f7eafac55d0c64ef91'],
            workspaceIds: [],
            userIds: ['545bbecb7bdd6769632504a7'],
          },
          scopes: ['sites:read'],
          health: 'active',
          expiresAt: null,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        },
      ])
      expect(Object.keys(await rig.host.dump())).toHaveLength(1)

      const left = await browser.submit(`/auth/connections/${connections[0].id}/revoke`, {
        return_to: '/goodbye',
      })
      expect(left.status).toBe(303)
      expect(left.headers.get('location')).toBe('/goodbye')
      expect((await browser.request('/sites')).status).toBe(401)
      expect(await readJson(browser.request('/auth/connections'))).toEqual({ connections: [] })

      const paths = rig.provider.control.requests().map(({ host, path }) => `${host}${path}`)
      expect(paths).toEqual([
        'webflow.com/oauth/authorize',
        'webflow.com/oauth/authorize',
        'api.webflow.com/oauth/access_token',
        'api.webflow.com/v2/token/introspect',
        'api.webflow.com/v2/sites',
        'api.webflow.com/oauth/revoke_authorization',
      ])
    })

    it('counts its operations: login 0, first callback 1, request 1', async ({ expect }) => {
      const browser = rig.browser()
      const before = await rig.snapshot()
      const login = await browser.navigate('/auth/webflow/login')
      expect(await rig.snapshot()).toEqual(before)

      const callback = await rig.consent(login.headers.get('location') ?? '')
      rig.provider.control.clearRequests()
      await browser.navigate(callback)
      // A new session cannot have anything stored: there is nothing to read.
      expect(await rig.host.operations()).toEqual({ get: 0, put: 1, list: 0, delete: 0 })
      expect(rig.provider.control.requests().map(({ path }) => path)).toEqual([
        '/oauth/access_token',
        '/v2/token/introspect',
      ])

      await browser.request('/sites')
      expect(await rig.host.operations()).toEqual({ get: 1, put: 1, list: 0, delete: 0 })
      expect(rig.provider.control.requests()).toHaveLength(3)
    })

    it('counts the callback of a known session: one read, one write', async ({ expect }) => {
      const browser = rig.browser()
      await rig.connect(browser)
      const callback = await rig.login(browser)
      const { get, put } = await rig.host.operations()
      await browser.navigate(callback)
      expect(await rig.host.operations()).toEqual({
        get: get + 1,
        put: put + 1,
        list: 0,
        delete: 0,
      })
    })

    it('overwrites a grant that is authorized again and keeps another one beside it', async ({
      expect,
    }) => {
      const browser = rig.browser()
      await rig.connect(browser)
      const [first] = (await readJson(browser.request('/auth/connections'))).connections
      await rig.advance(60)
      await rig.connect(browser)
      expect(await readJson(browser.request('/auth/connections'))).toEqual({
        connections: [first],
      })

      const login = await browser.navigate('/auth/webflow/login')
      const fields: [string, string][] = [
        ['decision', 'allow'],
        ['site', '62f3b1f7eafac55d0c64ef92'],
      ]
      await browser.navigate(await rig.consent(login.headers.get('location') ?? '', fields))
      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toHaveLength(2)
      const chosen = await readJson(browser.request(`/choose/${first.id}`))
      expect(chosen.siteIds).toEqual(['62f3b1f7eafac55d0c64ef91'])
      const latest = await readJson(browser.request('/choose'))
      expect(latest.siteIds).toEqual(['62f3b1f7eafac55d0c64ef92'])
    })

    it('keeps ten tabs apart, and ends them in any order', async ({ expect }) => {
      const browser = rig.browser()
      const callbacks: string[] = []
      for (let tab = 0; tab < 10; tab++) {
        callbacks.push(await rig.login(browser, `/auth/webflow/login?return_to=/tab-${tab}`))
      }
      expect(browser.transactions()).toHaveLength(10)
      for (const tab of [9, 0, 5, 3, 7, 1, 8, 2, 6, 4]) {
        const landed = await browser.navigate(callbacks[tab] ?? '')
        expect(landed.headers.get('location')).toBe(`/tab-${tab}`)
      }
      expect(browser.transactions()).toEqual([])
      expect(rig.tokenRequests()).toBe(10)
    })

    it('keeps both of two first logins that end at the same time', async ({ expect }) => {
      const browser = rig.browser()
      const callbacks = [await rig.login(browser), await rig.login(browser, '/auth/other/login')]
      const tabs = await Promise.all(
        callbacks.map((callback) => browser.clone().navigate(callback)),
      )
      const cookies = tabs.flatMap((tab) => {
        expect(tab.status).toBe(303)
        const lines = tab.headers.getSetCookie().filter((line) => line.includes('-session-'))
        return lines.map((line) => line.split(';')[0] ?? '')
      })
      // Of two names: whichever answer comes last, neither session is overwritten.
      for (const cookie of [cookies.join('; '), cookies.toReversed().join('; ')]) {
        const list = browser.request('/auth/connections', { headers: { cookie } })
        expect((await readJson(list)).connections).toHaveLength(2)
      }
    })

    it('sends the code of fifty equal callbacks once', async ({ expect }) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => browser.clone().navigate(callback)),
      )
      expect(rig.tokenRequests()).toBe(1)
      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses).toEqual([303, ...Array<number>(49).fill(400)])
      const sessions = answers.filter((answer) =>
        answer.headers.getSetCookie().some((line) => line.includes('oauth-session')),
      )
      expect(sessions).toHaveLength(1)
    })

    it('carries sealed context to onConnected, which answers itself', async ({ expect }) => {
      const browser = rig.browser()
      const start = await browser.navigate('/invitation')
      const location = new URL(start.headers.get('location') ?? '')
      expect(location.searchParams.get('scope')).toBe('sites:read pages:read')
      expect(location.searchParams.get('workspace')).toBe('acme-studio')
      for (const name of location.searchParams.keys()) {
        expect(location.searchParams.getAll(name)).toHaveLength(1)
      }
      expect(location.searchParams.get('client_id')).not.toBe('evil')
      expect(`${location} ${browser.cookieHeader()}`).not.toContain('i-1')

      const landed = await browser.navigate(await rig.consent(location.href))
      expect(landed.status).toBe(200)
      expect(await landed.json()).toEqual({ welcome: { invitation: 'i-1' } })
      expect(browser.hasSession()).toBe(true)
      expect((await rig.host.ran()).hooks).toEqual([
        { connection: expect.stringContaining('webflow.'), context: { invitation: 'i-1' } },
      ])
    })

    it('restarts an install link that comes without state', async ({ expect }) => {
      const browser = rig.browser()
      const code = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
      const before = await rig.snapshot()
      const restarted = await browser.navigate(`/auth/webflow/callback?code=${code}`)
      expect(restarted.status).toBe(302)
      expect(await rig.snapshot()).toEqual(before)
      const location = restarted.headers.get('location') ?? ''
      expect(location).toMatch(/^https:\/\/webflow\.com\/oauth\/authorize\?/)
      expect(location).not.toContain(code)
      expect((await browser.navigate(await rig.consent(location))).status).toBe(303)
      expect(rig.tokenRequests()).toBe(1)
    })

    it('connects with a site token and never claims to have revoked it', async ({ expect }) => {
      const browser = rig.browser()
      const token = '5174000000000000000000000000000000000000000000000000000000000001'
      const connected = await browser.submit('/site-token', { token: ` ${token}\n` })
      expect(connected.status).toBe(200)
      expect(await connected.json()).toMatchObject({
        scopes: ['cms:read', 'pages:read', 'sites:read'],
        account: { siteIds: ['62f3b1f7eafac55d0c64ef91'] },
      })
      expect((await browser.request('/sites')).status).toBe(200)
      const left = await browser.submit('/leave')
      expect(await left.json()).toEqual({ outcome: 'deleted_only' })
      expect(rig.provider.control.requests().map(({ path }) => path)).toEqual([
        '/v2/token/introspect',
        '/v2/sites',
      ])
    })

    it('shows a token to nobody who does not ask for its text', async ({ expect }) => {
      const browser = rig.browser()
      await rig.connect(browser)
      const leak = await readJson(browser.request('/leak'))
      expect(leak.token).toBe('[redacted]')
      expect(leak.text).toBe('[redacted]')
    })
  })
}
