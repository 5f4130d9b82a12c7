import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { nodeHost } from '../support/node-host.ts'
import { readJson } from '../support/read-json.ts'
import { createRig, type Rig } from '../support/rig.ts'

const COOKIE = '__Host-oauth-session-webflow'
const SITE_TOKEN = `5174${'0'.repeat(59)}1`
const DAY = 86_400

describe('the session of a browser', () => {
  let rig: Rig
  let browser: Browser
  beforeEach(async () => {
    rig = await createRig(nodeHost())
    browser = rig.browser()
  })
  afterEach(() => rig.host.dispose())

  const cookieOf = (one: Browser) => one.jar.get(COOKIE)?.value
  const idsOf = async (one: Browser): Promise<string[]> => {
    const { connections } = await readJson(one.request('/auth/connections'))
    return (connections as { id: string }[]).map(({ id }) => id)
  }
  const codeOf = async (answer: Response) =>
    /<small>\d+ · (\w+)<\/small>/.exec(await answer.text())?.[1]

  it('is another one after each login, and shows what the last one showed', async () => {
    await rig.connect(browser)
    const [first, ids] = [cookieOf(browser), await idsOf(browser)]
    const stale = browser.clone()
    await rig.connect(browser)
    expect(cookieOf(browser)).not.toBe(first)
    expect(await idsOf(browser)).toEqual(ids)
    expect(await idsOf(stale)).toEqual([])
  })

  it('is left alone by a login at another provider', async () => {
    await rig.connect(browser)
    const [first, stale] = [cookieOf(browser), browser.clone()]
    await rig.connect(browser, '/auth/other/login')
    expect(cookieOf(browser)).toBe(first)
    expect(await idsOf(browser)).toHaveLength(2)
    expect(await idsOf(stale)).toHaveLength(1)
  })

  it('lasts no longer for another login, and neither does what is connected', async () => {
    await rig.connect(browser)
    for (let day = 1; day < 30; day++) {
      await rig.advance(DAY)
      await rig.connect(browser)
      expect((await browser.request('/sites')).status).toBe(200)
    }
    await rig.advance(DAY)
    expect((await browser.request('/sites')).status).toBe(401)
  })

  it('is told by nothing that is stored', async () => {
    await rig.connect(browser)
    const before = await rig.host.dump()
    await rig.connect(browser)
    expect(Object.keys(await rig.host.dump())).toEqual(Object.keys(before))
    await rig.expectNoLeaks()
  })

  it('does without a read more, and without a write more', async () => {
    await rig.connect(browser)
    const callback = await rig.login(browser)
    const before = await rig.host.operations()
    expect((await browser.navigate(callback)).status).toBe(303)
    const after = await rig.host.operations()
    expect([after.get - before.get, after.put - before.put]).toEqual([1, 1])
  })

  it('goes on where the answer to a login was lost, if another is begun at once', async () => {
    await rig.connect(browser)
    const ids = await idsOf(browser)
    const callback = await rig.login(browser)
    const lost = browser.clone()
    expect((await lost.navigate(callback)).status).toBe(303)
    expect((await rig.connect(browser)).status).toBe(303)
    expect(await idsOf(browser)).toEqual(ids)
  })

  it('ends where the answer to a login was lost and another is begun much later', async () => {
    await rig.connect(browser)
    const callback = await rig.login(browser)
    const ids = await idsOf(browser)
    await browser.clone().navigate(callback)
    await rig.advance(1800)
    const late = await rig.login(browser)
    const before = await rig.host.dump()
    const refused = await browser.navigate(late)
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'owner_mismatch'])
    expect(refused.headers.getSetCookie().join()).toContain(`${COOKIE}=; Max-Age=0; Path=/`)
    expect(await rig.host.dump()).toEqual(before)
    expect((await rig.host.ran()).hooks).toHaveLength(2)
    expect((await rig.connect(browser)).status).toBe(303)
    expect(await idsOf(browser)).not.toEqual(ids)
    expect(await idsOf(browser)).toHaveLength(1)
  })

  it('is kept where another login was faster', async () => {
    await rig.connect(browser)
    const [one, other] = [browser.clone(), browser.clone()]
    const callbacks = [await rig.login(one), await rig.login(other)]
    expect((await one.navigate(callbacks[0] ?? '')).status).toBe(303)
    const before = await rig.host.dump()
    const refused = await other.navigate(callbacks[1] ?? '')
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'login_overtaken'])
    expect(refused.headers.getSetCookie().join()).not.toContain(COOKIE)
    expect(await rig.host.dump()).toEqual(before)
    expect(await idsOf(one)).toHaveLength(1)
  })

  it('stays where it is known that nothing was stored', async () => {
    await rig.connect(browser)
    const [first, ids] = [cookieOf(browser), await idsOf(browser)]
    await rig.host.fail('put', true)
    const refused = await rig.connect(browser)
    await rig.host.fail('put', false)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'store_unavailable'])
    expect(cookieOf(browser)).toBe(first)
    expect(await idsOf(browser)).toEqual(ids)
  })

  it('opens what there is where nobody knows whether a login was stored', async () => {
    await rig.connect(browser)
    const [first, ids, stale] = [cookieOf(browser), await idsOf(browser), browser.clone()]
    // Neither the write nor the look at what became of it succeeds, however often it is tried.
    for (let time = 0; time < 5; time++) {
      const callback = await rig.login(browser)
      await rig.host.fail('put', true)
      await rig.host.fail('get', true)
      const refused = await browser.navigate(callback)
      await rig.host.fail('put', false)
      await rig.host.fail('get', false)
      expect([refused.status, await codeOf(refused)]).toEqual([503, 'store_unavailable'])
    }
    expect(await idsOf(browser)).toEqual(ids)
    expect(await idsOf(stale)).toEqual(ids)
    expect(cookieOf(browser)).not.toBe(first)
    // A browser that had none gets none.
    const newcomer = rig.browser()
    const login = await rig.login(newcomer)
    await rig.host.fail('put', true)
    await rig.host.fail('get', true)
    expect((await newcomer.navigate(login)).status).toBe(503)
    await rig.host.fail('put', false)
    await rig.host.fail('get', false)
    expect(newcomer.hasSession()).toBe(false)
  })

  it('is not that of a login that somebody left on its way long before', async () => {
    const left = browser.clone()
    await rig.login(left)
    for (const [name, cookie] of left.jar) browser.jar.set(name, cookie)
    await rig.advance(61)
    const callback = await rig.login(left)
    await rig.connect(browser)
    await left.navigate(callback)
    expect(await idsOf(browser)).toHaveLength(1)
    expect(await idsOf(left)).not.toEqual(await idsOf(browser))
  })

  describe('that pastes a token', () => {
    const paste = (one: Browser) => one.submit('/site-token', { token: SITE_TOKEN })

    it('is another one too, and the same when a form is sent twice', async () => {
      await rig.connect(browser)
      const [first, twice] = [cookieOf(browser), browser.clone()]
      const answers = [await paste(browser), await paste(twice)]
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(cookieOf(browser)).not.toBe(first)
      expect(await idsOf(twice)).toEqual(await idsOf(browser))
      expect(await idsOf(browser)).toHaveLength(2)
    })

    it('is known for the rest of the request, from where nothing was connected and from where it was', async () => {
      for (const before of [0, 1]) {
        const answer = await browser.submit('/site-token-and-list', { token: SITE_TOKEN })
        const listed = (await readJson(answer)) as unknown as { id: string }[]
        expect(listed.map(({ id }) => id)).toEqual(await idsOf(browser))
        expect(listed).toHaveLength(before + 1)
        await rig.connect(browser)
      }
    })

    it('begins anew where it was replaced', async () => {
      await rig.connect(browser)
      const stale = browser.clone()
      await rig.connect(browser)
      await rig.advance(62)
      expect((await paste(stale)).status).toBe(200)
      expect(await idsOf(stale)).toHaveLength(1)
      expect(await idsOf(browser)).toHaveLength(1)
      expect(await idsOf(stale)).not.toEqual(await idsOf(browser))
    })
  })
})
