import { expect } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import type { Browser } from '../rig/browser.ts'
import { KEY, SCRIPT, SOON } from '../rig/constants.ts'
import { gate } from '../rig/gate.ts'
import { expectRefusal, observe, pendingLogin, SESSION, sessionOf, tally } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { deliver, message } from './rows-webhooks.ts'
import { digest, loggingIn, rotatingRow, use } from './steps.ts'

/** The keys of connections that were written since. */
async function writtenKeys(rig: Rig, before: Readonly<Record<string, string>>): Promise<string[]> {
  return Object.keys(await rig.stored()).filter((key) => key.startsWith('connections/') && !(key in before))
}

/** A provider whose store is strong and can be written past the app. */
const strong = (rig: Rig) => (rig.rotating.includes('ex-d1') ? 'ex-d1' : 'webflow')

type Connecting = readonly [browser: Browser, name: string]

/** The first record is put where the second one was, and serves only where it belongs; returns the record. */
async function expectMoved(rig: Rig, first: Connecting, second: Connecting): Promise<string> {
  const keys: string[] = []
  for (const [browser, name] of [first, second]) {
    const before = await rig.stored()
    await rig.connect(browser, `/account/${name}/login`)
    keys.push(...(await writtenKeys(rig, before)))
  }
  const [from = '', to = ''] = keys
  const { [from]: moved = '' } = await rig.stored()
  await rig.restart()
  await rig.place.put({ [to]: moved })
  const requests = rig.wire.sent.length
  const used = ([browser, name]: Connecting) => browser.request(`/u/use/${name}`, { headers: SCRIPT })
  await expectRefusal(await used(second), 401, 'needs_reauth')
  expect(rig.wire.sent).toHaveLength(requests)
  expect(await rig.events('needs_reauth')).toMatchObject([{ connection: { provider: second[1] } }])
  expect((await used(first)).status).toBe(200)
  return moved
}

const living = (rig: Rig) => rig.provider.control.oauthExample.grants().filter(({ alive }) => alive)

export const STORAGE: Section = {
  title: 'storage',
  rows: [
    rotatingRow(148, 'a login that ends while an old token is renewed', [], async (rig, name) => {
      await rig.begin()
      const browser = await rig.ended(name)
      // Before the login: its start counts as a use, after which the alarm of an object may renew by itself.
      const open = gate(rig, 'after')
      const login = await rig.login(browser, `/auth/${name}/login`)
      const late = digest(browser.clone(), name)
      await expect.poll(() => rig.tokenRequests(), SOON).toBe(1)
      expect((await browser.navigate(login.href)).status).toBe(303)
      const newest = await readJson(digest(browser, name))
      open()
      expect(await readJson(late), name).toEqual(newest)
      expect(await rig.connections(browser)).toMatchObject([{ health: 'active' }])
      // Whatever the old grant had, and won too late, ends at the provider.
      await expect.poll(() => living(rig).length, SOON).toBe(1)
      expect(rig.requests('/revoke').length).toBeGreaterThan(0)
      expect((await use(browser, name)).status, name).toBe(200)
      await expectAlways(rig, [])
    }),
    rotatingRow(149, 'an owner who leaves while the token is renewed', [], async (rig, name) => {
      await rig.begin()
      let id: string | undefined
      const browser = await rig.ended(name, async (connected) => {
        id = (await rig.connections(connected))[0]?.id
      })
      const open = gate(rig, 'after')
      const late = digest(browser.clone(), name)
      await expect.poll(() => rig.tokenRequests(), SOON).toBe(1)
      expect((await browser.submit(`/auth/connections/${id}/revoke`)).status).toBe(303)
      open()
      await expectRefusal(await late, 401, 'not_connected', name)
      expect(await rig.connections(browser)).toEqual([])
      await expect.poll(() => living(rig).length, SOON).toBe(0)
      await expectAlways(rig, [])
    }),
    row(151, 'a store that remembers that there was nothing', async (rig) => {
      await rig.restart({ store: 'kv-double' })
      const browser = rig.browser(rig.user())
      expect(await rig.connections(browser, '/account')).toEqual([])
      await rig.connect(browser, '/account/webflow/login')
      expect((await browser.request('/u/use/webflow', { headers: SCRIPT })).status).toBe(200)
      const visitor = rig.browser()
      expect(await rig.connections(visitor)).toEqual([])
      await rig.connect(visitor)
      expect((await use(visitor)).status).toBe(200)
    }),
    row(152, 'twenty writes to one key within a second', async (rig) => {
      await rig.restart({ store: 'kv-double', haste: 20, timeoutMs: 100_000 })
      const user = rig.user()
      const logins: { browser: Browser; callback: URL }[] = []
      for (let each = 0; each < 20; each++) {
        const browser = rig.browser(user)
        logins.push({ browser, callback: await rig.login(browser, '/account/webflow/login') })
      }
      // As a program, which waits to the end.
      const answers = await Promise.all(logins.map(({ browser, callback }) => browser.request(callback.href)))
      expect(tally(answers)).toEqual({ 303: 20 })
      expect((await rig.browser(user).request('/u/use/webflow', { headers: SCRIPT })).status).toBe(200)
    }),
    row(154, 'a store that fails to keep the tokens of a login', [503], async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      await rig.place.fail('put', true)
      const answer = await browser.navigate(callback.href)
      await rig.place.fail('put', false)
      await expectRefusal(answer, 503, 'store_unavailable')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      seen.T(1)
      seen.CLR(callback)
      await seen.NS()
      expect(rig.requests('/oauth/revoke_authorization')).toHaveLength(1)
    }),
    row(155, 'a store that fails at the disconnect', [503], async (rig) => {
      const browser = await rig.connected()
      const [connection] = await rig.connections(browser)
      const path = `/auth/connections/${connection?.id}/revoke`
      await rig.place.fail('put', true)
      const refused = await browser.submit(path)
      await expectRefusal(refused, 503, 'store_unavailable')
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      // The disconnect failed, so the connection is as it was.
      expect(rig.requests('/oauth/revoke_authorization')).toEqual([])
      await rig.place.fail('put', false)
      expect((await use(browser)).status).toBe(200)
      // What a disconnect leaves is written and ends by itself: nothing has to be deleted.
      await rig.place.fail('delete', true)
      expect((await browser.submit(path)).status).toBe(303)
      await rig.place.fail('delete', false)
      await expectRefusal(await use(browser), 401, 'not_connected')
      expect(await rig.connections(browser)).toEqual([])
    }),
    row(157, 'ids of users that no key can hold', async (rig) => {
      const ids = ['a', 'a:b', 'a/b', 'a.b', 'a:b/c', '..', '.', '../a', 'a\u0000b', 'ä', 'a%2Fb']
      ids.push('日本語', '\u202ea', 'x'.repeat(600), `${'x'.repeat(600)}y`, '{"a":1}', ' a')
      const before = await rig.stored()
      const seen = new Map<string, string>()
      for (const id of ids) {
        const browser = rig.browser(id)
        expect(await rig.connections(browser, '/account'), JSON.stringify(id)).toEqual([])
        await rig.connect(browser, '/account/webflow/login')
        const [connection] = await rig.connections(browser, '/account')
        seen.set(connection?.id.split('.')[1] ?? '', id)
      }
      expect(seen.size).toBe(ids.length)
      const keys = await writtenKeys(rig, before)
      expect(keys).toHaveLength(ids.length)
      for (const key of keys) {
        expect(key).toMatch(/^connections\/webflow\/[\w-]{32}$/)
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(512)
      }
    }),
    row(158, 'more keys than a list holds', [503], async (rig) => {
      await rig.restart({ store: 'kv-double' })
      const browser = rig.browser()
      await rig.connect(browser, '/auth/wix/login')
      const { instanceId = '' } = rig.provider.control.wix.instances()[0] ?? {}
      const [entry] = await rig.place.keys('grants/')
      const prefix = entry?.slice(0, entry.lastIndexOf('/') + 1) ?? ''
      expect(prefix).not.toBe('')
      // Owners that are long gone, and the one who is not behind them in every order.
      const names = Array.from({ length: 2500 }, (_, index) => `wix.${'-'.repeat(20)}${index}`)
      await rig.place.put(Object.fromEntries(names.map((name) => [`${prefix}${name}`, '1'])))
      await rig.advance(10)
      const removal = await message(rig, { provider: 'wix', event: 'AppRemoved', instanceId })
      const left = async () => (await rig.place.keys(prefix)).length
      expect(await left()).toBe(2501)
      for (let time = 0; time < 2; time++) {
        // As the provider does with what was not answered in time.
        await expect.poll(async () => (await deliver(rig, removal)).status, SOON).toBe(200)
        await expect.poll(left, { timeout: 30_000, interval: 100 }).toBe(0)
        expect(await rig.connections(browser)).toEqual([])
      }
      expect((await rig.place.ran()).webhooks).toHaveLength(1)
    }),
    row(160, 'a record that was moved to another owner', async (rig) => {
      const name = strong(rig)
      const [ada, bob] = [rig.browser(rig.user()), rig.browser(rig.user())]
      const value = await expectMoved(rig, [ada, name], [bob, name])
      // Between two providers of one owner: both are Webflow's.
      const owner = rig.browser(rig.user())
      await expectMoved(rig, [owner, 'webflow'], [owner, 'other'])
      // And as the cookies of a login and of a session, for which other keys are there.
      const { browser: thief, callback } = await loggingIn(rig)
      const [cookie = ''] = thief.transactions()
      const moved = { value, expiresAt: Number.POSITIVE_INFINITY }
      thief.jar.set(cookie, moved)
      thief.jar.set(SESSION, moved)
      const seen = await observe(rig, thief)
      await expectRefusal(await thief.navigate(callback.href), 400, 'transaction_unknown')
      expect(await rig.connections(thief)).toEqual([])
      seen.T(0)
      thief.jar.clear()
      expect((await ada.request(`/u/use/${name}`, { headers: SCRIPT })).status).toBe(200)
    }),
    row(163, 'nonces that come again', async (rig) => {
      // Node takes several times as long for each, and the nonces come from the same place.
      const count = rig.place.isInProcess ? 20_000 : 100_000
      const { nonces, openedBy } = await rig.place.probe('seals', { key: KEY, count })
      expect(nonces).toBe(count)
      expect(openedBy).toEqual(['record'])
    }),
    row(164, 'objects that fail as the runtime lets them fail', [503], async (rig) => {
      const browser = await rig.connected('ex-object')
      const used = () => use(browser, 'ex-object')
      await rig.place.strike([{ retryable: true, overloaded: true }])
      await expectRefusal(await used(), 503, 'store_unavailable')
      expect(await rig.place.objectCalls()).toEqual({ calls: 1, stubs: 1, onBroken: 0 })
      await rig.place.strike([{ retryable: true }, { retryable: true }])
      expect((await used()).status).toBe(200)
      expect(await rig.place.objectCalls()).toEqual({ calls: 3, stubs: 3, onBroken: 0 })
      await rig.place.strike([{}])
      const refused = await used()
      await expectRefusal(refused, 503, 'store_unavailable')
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await rig.place.objectCalls()).toEqual({ calls: 1, stubs: 1, onBroken: 0 })
      await rig.place.strike([])
      expect((await used()).status).toBe(200)
      expect(sessionOf(browser)).toBeTruthy()
    }),
  ],
}
