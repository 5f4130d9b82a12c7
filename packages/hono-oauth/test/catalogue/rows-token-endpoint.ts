import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { streamedBody } from '../protocol/fake-fetch.ts'
import { SCRIPT } from '../rig/constants.ts'
import { expectRefusal, inTabs, observe, pendingLogin, tally } from '../rig/oracles.ts'
import { row, type Section } from './row.ts'
import { METADATA_ROWS } from './rows-metadata.ts'
import { EX, LOGIN, slowToken, use } from './steps.ts'
import * as answers from './token-answers.ts'

const { DOWN, drip, fails, failsBy, failsEdited, INVALID, MiB, member, SLOW, succeeds, without } = answers

const PIECE = new Uint8Array(64 * 1024).fill(32)

/** The same faults in an answer of Webflow. */
const WEBFLOW_MEMBERS = [
  ...['without-token-type', 'type-mac', 'type-dpop', 'without-access-token', 'empty', 'number', 'object'],
  ...['with-newline', 'with-non-ascii'],
]

export const TOKEN_ENDPOINT: Section = {
  title: 'faults of the token endpoint and of settings',
  rows: [
    row(103, '503 with Retry-After', [502], async (rig) => {
      await failsBy(rig, LOGIN, 'token-endpoint-503', DOWN)
      await failsBy(rig, EX, 'token-endpoint-503', DOWN)
    }),
    row(104, '429', [502], async (rig) => {
      await failsBy(rig, LOGIN, 'token-endpoint-429', DOWN)
      await failsBy(rig, EX, 'token-endpoint-429', DOWN)
    }),
    row(106, 'headers and then silence, and a byte now and then', [504], async (rig) => {
      await rig.restart({ timeoutMs: 400 })
      for (const fault of ['stalls', 'slow', 'drip']) await failsBy(rig, LOGIN, `token-endpoint-${fault}`, SLOW)
      // Each byte is in time, and all of them together are not.
      rig.wire.answerToken(() => new Response(drip(100, 100)))
      await fails(rig, EX, SLOW, 'a byte now and then')
    }),
    row(107, 'bodies without measure', [502], async (rig) => {
      await failsBy(rig, LOGIN, 'token-endpoint-huge', INVALID)
      // The proxy that carries a Worker's requests reads to the end in any case.
      const isSeen = rig.place.isInProcess
      let left = isSeen ? Number.POSITIVE_INFINITY : 256
      const endless = streamedBody(() => (left-- > 0 ? PIECE : undefined))
      rig.wire.answerToken(() => new Response(endless.body))
      await fails(rig, EX, INVALID, 'an endless body')
      rig.wire.release()
      if (isSeen) {
        expect(endless.seen.pulls * PIECE.length).toBeLessThanOrEqual(MiB / 2)
        expect(endless.seen.cancelled).toBe(true)
      }
      const bomb = gzipSync(Buffer.alloc(20 * MiB, ' '))
      const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
      rig.wire.answerToken(() => new Response(bomb, { headers }))
      await fails(rig, EX, INVALID, 'a body that grows')
    }),
    row(109, 'JSON that is no object', [502], async (rig) => {
      for (const kind of ['null', 'array', 'string', 'number', 'empty', 'truncated', 'html']) {
        await failsBy(rig, LOGIN, `token-endpoint-${kind}`, INVALID)
      }
    }),
    row(110, 'success that is an error', [502], async (rig) => {
      await failsBy(rig, LOGIN, 'token-endpoint-error-200', INVALID)
      await failsEdited(rig, () => ({ error: 'bad_verification_code' }), 'another server')
    }),
    row(112, 'members that are missing or of another type', [502], async (rig) => {
      for (const value of ['', 1, {}, null, ['token']]) {
        await failsEdited(rig, member('access_token', value), `access_token ${JSON.stringify(value)}`)
      }
      for (const value of ['mac', 'DPoP', '', 1]) {
        await failsEdited(rig, member('token_type', value), `token_type ${value}`)
      }
      await failsEdited(rig, without('access_token'), 'no access_token')
      for (const fault of WEBFLOW_MEMBERS) await failsBy(rig, LOGIN, `token-${fault}`, INVALID)
      await failsEdited(rig, without('token_type'), 'no token_type')
      await succeeds(rig, member('token_type', 'bEaReR'))
    }),
    row(113, 'content types', [502], async (rig) => {
      for (const type of ['text/plain', 'text/javascript; charset=utf-8']) await succeeds(rig, (json) => json, type)
      const form = 'application/x-www-form-urlencoded'
      const asForm: answers.Edit = (json) => `${new URLSearchParams(json as Record<string, string>)}`
      await failsEdited(rig, asForm, 'a form', form)
      await failsBy(rig, LOGIN, 'token-as-form', INVALID)
    }),
    row(115, 'scopes that were not asked for like that', async (rig) => {
      const granted = async (edit: answers.Edit) => {
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
      expect(await granted(member('scope', ['profile']))).toEqual([['profile'], 403])
    }),
    row(116, 'a refresh token that is none', async (rig) => {
      for (const value of [null, '', 7]) await succeeds(rig, member('refresh_token', value))
      for (const name of rig.rotating) {
        await rig.restart({ steady: true })
        const browser = await rig.ended(name)
        rig.provider.control.setScenario('oauth.example', 'refresh-without-refresh-token')
        const sent: (string | null)[] = []
        for (const value of [null, '', 7, undefined]) {
          let isFirst = true
          rig.wire.editToken((json) => {
            const edited = isFirst ? { ...json, refresh_token: value } : json
            isFirst = false
            return edited
          })
          expect((await use(browser, name)).status, `${value} over ${name}`).toBe(200)
          const requests = rig.requests('/token').map(({ body }) => new URLSearchParams(body))
          sent.push(...requests.map((body) => body.get('refresh_token')))
          rig.wire.clear()
          await rig.advance(3601)
        }
        // The good one is kept, and sent again and again.
        expect(new Set(sent).size).toBe(1)
        expect(sent.length).toBeGreaterThanOrEqual(4)
      }
    }),
    row(118, 'members that reach for the prototype', async (rig) => {
      rig.wire.editToken((json) => {
        const evil = '{"polluted":true}'
        const text = JSON.stringify(json).slice(1)
        return `{"__proto__":${evil},"constructor":{"prototype":${evil}},${text}`
      })
      const browser = rig.browser()
      await rig.connect(browser, EX)
      rig.wire.release()
      rig.provider.control.setScenario('webflow', 'token-with-proto')
      await rig.connect(browser)
      expect(await rig.place.probe('polluted', { names: ['polluted', 'admin'] })).toEqual([])
      expect(JSON.stringify(await rig.connections(browser))).not.toMatch(/polluted|__proto__/)
    }),
    row(119, 'tokens with characters that no token has', [502], async (rig) => {
      for (const bad of ['a\r\nX-Evil: 1', 'a b', 'a\nb', 'tökén', 'a\u0000b', '\ud83d\ude00']) {
        await failsEdited(rig, member('access_token', bad), JSON.stringify(bad))
        await succeeds(rig, member('refresh_token', bad))
      }
    }),
    row(121, 'no answer at all', [502], async (rig) => {
      const browser = rig.browser()
      const seen = await observe(rig, browser)
      for (const reason of ['getaddrinfo ENOTFOUND', 'read ECONNRESET', 'self-signed certificate']) {
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
    }),
    row(122, 'an app or a code that the provider does not know any more', [502], async (rig) => {
      await failsBy(rig, LOGIN, 'token-endpoint-invalid-client', { status: 502, code: 'client_rejected' })
      await failsBy(rig, LOGIN, 'token-endpoint-invalid-grant', { status: 400, code: 'code_rejected' })
      for (const name of rig.rotating) {
        await rig.restart({ steady: true })
        let kept: string | undefined
        const browser = await rig.ended(name, async (connected) => {
          kept = (await rig.connections(connected))[0]?.id
        })
        rig.provider.control.setScenario('oauth.example', 'token-endpoint-invalid-client')
        const callback = await rig.login(browser, `/auth/${name}/login`)
        const seen = await observe(rig, browser)
        await expectRefusal(await browser.navigate(callback.href), 502, 'client_rejected')
        // An object may be busy with its own token meanwhile.
        expect(rig.requests('/token').filter(({ body }) => body.includes('code='))).toHaveLength(1)
        await seen.NS(/^object /)
        const { errors } = await rig.place.ran()
        expect(errors.at(-1), 'what is logged').toContain('client_rejected')
        await expectRefusal(await use(browser, name), 502, 'client_rejected', name)
        expect(await rig.connections(browser)).toMatchObject([{ id: kept }])
        const told = (await rig.events('degraded')).filter((event) => 'code' in event)
        expect(told.slice(-1)).toMatchObject([{ code: 'client_rejected' }])
        rig.provider.control.clearScenarios()
        await rig.advance(61)
        expect((await use(browser, name)).status, `${name} again`).toBe(200)
      }
    }),
    row(124, 'an answer that is slow and comes, with a second click', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      slowToken(rig, 250)
      const clicks = await inTabs(browser, 2, (tab) => tab.navigate(callback.href))
      seen.T(1)
      expect(tally(clicks)).toEqual({ 303: 1, 400: 1 })
    }),
    ...METADATA_ROWS,
  ],
}
