import type { Context } from 'hono'
import { describe, it } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { nodeHost } from '../support/node-host.ts'
import { readJson } from '../support/read-json.ts'
import { createRig } from '../support/rig.ts'

/** The host app knows its users by a header here. */
const owner = (c: Context) => c.req.header('x-user')

describe("connections of the host app's own users", () => {
  const rig = () => createRig(nodeHost({ owner }))

  const as = (browser: Browser, user: string, path: string) =>
    browser.request(path, { headers: { 'x-user': user, accept: '*/*' } })

  async function connect(test: Awaited<ReturnType<typeof rig>>, browser: Browser, user: string) {
    const login = await as(browser, user, '/auth/webflow/login')
    const callback = await test.consent(login.headers.get('location') ?? '')
    return as(browser, user, new URL(callback).pathname + new URL(callback).search)
  }

  it('belong to the user, in whatever browser', async ({ expect }) => {
    const test = await rig()
    const [first, second] = [test.browser(), test.browser()]
    expect((await connect(test, first, 'ada')).status).toBe(303)
    expect(first.cookieNames()).toEqual([])
    expect((await as(second, 'ada', '/sites')).status).toBe(200)
    expect((await as(first, 'bob', '/sites')).status).toBe(401)
  })

  it('are refused to a visitor who is not signed in', async ({ expect }) => {
    const test = await rig()
    const before = await test.snapshot()
    for (const path of ['/auth/webflow/login', '/auth/connections', '/sites', '/list']) {
      const response = await test.browser().request(path)
      expect(response.status).toBe(401)
      expect((await readJson(response)).code).toBe('owner_missing')
    }
    expect(await test.snapshot()).toEqual(before)
  })

  it('are not given to whoever signed in meanwhile', async ({ expect }) => {
    const test = await rig()
    const browser = test.browser()
    const login = await as(browser, 'ada', '/auth/webflow/login')
    const callback = new URL(await test.consent(login.headers.get('location') ?? ''))
    const before = await test.snapshot()
    const response = await as(browser, 'bob', callback.pathname + callback.search)
    expect(response.status).toBe(403)
    expect((await readJson(response)).code).toBe('owner_mismatch')
    expect(await test.snapshot()).toEqual(before)
  })

  it('are kept apart for ids that look alike', async ({ expect }) => {
    const test = await rig()
    await connect(test, test.browser(), 'a:b')
    for (const user of ['a', 'b', 'a:', 'A:B', 'a/b', '["user","a:b"]']) {
      expect((await as(test.browser(), user, '/sites')).status).toBe(401)
    }
  })
})
