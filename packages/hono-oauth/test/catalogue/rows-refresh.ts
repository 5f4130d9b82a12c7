import { expect, onTestFinished } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import type { RotatingName } from '../rig/app.ts'
import type { Browser } from '../rig/browser.ts'
import { LIFETIME, SCRIPT, SOON } from '../rig/constants.ts'
import { gate } from '../rig/gate.ts'
import { expectRefusal, inTabs, observe, sessionOf, tally } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { digest, rotatingRow, slowToken, use } from './steps.ts'

/** The refresh tokens that were sent, in their order. */
function refreshTokens(rig: Rig): string[] {
  const bodies = rig.requests('/token').map(({ body }) => new URLSearchParams(body))
  return bodies.flatMap((body) => body.get('refresh_token') ?? [])
}

/** The one grant of the row is alive, with one refresh token that was never used twice. */
async function expectAlive(rig: Rig, browser: Browser, name: string): Promise<void> {
  const grant = rig.provider.control.oauthExample.grants().at(-1)
  expect(grant, name).toMatchObject({ alive: true, liveRefreshTokens: 1, reuseDetectedAt: null })
  const before = rig.tokenRequests()
  expect((await use(browser, name)).status, name).toBe(200)
  expect(rig.tokenRequests()).toBe(before)
}

/** All got the same token, from so many requests to the provider. */
async function expectShared(rig: Rig, answers: readonly Response[], requests: number): Promise<void> {
  expect(tally(answers)).toEqual({ 200: answers.length })
  expect(new Set(await Promise.all(answers.map((each) => each.text()))).size).toBe(1)
  expect(rig.tokenRequests()).toBe(requests)
}

/** Stores that several isolates share, with nothing in front of them. */
const shared = (rig: Rig) => rig.rotating.filter((name) => name !== 'ex-object')

const invalidGrant = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
const CHALLENGE = { 'www-authenticate': 'Bearer error="invalid_token"' }
const invalidToken = () => new Response(null, { status: 401, headers: CHALLENGE })

type Lose = (other: Rig, browser: Browser, name: RotatingName) => Promise<Response>

/** A provider that rotates and whose answer is lost, or an isolate that dies with it. */
async function loses(rig: Rig, graceSeconds: number, names: readonly RotatingName[], lose: Lose): Promise<void> {
  const other = await rig.another({ oauthExample: { graceSeconds, lostResponse: 'bad-gateway' as const } })
  onTestFinished(() => other.dispose())
  for (const name of names) {
    await other.begin()
    await other.restart({ steady: true })
    const browser = await other.ended(name)
    const session = sessionOf(browser)
    const answer = await lose(other, browser, name)
    expect(new Set(refreshTokens(other)).size, name).toBe(1)
    expect(refreshTokens(other), name).toHaveLength(2)
    if (graceSeconds > 0) {
      expect(answer.status, name).toBe(200)
      await expectAlive(other, browser, name)
    } else {
      await expectRefusal(answer, 401, 'needs_reauth', name)
      expect(await other.connections(browser)).toMatchObject([{ health: 'needs_reauth' }])
    }
    expect(sessionOf(browser)).toBe(session)
    await expectAlways(other, [])
  }
}

export const REFRESH: Section = {
  title: 'refresh and concurrency',
  rows: [
    rotatingRow(131, 'a token that ended, wanted a hundred times at once', [], async (rig, name) => {
      const browser = await rig.ended(name)
      await expectShared(rig, await inTabs(browser, 100, (tab) => digest(tab, name)), 1)
      await expectAlive(rig, browser, name)
    }),
    rotatingRow(133, 'a token endpoint that takes its time, and one that takes too much', [503], async (rig, name) => {
      await rig.restart()
      const browser = await rig.ended(name)
      slowToken(rig, 250)
      await expectShared(rig, await inTabs(browser, 20, (tab) => digest(tab, name)), 1)
      rig.wire.clear()

      await rig.restart({ steady: true, timeoutMs: 200 })
      const other = await rig.ended(name)
      let running = 0
      let most = 0
      rig.wire.answerToken(async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 300))
        running--
        return new Response(null, { status: 503 })
      })
      const answers = await inTabs(other, 5, (tab) => digest(tab, name))
      for (const answer of answers) {
        await expectRefusal(answer, 503, 'temporarily_unavailable', name)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      }
      // One after the other, each given up by us before the next began.
      expect(most).toBeLessThanOrEqual(2)
      expect(rig.tokenRequests()).toBeLessThanOrEqual(3)
      rig.wire.clear()
    }),
    rotatingRow(134, 'the one who asked first goes away', [], async (rig, name) => {
      const browser = await rig.ended(name)
      expect((await browser.request(`/s/abandoned/${name}`, { headers: SCRIPT })).status).toBe(204)
      await expectShared(rig, await inTabs(browser, 10, (tab) => digest(tab, name)), 1)
      await expectAlive(rig, browser, name)
    }),
    rotatingRow(136, 'the forms of rotation', [], async (rig, name) => {
      for (const [scenario, kept] of [
        [undefined, false],
        ['refresh-with-same-refresh-token', true],
        ['refresh-without-refresh-token', true],
      ] as const) {
        const browser = await rig.ended(name)
        if (scenario) rig.provider.control.setScenario('oauth.example', scenario)
        for (let time = 0; time < 3; time++) {
          expect((await use(browser, name)).status, `${scenario} over ${name}`).toBe(200)
          await rig.advance(LIFETIME + 1)
        }
        expect(refreshTokens(rig)).toHaveLength(3)
        expect(new Set(refreshTokens(rig)).size, `${scenario}`).toBe(kept ? 1 : 3)
        rig.provider.control.clearScenarios()
      }
    }),
    rotatingRow(137, 'a grant that is gone', [], async (rig, name) => {
      const browser = await rig.ended(name)
      const session = sessionOf(browser)
      const told = (await rig.events('needs_reauth')).length
      const { oauthExample } = rig.provider.control
      oauthExample.revokeGrant(oauthExample.grants().at(-1)?.id ?? '')
      for (const answer of await inTabs(browser, 20, (tab) => digest(tab, name))) {
        await expectRefusal(answer, 401, 'needs_reauth', name)
      }
      expect(rig.tokenRequests()).toBe(1)
      expect(await rig.events('needs_reauth')).toHaveLength(told + 1)
      const requests = rig.wire.sent.length
      await expectRefusal(await use(browser, name), 401, 'needs_reauth', name)
      expect(rig.wire.sent).toHaveLength(requests)
      expect(sessionOf(browser)).toBe(session)
      expect(await rig.connections(browser)).toMatchObject([{ health: 'needs_reauth' }])
    }),
    row(139, 'a loser that fails after the winner has stored', async (rig) => {
      for (const name of shared(rig)) {
        const browser = await rig.ended(name)
        const open = gate(rig, 'before', invalidGrant)
        const loser = digest(browser.clone(), name)
        await expect.poll(() => rig.tokenRequests(), SOON).toBe(1)
        // Another isolate, once the lease of the first one is over.
        await rig.restart()
        await rig.advance(31)
        const winner = await digest(browser, name)
        const session = sessionOf(browser)
        const seen = await observe(rig, browser)
        open()
        const answers = [winner, await loser]
        expect(tally(answers), name).toEqual({ 200: 2 })
        expect(new Set(await Promise.all(answers.map((each) => each.text()))).size).toBe(1)
        await seen.NS()
        expect(sessionOf(browser)).toBe(session)
        expect(await rig.connections(browser)).toMatchObject([{ health: 'active' }])
        await expectAlive(rig, browser, name)
        rig.wire.clear()
      }
    }),
    rotatingRow(140, 'a provider that is not well, when the token is over', [503], async (rig, name) => {
      for (const fault of [
        () => new Response('down', { status: 503, headers: { 'retry-after': '0' } }),
        () => Response.json({ error: 'slow_down' }, { status: 429 }),
        () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      ]) {
        await rig.restart({ steady: true })
        const browser = await rig.ended(name)
        const session = sessionOf(browser)
        rig.wire.answerToken(fault)
        const answer = await use(browser, name)
        await expectRefusal(answer, 503, 'temporarily_unavailable', name)
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(rig.tokenRequests()).toBeLessThanOrEqual(3)
        expect(sessionOf(browser)).toBe(session)
        rig.wire.release()
        await rig.advance(61)
        expect((await use(browser, name)).status, name).toBe(200)
        expect(new Set(refreshTokens(rig)).size).toBe(1)
        await expectAlive(rig, browser, name)
      }
    }),
    row(142, 'an answer that is lost', async (rig) => {
      for (const graceSeconds of [60, 0]) {
        await loses(rig, graceSeconds, rig.rotating, async (other, browser, name) => {
          other.provider.control.setScenario('oauth.example', 'refresh-loses-response', 1)
          return use(browser, name)
        })
      }
    }),
    row(143, 'an isolate that dies before it has stored', async (rig) => {
      for (const graceSeconds of [60, 0]) {
        const opens: (() => void)[] = []
        await loses(rig, graceSeconds, shared(rig), async (other, browser, name) => {
          await other.restart({ timeoutMs: 10_000 })
          const open = gate(other, 'after', () => new Response(null, { status: 503 }))
          opens.push(open)
          use(browser.clone(), name).catch(() => undefined)
          // The provider has rotated by the time that another isolate looks.
          await open.done
          expect(other.tokenRequests()).toBe(1)
          await other.restart({ steady: true })
          await other.advance(31)
          return use(browser, name)
        })
        for (const open of opens) open()
      }
    }),
    rotatingRow(145, 'an API that refuses a token before its time', [], async (rig, name) => {
      const browser = await rig.connected(name)
      await rig.advance(120)
      rig.wire.clear()
      let dead: string | null | undefined
      rig.wire.intercept(({ url, headers }) => {
        if (url.pathname !== '/api/me') return undefined
        dead ??= headers.get('authorization')
        if (headers.get('authorization') !== dead) return undefined
        return invalidToken()
      })
      expect(tally(await inTabs(browser, 50, (tab) => use(tab, name))), name).toEqual({ 200: 50 })
      expect(rig.tokenRequests()).toBe(1)
      expect(rig.requests('/api/me').length).toBeLessThanOrEqual(100)

      await rig.advance(120)
      rig.wire.clear()
      rig.wire.intercept(({ url }) => (url.pathname === '/api/me' ? invalidToken() : undefined))
      await expectRefusal(await use(browser, name), 401, 'needs_reauth', name)
      expect(rig.tokenRequests()).toBe(1)
      expect(rig.requests('/api/me')).toHaveLength(2)
      rig.wire.clear()
    }),
    row(146, 'many tokens that end together', async (rig) => {
      const times = await rig.place.probe('renewalTimes', { count: 1000, lifetime: LIFETIME })
      const [first, last] = [Math.min(...times), Math.max(...times)]
      // Over half of the margin, and in no second too many of them.
      expect(last - first).toBeGreaterThan(120)
      const busiest = Math.max(...times.map((at) => times.filter((other) => other === at).length))
      expect(busiest).toBeLessThan(50)
    }),
  ],
}
