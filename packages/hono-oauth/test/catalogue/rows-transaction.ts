import { expect } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { KEY, SCRIPT, TRANSACTION_TTL } from '../rig/constants.ts'
import { expectRefusal, inTabs, observe, pendingLogin, SESSION, SESSION_LINE, tally } from '../rig/oracles.ts'
import { row, type Section } from './row.ts'
import { FRAME, LOGIN, loggingIn, refuses, use } from './steps.ts'

/** The link of an error page to another login. */
const START_AGAIN = /href="https:\/\/app\.example\/auth\/webflow\/login["?]/

/** The one login that a browser has on its way. */
function pending(browser: Browser): { name: string; value: string } {
  const [name = ''] = browser.transactions()
  return { name, value: browser.jar.get(name)?.value ?? '' }
}

function plant(browser: Browser, name: string, value: string): void {
  browser.jar.set(name, { value, expiresAt: Number.POSITIVE_INFINITY })
}

/** A parameter of the callback that makes the login fail, or a fault of the token endpoint. */
const WAYS_TO_FAIL: readonly (readonly [name: string, value: string, scenario?: string])[] = [
  ['code', ''],
  ['code', 'c'.repeat(15_000)],
  ['iss', 'https://evil.example'],
  ['error', 'access_denied'],
  ['id_token', 'e.y.J'],
  ...['500', 'html', 'invalid-grant'].map((fault) => ['x', 'x', `token-endpoint-${fault}`] as const),
]

/** Another character of base64url at one place, the length as it was. */
function flip(text: string, index: number): string {
  return text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)
}

export const TRANSACTION: Section = {
  title: 'transaction, state, login CSRF',
  rows: [
    row(1, "an attacker's code and state, in a browser without a login", async (rig) => {
      const callback = await rig.login(rig.browser())
      await refuses(rig, rig.browser(), callback, [400, 'transaction_unknown'])
    }),
    row(2, 'the same in a browser that has a login of its own', async (rig) => {
      const callback = await rig.login(rig.browser())
      const victim = rig.browser()
      const own = await rig.login(victim)
      await refuses(rig, victim, callback, [400, 'transaction_unknown'], { logins: 'kept' })
      expect((await victim.navigate(own.href)).status).toBe(303)
    }),
    row(4, 'an empty state, and none', async (rig) => {
      const { browser, seen } = await pendingLogin(rig)
      for (const query of ['?code=x&state=', '', '?code=x&error=access_denied']) {
        await expectRefusal(await browser.navigate(`/auth/webflow/callback${query}`), 400, 'state_missing', query)
      }
      await seen.nothing()
    }),
    row(5, 'a state that was made up, or changed in one character', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      const state = callback.searchParams.get('state') ?? ''
      const changed = Array.from(state, (_, index) => flip(state, index))
      const others = ['Zm9yZ2Vk'.repeat(10).slice(0, state.length), state.slice(0, 20), 'a'.repeat(8000)]
      for (const forged of [...others, ...changed]) {
        const url = new URL(callback)
        url.searchParams.set('state', forged)
        await expectRefusal(await browser.navigate(url.href), 400, 'transaction_unknown', forged)
      }
      await seen.nothing()
      expect((await browser.navigate(callback.href)).status).toBe(303)
    }),
    row(7, 'a login that is over by a second', async (rig) => {
      const { browser, callback } = await loggingIn(rig)
      // A browser whose clock is behind still sends it.
      const headers = { cookie: browser.cookieHeader() }
      await rig.advance(TRANSACTION_TTL + 1)
      const refusal = [400, 'transaction_expired'] as const
      const page = await (await refuses(rig, browser, callback, refusal, { logins: 'cleared', headers })).text()
      expect(page).toContain('took too long')
      expect(page).toMatch(START_AGAIN)
    }),
    row(8, 'a login five seconds before its end', async (rig) => {
      expect(TRANSACTION_TTL).toBeGreaterThanOrEqual(600)
      const browser = rig.browser()
      const login = await rig.start(browser)
      await rig.advance(TRANSACTION_TTL - 5)
      const seen = await observe(rig, browser)
      expect((await browser.navigate(await rig.consent(login))).status).toBe(303)
      seen.T(1)
      expect(browser.hasSession()).toBe(true)
    }),
    row(10, 'fifty equal callbacks at once', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      const answers = await inTabs(browser, 50, (tab) => tab.navigate(callback.href))
      seen.T(1)
      expect(tally(answers)).toEqual({ 303: 1, 400: 49 })
      for (const answer of answers.filter(({ status }) => status === 400)) {
        const page = await answer.text()
        expect(page).toContain('is finished already')
        expect(page).toMatch(START_AGAIN)
        expect(answer.headers.getSetCookie().join()).not.toContain('oauth-session')
      }
      const cookies = answers.flatMap(({ headers }) => headers.getSetCookie())
      const sessions = cookies.filter((line) => SESSION_LINE.test(line))
      expect(sessions).toHaveLength(1)
      const list = await browser.request('/auth/connections', { headers: { cookie: sessions[0]?.split(';')[0] ?? '' } })
      expect(await list.json()).toMatchObject({ connections: [{ provider: 'webflow' }] })
    }),
    row(11, 'a reload after the exchange has failed', [502], async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      rig.provider.control.setScenario('webflow', 'token-endpoint-500')
      const replaying = browser.clone()
      await expectRefusal(await browser.navigate(callback.href), 502, 'provider_unavailable')
      for (const again of [browser, replaying]) {
        const answer = await again.navigate(callback.href)
        await expectRefusal(answer, 400, 'transaction_unknown')
        expect(await answer.text()).toMatch(START_AGAIN)
      }
      seen.T(1)
      await seen.NS()
    }),
    row(13, "another browser's login, with its cookie under another name", async (rig) => {
      const [first, second] = [rig.browser(), rig.browser()]
      const foreign = await rig.login(first)
      const callback = await rig.login(second)
      const own = pending(second)
      const seen = await observe(rig, second)
      await expectRefusal(await second.navigate(foreign.href), 400, 'transaction_unknown')
      plant(second, pending(first).name, own.value)
      await expectRefusal(await second.navigate(foreign.href), 400, 'transaction_unknown')
      seen.T(0)
      await seen.NS()
      expect((await second.navigate(callback.href)).status).toBe(303)
    }),
    row(14, 'another user who is signed in by the time of the callback', async (rig) => {
      const [ada, bob] = [rig.browser(rig.user()), rig.browser(rig.user())]
      const callback = await rig.login(ada, '/account/webflow/login')
      for (const [name, cookie] of ada.jar) bob.jar.set(name, cookie)
      await refuses(rig, bob, callback, [403, 'owner_mismatch'], { logins: 'cleared' })
      expect(await rig.connections(bob, '/account')).toEqual([])
    }),
    row(16, 'two logins that end in the other order', async (rig) => {
      const browser = rig.browser()
      const first = await rig.login(browser, `${LOGIN}?return_to=/one`)
      const second = await rig.login(browser, '/auth/other/login?return_to=/two')
      const seen = await observe(rig, browser)
      const landed = [await browser.navigate(second.href), await browser.navigate(first.href)]
      expect(landed.map(({ headers }) => headers.get('location'))).toEqual(['/two', '/one'])
      seen.T(2)
      expect(await rig.connections(browser)).toHaveLength(2)
    }),
    row(17, 'a page and the nineteen requests it makes, all without a connection', async (rig) => {
      const browser = rig.browser()
      const seen = await observe(rig, browser)
      const script = { ...SCRIPT, 'content-type': 'application/json' }
      const assets = ['image', 'empty', 'script', 'style', 'font']
      const kinds = Array.from({ length: 19 }, (_, index) => ({
        method: index % 4 === 3 ? 'POST' : 'GET',
        headers: { ...script, 'sec-fetch-dest': assets[index % assets.length] ?? '' },
      }))
      const [page, ...others] = await Promise.all([
        browser.clone().navigate(`${LOGIN}?return_to=/s/use/webflow`),
        ...kinds.map((init) => browser.clone().request('/s/use/webflow', init)),
      ])
      expect(page?.status).toBe(302)
      for (const answer of others) {
        await expectRefusal(answer, 401, 'not_connected')
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.headers.getSetCookie()).toEqual([])
      }
      const made = rig.answers.flatMap(({ headers }) => headers.getSetCookie())
      expect(made.filter((line) => line.startsWith('__Host-oauth-tx-'))).toHaveLength(1)
      seen.T(0)
      await seen.NS()
    }),
    row(19, 'a cookie with the value of another one', async (rig) => {
      const browser = await rig.connected()
      const callback = await rig.login(browser)
      const transaction = pending(browser)
      const session = browser.jar.get(SESSION)?.value ?? ''
      const thief = rig.browser()
      const stealing = await observe(rig, thief)
      plant(thief, SESSION, transaction.value)
      expect(await rig.connections(thief)).toEqual([])
      expect((await use(thief)).status).toBe(401)

      plant(thief, transaction.name, session)
      const seen = await observe(rig, thief)
      await expectRefusal(await thief.navigate(callback.href), 400, 'transaction_unknown')
      // Sealed by us for a login, but under the name of a later one.
      const renamed = transaction.name.replace(/tx-[0-9a-z]+-/, 'tx-zzzzzz-')
      thief.jar.clear()
      plant(thief, renamed, transaction.value)
      await expectRefusal(await thief.navigate(callback.href), 400, 'transaction_unknown')
      seen.T(0)
      thief.jar.clear()
      await stealing.NS()
    }),
    row(20, 'one character of a sealed login changed', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig, `${LOGIN}?return_to=/mine`)
      const { name, value } = pending(browser)
      for (let part = 0; part < 10; part++) {
        const index = Math.floor((value.length * part) / 10) + 1
        if (value[index] === '.') continue
        plant(browser, name, flip(value, index))
        await expectRefusal(await browser.navigate(callback.href), 400, 'transaction_unknown')
      }
      seen.T(0)
      await seen.NS()
      plant(browser, name, value)
      expect((await browser.navigate(callback.href)).headers.get('location')).toBe('/mine')
    }),
    row(28, 'the cookie of a login after each way to fail', [502], async (rig) => {
      for (const [name, value, scenario] of WAYS_TO_FAIL) {
        const browser = rig.browser()
        const other = await rig.login(browser)
        const callback = await rig.login(browser)
        callback.searchParams.set(name, value)
        if (scenario) rig.provider.control.setScenario('webflow', scenario, 1)
        const seen = await observe(rig, browser)
        expect((await browser.navigate(callback.href)).status, name).toBeGreaterThanOrEqual(400)
        seen.T(scenario ? 1 : 0)
        seen.CLR(callback)
        await seen.NS()
        expect((await browser.navigate(other.href)).status).toBe(303)
      }
      // Of a page in a frame, whose cookies a browser keeps apart.
      const framed = rig.browser()
      const login = await framed.navigate('/auth/wix-legacy/login', FRAME)
      const callback = new URL(await rig.consent(login.headers.get('location') ?? ''))
      callback.searchParams.set('code', '')
      const seen = await observe(rig, framed)
      expect((await framed.navigate(callback.href, FRAME)).status).toBe(400)
      seen.CLR(callback)
      await seen.NS()
    }),
    row(29, 'an app without a proper key', async (rig) => {
      for (const [keys, setting] of [
        [null, 'keys'],
        ['', 'keys'],
        ['hunter22', 'keys[0]'],
        ['A'.repeat(43), 'keys[0]'],
        [[KEY, 'B'.repeat(43)], 'keys[1]'],
      ] as const) {
        const told = await rig.place.probe('configuration', { settings: { keys } })
        expect([told.status, told.location, told.cookies]).toEqual([500, null, []])
        expect(told.body).toContain('configuration_invalid')
        expect(told.body).toContain(setting)
        for (const value of [keys ?? []].flat().filter(Boolean)) expect(told.body).not.toContain(value)
      }
    }),
  ],
}
