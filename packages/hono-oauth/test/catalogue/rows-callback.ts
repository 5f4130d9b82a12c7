import { expect, onTestFinished } from 'vitest'
import { expectAlways } from '../rig/always.ts'
import { ORIGIN } from '../rig/constants.ts'
import { pendingLogin, sessionOf } from '../rig/oracles.ts'
import { failing, INVALID, refusedWith, set, twice } from './callback-answers.ts'
import { expectMisconfigured, expectNotConnected, OIDC } from './openid.ts'
import { row, type Section } from './row.ts'
import { EX, LOGIN, loggingIn, refuses, use } from './steps.ts'

// What a server said the issuer is, in spellings that mean the same and are not the same.
const NEAR_WEBFLOW = [
  ...['https://webflow.com/', 'https://WEBFLOW.com', 'https://webflow.com:443', 'HTTPS://webflow.com'],
  ...['https://xn--wbflow-7ve.com', ' https://webflow.com', 'webflow.com'],
]
const NEAR_EXAMPLE = [
  ...['https://oauth.example/', 'https://OAUTH.example', 'https://oauth.example:443', 'http://oauth.example'],
  ...['https://xn--auth-zcd.example', 'https://\u043eauth.example', 'https://oauth.example.'],
]

export const CALLBACK: Section = {
  title: 'callback parameters, PKCE, mix-up, provider errors',
  rows: [
    row(31, 'a parameter that comes twice', async (rig) => {
      await refusedWith(rig, twice('state'))
      await refusedWith(rig, twice('code'))
      await refusedWith(rig, twice('iss', 'https://webflow.com'))
      await refusedWith(rig, twice('error', 'access_denied'))
      await refusedWith(rig, twice('iss'), { path: EX })
      const browser = rig.browser()
      const [callback, other] = [await rig.login(browser), await rig.login(browser)]
      callback.searchParams.append('state', other.searchParams.get('state') ?? '')
      await refuses(rig, browser, callback, [400, INVALID], { logins: 'kept', about: 'the states of two logins' })
    }),
    row(32, 'a code and an error', async (rig) => {
      await refusedWith(rig, set('error', 'access_denied'), { code: 'access_denied' })
      await refusedWith(rig, set('error', 'server_error'), { code: 'authorization_failed', path: EX })
    }),
    row(34, 'an empty code', async (rig) => {
      await refusedWith(rig, set('code', ''))
      await refusedWith(rig, set('code', ''), { path: EX })
      await refusedWith(rig, (url) => url.searchParams.delete('code'))
    }),
    row(35, 'a code of 4000 characters, and one of 15 KB', async (rig) => {
      const { browser, callback } = await loggingIn(rig, EX)
      const real = callback.searchParams.get('code') ?? ''
      const long = 'c'.repeat(4000)
      callback.searchParams.set('code', long)
      rig.wire.intercept(({ body }, forward) => (body.includes(long) ? forward(body.replace(long, real)) : undefined))
      expect((await browser.navigate(callback.href)).status).toBe(303)
      expect(rig.tokenRequests()).toBe(1)
      const [sent] = rig.requests('/token')
      expect(new URLSearchParams(sent?.body).get('code')).toBe(long)
      await refusedWith(rig, set('code', 'c'.repeat(15_000)))
    }),
    row(37, 'encodings that are none', async (rig) => {
      const { browser, callback, seen } = await pendingLogin(rig)
      const { pathname, searchParams } = callback
      const state = searchParams.get('state')
      for (const query of [
        ...['code=%E0%A4%A&state=%ff', 'code=x&state=%C0%AF', 'code=x&state=%ED%A0%80', `code=x&state=${state}%00`],
        ...['code=x&state=%', 'code=x&state=%u0041', '%E0%A4%A=x&state=%zz', '&&&===&state'],
      ]) {
        const answer = await browser.navigate(`${pathname}?${query}`)
        expect([answer.status, answer.headers.get('location')], query).toEqual([400, null])
      }
      await seen.nothing()
      await refusedWith(rig, set('iss', '\ud800'))
      // Of a login that is on its way: at most the code is tried, and the provider does not know it.
      for (const bad of ['%E0%A4%A', '%ff', '%C0%AF', '%ED%A0%80', '%', '%u0041', '%00']) {
        for (const name of ['code', 'error', 'error_description', 'iss', 'scope', bad]) {
          const trying = await pendingLogin(rig)
          const others = name === 'code' ? '' : '&code=x'
          const query = `state=${trying.callback.searchParams.get('state')}${others}&${name}=${bad}`
          const answer = await trying.browser.navigate(`${pathname}?${query}`)
          expect([answer.status, answer.headers.get('location')], query).toEqual([400, null])
          trying.seen.T(['error', 'iss'].includes(name) ? 0 : 1)
          await trying.seen.NS()
        }
      }
    }),
    row(38, 'a foreign issuer', async (rig) => {
      await refusedWith(rig, set('iss', 'https://evil.example'))
      await refusedWith(rig, set('iss', 'https://evil.example'), { path: EX })
      rig.provider.control.setScenario('webflow', 'callback-with-foreign-iss')
      await refusedWith(rig, () => undefined)
    }),
    row(40, 'an issuer that is nearly ours', async (rig) => {
      for (const iss of NEAR_WEBFLOW) await refusedWith(rig, set('iss', iss))
      for (const iss of NEAR_EXAMPLE) await refusedWith(rig, set('iss', iss), { path: EX })
    }),
    row(41, 'an error that another issuer sends', async (rig) => {
      for (const path of [LOGIN, EX]) {
        const page = await refusedWith(rig, failing('access_denied', { iss: 'https://evil.example' }), { path })
        expect(page).not.toContain('You did not allow')
      }
    }),
    row(43, 'a token in the query, and a token endpoint that gives none', [502], async (rig) => {
      const { browser, callback } = await loggingIn(rig)
      const evil = 'EVIL-access-token-of-the-query'
      rig.provider.secrets.add(evil)
      callback.searchParams.set('access_token', evil)
      callback.searchParams.set('token_type', 'Bearer')
      rig.wire.answerToken(() => Response.json({}))
      await refuses(rig, browser, callback, [502, 'provider_response_invalid'], { sent: 1 })
      for (const { headers, body } of rig.wire.sent) expect(`${[...headers]} ${body}`).not.toContain(evil)
    }),
    row(44, 'answers of other flows in the query', async (rig) => {
      for (const path of [LOGIN, EX]) {
        for (const name of ['id_token', 'token', 'response']) {
          await refusedWith(rig, set(name, 'eyJhbGciOiJub25lIn0.e30.'), { path })
        }
      }
    }),
    row(46, 'a challenge that was taken out on the way', async (rig) => {
      const lax = await rig.another({ oauthExample: { pkce: 'optional' } })
      onTestFinished(() => lax.dispose())
      const [attacker, victim] = [lax.browser(), lax.browser()]
      const stripped = new URL(await lax.start(attacker, EX))
      stripped.searchParams.delete('code_challenge')
      stripped.searchParams.delete('code_challenge_method')
      const callback = new URL(await lax.consent(stripped.href))
      expect(callback.searchParams.get('code')).toBeTruthy()
      const own = await lax.login(victim, EX)
      await refuses(lax, victim, callback, [400, 'transaction_unknown'], { logins: 'kept' })
      expect((await victim.navigate(own.href)).status).toBe(303)
      await expectAlways(lax, [])
    }),
    row(47, 'a server without S256', [500], async (rig) => {
      const plain = { authorizationParams: { code_challenge_method: 'plain' } }
      const refused = await rig.place.probe('configuration', { example: plain })
      expect(refused.body).toContain('oauth2 authorizationParams has code_challenge_method')
      const by = await rig.place.probe('configuration', { example: {} })
      const challenge = new URL(by.location ?? '').searchParams
      expect(challenge.getAll('code_challenge_method')).toEqual(['S256'])
      expect(challenge.get('code_challenge')).toMatch(/^[\w-]{43}$/)
      // Doing without is a setting; `plain` is none.
      const without = await rig.place.probe('configuration', { example: { pkce: false } })
      const parameters = [...new URL(without.location ?? '').searchParams.keys()]
      expect(parameters).not.toContain('code_challenge')
      expect(parameters).not.toContain('code_challenge_method')
      // Of a server that tells what it knows, it is known before anybody is sent there.
      rig.provider.control.setScenario('oauth.example', 'metadata-plain-only')
      await expectMisconfigured(rig, 'oidc pkce needs S256')
      await rig.restart({ oidc: { pkce: false } })
      const location = new URL(await rig.start(rig.browser(), OIDC))
      expect([...location.searchParams.keys()].filter((name) => /challenge/.test(name))).toEqual([])
    }),
    row(49, 'a code injected where a nonce stands in for PKCE', async (rig) => {
      const lax = await rig.another({ oauthExample: { pkce: 'optional' } })
      onTestFinished(() => lax.dispose())
      await lax.restart({ oidc: { pkce: false } })
      const [attacker, victim] = [lax.browser(), lax.browser()]
      const stolen = (await lax.login(victim, OIDC)).searchParams.get('code') ?? ''
      const callback = await lax.login(attacker, OIDC)
      callback.searchParams.set('code', stolen)
      await refuses(lax, attacker, callback, [502, 'provider_response_invalid'], { sent: 1 })
      await expectNotConnected(lax)
      await expectAlways(lax, [502])
    }),
    row(50, 'the code verifier', async (rig) => {
      const { browser, callback } = await loggingIn(rig, EX)
      const cookies = [...browser.jar.values()].map(({ value }) => value)
      await browser.navigate(callback.href)
      const [sent] = rig.requests('/token')
      const verifier = new URLSearchParams(sent?.body).get('code_verifier') ?? ''
      expect(verifier).toMatch(/^[\w-]{43,128}$/)
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
      const [line] = rig.answers.flatMap(({ headers }) => headers.get('location') ?? [])
      expect(new URL(line ?? '').searchParams.get('code_challenge')).toBe(Buffer.from(hash).toString('base64url'))
      for (const cookie of cookies) {
        for (const part of cookie.split('.')) {
          const opened = Buffer.from(part, 'base64url').toString('latin1')
          expect(`${part} ${opened}`).not.toContain(verifier)
        }
      }
      // Logs, answers and addresses are searched for it as for every secret.
      expect(rig.provider.secrets.has(verifier)).toBe(true)
    }),
    row(52, 'an error with an unknown state', async (rig) => {
      const browser = await rig.connected()
      const session = sessionOf(browser)
      const query = 'error=access_denied&error_description=Call+555-0100&state=Zm9yZ2Vk'
      const callback = new URL(`/auth/webflow/callback?${query}`, ORIGIN)
      const answer = await refuses(rig, browser, callback, [400, 'transaction_unknown'])
      expect(await answer.text()).not.toMatch(/555|did not allow|access_denied/)
      expect(sessionOf(browser)).toBe(session)
      expect((await use(browser)).status).toBe(200)
    }),
    row(53, 'markup in an error', async (rig) => {
      for (const [error, description] of [
        ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>'],
        ['\u202egnirts', '\u2066bidi\u2069'],
        ['e'.repeat(10_000), 'd'.repeat(2000)],
        ['access_denied', '<b>Call 555-0100</b>'],
        ["'-alert(1)-'", '{{7*7}}'],
      ] as const) {
        const others = { error_description: description, error_uri: 'javascript:alert(1)' }
        const code = error === 'access_denied' ? error : 'authorization_failed'
        const page = await refusedWith(rig, failing(error, others), { code })
        expect(page).not.toMatch(/alert|onerror|img|555|\u202e|\u2066|e{200}|d{200}|7\*7/)
      }
    }),
    row(58, 'unknown parameters', async (rig) => {
      for (const path of [LOGIN, EX]) {
        const { browser, callback } = await loggingIn(rig, path)
        const extras = { session_state: 'x', hd: 'evil.example', authuser: '7', instanceId: 'EVIL' }
        for (const [name, value] of Object.entries(extras)) callback.searchParams.set(name, value)
        expect((await browser.navigate(callback.href)).status).toBe(303)
        expect(JSON.stringify(await rig.connections(browser))).not.toMatch(/EVIL|evil/)
      }
      await refusedWith(rig, set('instanceId', crypto.randomUUID()), { path: '/auth/wix/login' })
    }),
  ],
}
