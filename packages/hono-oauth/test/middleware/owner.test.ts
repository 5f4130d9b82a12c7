import { describe, expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { expectRefusal } from '../rig/oracles.ts'
import { judgedRig } from '../rig/suite.ts'

const rig = await judgedRig()

const USE = '/u/use/webflow'

describe("connections of the host app's own users", () => {
  const connect = (browser: Browser) => rig.connect(browser, '/account/webflow/login')
  const statusOf = async (browser: Browser) => (await browser.request(USE)).status

  it('belong to the user, in whatever browser', async () => {
    const first = rig.browser('ada')
    await connect(first)
    expect(first.cookieNames()).toEqual(['__Host-oauth-notice-account'])
    expect(await statusOf(rig.browser('ada'))).toBe(200)
    expect(await statusOf(rig.browser('bob'))).toBe(401)
  })

  it('are refused to a visitor who is not signed in', async () => {
    const expectStill = await rig.stillness()
    for (const path of ['/account/webflow/login', '/account/connections', USE, '/u/list']) {
      await expectRefusal(await rig.browser().request(path), 401, 'owner_missing', path)
    }
    await expectStill()
  })

  it('are kept apart for ids that look alike', async () => {
    await connect(rig.browser('a:b'))
    for (const user of ['a', 'b', 'a:', 'A:B', 'a/b', '["user","a:b"]']) {
      expect(await statusOf(rig.browser(user)), user).toBe(401)
    }
  })
})
