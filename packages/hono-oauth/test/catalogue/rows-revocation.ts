import { expect } from 'vitest'
import type { RotatingName } from '../rig/app.ts'
import type { Browser } from '../rig/browser.ts'
import { ORIGIN, SCRIPT, SOON } from '../rig/constants.ts'
import { expectRefusal, observe } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { deliver, message } from './rows-webhooks.ts'
import { rotatingRow, use } from './steps.ts'

const revoke = (browser: Browser, id: string | undefined) =>
  browser.request(`/auth/connections/${id}/revoke`, {
    method: 'POST',
    headers: { accept: 'application/json', origin: ORIGIN },
  })

/** Ends the first connection of a browser. */
export const leave = async (rig: Rig, browser: Browser) => revoke(browser, (await rig.connections(browser))[0]?.id)

const UNSUPPORTED = 'unsupported_token_type'
type Answer = () => Response | Promise<Response> | undefined

/** What a revocation endpoint may say, what is claimed then, and whether it is asked again. */
const REVOCATIONS: readonly (readonly [string, Answer, string, boolean])[] = [
  ['200', () => undefined, 'revoked', false],
  ['204', () => new Response(null, { status: 204 }), 'revoked', false],
  [UNSUPPORTED, () => Response.json({ error: UNSUPPORTED }, { status: 400 }), 'deleted_only', false],
  ['503', () => new Response(null, { status: 503 }), 'pending', true],
  ['silence', () => new Promise<Response>(() => undefined), 'pending', true],
]

async function expectRevocation(
  rig: Rig,
  name: RotatingName,
  [title, answer, outcome, isAskedAgain]: (typeof REVOCATIONS)[number],
): Promise<void> {
  const about = `${title} over ${name}`
  await rig.restart({ timeoutMs: title === 'silence' ? 300 : 5000 })
  const browser = await rig.connected(name)
  rig.wire.clear()
  rig.wire.intercept(({ url }) => (url.pathname === '/revoke' ? answer() : undefined))
  expect(await readJson(leave(rig, browser)), about).toEqual({ outcome })
  await expectRefusal(await use(browser, name), 401, 'not_connected', about)
  expect(await rig.connections(browser)).toEqual([])
  rig.wire.clear()
  await rig.advance(120)
  await rig.connections(browser)
  await rig.place.wake()
  const asked = () => rig.requests('/revoke').length > 0
  if (isAskedAgain) await expect.poll(asked, { ...SOON, message: about }).toBe(true)
  else {
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(asked(), about).toBe(false)
  }
}

export const REVOCATION: Section = {
  title: 'revocation, the end of a grant, scopes',
  rows: [
    rotatingRow(173, 'whatever the revocation endpoint says', [], async (rig, name) => {
      for (const each of REVOCATIONS) await expectRevocation(rig, name, each)
    }),
    rotatingRow(175, 'the order of a revocation, its hints, and who asks', [], async (rig, name) => {
      const browser = await rig.connected(name)
      rig.wire.clear()
      expect(await readJson(leave(rig, browser))).toEqual({ outcome: 'revoked' })
      const sent = rig.requests('/revoke')
      const bodies = sent.map(({ body }) => new URLSearchParams(body))
      expect(bodies.map((body) => body.get('token_type_hint'))).toEqual(['refresh_token', 'access_token'])
      for (const { method, url, headers, body } of sent) {
        expect([method, url.search]).toEqual(['POST', ''])
        expect(headers.get('content-type')).toContain('application/x-www-form-urlencoded')
        expect(headers.get('authorization')).toMatch(/^Basic /)
        expect(new URLSearchParams(body).has('client_secret')).toBe(false)
      }
      expect(rig.provider.control.oauthExample.grants().at(-1)?.alive).toBe(false)
    }),
    row(176, 'the connection of another browser', async (rig) => {
      const [mine, theirs] = [await rig.connected(), await rig.connected()]
      const [foreign] = await rig.connections(theirs)
      const seen = await observe(rig, mine)
      const requests = rig.wire.sent.length
      for (const id of [foreign?.id, 'webflow..', '__proto__.x.y', '%00', '..%2f..']) {
        await expectRefusal(await revoke(mine, id), 404, 'connection_unknown', id)
      }
      await seen.NS()
      expect(rig.wire.sent).toHaveLength(requests)
      expect((await use(theirs, 'webflow')).status).toBe(200)
    }),
    row(178, 'the back button after the disconnect', async (rig) => {
      const browser = await rig.connected()
      const shown = await browser.navigate('/s/use/webflow')
      // A page that no cache keeps, not the one of the back button either.
      expect(shown.headers.get('cache-control')).toMatch(/\bno-store\b/)
      expect((await browser.navigate('/auth/connections')).headers.get('cache-control')).toMatch(/\bno-store\b/)
      await leave(rig, browser)
      await expectRefusal(await browser.navigate('/s/use/webflow'), 401, 'not_connected')
    }),
    row(179, 'an app that is removed at the platform', async (rig) => {
      const browser = await rig.connected('wix')
      const { instanceId = '' } = rig.provider.control.wix.instances()[0] ?? {}
      expect((await use(browser, 'wix')).status).toBe(200)
      await rig.advance(10)
      const removal = await message(rig, { provider: 'wix', event: 'AppRemoved', instanceId })
      const seen = await observe(rig, browser)
      expect((await deliver(rig, removal)).status).toBe(200)
      await rig.advance(5 * 3600)
      await expectRefusal(await use(browser, 'wix'), 401, 'not_connected')
      seen.T(0)
      expect(await rig.connections(browser)).toEqual([])
      expect(await rig.place.keys('grants/')).toEqual([])
      expect(await rig.events('revoked')).toMatchObject([{ by: 'provider' }])
    }),
    row(181, 'scopes that are nearly the same', async (rig) => {
      const texts = ['sites:read', 'a,b', 'a  b', ' a,\tb ,a', '', ' , ', 'A a', 'a;b']
      const parsed = (await rig.place.probe('scopes', { texts })).map((scopes) => scopes.join('|'))
      expect(parsed).toEqual(['sites:read', 'a|b', 'a|b', 'a|b', '', '', 'A|a', 'a;b'])
      const browser = await rig.connected()
      const statusOf = async (tab: Browser, name: string, ...scopes: string[]) => {
        const query = scopes.map((scope) => `scope=${encodeURIComponent(scope)}`).join('&')
        return (await tab.request(`/s/scopes/${name}?${query}`, { headers: SCRIPT })).status
      }
      expect(await statusOf(browser, 'webflow', 'sites:read')).toBe(200)
      const near = ['sites:read_write', 'sites:rea', 'SITES:READ', 'sites', 'sites:read,', 'sites:read cms:read', '']
      for (const scope of near) expect(await statusOf(browser, 'webflow', scope), scope).toBe(403)
      // Nor does more cover less, when only its name begins so.
      rig.wire.editToken((json) => ({ ...json, scope: 'items:read_write PROFILE' }))
      const more = await rig.connected('ex-memory')
      for (const scope of ['items:read', 'items', 'profile']) {
        expect(await statusOf(more, 'ex-memory', scope), scope).toBe(403)
      }
      expect(await statusOf(more, 'ex-memory', 'items:read_write', 'PROFILE')).toBe(200)
    }),
    row(182, 'an API that misses a scope', async (rig) => {
      const { control } = rig.provider
      const webflow = await rig.connected()
      control.setScenario('webflow', 'api-403-scope')
      await expectRefusal(await use(webflow), 403, 'insufficient_scope')
      for (const name of rig.rotating) {
        control.clearScenarios()
        const browser = await rig.connected(name)
        await rig.advance(120)
        control.setScenario('oauth.example', 'api-403-scope')
        const seen = await observe(rig, browser)
        await expectRefusal(await use(browser, name), 403, 'insufficient_scope', name)
        seen.T(0)
        await seen.NS()
        expect(await rig.connections(browser)).toMatchObject([{ health: 'active' }])
      }
    }),
  ],
}
