import { afterEach, beforeEach, describe, it } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig, WIX_APP } from '../support/rig.ts'

const INSTALL: [string, string][] = [
  ['decision', 'install'],
  ['site', '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'],
]
const LEGACY_ALLOW: [string, string][] = [
  ['decision', 'allow'],
  ['site', '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'],
]

/** Installs from outside: what comes back, and how it may lie. */
const LIES: readonly (readonly [string, string])[] = [
  ['wix-installer-foreign-instance', 'a plain instance id that is not the signed one'],
  ['wix-installer-foreign-app', 'a proof of another app'],
  ['wix-installer-tampered-signature', 'a proof that was edited'],
  ['wix-installer-without-signed-instance', 'no proof at all'],
  ['wix-installer-stale-signed-instance', 'a proof of yesterday'],
]

/** Wix in all its ways, wherever the app runs. */
export function describeWix(name: string, createHost: CreateHost): void {
  describe(`Wix in ${name}`, () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await createRig(createHost)
    })
    afterEach(async () => {
      await rig.expectNoLeaks()
      await rig.host.dispose()
    })

    const paths = () => rig.provider.control.requests().map(({ path }) => path)

    async function install(browser: Browser): Promise<string> {
      const login = await browser.navigate('/auth/wix/login?return_to=/wix')
      return rig.consent(login.headers.get('location') ?? '', INSTALL)
    }

    async function loginLegacy(browser: Browser, path = '/auth/wix-legacy/login'): Promise<string> {
      const login = await browser.navigate(path)
      return rig.consent(login.headers.get('location') ?? '', LEGACY_ALLOW)
    }

    it('installs from outside and mints a token from the proven instance', async ({ expect }) => {
      const browser = rig.browser()
      const landed = await browser.navigate(await install(browser))
      expect(landed.status).toBe(303)
      expect(landed.headers.get('location')).toBe('/wix')
      expect(paths().slice(2)).toEqual(['/oauth2/token', '/apps/v1/instance'])
      const { connections } = await readJson(browser.request('/auth/connections'))
      const instanceId = rig.provider.control.wix.instances()[0]?.instanceId
      expect(connections).toMatchObject([
        {
          provider: 'wix',
          account: { siteId: INSTALL[1]?.[1], instanceId, name: 'Mysite 34' },
          scopes: ['WIX_DEVELOPERS.MANAGE_APP_INSTANCE'],
          health: 'active',
        },
      ])
      expect((await readJson(browser.request('/wix'))).site.siteDisplayName).toBe('Mysite 34')
      const finished = await browser.request('/wix/finish', { method: 'POST' })
      expect(finished.status).toBe(204)
      expect(rig.provider.control.wix.instances()).toMatchObject([{ configured: true }])
    })

    for (const [scenario, title] of LIES) {
      it(`believes no installation with ${title}`, async ({ expect }) => {
        const browser = rig.browser()
        rig.provider.control.setScenario(scenario)
        const callback = await install(browser)
        const before = await rig.snapshot()
        const response = await browser.request(callback, { headers: { accept: '*/*' } })
        expect(response.status).toBe(400)
        expect((await readJson(response)).code).toBe('authorization_response_invalid')
        expect(await rig.snapshot()).toEqual(before)
        expect(browser.hasSession()).toBe(false)
      })
    }

    it('believes no site that is not the one of the token', async ({ expect }) => {
      const browser = rig.browser()
      rig.provider.control.setScenario('wix-installer-foreign-tenant')
      const response = await browser.navigate(await install(browser))
      expect(response.status).toBe(400)
      expect(await rig.host.dump()).toEqual({})
    })

    it('believes no installation that another browser began', async ({ expect }) => {
      const [attacker, victim] = [rig.browser(), rig.browser()]
      const callback = await install(attacker)
      const before = await rig.snapshot()
      expect((await victim.navigate(callback)).status).toBe(400)
      expect(await rig.snapshot()).toEqual(before)
    })

    it('mints again before four hours are over, once for many requests', async ({ expect }) => {
      const browser = rig.browser()
      await browser.navigate(await install(browser))
      await rig.advance(4 * 3600 - 600)
      rig.provider.control.clearRequests()
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => browser.clone().request('/wix')),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
      expect(paths().filter((path) => path === '/oauth2/token')).toHaveLength(1)
    })

    it('serves the old token while minting fails, and tells the truth when it is over', async ({
      expect,
    }) => {
      const browser = rig.browser()
      await browser.navigate(await install(browser))
      rig.provider.control.setScenario('wix-token-endpoint-500')
      await rig.advance(4 * 3600 - 600)
      expect((await browser.request('/wix')).status).toBe(200)
      await rig.advance(601)
      const refused = await browser.request('/wix')
      expect([refused.status, (await readJson(refused)).code]).toEqual([
        503,
        'temporarily_unavailable',
      ])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      rig.provider.control.clearScenarios()
      // Long enough for whoever spares a provider that failed several times.
      await rig.advance(31)
      expect((await browser.request('/wix')).status).toBe(200)
    })

    it('asks for a new login when the app was removed', async ({ expect }) => {
      const browser = rig.browser()
      await browser.navigate(await install(browser))
      const [instance] = rig.provider.control.wix.instances()
      await rig.provider.control.wix.remove(instance?.instanceId ?? '')
      await rig.advance(4 * 3600)
      expect((await readJson(browser.request('/wix'))).code).toBe('needs_reauth')
      const { connections } = await readJson(browser.request('/auth/connections'))
      expect(connections).toMatchObject([{ health: 'needs_reauth' }])
    })

    it('believes no proof that is older than the login', async ({ expect }) => {
      const browser = rig.browser()
      const stolen = new URL(await install(rig.browser())).searchParams
      await rig.advance(120)
      const callback = new URL(await install(browser))
      callback.searchParams.set('signedInstance', stolen.get('signedInstance') ?? '')
      callback.searchParams.set('instanceId', stolen.get('instanceId') ?? '')
      const before = await rig.snapshot()
      expect((await browser.navigate(callback.href)).status).toBe(400)
      expect(await rig.snapshot()).toEqual(before)
    })

    it('replaces a token that Wix takes back, once, and gives no connection up for it', async ({
      expect,
    }) => {
      const browser = rig.browser()
      await browser.navigate(await install(browser))
      await rig.advance(60)
      rig.provider.control.setScenario('wix-api-401-once')
      rig.provider.control.clearRequests()
      expect((await browser.request('/wix')).status).toBe(200)
      expect(paths().filter((path) => path === '/oauth2/token')).toHaveLength(1)
      rig.provider.control.setScenario('wix-api-401-once', 2)
      expect((await readJson(browser.request('/wix'))).code).toBe('needs_reauth')
      expect((await browser.request('/wix')).status).toBe(200)
    })

    it('never claims to have revoked anything', async ({ expect }) => {
      const browser = rig.browser()
      await browser.navigate(await install(browser))
      const { connections } = await readJson(browser.request('/auth/connections'))
      rig.provider.control.clearRequests()
      const left = await browser.request(`/auth/connections/${connections[0].id}/revoke`, {
        method: 'POST',
        headers: { accept: 'application/json', origin: ORIGIN },
      })
      expect(await readJson(left)).toEqual({ outcome: 'deleted_only' })
      expect(paths()).toEqual([])
    })

    it('goes the legacy way, and refreshes every five minutes', async ({ expect }) => {
      const browser = rig.browser()
      const landed = await browser.navigate(await loginLegacy(browser))
      expect(landed.status).toBe(303)
      expect(paths().slice(2)).toEqual(['/oauth/access', '/apps/v1/instance'])
      expect((await browser.request('/wix-legacy')).status).toBe(200)
      for (let round = 0; round < 2; round++) {
        await rig.advance(290)
        expect((await browser.request('/wix-legacy')).status).toBe(200)
      }
      expect(paths().filter((path) => path === '/oauth/access')).toHaveLength(3)
    })

    it('lets Wix frame and close the legacy pages, in spite of secureHeaders', async ({
      expect,
    }) => {
      const browser = rig.browser()
      const frame = { 'sec-fetch-dest': 'iframe' }
      const login = await browser.navigate('/auth/wix-legacy/login', frame)
      const callback = await rig.consent(login.headers.get('location') ?? '', LEGACY_ALLOW)
      const failed = await browser.navigate('/auth/wix-legacy/callback?state=forged', frame)
      const landed = await browser.navigate(callback, frame)
      expect([login, failed, landed].map(({ status }) => status)).toEqual([302, 400, 303])
      for (const response of [login, failed, landed]) {
        expect(response.headers.get('cross-origin-opener-policy')).toBe('unsafe-none')
        expect(response.headers.get('x-frame-options')).toBeNull()
        expect(response.headers.get('content-security-policy') ?? '').not.toContain('ancestors')
        expect(response.headers.get('x-served-by')).toBe('test')
        expect(response.headers.get('referrer-policy')).toBe('no-referrer')
        for (const cookie of response.headers.getSetCookie()) {
          expect(cookie).toMatch(/; Secure; SameSite=None; Partitioned$/)
        }
      }
      for (const path of ['/auth/wix/login', '/auth/webflow/login', '/auth/connections', '/']) {
        const response = await browser.navigate(path)
        expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
        expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN')
      }
    })

    it('falls back to client credentials for a proof, never for a plain id', async ({ expect }) => {
      rig.provider.control.setScenario('wix-code-exchange-400')
      const refused = rig.browser()
      const plain = await refused.request(await loginLegacy(refused), {
        headers: { accept: '*/*' },
      })
      expect(plain.status).toBe(400)
      expect((await readJson(plain)).code).toBe('code_rejected')
      expect(await rig.host.dump()).toEqual({})

      const browser = rig.browser()
      const callback = new URL(await loginLegacy(browser))
      const instanceId = callback.searchParams.get('instanceId') ?? ''
      const proof = await rig.provider.control.wix.instanceParameter(instanceId)
      callback.searchParams.set('instance', proof)
      expect((await browser.navigate(callback.href)).status).toBe(303)
      expect((await browser.request('/wix-legacy')).status).toBe(200)
    })

    it('takes a signed instance of the dashboard, not a plain one', async ({ expect }) => {
      const browser = rig.browser()
      const { instanceId } = rig.provider.control.wix.install()
      const proof = await rig.provider.control.wix.instanceParameter(instanceId)
      const old = await rig.provider.control.wix.instanceParameter(instanceId, {
        signDate: '2020-01-01T00:00:00.000Z',
      })
      const anonymous = await rig.provider.control.wix.instanceParameter(instanceId, { aid: 'a' })
      for (const text of [instanceId, old, anonymous, `${proof}A`, '']) {
        const dashboard = `/dashboard?instance=${encodeURIComponent(text)}`
        const page = await browser.navigate(dashboard, { 'sec-fetch-dest': 'iframe' })
        expect(page.status).toBe(401)
        expect(page.headers.get('x-frame-options')).toBeNull()
        const connected = await browser.submit('/instance', { instance: text })
        expect(connected.status).toBe(400)
      }
      expect(await rig.host.dump()).toEqual({})
      expect((await rig.host.ran()).handlers).toBe(0)

      const page = await browser.request(`/dashboard?instance=${proof}`)
      expect(await readJson(page)).toMatchObject({ instanceId, appDefId: WIX_APP.appId })
      expect(page.headers.get('x-frame-options')).toBeNull()
      const twice = await browser.request(`/dashboard?instance=${proof}&instance=${proof}`)
      expect(twice.status).toBe(401)
      expect((await browser.submit('/instance', { instance: proof })).status).toBe(200)
      expect((await browser.request('/wix')).status).toBe(200)
    })
  })

  describe(`an installation that began at Wix, in ${name}`, () => {
    it('carries the token on and ends on the page that closes the window', async ({ expect }) => {
      const rig = await createRig(createHost)
      const browser = rig.browser()
      const { location = '' } = rig.provider.control.wix.install()
      const login = await browser.navigate(location)
      const installer = new URL(login.headers.get('location') ?? '')
      expect(installer.origin + installer.pathname).toBe('https://www.wix.com/installer/install')
      expect(installer.searchParams.get('token')).toBe(new URL(location).searchParams.get('token'))
      const callback = await rig.consent(installer.href, [
        ['decision', 'allow'],
        ['site', ''],
      ])
      const landed = await browser.navigate(callback)
      expect(landed.status).toBe(302)
      const end = new URL(landed.headers.get('location') ?? '')
      expect(end.origin + end.pathname).toBe('https://www.wix.com/installer/close-window')
      expect((await rig.provider.fetch(new Request(end))).status).toBe(200)
      expect(landed.headers.get('referrer-policy')).toBe('no-referrer')
      await rig.host.dispose()
    })
  })
}
