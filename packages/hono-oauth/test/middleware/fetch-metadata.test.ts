import { type Context, Hono } from 'hono'
import { createOAuth } from 'hono-oauth'
import { afterAll, describe, expect, it } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { openNode } from '../rig/hosts.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { codeOf, observe } from '../rig/oracles.ts'
import { createRig } from '../rig/rig.ts'

const rig = await createRig(openNode)
afterAll(() => rig.dispose())
const browser = rig.browser()

const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined] as const
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST'] as const
const ORIGINS = [ORIGIN, 'https://evil.example', 'null', undefined] as const

/** What a browser says of a request, as far as it says anything. */
function labels(site: string | undefined, origin: string | undefined): Record<string, string> {
  return { accept: 'application/json', ...(site && { 'sec-fetch-site': site }), ...(origin && { origin }) }
}

describe('what a browser says of a request', () => {
  async function revokePath(): Promise<string> {
    if ((await rig.connections(browser)).length === 0) await rig.connect(browser)
    return `/auth/connections/${(await rig.connections(browser))[0]?.id}/revoke`
  }

  const cells = SITES.flatMap((site) =>
    METHODS.flatMap((method) => ORIGINS.map((origin) => [site, method, origin] as const)),
  )
  it.each(cells)('decides whether it changes anything: of %s by %s from %s', async (site, method, origin) => {
    const path = await revokePath()
    const expectStill = await rig.stillness()
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
    await expectStill()
  })

  it.each(['GET', 'HEAD', 'OPTIONS'])('changes nothing on any route by %s', async (method) => {
    const revoke = await revokePath()
    const seen = await observe(rig, browser)
    const jar = browser.cookieHeader()
    for (const path of [
      '/auth/connections',
      revoke,
      '/auth/webflow/webhook',
      '/auth/wix/webhook',
      '/auth/webflow',
      '/auth/unknown/login',
      ...(method === 'GET' ? [] : ['/auth/webflow/login', '/auth/webflow/callback?code=a&state=b']),
    ]) {
      await browser.request(path, { method, headers: labels('same-origin', ORIGIN) })
      await seen.NS()
      expect(browser.cookieHeader(), path).toBe(jar)
    }
  })
})

describe('a route behind require()', () => {
  const SAFE = ['GET', 'OPTIONS']
  const cells = SITES.flatMap((site) =>
    [...SAFE, 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      ORIGINS.map((origin) => [site, method, origin] as const),
    ),
  )
  const oauth = createOAuth(() => MINIMAL)
  const app = new Hono()
  const handle = (c: Context) => c.text('handled')
  app.all('/things', oauth.require('webflow'), handle)
  app.all('/shared', oauth.require('webflow', { crossSite: true }), handle)

  it.each(cells)('takes no change from another origin: of %s by %s from %s', async (site, method, origin) => {
    const codeAt = async (path: string) => {
      const answer = await app.request(`${ORIGIN}${path}`, { method, headers: labels(site, origin) })
      return codeOf(answer)
    }
    // What the browser says of the site counts, then the origin; a program says neither.
    const isOurs = site === undefined ? [ORIGIN, undefined].includes(origin) : ['same-origin', 'none'].includes(site)
    const isRefused = !isOurs && !SAFE.includes(method)
    expect(await codeAt('/things')).toBe(isRefused ? 'request_cross_site' : 'not_connected')
    expect(await codeAt('/shared')).toBe('not_connected')
  })
})
