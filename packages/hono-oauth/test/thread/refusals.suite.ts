import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig } from '../support/rig.ts'
import { CALLBACK_FAULTS, LOGIN_REFUSALS } from './refusal-cases.ts'

/** Bad requests: each is refused clearly, and nothing happens. */
export function describeRefusals(name: string, createHost: CreateHost): void {
  describe(`refusals in ${name}`, () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig(createHost)
    })
    afterEach(() => rig.expectNoLeaks())
    afterAll(() => rig.host.dispose())

    for (const { title, path, init, status, code } of LOGIN_REFUSALS) {
      it(`${title}: ${status} ${code}`, async ({ expect }) => {
        const browser = rig.browser()
        const before = await rig.snapshot()
        const response = await browser.request(path, init)
        expect(response.status).toBe(status)
        if (init.method !== 'HEAD') expect(await codeOf(response)).toBe(code)
        expect(response.headers.get('location')).toBeNull()
        expect(response.headers.get('cache-control')).toBe('no-store')
        expect(browser.cookieNames()).toEqual([])
        expect(await rig.snapshot()).toEqual(before)
      })
    }

    for (const { title, edit, headers, method, status, code, used } of CALLBACK_FAULTS) {
      it(`callback with ${title}: ${status} ${code}`, async ({ expect }) => {
        const browser = rig.browser()
        const callback = await rig.login(browser)
        const other = await rig.login(browser)
        const url = new URL(callback)
        const edited = edit?.(url, new URL(other)) ?? url.href
        const before = await rig.snapshot()
        const init = { method: method ?? 'GET', headers: { accept: '*/*', ...headers } }

        const response = await browser.request(edited, init)

        expect(response.status).toBe(status)
        if (method !== 'HEAD') expect(await codeOf(response)).toBe(code)
        expect(response.headers.get('location')).toBeNull()
        for (const [header, value] of SAFE) expect(response.headers.get(header)).toBe(value)
        expect(browser.hasSession()).toBe(false)
        expect(await rig.snapshot()).toEqual(before)
        expect(browser.transactions()).toHaveLength(used ? 1 : 2)

        // The other login of the same browser is none the worse for it.
        expect((await browser.navigate(other)).status).toBe(303)
      })
    }

    it('another browser cannot finish a login', async ({ expect }) => {
      const [attacker, victim] = [rig.browser(), rig.browser()]
      const callback = await rig.login(attacker)
      const own = await rig.login(victim)
      const before = await rig.snapshot()
      const response = await victim.navigate(callback)
      expect(response.status).toBe(400)
      expect(victim.hasSession()).toBe(false)
      expect(await rig.snapshot()).toEqual(before)
      expect((await victim.navigate(own)).status).toBe(303)
    })

    it('a replayed callback is refused, also with its cookie put back', async ({ expect }) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      const replaying = browser.clone()
      await browser.navigate(callback)
      const before = await rig.snapshot()
      for (const again of [browser, replaying]) {
        const response = await again.navigate(callback)
        expect(response.status).toBe(400)
        expect(response.headers.getSetCookie().join()).not.toContain('oauth-session')
      }
      expect(await rig.snapshot()).toEqual(before)
      expect(browser.hasSession()).toBe(true)
    })

    it('an expired login is refused, one just before its end is not', async ({ expect }) => {
      const browser = rig.browser()
      const late = await rig.login(browser)
      const cookie = browser.cookieHeader()
      await rig.advance(1200 + 1)
      const before = await rig.snapshot()
      const response = await browser.navigate(late, { cookie })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('has expired')
      expect(response.headers.getSetCookie().join()).toMatch(/__Host-oauth-tx-.*Max-Age=0/)
      expect(await rig.snapshot()).toEqual(before)

      const inTime = await rig.login(browser)
      await rig.advance(890)
      expect((await browser.navigate(inTime)).status).toBe(303)
    })

    it('a login that another session began is refused', async ({ expect }) => {
      const [first, second] = [rig.browser(), rig.browser()]
      await rig.connect(first)
      await rig.connect(second)
      const callback = await rig.login(first)
      moveTransaction(first, second)
      const before = await rig.snapshot()
      const response = await second.request(callback, { headers: { accept: '*/*' } })
      expect(response.status).toBe(403)
      expect((await readJson(response)).code).toBe('owner_mismatch')
      expect(await rig.snapshot()).toEqual(before)
    })

    it('keeps at most ten logins, and the oldest goes first', async ({ expect }) => {
      const browser = rig.browser()
      const first = await rig.login(browser)
      await rig.advance(1)
      for (let tab = 0; tab < 10; tab++) await browser.navigate('/auth/webflow/login')
      expect(browser.transactions()).toHaveLength(10)
      expect((await browser.navigate(first)).status).toBe(400)
    })

    it('stops restarting installs when a provider always drops the state', async ({ expect }) => {
      const browser = rig.browser()
      const statuses: number[] = []
      for (let round = 0; round < 4; round++) {
        statuses.push((await browser.navigate('/auth/webflow/callback?code=abc')).status)
      }
      expect(statuses).toEqual([302, 302, 302, 400])
    })

    it('shows a person a page that quotes nothing of the request', async ({ expect }) => {
      const browser = rig.browser()
      const callback = new URL(await rig.login(browser))
      callback.searchParams.delete('code')
      callback.searchParams.set('error', '<script>alert(1)</script>')
      callback.searchParams.set('error_description', '"><img src=x onerror=alert(1)>')
      const response = await browser.navigate(callback.href)
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8')
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'nonce-[\w-]{22}';.*frame-ancestors 'none'$/,
      )
      const page = await response.text()
      expect(page).toContain('href="/auth/webflow/login"')
      expect(page).not.toMatch(/alert|onerror|script/)
    })
  })
}

const SAFE = [
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
] as const

/** The code of a refusal: a frame gets a page, anything else problem+json. */
async function codeOf(response: Response): Promise<unknown> {
  if (response.headers.get('content-type')?.includes('json')) return (await readJson(response)).code
  return /<small>\d+ · (\w+)<\/small>/.exec(await response.text())?.[1]
}

function moveTransaction(from: Browser, to: Browser): void {
  for (const name of from.transactions()) {
    const cookie = from.jar.get(name)
    if (cookie) to.jar.set(name, cookie)
  }
}
