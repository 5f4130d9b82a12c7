import { expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { SCRIPT, WIX_SITE } from '../rig/constants.ts'
import { expectRefusal, inTabs, observe, tally } from '../rig/oracles.ts'
import { WIX_APP } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import { describeOnHosts } from '../rig/suite.ts'

const USE = '/s/use/wix'
const LEGACY = '/auth/wix-legacy/login'
const FRAME = { 'sec-fetch-dest': 'iframe' }

describeOnHosts('Wix', (on) => {
  const codeAt = async (browser: Browser, path = USE) =>
    (await readJson(browser.request(path, { headers: SCRIPT }))).code
  const statusAt = async (browser: Browser, path = USE) => (await browser.request(path)).status
  const control = () => on.rig.provider.control
  const instances = () => control().wix.instances()
  const paths = () => on.rig.wire.sent.map(({ url }) => url.pathname)

  it('installs from outside and mints a token from the proven instance', async () => {
    const browser = on.rig.browser()
    const landed = await on.rig.connect(browser, `/auth/wix/login?return_to=${USE}`)
    expect([landed.status, landed.headers.get('location')]).toEqual([303, USE])
    expect(paths()).toEqual(['/oauth2/token', '/apps/v1/instance'])
    const { instanceId } = instances()[0] ?? {}
    const account = { siteId: WIX_SITE, instanceId, name: 'Mysite 34' }
    const scopes = ['WIX_DEVELOPERS.MANAGE_APP_INSTANCE']
    expect(await on.rig.connections(browser)).toMatchObject([{ provider: 'wix', account, scopes, health: 'active' }])
    expect(await (await browser.request(USE)).text()).toContain('Mysite 34')
    expect((await browser.request('/s/finish/wix', { method: 'POST' })).status).toBe(204)
    expect(instances()).toMatchObject([{ configured: true }])
  })

  it.each([
    ['foreign-instance', 'a plain instance id that is not the signed one'],
    ['foreign-app', 'a proof of another app'],
    ['tampered-signature', 'a proof that was edited'],
    ['without-signed-instance', 'no proof at all'],
    ['stale-signed-instance', 'a proof of yesterday'],
    ['foreign-tenant', 'a site that is not the one of the token'],
  ])('believes no installation by %s: %s', async (scenario) => {
    const { rig } = on
    const browser = rig.browser()
    control().setScenario('wix', `installer-${scenario}`)
    const callback = await rig.login(browser, '/auth/wix/login')
    const seen = await observe(rig, browser)
    await expectRefusal(await browser.navigate(callback.href), 400, 'authorization_response_invalid')
    seen.T(scenario === 'foreign-tenant' ? 1 : 0)
    await seen.NS()
  })

  it('believes no proof that is older than the login', async () => {
    const { rig } = on
    const stolen = (await rig.login(rig.browser(), '/auth/wix/login')).searchParams
    await rig.advance(120)
    const browser = rig.browser()
    const callback = await rig.login(browser, '/auth/wix/login')
    for (const name of ['signedInstance', 'instanceId']) callback.searchParams.set(name, stolen.get(name) ?? '')
    const expectStill = await rig.stillness()
    expect((await browser.navigate(callback.href)).status).toBe(400)
    await expectStill()
  })

  it('mints again before four hours are over, once for many requests', async () => {
    const browser = await on.rig.connected('wix')
    await on.rig.advance(4 * 3600 - 600)
    on.rig.wire.clear()
    expect(tally(await inTabs(browser, 20, (tab) => tab.request(USE)))).toEqual({ 200: 20 })
    expect(on.rig.tokenRequests()).toBe(1)
  })

  it('serves the old token while minting fails, and answers 503 once that token has ended', async () => {
    const browser = await on.rig.connected('wix')
    control().setScenario('wix', 'token-endpoint-500')
    await on.rig.advance(4 * 3600 - 600)
    expect(await statusAt(browser)).toBe(200)
    await on.rig.advance(601)
    const refused = await browser.request(USE, { headers: SCRIPT })
    await expectRefusal(refused, 503, 'temporarily_unavailable')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    control().clearScenarios()
    // Longer than a provider that failed several times is spared.
    await on.rig.advance(31)
    expect(await statusAt(browser)).toBe(200)
  })

  it('asks for a new login when the app was removed', async () => {
    const browser = await on.rig.connected('wix')
    await control().wix.remove(instances()[0]?.instanceId ?? '')
    await on.rig.advance(4 * 3600)
    expect(await codeAt(browser)).toBe('needs_reauth')
    expect(await on.rig.connections(browser)).toMatchObject([{ health: 'needs_reauth' }])
  })

  it('replaces a token that Wix revoked, once, and keeps the connection', async () => {
    const browser = await on.rig.connected('wix')
    await on.rig.advance(60)
    on.rig.wire.clear()
    control().setScenario('wix', 'api-401-once')
    expect(await statusAt(browser)).toBe(200)
    expect(on.rig.tokenRequests()).toBe(1)
    control().setScenario('wix', 'api-401-once', 2)
    expect(await codeAt(browser)).toBe('needs_reauth')
    expect(await statusAt(browser)).toBe(200)
  })

  it('never claims to have revoked anything', async () => {
    const browser = await on.rig.connected('wix')
    on.rig.wire.clear()
    expect(await readJson(browser.submit('/s/leave/wix'))).toEqual({ outcome: 'deleted_only' })
    expect(paths()).toEqual([])
  })

  it('goes the legacy way, and refreshes every five minutes', async () => {
    const browser = await on.rig.connected('wix-legacy')
    expect(paths()).toEqual(['/oauth/access', '/apps/v1/instance'])
    for (let round = 0; round < 3; round++) {
      expect(await statusAt(browser, '/s/use/wix-legacy')).toBe(200)
      await on.rig.advance(290)
    }
    expect(on.rig.tokenRequests()).toBe(3)
  })

  it('may frame and close the legacy pages, in spite of secureHeaders', async () => {
    const browser = on.rig.browser()
    const login = await browser.navigate(LEGACY, FRAME)
    const callback = await on.rig.consent(login.headers.get('location') ?? '')
    const failed = await browser.navigate('/auth/wix-legacy/callback?state=forged', FRAME)
    const landed = await browser.navigate(callback, FRAME)
    expect([login, failed, landed].map(({ status }) => status)).toEqual([302, 400, 303])
    for (const { headers } of [login, failed, landed]) {
      expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none')
      expect(headers.get('x-frame-options')).toBeNull()
      expect(headers.get('content-security-policy') ?? '').not.toContain('ancestors')
      expect(headers.get('x-served-by')).toBe('test')
      for (const cookie of headers.getSetCookie()) expect(cookie).toMatch(/; Secure; SameSite=None; Partitioned$/)
    }
    for (const path of ['/auth/wix/login', '/auth/webflow/login', '/auth/connections', '/']) {
      const { headers } = await browser.navigate(path)
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    }
  })

  it('falls back to client credentials for a proof, never for a plain id', async () => {
    const { rig } = on
    control().setScenario('wix', 'code-rejected')
    const refused = rig.browser()
    const plain = await rig.login(refused, LEGACY)
    const seen = await observe(rig, refused)
    await expectRefusal(await refused.navigate(plain.href), 400, 'code_rejected')
    await seen.NS()

    const browser = rig.browser()
    const callback = await rig.login(browser, LEGACY)
    const instanceId = callback.searchParams.get('instanceId') ?? ''
    callback.searchParams.set('instance', await control().wix.instanceParameter(instanceId))
    expect((await browser.navigate(callback.href)).status).toBe(303)
    expect(await statusAt(browser, '/s/use/wix-legacy')).toBe(200)
  })

  it('proves an instance to the dashboard by a signature, not by a plain id', async () => {
    const browser = on.rig.browser()
    const { wix } = control()
    const { instanceId } = wix.install()
    const proof = await wix.instanceParameter(instanceId)
    const old = await wix.instanceParameter(instanceId, { signDate: '2020-01-01T00:00:00.000Z' })
    const anonymous = await wix.instanceParameter(instanceId, { aid: 'a' })
    const seen = await observe(on.rig, browser)
    for (const text of [instanceId, old, anonymous, `${proof}A`, '', `${proof}&instance=${proof}`]) {
      const page = await browser.navigate(`/dashboard?instance=${text}`, FRAME)
      expect([page.status, page.headers.get('x-frame-options')]).toEqual([401, null])
      expect((await browser.submit('/s/paste/wix', { token: text })).status).toBe(400)
    }
    await seen.NS()
    expect((await on.rig.place.ran()).handlers).toBe(0)

    const page = await browser.request(`/dashboard?instance=${proof}`)
    expect(await readJson(page)).toMatchObject({ instanceId, appDefId: WIX_APP.appId })
    expect(page.headers.get('x-frame-options')).toBeNull()
    expect((await browser.submit('/s/paste/wix', { token: proof })).status).toBe(200)
    expect(await statusAt(browser)).toBe(200)
  })

  it('carries the token of an installation that began there, and closes its window', async () => {
    const browser = on.rig.browser()
    const { location = '' } = control().wix.install()
    const installer = new URL(await on.rig.start(browser, location))
    expect(installer.origin + installer.pathname).toBe('https://www.wix.com/installer/install')
    expect(installer.searchParams.get('token')).toBe(new URL(location).searchParams.get('token'))
    const fields = Object.entries({ decision: 'allow', site: '' })
    const landed = await browser.navigate(await on.rig.consent(installer.href, fields))
    expect(landed.status).toBe(302)
    const end = new URL(landed.headers.get('location') ?? '')
    expect(end.origin + end.pathname).toBe('https://www.wix.com/installer/close-window')
    expect((await on.rig.provider.fetch(new Request(end))).status).toBe(200)
  })
})
