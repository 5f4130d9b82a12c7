import { expect } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { expectMisconfigured, OIDC, stopsAtTokens } from './openid.ts'
import { type Row, row } from './row.ts'
import { deliver, message } from './rows-webhooks.ts'
import { EX, loggingIn, refuses } from './steps.ts'

/** Faults of settings, of metadata, of keys and of clocks. */
export const METADATA_ROWS: readonly Row[] = [
  row(125, 'endpoints that are missing or plain http', [500], async (rig) => {
    for (const [setting, value] of [
      ['authorizationEndpoint', 'http://oauth.example/authorize'],
      ['tokenEndpoint', 'http://oauth.example/token'],
      ['tokenEndpoint', undefined],
      ['tokenEndpoint', ''],
      ['revocationEndpoint', 'http://oauth.example/revoke'],
      ['issuer', 'http://oauth.example'],
      ['issuer', 'no issuer'],
      ['userinfoEndpoint', 'http://oauth.example/userinfo'],
      ['apiOrigins', ['http://oauth.example']],
    ] as const) {
      // JSON on its way to a Worker has no undefined.
      const told = await rig.place.probe('configuration', { example: { [setting]: value ?? '' } })
      expect([told.status, told.location, told.cookies], setting).toEqual([500, null, []])
      expect(told.body).toContain('configuration_invalid')
      expect(told.body).toContain(`oauth2 ${setting}`)
    }
    const OTHER = 'oidc issuer is https://oauth.example, and the metadata names https://issuer.example'
    for (const [scenario, problem] of [
      ['foreign-issuer', OTHER],
      ['http-endpoint', 'oidc issuer has metadata'],
      ['without-endpoint', 'oidc issuer has metadata'],
    ] as const) {
      rig.provider.control.setScenario('oauth.example', `metadata-${scenario}`, 1)
      await expectMisconfigured(rig, problem)
    }
    await rig.connected('ex-oidc')
  }),

  row(127, 'a key set that changes, or is huge', [502], async (rig) => {
    await rig.connected('ex-oidc')
    expect(rig.requests('/jwks')).toHaveLength(1)
    rig.provider.control.setScenario('oauth.example', 'jwks-rotated')
    await rig.connected('ex-oidc')
    expect(rig.requests('/jwks')).toHaveLength(2)
    // ID tokens that name unknown keys, for a thousand logins.
    const asked = await rig.place.probe('unknownKeys', { count: 1000, seconds: 180 })
    expect(asked).toEqual({ refused: 1000, keySets: 1 + 3 })
    await rig.restart()
    rig.provider.control.setScenario('oauth.example', 'jwks-huge')
    const { browser, callback } = await loggingIn(rig, OIDC)
    await refuses(rig, browser, callback, [502, 'provider_response_invalid'], { logins: 'cleared' })
  }),

  row(128, 'user info about another subject than the ID token', [502], async (rig) => {
    rig.provider.control.setScenario('oauth.example', 'userinfo-foreign-sub')
    await stopsAtTokens(rig, 1)
  }),

  row(130, 'clocks that differ', async (rig) => {
    rig.provider.control.wix.install()
    const statusOf = async (offsets: object) => {
      const installation = await message(rig, { provider: 'wix', event: 'AppInstalled', ...offsets })
      return (await deliver(rig, installation)).status
    }
    expect(await statusOf({ iatOffsetSeconds: 50 })).toBe(200)
    expect(await statusOf({ expOffsetSeconds: -300_000 - 50 })).toBe(200)
    for (const offsets of [
      ...[{ iatOffsetSeconds: 300 }, { iatOffsetSeconds: 75 }, { expOffsetSeconds: -300_000 - 75 }],
      ...[{ iatOffsetSeconds: -300_000 - 300 }, { expOffsetSeconds: -300_000 - 300 }],
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
]
