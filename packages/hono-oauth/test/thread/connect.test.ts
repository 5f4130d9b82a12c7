import { expect, it } from 'vitest'
import { SITE_TOKEN, WEBFLOW_SITE } from '../rig/constants.ts'
import { CLIENT } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import { describeOnHosts } from '../rig/suite.ts'

const OTHER_SITE = '62f3b1f7eafac55d0c64ef92'
const CHOOSE_OTHER = Object.entries({ decision: 'allow', site: OTHER_SITE })

describeOnHosts('connect, list, disconnect', (on) => {
  const paths = () => on.rig.wire.sent.map(({ url }) => url.host + url.pathname)

  it('connects, calls the API and disconnects with one token request and one revocation', async () => {
    const browser = on.rig.browser()
    const landed = await on.rig.connect(browser, '/auth/webflow/login?return_to=/s/use/webflow%3Fa=1')
    expect([landed.status, landed.headers.get('location')]).toEqual([303, '/s/use/webflow?a=1'])
    expect(await landed.text()).toBe('')
    expect(browser.transactions()).toEqual([])

    const sites = await browser.request('/s/use/webflow')
    expect(await sites.text()).toContain('Acme Bakery')
    expect(sites.headers.get('cache-control')).toBe('private, no-store')

    const [connection] = await on.rig.connections(browser)
    expect(connection).toEqual({
      id: expect.stringMatching(/^webflow\.[\w-]{32}\.[\w-]{12}$/),
      provider: 'webflow',
      account: {
        id: '545bbecb7bdd6769632504a7',
        name: null,
        authorizationId: expect.any(String),
        siteIds: [WEBFLOW_SITE],
        workspaceIds: [],
        userIds: ['545bbecb7bdd6769632504a7'],
      },
      scopes: ['sites:read'],
      health: 'active',
      expiresAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    const left = await browser.submit(`/auth/connections/${connection?.id}/revoke`, { return_to: '/goodbye' })
    expect([left.status, left.headers.get('location')]).toEqual([303, '/goodbye'])
    expect((await browser.request('/s/use/webflow')).status).toBe(401)
    expect(await on.rig.connections(browser)).toEqual([])
    expect(paths()).toEqual([
      'api.webflow.com/oauth/access_token',
      'api.webflow.com/v2/token/introspect',
      'api.webflow.com/v2/sites',
      'api.webflow.com/oauth/revoke_authorization',
    ])
  })

  it('overwrites a grant that is authorized again and keeps another one beside it', async () => {
    const { rig } = on
    const browser = await rig.connected()
    const [first] = await rig.connections(browser)
    await rig.advance(60)
    await rig.connect(browser)
    expect(await rig.connections(browser)).toEqual([first])

    await rig.connect(browser, '/auth/webflow/login', CHOOSE_OTHER)
    expect(await rig.connections(browser)).toHaveLength(2)
    const chosen = async (id = '') => {
      const { account } = await readJson(browser.request(`/s/choose/webflow${id}`))
      return account.siteIds
    }
    expect(await chosen(`/${first?.id}`)).toEqual([WEBFLOW_SITE])
    // The latest, but one that works rather than one that does not.
    expect(await chosen()).toEqual([OTHER_SITE])
    rig.provider.control.setScenario('webflow', 'api-401-once', 2)
    expect((await browser.request('/s/use/webflow')).status).toBe(401)
    expect(await chosen()).toEqual([WEBFLOW_SITE])
  })

  it('keeps ten tabs apart, and ends them in any order', async () => {
    const browser = on.rig.browser()
    const callbacks: URL[] = []
    for (let tab = 0; tab < 10; tab++) {
      callbacks.push(await on.rig.login(browser, `/auth/webflow/login?return_to=/tab-${tab}`))
    }
    expect(browser.transactions()).toHaveLength(10)
    for (const tab of [9, 0, 5, 3, 7, 1, 8, 2, 6, 4]) {
      expect((await browser.navigate(callbacks[tab]?.href ?? '')).headers.get('location')).toBe(`/tab-${tab}`)
    }
    expect(browser.transactions()).toEqual([])
    expect(on.rig.tokenRequests()).toBe(10)
  })

  it('carries sealed context to onConnected, which answers itself', async () => {
    const browser = on.rig.browser()
    const page = new URL(await on.rig.start(browser, '/s/invitation'))
    expect(page.searchParams.get('scope')).toBe('sites:read pages:read')
    expect(page.searchParams.get('workspace')).toBe('acme-studio')
    for (const name of page.searchParams.keys()) expect(page.searchParams.getAll(name), name).toHaveLength(1)
    expect(page.searchParams.get('client_id')).toBe(CLIENT.id)
    expect(`${page} ${browser.cookieHeader()}`).not.toContain('invitation-1')

    const landed = await browser.navigate(await on.rig.consent(page.href))
    expect([landed.status, await landed.json()]).toEqual([200, { welcome: { invitation: 'invitation-1' } }])
    expect(browser.hasSession()).toBe(true)
    expect((await on.rig.place.ran()).hooks).toEqual([
      { connection: expect.stringContaining('webflow.'), context: { invitation: 'invitation-1' } },
    ])
  })

  it('restarts an install link that comes without state, three times in a row at most', async () => {
    const { rig } = on
    const browser = rig.browser()
    const code = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
    const expectStill = await rig.stillness()
    const page = await rig.start(browser, `/auth/webflow/callback?code=${code}`)
    await expectStill()
    expect(page).toMatch(/^https:\/\/webflow\.com\/oauth\/authorize\?/)
    expect(page).not.toContain(code)
    expect((await browser.navigate(await rig.consent(page))).status).toBe(303)
    expect(rig.tokenRequests()).toBe(1)

    // A provider that always drops the state.
    const other = rig.browser()
    const statuses: number[] = []
    for (let round = 0; round < 4; round++) {
      statuses.push((await other.navigate('/auth/webflow/callback?code=abc')).status)
    }
    expect(statuses).toEqual([302, 302, 302, 400])
  })

  it('connects with a site token and never claims to have revoked it', async () => {
    const browser = on.rig.browser()
    const connected = await browser.submit('/s/paste/webflow', { token: ` ${SITE_TOKEN}\n` })
    expect(connected.status).toBe(200)
    const scopes = ['cms:read', 'pages:read', 'sites:read']
    expect(await connected.json()).toMatchObject({ scopes, account: { siteIds: [WEBFLOW_SITE] } })
    expect((await browser.request('/s/use/webflow')).status).toBe(200)
    expect(await (await browser.submit('/s/leave/webflow')).json()).toEqual({ outcome: 'deleted_only' })
    expect(paths()).toEqual(['api.webflow.com/v2/token/introspect', 'api.webflow.com/v2/sites'])
  })

  it('shows no token in JSON or in a template', async () => {
    const shown = await readJson((await on.rig.connected()).request('/s/redacted/webflow'))
    expect([shown.token, shown.text]).toEqual(['[redacted]', '[redacted]'])
  })
})
