import { afterEach, describe, expect, it } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'

const DAY = 86_400

describe('a browser session', () => {
  let rig: Rig
  afterEach(() => rig.host.dispose())

  async function connected(): Promise<Browser> {
    rig = await createRig(nodeHost())
    const browser = rig.browser()
    await rig.connect(browser)
    return browser
  }
  const statusOf = async (browser: Browser) => (await browser.request('/sites')).status
  const cookieOf = (browser: Browser) => browser.jar.get('__Host-oauth-session-webflow')?.value

  it('ends after two weeks in which nobody used it', async () => {
    const browser = await connected()
    await rig.advance(14 * DAY - 60)
    expect(await statusOf(browser)).toBe(200)
    await rig.advance(14 * DAY)
    const before = await rig.snapshot()
    expect(await statusOf(browser)).toBe(401)
    // Nobody is there to look anything up for.
    expect(await rig.snapshot()).toEqual(before)
  })

  it('ends after 30 days, however much it is used', async () => {
    const browser = await connected()
    for (let day = 1; day < 30; day++) {
      await rig.advance(DAY)
      expect([day, await statusOf(browser)]).toEqual([day, 200])
    }
    await rig.advance(DAY)
    expect(await statusOf(browser)).toBe(401)
  })

  it('gets a new cookie once a day at most, which ends when the first one would have', async () => {
    const browser = await connected()
    const first = cookieOf(browser)
    await rig.advance(DAY - 60)
    await statusOf(browser)
    expect(cookieOf(browser)).toBe(first)
    await rig.advance(60)
    const touched = await browser.request('/sites')
    expect(cookieOf(browser)).not.toBe(first)
    const [line = ''] = touched.headers.getSetCookie()
    const [, maxAge] = /Max-Age=(\d+)/.exec(line) ?? []
    expect(Number(maxAge)).toBeLessThanOrEqual(29 * DAY)
    for (const attribute of ['HttpOnly', 'Secure', 'Path=/', 'SameSite=Lax']) {
      expect(line).toContain(attribute)
    }
    const second = cookieOf(browser)
    await statusOf(browser)
    expect(cookieOf(browser)).toBe(second)
  })
})
