import { beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { DAY, SITE_TOKEN } from '../rig/constants.ts'
import { codeOf, SESSION } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { nodeRig } from '../rig/suite.ts'

// What a login does to an older session is row 21 of the catalogue; the ends of a session are row 91.
describe('the cookie of a session', () => {
  let rig: Rig
  let browser: Browser
  beforeEach(async () => {
    rig = await nodeRig()
    browser = rig.browser()
  })

  const cookieOf = (one: Browser) => one.jar.get(SESSION)?.value
  const idsOf = async (one: Browser) => (await rig.connections(one)).map(({ id }) => id)
  /** Finishes a login while some operations of the store fail. */
  async function loginWithout(one: Browser, ...operations: readonly ('get' | 'put')[]) {
    const callback = await rig.login(one)
    for (const operation of operations) await rig.place.fail(operation, true)
    const refused = await one.navigate(callback.href)
    for (const operation of operations) await rig.place.fail(operation, false)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'store_unavailable'])
  }

  it('is replaced by a login at its provider alone, which costs one read, one write and the mark of its state', async () => {
    await rig.connect(browser)
    const [first, ids, keys] = [cookieOf(browser), await idsOf(browser), Object.keys(await rig.stored())]
    const callback = await rig.login(browser)
    const before = (await rig.place.work()).operations
    expect((await browser.navigate(callback.href)).status).toBe(303)
    const after = (await rig.place.work()).operations
    expect([after.get - before.get, after.put - before.put]).toEqual([1, 2])
    const second = cookieOf(browser)
    expect(second).not.toBe(first)
    expect(await idsOf(browser)).toEqual(ids)
    expect(Object.keys(await rig.stored())).toEqual(keys)

    const stale = browser.clone()
    await rig.connect(browser, '/auth/other/login')
    expect(cookieOf(browser)).toBe(second)
    expect([await idsOf(browser), await idsOf(stale)]).toMatchObject([{ length: 2 }, ids])
  })

  it('is sealed anew once a day at most, with the end of the first one', async () => {
    await rig.connect(browser)
    const first = cookieOf(browser)
    await rig.advance(DAY - 60)
    await browser.request('/s/use/webflow')
    expect(cookieOf(browser)).toBe(first)
    await rig.advance(60)
    const [line = ''] = (await browser.request('/s/use/webflow')).headers.getSetCookie()
    expect(Number(/Max-Age=(\d+)/.exec(line)?.[1])).toBeLessThanOrEqual(29 * DAY)
    const second = cookieOf(browser)
    expect(second).not.toBe(first)
    await browser.request('/s/use/webflow')
    expect(cookieOf(browser)).toBe(second)
  })

  it('causes no read of the store once it has ended', async () => {
    await rig.connect(browser)
    await rig.advance(14 * DAY)
    const expectStill = await rig.stillness()
    expect((await browser.request('/s/use/webflow')).status).toBe(401)
    await expectStill()
  })

  it('stays when another login of the same session was faster, and nothing is written', async () => {
    await rig.connect(browser)
    const [one, other] = [browser.clone(), browser.clone()]
    const callbacks = [await rig.login(one), await rig.login(other)]
    expect((await one.navigate(callbacks[0]?.href ?? '')).status).toBe(303)
    const before = await rig.stored()
    const refused = await other.navigate(callbacks[1]?.href ?? '')
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'login_overtaken'])
    expect(refused.headers.getSetCookie().join()).not.toContain(SESSION)
    expect(await rig.stored()).toEqual(before)
  })

  it('stays when a write has failed for certain', async () => {
    await rig.connect(browser)
    const [first, ids] = [cookieOf(browser), await idsOf(browser)]
    await loginWithout(browser, 'put')
    expect(cookieOf(browser)).toBe(first)
    expect(await idsOf(browser)).toEqual(ids)
  })

  it('opens the document, written or not, when the outcome of a write is unknown', async () => {
    await rig.connect(browser)
    const [first, ids, stale] = [cookieOf(browser), await idsOf(browser), browser.clone()]
    // The write fails, and so does the read after it, however often the login is tried.
    for (let time = 0; time < 5; time++) await loginWithout(browser, 'put', 'get')
    expect([await idsOf(browser), await idsOf(stale)]).toEqual([ids, ids])
    expect(cookieOf(browser)).not.toBe(first)
    const newcomer = rig.browser()
    await loginWithout(newcomer, 'put', 'get')
    expect([newcomer.hasSession(), await idsOf(newcomer)]).toEqual([true, []])
  })

  it('is known for the rest of the request that pastes a token, with and without a session before', async () => {
    for (const before of [0, 1]) {
      const first = cookieOf(browser)
      const answer = await browser.submit('/s/paste/webflow', { token: SITE_TOKEN, next: 'list' })
      const listed = (await readJson(answer)) as { id: string }[]
      expect(listed.map(({ id }) => id)).toEqual(await idsOf(browser))
      expect(listed).toHaveLength(before + 1)
      expect(cookieOf(browser)).not.toBe(first)
      await rig.connect(browser)
    }
  })
})
