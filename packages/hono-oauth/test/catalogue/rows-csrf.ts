import { expect } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { ORIGIN, SCRIPT } from '../rig/constants.ts'
import { expectRefusal, observe, SESSION } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { loggingIn, refuses, use } from './steps.ts'

const EVIL = 'https://evil.example'
const REDIRECTS = [301, 302, 303, 307, 308]

/** What is between two neighbours alone (RFC 9110, section 7.6.1), `x-visitor` because `connection` says so. */
const HOP_BY_HOP: readonly (readonly [string, string])[] = [
  ['connection', 'keep-alive, X-Visitor'],
  ['x-visitor', '1'],
  ['keep-alive', 'timeout=5'],
  ['te', 'trailers'],
  ['trailer', 'x'],
  ['transfer-encoding', 'chunked'],
  ['upgrade', 'websocket'],
  ['proxy-connection', 'keep-alive'],
]

/** A disconnect that does not come from the app's own page. */
async function forge(rig: Rig, browser: Browser, init: RequestInit, about: string): Promise<void> {
  const [connection] = await rig.connections(browser)
  const seen = await observe(rig, browser)
  const requests = rig.wire.sent.length
  const path = `/auth/connections/${connection?.id}/revoke`
  await expectRefusal(await browser.request(path, { method: 'POST', ...init }), 403, 'request_cross_site', about)
  seen.T(0)
  await seen.NS()
  expect(rig.wire.sent.length).toBe(requests)
  expect((await use(browser)).status).toBe(200)
}

const SIMPLE: readonly (readonly [string, RequestInit])[] = [
  ['text/plain', { headers: { 'content-type': 'text/plain' }, body: 'return_to=/' }],
  ['no body', {}],
  ['a body of no type', { body: new Uint8Array([97]) }],
  ['application/json', { headers: { 'content-type': 'application/json' }, body: '{}' }],
  ['multipart', { headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: '--b--' }],
]

export const CSRF: Section = {
  title: 'CSRF and calls to the API on behalf of the browser',
  rows: [
    row(94, 'a form of another site', async (rig) => {
      const browser = await rig.connected()
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      for (const headers of [
        { ...form, origin: EVIL, 'sec-fetch-site': 'cross-site' },
        { ...form, origin: EVIL },
        { ...form, origin: 'null' },
        { ...form, origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
        { ...form, 'sec-fetch-site': 'none' },
      ]) {
        await forge(rig, browser, { headers, body: 'return_to=/' }, JSON.stringify(headers))
      }
    }),
    row(95, 'requests that need no leave of the browser', async (rig) => {
      const browser = await rig.connected()
      for (const [title, init] of SIMPLE) {
        await forge(rig, browser, init, title)
        const headers = { ...(init.headers as object), origin: EVIL }
        await forge(rig, browser, { ...init, headers }, `${title}, of another origin`)
      }
    }),
    row(97, 'a sibling of the app', async (rig) => {
      const browser = await rig.connected()
      const sibling = { origin: 'https://sibling.app.example', 'sec-fetch-site': 'same-site' }
      await forge(rig, browser, { headers: sibling }, 'its own origin')
      await forge(rig, browser, { headers: { ...sibling, origin: ORIGIN } }, 'with our origin')
    }),
    row(98, 'a method that stands beside the method', async (rig) => {
      const browser = await rig.connected()
      const [connection] = await rig.connections(browser)
      const callback = await rig.login(browser)
      const path = `/auth/connections/${connection?.id}/revoke`
      const same = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }
      const seen = await observe(rig, browser)
      for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
        const get = await browser.request(path, { headers: { ...same, [name]: 'POST' } })
        await expectRefusal(get, 405, 'method_not_allowed')
        const post = await browser.request(callback.href, { method: 'POST', headers: { ...same, [name]: 'GET' } })
        await expectRefusal(post, 400, 'authorization_response_invalid')
      }
      await expectRefusal(await browser.request(`${path}?_method=POST`, { headers: same }), 405, 'method_not_allowed')
      const form = await browser.submit(callback.href, { _method: 'GET' })
      expect([form.status, form.headers.get('location')]).toEqual([303, `${ORIGIN}${callback.pathname}?_method=GET`])
      await seen.nothing()
      expect(await rig.connections(browser)).toHaveLength(1)
    }),
    row(100, 'an API or a token endpoint that redirects to another host', [502], async (rig) => {
      const browser = await rig.connected()
      for (const status of REDIRECTS) {
        rig.wire.clear()
        const away = new Response(null, { status, headers: { location: `${EVIL}/collect` } })
        rig.wire.intercept(({ url }) => (url.pathname === '/v2/sites' ? away : undefined))
        expect((await browser.request('/s/fetch/webflow?url=/v2/sites', { headers: SCRIPT })).status).toBe(status)
        expect(rig.wire.sent.map(({ url }) => url.host)).toEqual(['api.webflow.com'])
      }
      for (const status of REDIRECTS) {
        rig.wire.answerToken(() => new Response(null, { status, headers: { location: `${EVIL}/token` } }))
        const { browser: victim, callback } = await loggingIn(rig)
        const proof = { sent: 1, logins: 'cleared', about: `${status}` } as const
        await refuses(rig, victim, callback, [502, 'provider_response_invalid'], proof)
        expect(rig.wire.sent.map(({ url }) => url.host)).not.toContain('evil.example')
        rig.wire.clear()
      }
    }),
    row(101, 'headers that are not for the other side', async (rig) => {
      const browser = await rig.connected()
      rig.wire.clear()
      rig.wire.intercept(async ({ url }, forward) => {
        const answer = await forward()
        if (url.pathname !== '/v2/sites') return answer
        const headers = new Headers(answer.headers)
        headers.append('set-cookie', 'upstream=1; Path=/')
        if (rig.place.isInProcess) {
          headers.set('connection', 'keep-alive, x-visitor')
          headers.set('keep-alive', 'timeout=5')
          headers.set('trailer', 'x')
        }
        headers.set('proxy-authenticate', 'Basic')
        headers.append('set-cookie', `${SESSION}=evil; Path=/; Secure`)
        return new Response(answer.body, { status: answer.status, headers })
      })
      const session = browser.cookieHeader()
      const headers = {
        ...SCRIPT,
        authorization: 'Basic ZXZpbDpldmls',
        'proxy-authorization': 'Basic ZXZpbDpldmls',
        cookie: `${session}; other=1`,
        ...Object.fromEntries(HOP_BY_HOP.map(([name, value]) => [`x-test-hop-${name}`, value])),
      }
      const answer = await browser.request('/s/proxy/webflow', { headers })
      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie()).toEqual([])
      const [sent] = rig.requests('/v2/sites')
      expect(sent?.headers.get('authorization')).toMatch(/^Bearer \w+$/)
      expect([...(sent?.headers ?? [])].join()).not.toContain(session)
      expect(sent?.headers.get('cookie')).toBeNull()
      for (const name of ['proxy-authorization', ...HOP_BY_HOP.map(([each]) => each)]) {
        // What carries a Worker's requests has a connection of its own.
        if (name === 'connection' && !rig.place.isInProcess) continue
        expect(sent?.headers.get(name), name).toBeNull()
      }
      for (const name of ['x-visitor', 'connection', 'keep-alive', 'proxy-authenticate', 'trailer']) {
        if (name === 'connection' && !rig.place.isInProcess) continue
        expect(answer.headers.get(name), name).toBeNull()
      }
    }),
  ],
}
