import { expect } from 'vitest'
import { LIFETIME } from '../rig/constants.ts'
import { expectRefusal } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { loggingIn, refuses, use } from './steps.ts'

export const OIDC = '/auth/ex-oidc/login'

/** No connection was made, and the tokens of the login are dead. */
export async function expectNotConnected(rig: Rig): Promise<void> {
  expect(await rig.events('connected')).toEqual([])
  expect(rig.provider.control.oauthExample.grants().filter((grant) => grant.alive)).toEqual([])
}

/** A login that ends before it begins: the browser is not redirected. */
export async function expectMisconfigured(rig: Rig, problem: string): Promise<void> {
  const browser = rig.browser()
  const answer = await browser.navigate(OIDC)
  await expectRefusal(answer, 500, 'configuration_invalid')
  expect(await answer.text()).toContain(problem)
  expect(browser.transactions()).toEqual([])
  expect(rig.requests('/authorize')).toEqual([])
}

/** A login whose tokens are not what they should be: none is used but to give it back. */
export async function stopsAtTokens(rig: Rig, userInfoRequests = 0): Promise<void> {
  const { browser, callback } = await loggingIn(rig, OIDC)
  await refuses(rig, browser, callback, [502, 'provider_response_invalid'], { sent: 1, logins: 'cleared' })
  expect(rig.requests('/userinfo')).toHaveLength(userInfoRequests)
  await expectNotConnected(rig)
  expect((await use(browser, 'ex-oidc')).status).toBe(401)
  expect(rig.requests('/api/me')).toEqual([])
}

/** A login that ends well, and an API that is called. */
export async function goesOnToApi(rig: Rig): Promise<void> {
  const browser = await rig.connected('ex-oidc')
  expect((await use(browser, 'ex-oidc')).status).toBe(200)
  const account = { id: 'user-1001', name: 'Ada Example' }
  expect(await rig.connections(browser)).toMatchObject([{ provider: 'ex-oidc', account }])
}

/** A renewal whose ID token is not about this connection: its tokens are not used, and nothing is sent again. */
export async function stopsAtRenewal(rig: Rig, scenario: string): Promise<void> {
  const browser = await rig.connected('ex-oidc')
  await rig.advance(LIFETIME + 1)
  rig.provider.control.setScenario('oauth.example', scenario)
  const before = rig.tokenRequests()
  await expectRefusal(await use(browser, 'ex-oidc'), 401, 'needs_reauth')
  await expectRefusal(await use(browser, 'ex-oidc'), 401, 'needs_reauth')
  expect(rig.tokenRequests() - before).toBe(1)
  expect(rig.requests('/api/me')).toEqual([])
  expect(await rig.events('needs_reauth')).toHaveLength(1)
  expect(rig.provider.control.oauthExample.grants()).toMatchObject([{ alive: false, reuseDetectedAt: null }])
}
