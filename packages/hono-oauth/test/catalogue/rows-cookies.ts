import { expect } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { DAY, KEY, NEW_KEY, SCRIPT, SITE_TOKEN } from '../rig/constants.ts'
import { expectRefusal, observe, SESSION, SESSION_LINE, sessionOf, tally, workOf } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { FRAME, LOGIN, loggingIn, refuses } from './steps.ts'

const use = (browser: Browser, cookie?: string) =>
  browser.request('/s/use/webflow', { headers: { ...SCRIPT, ...(cookie && { cookie }) } })

/** The id of the key that sealed a value. */
function keyOf(sealed: string | undefined): unknown {
  return JSON.parse(Buffer.from(sealed?.split('.')[0] ?? '', 'base64url').toString()).kid
}

const providersOf = async (rig: Rig, browser: Browser) =>
  (await rig.connections(browser)).map(({ provider }) => provider)

function cookieLines(rig: Rig): string[] {
  return rig.answers.flatMap(({ headers }) => headers.getSetCookie())
}

export const COOKIES: Section = {
  title: 'cookies and sessions',
  rows: [
    row(77, 'the attributes of every cookie', async (rig) => {
      await rig.login(await rig.connected())
      const plain = cookieLines(rig)
      const framed = rig.browser()
      const login = await framed.navigate('/auth/wix-legacy/login', FRAME)
      await framed.navigate(await rig.consent(login.headers.get('location') ?? ''), FRAME)
      const all = cookieLines(rig)
      expect(plain.length).toBeGreaterThanOrEqual(4)
      expect(all.length).toBeGreaterThanOrEqual(plain.length + 3)
      await rig.browser().submit('/s/paste/webflow', { token: SITE_TOKEN })
      for (const line of cookieLines(rig)) {
        const [pair = '', ...attributes] = line.split('; ')
        const isTransaction = /^__Host-oauth-(tx-[0-9a-z]+-[\w-]{16}|notice)=/.test(pair)
        expect(isTransaction || SESSION_LINE.test(pair), line).toBe(true)
        expect(pair).toMatch(/^__Host-[\w-]+=[\w.-]*$/)
        const isFramed = attributes.includes('Partitioned')
        expect(isFramed && plain.includes(line), line).toBe(false)
        const expected = ['HttpOnly', 'Path=/', `SameSite=${isFramed ? 'None' : 'Lax'}`, 'Secure']
        expect(attributes.filter((each) => !/^(Max-Age=|Partitioned$)/.test(each)).sort(), line).toEqual(expected)
        expect(Number(/Max-Age=(\d+)/.exec(line)?.[1])).toBeLessThanOrEqual(400 * DAY)
        expect(pair.length).toBeLessThanOrEqual(4096)
      }
    }),
    row(79, 'a jar that is full', async (rig) => {
      const { browser, callback } = await loggingIn(rig)
      const own = browser.cookieHeader()
      const junk = (count: number, length: number) =>
        Array.from({ length: count }, (_, index) => `junk${index}=${'x'.repeat(length)}`).join('; ')
      for (const cookie of [`${junk(60, 4000)}; ${own}`, `${own}; ${junk(1, 126_000)}`]) {
        const answer = await browser.request('/auth/connections', { headers: { cookie } })
        expect([200, 413, 431]).toContain(answer.status)
      }
      // Sixty of our own kind: an answer clears some of them, and not all at once.
      const flood = Array.from({ length: 60 }, (_, index) => {
        const flow = String(index).padStart(16, 'f')
        return `__Host-oauth-tx-${(1000 + index).toString(36)}-${flow}=${'x'.repeat(500)}`
      }).join('; ')
      const seen = await observe(rig, browser)
      const started = await browser.navigate(LOGIN, { cookie: `${flood}; ${own}` })
      expect(started.status).toBe(302)
      expect(started.headers.getSetCookie().filter((line) => line.includes('Max-Age=0')).length).toBeGreaterThan(0)
      expect(started.headers.getSetCookie().length).toBeLessThanOrEqual(21)
      seen.T(0)
      expect((await browser.navigate(callback.href, { cookie: `${flood}; ${own}` })).status).toBe(303)
      seen.T(1)
    }),
    row(80, 'a session in a thousand pieces', async (rig) => {
      const browser = await rig.connected()
      const value = sessionOf(browser) ?? ''
      const pieces = Array.from({ length: 1000 }, (_, index) => `${SESSION}.${index}=x`)
      expect((await workOf(rig, () => use(browser, `${SESSION}=${value}`))).decrypts).toBeGreaterThan(0)
      // What this isolate has opened it does not open again.
      const plain = await workOf(rig, () => use(browser, `${SESSION}=${value}`))
      expect(plain.decrypts).toBe(0)
      for (const hostile of [[`${SESSION}.n=99999999`], pieces]) {
        const cookie = [...hostile, `${SESSION}=${value}`].join('; ')
        // No piece is put together, opened or looked up: it takes what it takes without them.
        const work = await workOf(rig, async () => expect((await use(browser, cookie)).status).toBe(200))
        expect(work).toEqual(plain)
        const alone = await workOf(rig, async () =>
          expectRefusal(await use(browser, hostile.join('; ')), 401, 'not_connected'),
        )
        expect(alone).toEqual({ decrypts: 0, verifications: 0, operations: 0 })
      }
    }),
    { number: 82, title: 'a session cut at each possible place', notApplicable: 'a session is one small cookie' },
    row(83, 'more data for a login than a cookie holds', [500], async (rig) => {
      let longest = 0
      for (let length = 2000; length <= 4200; length += 100) {
        const answer = await rig.browser().navigate(`/s/context/${length}`)
        const [line] = answer.headers.getSetCookie()
        if (answer.status === 302) {
          expect(line?.split(';')[0]?.length).toBeLessThanOrEqual(4097)
          longest = length
        } else {
          await expectRefusal(answer, 500, 'context_too_large')
          expect(line).toBeUndefined()
        }
      }
      expect(longest).toBeGreaterThan(1000)
      expect(longest).toBeLessThan(4000)
      // What just fits comes back whole.
      expect((await rig.connect(rig.browser(), `/s/context/${longest}`)).status).toBe(303)
    }),
    row(85, 'a key that is replaced, and one that is taken away', async (rig) => {
      const browser = await rig.connected()
      const old = sessionOf(browser)
      await rig.restart({ keys: [NEW_KEY, KEY] })
      expect((await use(browser)).status).toBe(200)
      // Sealed anew with the newest key, so that the old one can go.
      expect(keyOf(sessionOf(browser))).not.toBe(keyOf(old))
      expect((await use(browser)).status).toBe(200)
      const replaced = sessionOf(browser)
      await rig.restart({ keys: [NEW_KEY] })
      await expectRefusal(await use(browser, `${SESSION}=${old}`), 401, 'not_connected')
      expect(replaced).not.toBe(old)
    }),
    row(86, 'a session that is replayed after the disconnect', async (rig) => {
      const browser = await rig.connected()
      const cookie = browser.cookieHeader()
      const [connection] = await rig.connections(browser)
      await browser.submit(`/auth/connections/${connection?.id}/revoke`)
      const thief = rig.browser()
      await expectRefusal(await use(thief, cookie), 401, 'not_connected')
      const list = await thief.request('/auth/connections', { headers: { cookie } })
      expect(await list.json()).toEqual({ connections: [] })
    }),
    row(88, 'an app on http', async (rig) => {
      const origin = 'http://localhost:8787'
      const local = await rig.place.probe('configuration', { settings: { origin }, url: `${origin}/auth/p/login` })
      expect([local.status, local.cookies.length]).toEqual([302, 1])
      // Not every browser takes a Secure cookie from plain http, and `__Host-` asks for Secure.
      expect(local.cookies[0]).toMatch(/^oauth-tx-/)
      expect(local.cookies[0]).toMatch(/; HttpOnly/)
      expect(local.cookies[0]).not.toMatch(/; Secure/)
      const open = { settings: { origin: 'http://app.example' }, url: 'http://app.example/auth/p/login' }
      const refused = await rig.place.probe('configuration', open)
      expect([refused.status, refused.location, refused.cookies]).toEqual([500, null, []])
      expect(refused.body).toMatch(/configuration_invalid.*origin/)
    }),
    row(89, 'a frame in which no cookie is kept', async (rig) => {
      const browser = rig.browser()
      await expectRefusal(await browser.navigate(LOGIN, FRAME), 403, 'request_not_navigation')
      const login = await browser.navigate('/auth/wix-legacy/login', FRAME)
      expect(login.status).toBe(302)
      expect(login.headers.get('x-frame-options')).toBeNull()
      expect(login.headers.getSetCookie()[0]).toContain('; Partitioned')
      const callback = new URL(await rig.consent(login.headers.get('location') ?? ''))
      browser.jar.clear()
      const answer = await refuses(rig, browser, callback, [400, 'transaction_unknown'], { headers: FRAME })
      expect(await answer.text()).toContain('began in another browser')
    }),
    row(91, 'a session that is never used, and one that is used for ever', async (rig) => {
      const [rested, idle, busy] = [await rig.connected(), await rig.connected(), await rig.connected()]
      const idleCookie = idle.cookieHeader()
      let busyCookie = busy.cookieHeader()
      const begun = rig.now()
      const keepBusy = async () => {
        const { status, headers } = await use(busy, busyCookie)
        busyCookie = busy.cookieHeader() || busyCookie
        // A cookie that comes anew lives no longer than the first one would have.
        for (const line of headers.getSetCookie().filter((each) => SESSION_LINE.test(each))) {
          const age = (rig.now() - begun) / 1000 + Number(/Max-Age=(\d+)/.exec(line)?.[1])
          expect(age).toBeLessThanOrEqual(30 * DAY + 1)
        }
        return status
      }
      await rig.advance(14 * DAY - 60)
      expect(await keepBusy()).toBe(200)
      expect((await use(rested)).status).toBe(200)
      await rig.advance(60)
      await expectRefusal(await use(idle, idleCookie), 401, 'not_connected')
      for (let half = 0; half < 31; half++) {
        await rig.advance(DAY / 2)
        expect(await keepBusy()).toBe(200)
      }
      await rig.advance(DAY / 2 - 60)
      expect(await keepBusy()).toBe(200)
      // However much it is used, by day 30 it is over.
      await rig.advance(60)
      expect(await keepBusy()).toBe(401)
    }),
    row(92, 'answers that arrive in the other order', async (rig) => {
      for (const browser of [rig.browser(), await rig.connected('ex-memory')]) {
        const callbacks = [await rig.login(browser), await rig.login(browser, '/auth/other/login')]
        const tabs = [browser.clone(), browser.clone()]
        await Promise.all(tabs.map((tab, index) => tab.navigate(callbacks[index]?.href ?? '')))
        // One browser has the cookies of both, whichever answer came last.
        for (const late of tabs) {
          const both = tabs.find((tab) => tab !== late)?.clone() ?? late
          for (const [name, cookie] of late.jar) if (name.includes('session-')) both.jar.set(name, cookie)
          expect(await providersOf(rig, both)).toEqual(expect.arrayContaining(['webflow', 'other']))
        }
      }
      // At one provider too: logins that were on their way together end in one session.
      const browser = await rig.connected()
      const callbacks = [await rig.login(browser), await rig.login(browser)]
      const tabs = [browser.clone(), browser.clone()]
      const landed = await Promise.all(tabs.map((tab, index) => tab.navigate(callbacks[index]?.href ?? '')))
      expect(tally(landed)).toEqual({ 303: 2 })
      for (const tab of tabs) expect(await providersOf(rig, tab)).toEqual(['webflow'])
    }),
    row(21, 'a session from before the login', async (rig) => {
      for (const name of ['webflow', 'other', ...rig.rotating]) {
        const attacker = await rig.connected(name === 'other' ? 'webflow' : name)
        const victim = rig.browser()
        for (const [name, cookie] of attacker.jar) victim.jar.set(name, cookie)
        const planted = victim.cookieHeader()
        const login = `/auth/${name}/login`
        await rig.connect(victim, login)
        const mine = (await rig.connections(victim)).find(({ provider }) => provider === name)
        const own = sessionOf(victim, name)
        expect(own, name).toBeDefined()
        expect(planted).not.toContain(own)
        await rig.advance(62)

        // The session from before neither sees nor uses nor ends what is connected now.
        const seen = await observe(rig, attacker)
        const idsOf = async (browser: Browser) => (await rig.connections(browser)).map(({ id }) => id)
        expect(await idsOf(attacker)).not.toContain(mine?.id)
        await expectRefusal(await attacker.request(`/s/use/${name}`, { headers: SCRIPT }), 401, 'not_connected')
        await expectRefusal(await attacker.submit(`/auth/connections/${mine?.id}/revoke`), 404, 'connection_unknown')
        await seen.NS()

        // Nor does it get there by a login, which begins as a newcomer's and makes another session.
        const callback = await rig.login(attacker, login)
        expect(sessionOf(attacker, name)).toBeUndefined()
        expect((await attacker.navigate(callback.href)).status).toBe(303)
        expect(await providersOf(rig, attacker)).toContain(name)
        expect(await idsOf(attacker)).not.toContain(mine?.id)
        expect(await idsOf(victim)).toContain(mine?.id)
      }
    }),
  ],
}
