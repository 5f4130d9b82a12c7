import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { codeOf, expectRefusal } from '../rig/oracles.ts'
import { nodeRig } from '../rig/suite.ts'

const SPA = 'https://spa.example'
const LOCAL = 'http://localhost:5173'
const SETTINGS = { allowedOrigins: [SPA, LOCAL, ORIGIN] }
const STRANGE = [
  ...['https://evil.example', 'null', 'https://a.spa.example', 'https://spa.example.evil', 'https://spa.example:8443'],
  ...['http://spa.example', 'https://spa.example.', 'https://SPA.example', 'https://evil.example, https://spa.example'],
  ...['http://localhost', '*', ''],
]
const REFUSED = [
  ...STRANGE.filter((origin) => origin && !/SPA/.test(origin)).map((origin) => `${origin}/done`),
  ...['https://user@spa.example/', 'https://user:pass@spa.example/', 'https://spa.example@evil.example/'],
  ...['https://evil.example\\@spa.example/', 'https://evil.example#@spa.example/', 'https://ѕра.example/'],
  ...['blob:', 'javascript:', 'data:text/html,', 'view-source:', '//', '\\\\', ' ', '\t'].map(
    (text) => `${text}${SPA}/`,
  ),
  ...[`${SPA}/\n/evil`, `${SPA}/${'a'.repeat(1024)}`],
]
const CORS = /^access-control-/

const corsOf = ({ headers }: Response) => Object.fromEntries([...headers].filter(([name]) => CORS.test(name)))
const shared = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
})

function appOf(settings: Partial<OAuthConfig> = SETTINGS) {
  const oauth = createOAuth(() => ({ ...MINIMAL, ...settings }) as typeof MINIMAL)
  const app = new Hono().route('/auth', oauth.routes)
  app.all('/things', oauth.require('webflow'), (c) => c.text('handled'))
  return app
}

const preflight = (origin: string, method = 'POST') => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
})

describe('the JSON routes', () => {
  it.each([SPA, LOCAL])('answer pages of %s, refusals and preflights too', async (origin) => {
    const app = appOf()
    const listed = await app.request(`${ORIGIN}/auth/connections`, { headers: { origin } })
    expect(await listed.json()).toEqual({ connections: [] })
    const revoke = `${ORIGIN}/auth/connections/webflow.a.b/revoke`
    const refused = await app.request(revoke, { method: 'POST', headers: { origin, 'sec-fetch-site': 'cross-site' } })
    await expectRefusal(refused, 404, 'connection_unknown')
    for (const answer of [listed, refused]) {
      expect(corsOf(answer)).toEqual(shared(origin))
      expect(answer.headers.get('vary')).toBe('Origin')
    }
    for (const path of [`${ORIGIN}/auth/connections`, revoke]) {
      const asked = await app.request(path, preflight(origin))
      expect([asked.status, await asked.text()]).toEqual([204, ''])
      expect(corsOf(asked)).toEqual({
        ...shared(origin),
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'accept, authorization, content-type',
      })
    }
  })

  it.each(STRANGE)('say nothing to pages of %j', async (origin) => {
    const app = appOf()
    for (const cookie of ['', '__Host-oauth-session-webflow=x']) {
      const headers = { origin, cookie, accept: 'application/json' }
      const listed = await app.request(`${ORIGIN}/auth/connections`, { headers })
      const asked = await app.request(`${ORIGIN}/auth/connections`, preflight(origin))
      const revoked = await app.request(`${ORIGIN}/auth/connections/webflow.a.b/revoke`, { method: 'POST', headers })
      await expectRefusal(revoked, 403, 'request_cross_site')
      expect([listed, asked, revoked].map(({ status }) => status)).toEqual([200, 405, 403])
      for (const answer of [listed, asked, revoked]) {
        expect([corsOf(answer), answer.headers.get('vary')]).toEqual([{}, 'Origin'])
      }
    }
  })

  it('need the Origin of an allowed page: its site alone does not name it', async () => {
    for (const site of ['same-site', 'cross-site']) {
      const init = { method: 'POST', headers: { 'sec-fetch-site': site } }
      const answer = await appOf().request(`${ORIGIN}/auth/connections/webflow.a.b/revoke`, init)
      await expectRefusal(answer, 403, 'request_cross_site')
    }
  })

  it('share nothing without the setting, and no other route shares anything', async () => {
    const alone = await appOf({}).request(`${ORIGIN}/auth/connections`, { headers: { origin: SPA } })
    expect([corsOf(alone), alone.headers.get('vary')]).toEqual([{}, null])
    for (const path of ['/auth/webflow/login', '/auth/webflow/callback?code=a&state=b', '/auth/webflow/webhook']) {
      for (const init of [{ headers: { origin: SPA } }, preflight(SPA)]) {
        expect(corsOf(await appOf().request(ORIGIN + path, init)), path).toEqual({})
      }
    }
    const broken = await appOf({ ...SETTINGS, keys: 'short' }).request(`${ORIGIN}/auth/connections`, preflight(SPA))
    expect([broken.status, corsOf(broken)]).toEqual([500, {}])
  })
})

it.each([
  [SPA, 'not_connected'],
  ['https://evil.example', 'request_cross_site'],
])('require() lets a POST of %s end as %s', async (origin, code) => {
  const headers = { origin, 'sec-fetch-site': 'cross-site', accept: 'application/json' }
  expect(await codeOf(await appOf().request(`${ORIGIN}/things`, { method: 'POST', headers }))).toBe(code)
})

describe('a login may end', () => {
  it.each([
    [`${SPA}/done?a=b#c`, `${SPA}/done?a=b#c`],
    [SPA, `${SPA}/`],
    ['HTTPS://SPA.example:443/ä', `${SPA}/%C3%A4`],
    [`${LOCAL}/done`, `${LOCAL}/done`],
    ['https://SPA.example/done', `${SPA}/done`],
    // The app itself has paths.
    [`${ORIGIN}/sites`, '/home'],
    ...REFUSED.map((value) => [value, '/home']),
  ])('at %j: it ends at %j', async (asked = '', end) => {
    const rig = await nodeRig({ ...SETTINGS, defaultReturnTo: '/home' })
    const landed = await rig.connect(rig.browser(), `/auth/webflow/login?return_to=${encodeURIComponent(asked)}`)
    expect(landed.headers.get('location')).toBe(end)
  })

  it('at a default page elsewhere, after a disconnect too', async () => {
    const rig = await nodeRig({ ...SETTINGS, defaultReturnTo: `${SPA}/home` })
    const browser = rig.browser()
    expect((await rig.connect(browser)).headers.get('location')).toBe(`${SPA}/home`)
    const [{ id = '' } = {}] = await rig.connections(browser)
    const left = await browser.submit(`/auth/connections/${id}/revoke`, { return_to: `${SPA}/bye` })
    expect([left.status, left.headers.get('location')]).toEqual([303, `${SPA}/bye`])
    const page = await browser.navigate('/auth/webflow/callback?state=x')
    expect(await page.text()).toContain(`<a href="${SPA}/home">Back to the app</a>`)
  })

  it('at no default page of a strange origin', async () => {
    const answer = await appOf({ ...SETTINGS, defaultReturnTo: 'https://evil.example/' }).request('/auth/connections')
    expect(await codeOf(answer)).toBe('configuration_invalid')
  })
})
