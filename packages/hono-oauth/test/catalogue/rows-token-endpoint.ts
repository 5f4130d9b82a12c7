import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { expectMisconfigured, OIDC, stopsAtTokens } from './openid.ts'
import { expectRefusal, inTabs, observe, SCRIPT, tally } from './oracles.ts'
import { LIFETIME } from './rig.ts'
import { row, type Section } from './row.ts'
import {
  DOWN,
  drip,
  type Edit,
  EX,
  fails,
  failsBy,
  failsEdited,
  INVALID,
  LOGIN,
  MiB,
  member,
  pieces,
  SLOW,
  succeeds,
  without,
} from './token-answers.ts'

export const TOKEN_ENDPOINT: Section = {
  title: 'faults of the token endpoint and of settings',
  rows: [
    row(
      103,
      '503 with Retry-After',
      async (rig) => {
        await failsBy(rig, LOGIN, 'token-endpoint-503', DOWN)
        await failsBy(rig, EX, 'example-token-503', DOWN)
      },
      [502],
    ),
    row(
      104,
      '429',
      async (rig) => {
        await failsBy(rig, LOGIN, 'token-endpoint-429', DOWN)
        await failsBy(rig, EX, 'example-token-429', DOWN)
      },
      [502],
    ),
    row(
      106,
      'headers and then silence, and a byte now and then',
      async (rig) => {
        await rig.restart({ timeoutMs: 400 })
        await failsBy(rig, LOGIN, 'token-endpoint-stalls', SLOW)
        // Each byte is in time, and all of them together are not.
        rig.wire.answerToken(() => new Response(drip(100, 100)))
        await fails(rig, EX, SLOW, 'a byte now and then')
      },
      [504],
    ),
    row(
      107,
      'bodies without measure',
      async (rig) => {
        await failsBy(rig, LOGIN, 'token-endpoint-huge', INVALID)
        // What carries a Worker's requests reads to the end, whoever has gone.
        const isSeen = rig.place.isInProcess
        const endless = pieces(isSeen ? Number.POSITIVE_INFINITY : 256)
        rig.wire.answerToken(() => new Response(endless.body))
        await fails(rig, EX, INVALID, 'an endless body')
        rig.wire.release()
        if (isSeen) {
          expect(endless.state.pulled * 64 * 1024).toBeLessThanOrEqual(MiB / 2)
          expect(endless.state.isCancelled).toBe(true)
        }
        const bomb = gzipSync(Buffer.alloc(20 * MiB, ' '))
        const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
        rig.wire.answerToken(() => new Response(bomb, { headers }))
        await fails(rig, EX, INVALID, 'a body that grows')
      },
      [502],
    ),
    row(
      109,
      'JSON that is no object',
      async (rig) => {
        for (const kind of ['null', 'array', 'string', 'number', 'empty', 'truncated', 'html']) {
          await failsBy(rig, LOGIN, `token-endpoint-${kind}`, INVALID)
        }
      },
      [502],
    ),
    row(
      110,
      'success that is an error',
      async (rig) => {
        await failsBy(rig, LOGIN, 'token-endpoint-error-200', INVALID)
        await failsEdited(rig, () => ({ error: 'bad_verification_code' }), 'another server')
      },
      [502],
    ),
    row(
      112,
      'members that are missing or of another type',
      async (rig) => {
        for (const value of ['', 1, {}, null, ['token']]) {
          const about = `access_token ${JSON.stringify(value)}`
          await failsEdited(rig, member('access_token', value), about)
        }
        for (const value of ['mac', 'DPoP', '', 1]) {
          await failsEdited(rig, member('token_type', value), `token_type ${value}`)
        }
        await failsEdited(rig, without('access_token'), 'no access_token')
        await failsEdited(rig, without('token_type'), 'no token_type')
        await succeeds(rig, member('token_type', 'bEaReR'))
      },
      [502],
    ),
    row(
      113,
      'content types',
      async (rig) => {
        for (const type of ['text/plain', 'text/javascript; charset=utf-8']) {
          await succeeds(rig, (json) => json, type)
        }
        const form = 'application/x-www-form-urlencoded'
        const asForm: Edit = (json) => `${new URLSearchParams(json as Record<string, string>)}`
        await failsEdited(rig, asForm, 'a form', form)
        await failsBy(rig, LOGIN, 'token-as-form', INVALID)
      },
      [502],
    ),
    row(
      115,
      'scopes that were not asked for like that',
      async (rig) => {
        const granted = async (edit: Edit) => {
          const browser = await succeeds(rig, edit)
          const asked = '/s/scopes/ex-memory?scope=profile&scope=items:read'
          const { status } = await browser.request(asked, { headers: SCRIPT })
          return [(await rig.connections(browser))[0]?.scopes, status]
        }
        const requested = ['profile', 'items:read']
        expect(await granted(without('scope'))).toEqual([requested, 200])
        expect(await granted(member('scope', 'profile,items:read'))).toEqual([requested, 200])
        expect(await granted(member('scope', 'profile'))).toEqual([['profile'], 403])
        expect(await granted(member('scope', ''))).toEqual([[], 403])
        const more = [...requested, 'items:write']
        expect(await granted(member('scope', more.join(' ')))).toEqual([more, 200])
        await failsEdited(rig, member('scope', ['profile']), 'a list')
      },
      [502],
    ),
    row(
      116,
      'a refresh token that is none',
      async (rig) => {
        for (const value of [null, '', 7]) {
          await failsEdited(rig, member('refresh_token', value), `${value} at the login`)
        }
        for (const name of rig.rotating) {
          await rig.restart({ steady: true })
          const browser = await rig.ended(name)
          rig.provider.control.setScenario('refresh-without-refresh-token')
          const sent: (string | null)[] = []
          for (const value of [null, '', 7, undefined]) {
            let isFirst = true
            rig.wire.editToken((json) => {
              const edited = isFirst ? { ...json, refresh_token: value } : json
              isFirst = false
              return edited
            })
            const used = await browser.request(`/s/use/${name}`, { headers: SCRIPT })
            expect(used.status, `${value} over ${name}`).toBe(200)
            const requests = rig.requests('/token').map(({ body }) => new URLSearchParams(body))
            sent.push(...requests.map((body) => body.get('refresh_token')))
            rig.wire.clear()
            await rig.advance(3601)
          }
          // The good one is kept, and sent again and again.
          expect(new Set(sent).size).toBe(1)
          expect(sent.length).toBeGreaterThanOrEqual(4)
        }
      },
      [502],
    ),
    row(118, 'members that reach for the prototype', async (rig) => {
      rig.wire.editToken((json) => {
        const evil = '{"polluted":true}'
        const text = JSON.stringify(json).slice(1)
        return `{"__proto__":${evil},"constructor":{"prototype":${evil}},${text}`
      })
      const browser = rig.browser()
      await rig.connect(browser, EX)
      rig.wire.release()
      rig.provider.control.setScenario('token-with-proto')
      await rig.connect(browser)
      const polluted = await rig.place.probe('polluted', { names: ['polluted', 'admin'] })
      expect(polluted).toEqual([])
      expect(JSON.stringify(await rig.connections(browser))).not.toMatch(/polluted|__proto__/)
    }),
    row(
      119,
      'tokens with characters that no token has',
      async (rig) => {
        for (const bad of ['a\r\nX-Evil: 1', 'a b', 'a\nb', 'tökén', 'a\u0000b', '\ud83d\ude00']) {
          await failsEdited(rig, member('access_token', bad), JSON.stringify(bad))
          await failsEdited(rig, member('refresh_token', bad), JSON.stringify(bad))
        }
      },
      [502],
    ),
    row(
      121,
      'no answer at all',
      async (rig) => {
        const browser = rig.browser()
        const seen = await observe(rig, browser)
        for (const reason of [
          'getaddrinfo ENOTFOUND',
          'read ECONNRESET',
          'self-signed certificate',
        ]) {
          const callback = await rig.login(browser, EX)
          rig.wire.answerToken(() => Promise.reject(new TypeError(`fetch failed: ${reason}`)))
          const before = rig.tokenRequests()
          const answer = await browser.navigate(callback.href)
          await expectRefusal(answer, 502, 'provider_unavailable', reason)
          expect(await answer.text()).not.toMatch(/ENOTFOUND|ECONNRESET|certificate/)
          expect(rig.tokenRequests() - before).toBeLessThanOrEqual(1)
          rig.wire.release()
        }
        await seen.NS()
      },
      [502],
    ),
    row(
      122,
      'an app that the provider does not know any more',
      async (rig) => {
        for (const name of rig.rotating) {
          await rig.restart({ steady: true })
          let kept: string | undefined
          const browser = await rig.ended(name, async (connected) => {
            kept = (await rig.connections(connected))[0]?.id
          })
          rig.provider.control.setScenario('example-invalid-client')
          const callback = await rig.login(browser, `/auth/${name}/login`)
          const seen = await observe(rig, browser)
          await expectRefusal(await browser.navigate(callback.href), 502, 'client_rejected')
          // An object may be busy with its own token meanwhile.
          const codes = rig.requests('/token').filter(({ body }) => body.includes('code='))
          expect(codes).toHaveLength(1)
          await seen.NS(/^object /)
          const { errors } = await rig.place.ran()
          expect(errors.at(-1), 'what is logged').toContain('client_rejected')
          const refused = await browser.request(`/s/use/${name}`, { headers: SCRIPT })
          await expectRefusal(refused, 502, 'client_rejected', name)
          expect(await rig.connections(browser)).toMatchObject([{ id: kept }])
          const told = (await rig.events('degraded')).filter((event) => 'code' in event)
          expect(told.slice(-1)).toMatchObject([{ code: 'client_rejected' }])
          rig.provider.control.clearScenarios()
          await rig.advance(61)
          const used = await browser.request(`/s/use/${name}`, { headers: SCRIPT })
          expect(used.status, `${name} again`).toBe(200)
        }
      },
      [502],
    ),
    row(124, 'an answer that is slow and comes, with a second click', async (rig) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      rig.wire.answerToken(async (forward) => {
        await new Promise((resolve) => setTimeout(resolve, 250))
        return forward()
      })
      const seen = await observe(rig, browser)
      const clicks = await inTabs(browser, 2, (tab) => tab.navigate(callback.href))
      seen.T(1)
      expect(tally(clicks)).toEqual({ 303: 1, 400: 1 })
    }),
    row(
      125,
      'endpoints that are missing or plain http',
      async (rig) => {
        for (const [setting, value] of [
          ['authorizationEndpoint', 'http://oauth.example/authorize'],
          ['tokenEndpoint', 'http://oauth.example/token'],
          ['tokenEndpoint', undefined],
          ['tokenEndpoint', ''],
          ['revocationEndpoint', 'http://oauth.example/revoke'],
          ['issuer', 'http://oauth.example'],
          ['issuer', 'no issuer'],
          ['account', { url: 'http://oauth.example/userinfo' }],
          ['apiOrigins', ['http://oauth.example']],
        ] as const) {
          // JSON on its way to a Worker has no undefined.
          const example = { [setting]: value ?? '' }
          const told = await rig.place.probe('configuration', { example })
          expect([told.status, told.location, told.cookies], setting).toEqual([500, null, []])
          expect(told.body).toContain('configuration_invalid')
          expect(told.body).toContain(`oauth2 ${setting}`)
        }
        for (const scenario of ['foreign-issuer', 'http-endpoint', 'without-endpoint']) {
          rig.provider.control.setScenario(`example-metadata-${scenario}`, 1)
          await expectMisconfigured(rig, 'oidc issuer has metadata')
        }
        await rig.connected('ex-oidc')
      },
      [500],
    ),

    row(
      127,
      'a key set that changes, or is huge',
      async (rig) => {
        await rig.connected('ex-oidc')
        expect(rig.requests('/jwks')).toHaveLength(1)
        rig.provider.control.setScenario('example-jwks-rotated')
        await rig.connected('ex-oidc')
        expect(rig.requests('/jwks')).toHaveLength(2)
        // A token that names a key of nobody, for a thousand logins.
        const asked = await rig.place.probe('unknownKeys', { count: 1000, seconds: 180 })
        expect(asked).toEqual({ refused: 1000, keySets: 1 + 3 })
        await rig.restart()
        rig.provider.control.setScenario('example-jwks-huge')
        const browser = rig.browser()
        const callback = await rig.login(browser, OIDC)
        const seen = await observe(rig, browser)
        const answer = await browser.navigate(callback.href)
        await expectRefusal(answer, 502, 'provider_response_invalid')
        seen.T(0)
        seen.CLR(callback)
        await seen.NS()
      },
      [502],
    ),

    row(
      128,
      'user info about somebody else than the ID token',
      async (rig) => {
        rig.provider.control.setScenario('example-userinfo-foreign-sub')
        await stopsAtTokens(rig, { userInfoRequests: 1 })
      },
      [502],
    ),

    row(130, 'clocks that differ', async (rig) => {
      rig.provider.control.wix.install()
      const statusOf = async (offsets: object) => {
        const request = { provider: 'wix', event: 'AppInstalled', ...offsets } as const
        const { headers, body } = await rig.provider.control.buildWebhook(request)
        const browser = rig.browser()
        const init = { method: 'POST', headers: { ...headers }, body }
        return (await browser.request('/auth/wix/webhook', init)).status
      }
      expect(await statusOf({ iatOffsetSeconds: 50 })).toBe(200)
      expect(await statusOf({ expOffsetSeconds: -300_000 - 50 })).toBe(200)
      for (const offsets of [
        { iatOffsetSeconds: 300 },
        { iatOffsetSeconds: 75 },
        { expOffsetSeconds: -300_000 - 75 },
        { iatOffsetSeconds: -300_000 - 300 },
        { expOffsetSeconds: -300_000 - 300 },
      ]) {
        expect(await statusOf(offsets), JSON.stringify(offsets)).toBe(401)
      }
      expect((await rig.place.ran()).webhooks).toHaveLength(2)
      // Lifetimes are counted from here: what time the provider thinks it is changes nothing.
      for (const skew of [-300, 300]) {
        rig.wire.answerToken(async (forward) => {
          const answer = await forward()
          const headers = new Headers(answer.headers)
          headers.set('date', new Date(rig.now() + skew * 1000).toUTCString())
          return new Response(answer.body, { status: answer.status, headers })
        })
        const browser = rig.browser()
        const before = rig.now()
        await rig.connect(browser, EX)
        rig.wire.release()
        const [connection] = await rig.connections(browser)
        const lifetime = (Date.parse(connection?.expiresAt ?? '') - before) / 1000
        expect(Math.abs(lifetime - LIFETIME), `${skew}`).toBeLessThan(60)
      }
    }),
  ],
}
