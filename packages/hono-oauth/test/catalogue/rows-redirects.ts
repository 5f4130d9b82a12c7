import { expect } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { ORIGIN, SITE_TOKEN } from '../rig/constants.ts'
import { observe } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { harmOf } from '../transaction/harmless.ts'
import { HOSTILE } from '../transaction/return-to-corpus.ts'
import { failing, refusedWith } from './callback-answers.ts'
import { row, type Section } from './row.ts'
import { EX, LOGIN } from './steps.ts'

const OF_EACH_KIND = 10
const AUTHORITIES = ['//evil.example', '///evil.example', '////evil.example', '/\\evil.example']
/** Parameters that come twice, or under nearly the right name. */
const OTHER_QUERIES = [
  ...['return_to=/a&return_to=//evil.example', 'return_to=//evil.example&return_to=/a'],
  ...['return_to[]=//evil.example', 'return_to', 'Return_To=//evil.example'],
]
const SCHEMES = [
  ...['javascript:alert(1)', 'data:text/html,hello', 'vbscript:msgbox', `blob:${ORIGIN}/a`, 'file:///etc/passwd'],
]
const LOOKALIKES = [
  ...['https://app@evil.example', 'https://app.evil.example', 'https://app.example:443@evil.example'],
  ...['https://app.example.', 'https://app.example:8443/', 'https://ａｐｐ.example', 'https://app.example'],
]
const LINE_ENDS = ['\t', '\n', '\r'].flatMap((raw) => [
  `/${raw}/evil.example`,
  `/${encodeURIComponent(raw)}/evil.example`,
  `/${encodeURIComponent(encodeURIComponent(raw))}/evil.example`,
])
const DOTS = ['/.//evil.example', '/..//evil.example', '/%2e//evil.example', '/a/..//evil.example']
const OWN_ROUTES = [
  ...['/auth/connections/x/revoke', '/auth/webflow/callback?code=x&state=y', '/auth/webflow/login'],
  ...['/AUTH/webflow/login', '/%61uth/webflow/login', '/auth', '/auth/', '/auth/connections'],
  ...['/auth/wix/login?token=x', '/auth%2fwebflow%2flogin', '/a/../auth/webflow/login', '/./auth/webflow/login'],
]
const EXOTIC = ['/\u0000', '/\u007f', '/a\u2028b', '/\ufeffa', '/\u2215evil.example', '/\uff0fevil.example', '/\ud800']

/** As a browser writes it into a query; half of a surrogate pair as the bytes that it would have. */
const encode = (text: string) =>
  text
    .split(/[\ud800-\udfff]/u)
    .map(encodeURIComponent)
    .join('%ED%A0%80')

/** Where a whole login with this query ends. */
async function landing(rig: Rig, query: string): Promise<string> {
  const landed = await rig.connect(rig.browser(), `${LOGIN}?${query}`)
  return landed.headers.get('location') ?? ''
}

const returnTo = (value: string) => `return_to=${encode(value)}`

/** A page of this app, however a browser reads it. */
async function expectOwnPage(location: string, about: string): Promise<void> {
  expect(await harmOf(location, { origin: ORIGIN, authPath: '/auth' }), about).toBeUndefined()
}

async function expectDefault(rig: Rig, values: readonly string[]): Promise<void> {
  for (const value of values) expect(await landing(rig, returnTo(value)), JSON.stringify(value)).toBe('/')
}

async function expectHere(rig: Rig, queries: readonly string[]): Promise<void> {
  for (const query of queries) await expectOwnPage(await landing(rig, query), query)
}

/** Goes wherever it is led, as a browser does, until a page is there. */
async function follow(rig: Rig, browser: Browser, path: string) {
  let redirects = 0
  let answer = await browser.navigate(path)
  while (answer.headers.has('location') && redirects < 12) {
    let next = answer.headers.get('location') ?? ''
    if (!next.startsWith('/')) {
      redirects++
      const page = await rig.provider.fetch(new Request(next))
      next = page.headers.get('location') ?? (await rig.consent(next))
    }
    answer = await browser.navigate(next)
  }
  return { redirects, answer }
}

export const REDIRECTS: Section = {
  title: 'redirects, host and header injection',
  rows: [
    row(59, 'another authority', async (rig) => {
      await expectDefault(rig, AUTHORITIES)
      await expectHere(rig, OTHER_QUERIES)
    }),
    row(61, 'tabs and line ends', (rig) => expectHere(rig, LINE_ENDS.map(returnTo))),
    row(62, 'dot segments before two slashes', (rig) => expectHere(rig, DOTS.map(returnTo))),
    row(64, 'hosts that look like ours', (rig) => expectDefault(rig, LOOKALIKES)),
    row(65, 'schemes', (rig) => expectDefault(rig, SCHEMES)),
    row(67, 'odd characters', (rig) => expectHere(rig, EXOTIC.map(returnTo))),
    row(68, 'our own routes', (rig) => expectDefault(rig, OWN_ROUTES)),

    row(70, 'every hostile address known, as it is and encoded once and twice', async (rig) => {
      const raw = [...new Set(Object.values(HOSTILE).flat())]
      expect(raw.length).toBeGreaterThanOrEqual(577)
      const once = raw.map((value) => `/${encode(value)}`)
      const values = [...raw, ...raw.map((value) => `/${value}`), ...raw.map(encode), ...once]
      values.push(...raw.map((value) => encode(encode(value))), ...once.map(encode))
      const paths = await rig.place.probe('returnTo', { values })
      expect(paths).toHaveLength(values.length)
      for (const [index, path] of paths.entries()) await expectOwnPage(path, JSON.stringify(values[index]))
    }),
    row(71, 'a host that the request makes up', async (rig) => {
      const spoofed = {
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '8080',
        forwarded: 'host=evil.example;proto=http',
        'x-original-url': '/evil',
        'x-rewrite-url': '/evil',
      }
      const browser = rig.browser()
      for (const path of [EX, '/auth/webflow/login']) {
        const started = await browser.navigate(path, spoofed)
        const page = new URL(started.headers.get('location') ?? '')
        const uri = `${ORIGIN}${path.replace('login', 'callback')}`
        expect(page.searchParams.getAll('redirect_uri')).toEqual([uri])
        expect((await browser.navigate(await rig.consent(page.href), spoofed)).headers.get('location')).toBe('/')
        const sent = rig.wire.sent.filter(rig.wire.isToken).at(-1)
        expect(new URLSearchParams(sent?.body).getAll('redirect_uri')).toEqual([uri])
      }
      // The whole request under another name.
      const elsewhere = await browser.request('https://evil.example/auth/webflow/login')
      const page = new URL(elsewhere.headers.get('location') ?? '')
      expect(page.searchParams.get('redirect_uri')).toBe(`${ORIGIN}/auth/webflow/callback`)
    }),
    row(73, 'parameters of the authorization request that a visitor chooses', async (rig) => {
      const query =
        'scope=admin&prompt=none&audience=evil&client_id=evil&state=evil&redirect_uri=https://evil.example' +
        '&response_type=token&code_challenge=evil&code_challenge_method=plain&login_hint=user-1002'
      for (const [path, hint, scope] of [
        ['/auth/webflow/login', null, 'sites:read'],
        [EX, 'user-1002', 'profile items:read'],
      ] as const) {
        const { searchParams } = new URL(await rig.start(rig.browser(), `${path}?${query}`))
        for (const name of searchParams.keys()) expect(searchParams.getAll(name)).toHaveLength(1)
        expect(searchParams.get('response_type')).toBe('code')
        expect(searchParams.get('scope')).toBe(scope)
        expect(searchParams.get('login_hint')).toBe(hint)
        expect(searchParams.has('prompt') || searchParams.has('audience')).toBe(false)
        expect(`${searchParams}`).not.toMatch(/evil|admin|plain/)
      }
      const twice = '/auth/ex-memory/login?login_hint=a&login_hint=b'
      expect(new URL(await rig.start(rig.browser(), twice)).searchParams.has('login_hint')).toBe(false)
    }),
    row(74, 'the way on after a disconnect', async (rig) => {
      const browser = await rig.connected()
      const byPath = [...AUTHORITIES, ...SCHEMES, ...LOOKALIKES, ...OWN_ROUTES]
      const known = Object.values(HOSTILE).flatMap((values) => values.slice(0, OF_EACH_KIND))
      for (const value of [...byPath, ...LINE_ENDS, ...DOTS, ...EXOTIC, ...known]) {
        // As often as the provider lets anybody ask.
        await rig.advance(5)
        const { id } = await readJson(await browser.submit('/s/paste/webflow', { token: SITE_TOKEN }))
        const left = await browser.submit(`/auth/connections/${id}/revoke`, { return_to: value })
        expect(left.status).toBe(303)
        const location = left.headers.get('location') ?? ''
        await expectOwnPage(location, JSON.stringify(value))
        if (byPath.includes(value)) expect(location, JSON.stringify(value)).toBe('/')
      }
    }),
    row(76, 'a cookie of a sibling that names an address', async (rig) => {
      const browser = rig.browser()
      const names = ['return_to', 'returnTo', 'next', '__Host-return_to', '__Host-oauth-return']
      for (const name of [...names, '__Host-oauth-tx-return', 'oauth-tx-return']) {
        const value = encodeURIComponent('https://evil.example/')
        browser.jar.set(name, { value, expiresAt: Number.POSITIVE_INFINITY })
      }
      const seen = await observe(rig, browser)
      expect((await rig.connect(browser)).headers.get('location')).toBe('/')
      seen.T(1)
    }),
    row(55, 'a provider that is not well', async (rig) => {
      for (const error of ['temporarily_unavailable', 'server_error']) {
        const page = await refusedWith(rig, failing(error), { code: 'authorization_failed' })
        expect(page).toMatch(/<a href="[^"]+\/auth\/webflow\/login[^"]*">Start again<\/a>/)
        expect(page).not.toMatch(/http-equiv|refresh/i)
      }
      rig.provider.control.setScenario('oauth.example', 'authorize-temporarily-unavailable')
      const { redirects, answer } = await follow(rig, rig.browser(), EX)
      expect([redirects, answer.status]).toEqual([1, 400])
    }),
    row(56, 'a provider that always wants another login', async (rig) => {
      rig.provider.control.setScenario('oauth.example', 'authorize-login-required')
      const asked = await follow(rig, rig.browser(), EX)
      expect(asked.redirects).toBeLessThanOrEqual(3)
      expect(asked.answer.status).toBe(400)
      expect(await asked.answer.text()).toContain('Start again')
    }),
  ],
}
