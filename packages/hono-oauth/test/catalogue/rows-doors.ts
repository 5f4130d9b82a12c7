import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { SCRIPT, SOON } from '../rig/constants.ts'
import { deferred } from '../rig/gate.ts'
import { expectRefusal, SESSION, workOf } from '../rig/oracles.ts'
import { WIX_APP } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'
import { EAGER, mayStore } from '../rig/shared-cache.ts'
import { row, type Section } from './row.ts'
import { leave } from './rows-revocation.ts'
import { deliver, message } from './rows-webhooks.ts'
import { FRAME, LOGIN, loggingIn, refuses, rotatingRow, use } from './steps.ts'

const EVIL = 'https://evil.example'
const ELSEWHERE = ['cross-site', 'same-site']
const CONTROL = 'https://emulator.test/_emulator'

// The disk takes no new text of a document; all else works.
const BREAK = `CREATE TRIGGER broken BEFORE UPDATE OF value ON oauth_entries WHEN NEW.key GLOB 'connections/*'
  BEGIN SELECT RAISE(FAIL, 'string or blob too big'); END`

/** Destinations that are not Webflow's API, however they are written. */
const FOREIGN = [
  ...[EVIL, '//evil.example', 'https://api.webflow.com@evil.example/', 'https://api.webflow.com.evil.example/'],
  ...['\\\\evil.example/v2/sites', '/\\evil.example/v2/sites', 'https://user:pass@api.webflow.com/v2/sites'],
  ...['http://api.webflow.com/v2/sites', 'https://api.webflow.com:8443/v2/sites', 'https://webflow.com/v2/sites'],
  'data:text/plain,hello',
]

/** What a page of another site may send to the emulator without a preflight, or with one that is not answered. */
const FORGED: readonly Record<string, string>[] = [
  { origin: EVIL, 'content-type': 'application/json' },
  { origin: 'null', 'content-type': 'text/plain' },
  { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
  { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
]

/** Cookies of logins that never began, whose values look as if our key had sealed them. */
function forgedLogins(like: string, count: number): string {
  const [header = ''] = like.split('.')
  const value = `${header}.${'A'.repeat(16)}.${'A'.repeat(200)}.${'A'.repeat(22)}`
  const name = (index: number) => `__Host-oauth-tx-${index.toString(36)}-${String(index).padStart(16, 'f')}`
  return Array.from({ length: count }, (_, index) => `${name(index)}=${value}`).join('; ')
}

export const DOORS: Section = {
  title: 'what one request may cost, and what reaches another person',
  rows: [
    row(208, 'forged cookies of our own names, many and long', async (rig) => {
      const browser = rig.browser()
      const state = new URL(await rig.start(browser)).searchParams.get('state')
      const [{ value: sealed } = { value: '' }] = browser.jar.values()
      const cookie = `${forgedLogins(sealed, 90)}; ${browser.cookieHeader()}`
      const { decrypts } = await workOf(rig, async () => {
        const answer = await browser.navigate(`/auth/webflow/callback?error=access_denied&state=${state}`, { cookie })
        await expectRefusal(answer, 400, 'access_denied')
      })
      expect(decrypts).toBeGreaterThan(1)
      expect(decrypts).toBeLessThanOrEqual(21)
      // A browser keeps none that is longer than 4096 bytes.
      const long = `${SESSION}=${sealed.split('.')[0]}.${'A'.repeat(16)}.${'A'.repeat(8000)}.${'A'.repeat(22)}`
      const work = await workOf(rig, async () =>
        expectRefusal(
          await browser.request('/s/use/webflow', { headers: { ...SCRIPT, cookie: long } }),
          401,
          'not_connected',
        ),
      )
      expect(work).toEqual({ decrypts: 0, verifications: 0, operations: 0 })
    }),
    rotatingRow(209, 'a callback that another isolate has had', [], async (rig, name) => {
      const { browser, callback } = await loggingIn(rig, `/auth/${name}/login`)
      const again = browser.clone()
      expect((await browser.navigate(callback.href)).status).toBe(303)
      await rig.restart()
      await refuses(rig, again, callback, [400, 'transaction_unknown'], { about: name })
    }),
    row(210, 'a delivery for another app, and one that comes while the first fails', [503], async (rig) => {
      await rig.restart({ store: 'ex-object' })
      rig.provider.control.wix.install()
      for (const claims of [{ iss: EVIL }, { aud: 'another app' }, { nbf: rig.now() / 1000 + 600 }]) {
        const forged = await message(rig, { provider: 'wix', event: 'AppInstalled', claims })
        await expectRefusal(await deliver(rig, forged), 401, 'webhook_unverified', JSON.stringify(claims))
      }
      const sent = await message(rig, { provider: 'webflow', event: 'ecomm_new_order' })
      const first = deliver(rig, sent)
      const claims = async () => Object.values(await rig.place.dump()).filter((value) => value.startsWith('claim'))
      await expect.poll(claims, SOON).toHaveLength(1)
      // Another isolate: what it handles is what the first one lost.
      await rig.restart({ store: 'ex-object' })
      await expect.poll(async () => (await deliver(rig, sent)).status, SOON).toBe(200)
      await expect.poll(async () => (await rig.place.ran()).webhooks.length, SOON).toBe(1)
      expect((await first).status).toBe(200)
    }),
    row(211, 'an API that lets every cache keep the answer of one person', async (rig) => {
      const browser = await rig.connected()
      rig.wire.intercept(({ url }) =>
        url.pathname === '/v2/sites' ? new Response('[]', { headers: EAGER }) : undefined,
      )
      const own = [
        '/s/fetch/webflow?url=/v2/sites',
        '/s/use/webflow',
        '/s/choose/webflow',
        '/s/list',
        '/auth/connections',
      ]
      for (const path of [...own, LOGIN, '/auth/unknown/login', '/auth/webflow/callback']) {
        expect(mayStore(await browser.request(path)), path).toBe(false)
      }
      expect(rig.requests('/v2/sites')).toHaveLength(2)
    }),
    row(212, 'an object that cannot write a renewal, and is evicted', [503], async (rig) => {
      const { oauthExample } = rig.provider.control
      for (const wake of ['its alarm', 'a request'] as const) {
        let id = ''
        const query = (sql: string) => rig.place.object(id, 'query', sql)
        const browser = await rig.ended('ex-object', async (each) => {
          id = (await rig.connections(each))[0]?.id ?? ''
          await query(BREAK)
        })
        await expectRefusal(await use(browser, 'ex-object'), 503, 'store_unavailable', wake)
        await rig.place.object(id, 'evict')
        await query('DROP TRIGGER broken')
        if (wake === 'its alarm') await rig.place.object(id, 'ring')
        else expect((await use(browser, 'ex-object')).status).toBe(200)
        const unsaved = () => query("SELECT key FROM oauth_entries WHERE key GLOB 'unsaved/*'")
        await expect.poll(unsaved, SOON).toEqual([])
        expect((await use(browser, 'ex-object')).status, wake).toBe(200)
        // The refresh token went out once, so the provider has seen no reuse.
        expect(rig.tokenRequests(), wake).toBe(1)
        expect(oauthExample.grants().at(-1)).toMatchObject({ alive: true, liveRefreshTokens: 1, reuseDetectedAt: null })
      }
    }),
    rotatingRow(213, 'a provider that never answers a disconnect', [], async (rig, name) => {
      await rig.restart({ haste: 10, timeoutMs: 60_000 })
      const browser = await rig.connected(name)
      const revoking = deferred()
      rig.wire.intercept(({ url }) =>
        url.pathname === '/revoke' ? revoking.promise.then(() => new Response()) : undefined,
      )
      expect(await readJson(leave(rig, browser)), name).toEqual({ outcome: 'pending' })
      await expectRefusal(await use(browser, name), 401, 'not_connected', name)
      // The same revocation goes on behind the answer.
      revoking.resolve()
      const outcomes = async () => (await rig.events('revoked')).map((event) => 'outcome' in event && event.outcome)
      await expect.poll(outcomes, SOON).toEqual(['pending', 'revoked'])
      rig.wire.clear()
    }),
    row(214, 'a place to send a token to that a visitor has chosen', [500], async (rig) => {
      const browser = await rig.connected()
      rig.wire.clear()
      for (const url of FOREIGN) {
        const answer = await browser.request(`/s/fetch/webflow?url=${encodeURIComponent(url)}`, { headers: SCRIPT })
        if (URL.canParse(url)) await expectRefusal(answer, 500, 'destination_forbidden', url)
        else await expectRefusal(answer, 400, 'path_forbidden', url)
      }
      expect(rig.wire.sent).toEqual([])
      const own = encodeURIComponent('https://api.webflow.com/v2/sites?limit=1')
      expect((await browser.request(`/s/fetch/webflow?url=${own}`)).status).toBe(200)
    }),
    row(215, 'a page of another site that uses a connection, or has one made', async (rig) => {
      const browser = await rig.connected()
      const still = await rig.stillness()
      for (const site of ELSEWHERE) {
        const forged = { method: 'POST', headers: { ...SCRIPT, 'sec-fetch-site': site, origin: EVIL } }
        await expectRefusal(await browser.request('/s/use/webflow', forged), 403, 'request_cross_site', site)
      }
      const ada = rig.browser(rig.user())
      for (const site of ELSEWHERE) {
        for (const [path, frame] of [
          ['/account/webflow/login', {}],
          ['/account/wix-legacy/login', FRAME],
        ] as const) {
          // A question that no frame shows, and no login.
          const { status, headers } = await ada.navigate(path, { ...frame, 'sec-fetch-site': site })
          expect([status, headers.getSetCookie(), headers.get('x-frame-options')], path).toEqual([200, [], 'DENY'])
          expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
        }
      }
      await still()
    }),
    row(216, 'what one person does to another', [502, 503], async (rig) => {
      // A member of a site is not its owner.
      const { wix } = rig.provider.control
      const [, data = ''] = (await wix.instanceParameter(wix.install().instanceId)).split('.')
      const member = { ...JSON.parse(Buffer.from(data, 'base64').toString()), siteMemberId: 'member' }
      const signed = Buffer.from(JSON.stringify(member)).toString('base64url')
      const signature = createHmac('sha256', WIX_APP.secret).update(signed).digest('base64url')
      const refused = await rig.browser().request(`/dashboard?instance=${signature}.${signed}`)
      await expectRefusal(refused, 401, 'instance_unverified')
      expect((await rig.place.ran()).handlers).toBe(0)
      // A login of one mount is no login of another one with the same keys and provider.
      const { browser, callback } = await loggingIn(rig)
      const elsewhere = new URL(callback.href.replace('/auth/', '/account/'))
      await refuses(rig, browser, elsewhere, [400, 'transaction_unknown'])
      // The limit of one account stops no other account.
      await rig.restart({ steady: true })
      const greedy = await rig.connected('ex-memory')
      const other = await rig.ended('ex-memory')
      rig.wire.answerToken(() => Response.json({ error: 'slow_down' }, { status: 429 }))
      for (let time = 0; time < 2; time++) {
        await expectRefusal(await use(greedy, 'ex-memory'), 503, 'temporarily_unavailable')
      }
      expect(rig.tokenRequests()).toBeGreaterThanOrEqual(5)
      rig.wire.clear()
      expect((await use(other, 'ex-memory')).status).toBe(200)
      // An issuer that is down is asked for one person, and not for all who log in.
      await rig.restart()
      const isMetadata = ({ url }: { readonly url: URL }) => url.pathname.startsWith('/.well-known/')
      rig.wire.intercept((sent) => (isMetadata(sent) ? new Response(null, { status: 503 }) : undefined))
      const asked: number[] = []
      for (let person = 0; person < 3; person++) {
        await expectRefusal(await rig.browser().navigate('/auth/ex-oidc/login'), 502, 'provider_unavailable')
        asked.push(rig.wire.sent.filter(isMetadata).length)
      }
      expect(asked).toEqual(Array(3).fill(asked[0]))
    }),
    row(217, 'a page of another site that controls the emulator', async (rig) => {
      const { emulator, control } = rig.provider
      const send = (method: string, path: string, headers: Record<string, string>) =>
        emulator.fetch(new Request(CONTROL + path, { method, headers, ...(method !== 'DELETE' && { body: '{}' }) }))
      const isActive = () => control.scenarios().some(({ active }) => active)
      for (const headers of FORGED) {
        for (const [method, path] of [
          ['PUT', '/scenarios/webflow/token-endpoint-503'],
          ['POST', '/clock'],
          ['POST', '/reset'],
          ['DELETE', '/requests'],
        ] as const) {
          expect((await send(method, path, headers)).status, `${method} ${path}`).toBe(403)
        }
      }
      expect(isActive()).toBe(false)
      await rig.connected()
      const json = { 'content-type': 'application/json' }
      expect((await send('PUT', '/scenarios/webflow/token-endpoint-503', json)).ok).toBe(true)
      expect(isActive()).toBe(true)
    }),
  ],
}
