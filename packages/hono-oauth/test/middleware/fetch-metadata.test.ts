import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { nodeHost } from '../support/node-host.ts'
import { readJson } from '../support/read-json.ts'
import { createRig, type Rig } from '../support/rig.ts'

const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined] as const
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST'] as const
const ORIGINS = [ORIGIN, 'https://evil.example', 'null', undefined] as const

/** What a browser says of a request, as far as it says anything. */
function labels(site: string | undefined, origin: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(site && { 'sec-fetch-site': site }),
    ...(origin && { origin }),
  }
}

describe('a request that changes something', () => {
  let rig: Rig
  let browser: Browser
  beforeAll(async () => {
    rig = await createRig(nodeHost())
    browser = rig.browser()
  })
  afterAll(async () => {
    await rig.expectNoLeaks()
    await rig.host.dispose()
  })

  async function revokePath(): Promise<string> {
    const list = async () => (await readJson(browser.request('/auth/connections'))).connections
    if ((await list()).length === 0) await rig.connect(browser)
    return `/auth/connections/${(await list())[0].id}/revoke`
  }

  const cells = SITES.flatMap((site) =>
    METHODS.flatMap((method) => ORIGINS.map((origin) => [site, method, origin] as const)),
  )
  it.each(cells)('of %s by %s from %s', async (site, method, origin) => {
    const path = await revokePath()
    const before = await rig.snapshot()
    const answer = await browser.request(path, { method, headers: labels(site, origin) })
    // What the browser says of the site counts, and the origin where it says nothing.
    const isOurs = site === undefined ? origin === ORIGIN : site === 'same-origin'
    if (method === 'POST' && isOurs) {
      expect(await answer.json()).toEqual({ outcome: 'revoked' })
      return
    }
    expect(answer.status).toBe(method === 'POST' ? 403 : 405)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await rig.snapshot()).toEqual(before)
  })
})

describe('a request that only looks', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('changes nothing on any route: %s', async (method) => {
    const rig = await createRig(nodeHost())
    const browser = rig.browser()
    await rig.connect(browser)
    const { connections } = await readJson(browser.request('/auth/connections'))
    const stored = await rig.host.dump()
    const jar = browser.cookieHeader()
    for (const path of [
      '/auth/connections',
      `/auth/connections/${connections[0].id}/revoke`,
      '/auth/webflow/webhook',
      '/auth/wix/webhook',
      '/auth/webflow',
      '/auth/nobody/login',
      ...(method === 'GET' ? [] : ['/auth/webflow/login', '/auth/webflow/callback?code=a&state=b']),
    ]) {
      await browser.request(path, { method, headers: labels('same-origin', ORIGIN) })
      expect(await rig.host.dump(), path).toEqual(stored)
      expect(browser.cookieHeader(), path).toBe(jar)
    }
    await rig.host.dispose()
  })
})
