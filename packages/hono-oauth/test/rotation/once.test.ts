import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { LIFETIME, SCRIPT } from '../rig/constants.ts'
import { workerdHost } from '../rig/hosts.ts'
import type { Isolate, Place } from '../rig/place.ts'
import { createRig, type Rig } from '../rig/rig.ts'

const MANY = 1000

describe('a token that ended, wanted by 1000 requests at once', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig<Place>(workerdHost(2), { slowSeconds: 8 })
    await rig.restart({ timeoutMs: 20_000 })
  })
  afterAll(() => rig.dispose())

  /** The browsers of one user whose token has ended, one for each isolate. */
  async function ended(name: string, isolates: number): Promise<Browser[]> {
    const user = rig.user()
    const browsers = Array.from({ length: isolates }, (_, isolate) => rig.browser(user, isolate as Isolate))
    await rig.connect(browsers[0] as Browser, `/account/${name}/login`)
    await rig.advance(LIFETIME + 1)
    rig.wire.clear()
    rig.answers.splice(0)
    return browsers
  }

  /** What 1000 requests get, each answer once; one that waited too long on a busy machine comes again. */
  async function ask(name: string, browsers: readonly Browser[]): Promise<string[]> {
    const asked = Array.from({ length: MANY }, async (_, index) => {
      const browser = browsers[index % browsers.length]
      for (let time = 1; ; time++) {
        const answer = await browser?.request(`/u/digest/${name}`, { headers: SCRIPT })
        const text = (await answer?.text()) ?? ''
        if (!text.includes('temporarily_unavailable') || time === 5) return text
      }
    })
    return [...new Set(await Promise.all(asked))]
  }

  const abandon = async (name: string, [browser]: readonly Browser[]) => {
    const answer = await browser?.request(`/u/abandoned/${name}`, { headers: SCRIPT })
    expect(answer?.status).toBe(204)
  }
  const scenario = (title: string, times: number) => async () =>
    rig.provider.control.setScenario('oauth.example', title, times)

  /** What is amiss, and how many requests a renewal takes then. */
  const CASES = [
    ['as it is', 1, async () => undefined],
    ['though the client of the first request is gone', 1, abandon],
    ['by a token endpoint that takes eight seconds', 1, scenario('token-endpoint-slow', 1)],
    ['at the third try of one leader, after 503 twice', 3, scenario('token-endpoint-503', 2)],
  ] as const

  describe.each([
    ['one isolate over its memory', 'ex-memory', 1],
    ['one isolate, in Durable Objects', 'ex-object', 1],
    ['two isolates, in Durable Objects', 'ex-object', 2],
    ['two isolates over D1', 'ex-d1', 2],
  ] as const)('%s', (_title, name, isolates) => {
    it.each(CASES)('is renewed once, and all get the same one, %s', async (_how, requests, begin) => {
      const browsers = await ended(name, isolates)
      await begin(name, browsers)
      const answers = await ask(name, browsers)
      expect(answers).toEqual([expect.stringContaining('digest')])
      expect(rig.tokenRequests()).toBe(requests)
      // One grant of one refresh token that was never used twice, and an access token that works.
      const grant = rig.provider.control.oauthExample.grants().at(-1)
      expect(grant).toMatchObject({ alive: true, liveRefreshTokens: 1, reuseDetectedAt: null })
      expect((await browsers[0]?.request(`/u/use/${name}`))?.status).toBe(200)
      expect(rig.tokenRequests()).toBe(requests)
    })
  })
})
