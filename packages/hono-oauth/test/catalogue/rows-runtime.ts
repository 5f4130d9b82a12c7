import { seededRandom } from 'hono-oauth/testing'
import { expect } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import type { Browser } from '../rig/browser.ts'
import { ORIGIN, SCRIPT, SOON } from '../rig/constants.ts'
import { expectRefusal, observe, tally } from '../rig/oracles.ts'
import { readJson } from '../rig/read-json.ts'
import type { Rig } from '../rig/rig.ts'
import { row, type Section } from './row.ts'
import { digest, LOGIN, rotatingRow, slowToken, use } from './steps.ts'

const SEEDS = 12
const STEPS = 6

/** Lets the tabs of one browser finish their logins one after the other. */
function turns() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(task: () => Promise<T>): Promise<T> => {
    const mine = last.then(task)
    last = mine.catch(() => undefined)
    return mine
  }
}

/** One tab of a browser, which does this and that as its own dice have it. */
async function act(rig: Rig, browser: Browser, name: string, random: () => number, inTurn: ReturnType<typeof turns>) {
  for (let step = 0; step < STEPS; step++) {
    const dice = random()
    if (dice < 0.4) await use(browser, name)
    else if (dice < 0.7) {
      rig.provider.control.oauthExample.expireAccessTokens()
      await digest(browser, name)
    } else if (dice < 0.85) {
      const [connection] = await rig.connections(browser)
      if (connection) await browser.submit(`/auth/connections/${connection.id}/revoke`)
    } else {
      const callback = await rig.login(browser, `/auth/${name}/login`)
      await inTurn(() => browser.navigate(callback.href))
    }
  }
}

/** Five hundred callbacks at once, whose exchanges all fail. */
async function storm(rig: Rig): Promise<void> {
  const browser = rig.browser()
  const paths: { path: string; cookie: string }[] = []
  for (let each = 0; each < 500; each++) {
    browser.jar.clear()
    const started = await browser.navigate(LOGIN)
    const page = new URL(started.headers.get('location') ?? '')
    const path = `/auth/webflow/callback?code=c&state=${page.searchParams.get('state')}`
    paths.push({ path, cookie: browser.cookieHeader() })
  }
  const seen = await observe(rig, rig.browser())
  const answers = await Promise.all(paths.map(({ path, cookie }) => browser.request(path, { headers: { cookie } })))
  expect(tally(answers)).toEqual({ 502: 500 })
  seen.T(500)
  await seen.NS()
}

export const RUNTIME: Section = {
  title: 'one runtime for many requests',
  rows: [
    rotatingRow(166, 'work that several requests wait for, whose first request has ended', [], async (rig, name) => {
      const browser = await rig.ended(name)
      slowToken(rig, 100)
      expect((await browser.request(`/s/abandoned/${name}`, { headers: SCRIPT })).status).toBe(204)
      const followers = await Promise.all([1, 2, 3].map(() => digest(browser, name)))
      expect(tally([...followers, await digest(browser, name)]), name).toEqual({ 200: 4 })
      expect(rig.tokenRequests(), name).toBe(1)
      rig.wire.clear()
    }),
    row(167, 'two apps, two providers and ten users in one isolate', async (rig) => {
      const people = Array.from({ length: 10 }, (_, index) => ({
        browser: rig.browser(index % 2 ? rig.user() : undefined),
        base: index % 2 ? '/account' : '/auth',
        face: index % 2 ? '/u' : '/s',
        name: index % 3 ? 'webflow' : 'ex-memory',
      }))
      const digests = await Promise.all(
        people.map(async ({ browser, base, face, name }, index) => {
          const landed = await rig.connect(browser, `${base}/${name}/login?return_to=/mine-${index}`)
          expect(landed.headers.get('location')).toBe(`/mine-${index}`)
          return readJson(browser.request(`${face}/digest/${name}`, { headers: SCRIPT }))
        }),
      )
      expect(new Set(digests.map(({ digest }) => digest)).size).toBe(10)
      for (const { browser, base, name } of people) {
        expect(await rig.connections(browser, base)).toMatchObject([{ provider: name }])
        const other = base === '/auth' ? '/account' : '/auth'
        expect(JSON.stringify(await readJson(await browser.request(`${other}/connections`)))).not.toContain('"id"')
      }
    }),
    row(169, 'six answers that never end, and one more request', [504], async (rig) => {
      let cancelled = 0
      rig.wire.answerToken(() => {
        const body = new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')),
          cancel: () => void cancelled++,
        })
        return new Response(body, { headers: { 'content-type': 'application/json' } })
      })
      await rig.restart({ timeoutMs: 400 })
      const callbacks: { browser: Browser; callback: URL }[] = []
      for (let each = 0; each < 7; each++) {
        const browser = rig.browser()
        callbacks.push({ browser, callback: await rig.login(browser) })
      }
      const answers = await Promise.all(callbacks.map(({ browser, callback }) => browser.navigate(callback.href)))
      for (const answer of answers) await expectRefusal(answer, 504, 'provider_timeout')
      expect(rig.tokenRequests()).toBe(7)
      // The proxy that carries a Worker's requests does not pass a cancellation on.
      if (rig.place.isInProcess) expect(cancelled).toBe(7)
      rig.wire.release()
      expect((await rig.connect(rig.browser())).status).toBe(303)
    }),
    row(170, 'five hundred callbacks with large answers at once', [502], async (rig) => {
      await rig.restart({ timeoutMs: 30_000 })
      const large = `{"junk":"${'x'.repeat(255 * 1024)}"}`
      rig.wire.answerToken(() => new Response(large, { headers: { 'content-type': 'application/json' } }))
      const before = await rig.place.memory()
      await storm(rig)
      // workerd cannot be told to collect its garbage: it does so while it has other work.
      const growth = async () => {
        for (let each = 0; each < 20; each++) await rig.send(`${ORIGIN}/`, {})
        return ((await rig.place.memory()) - before) / 1024 ** 2
      }
      await expect.poll(growth, { timeout: 45_000, message: 'MiB' }).toBeLessThan(64)
    }),

    // A login whose fresh token the provider takes back at once.
    rotatingRow(172, 'four actors that do as they like', [502], async (rig, name) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        await rig.begin()
        const random = seededRandom(seed)
        const browser = await rig.connected(name)
        const actors = Array.from({ length: 4 }, () => browser.tab())
        const inTurn = turns()
        await Promise.all(actors.map((actor) => act(rig, actor, name, random, inTurn)))
        const about = `seed ${seed} over ${name}`
        const { oauthExample } = rig.provider.control
        expect(oauthExample.grants().filter((grant) => grant.reuseDetectedAt !== null).length, about).toBe(0)
        const connected = await rig.connections(browser)
        expect(connected.length, about).toBeLessThanOrEqual(1)
        // As many refresh tokens live as are known, and none is lost.
        const live = () => oauthExample.grants().reduce((sum, grant) => sum + grant.liveRefreshTokens, 0)
        await expect.poll(live, { ...SOON, message: about }).toBe(connected.length)
        // A token that is younger than a minute is not renewed when the API refuses it.
        await rig.advance(61)
        expect((await use(browser, name)).status, about).toBe(connected.length === 1 ? 200 : 401)
        await expectAlways(rig, [502])
      }
    }),
  ],
}
