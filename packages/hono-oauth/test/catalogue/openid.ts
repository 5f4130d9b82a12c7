import { expect } from 'vitest'
import { expectRefusal, observe, SCRIPT } from './oracles.ts'
import { type CatalogueRig, LIFETIME } from './rig.ts'

export const OIDC = '/auth/ex-oidc/login'
const USE = '/s/use/ex-oidc'

/** No connection was made, and what was won for one is dead. */
export async function expectNobodyConnected(rig: CatalogueRig): Promise<void> {
  expect(await rig.events('connected')).toEqual([])
  const alive = rig.provider.control.oauthExample.grants().filter((grant) => grant.alive)
  expect(alive).toEqual([])
}

/** A login that ends before it begins: nobody is sent anywhere. */
export async function expectMisconfigured(rig: CatalogueRig, problem: string): Promise<void> {
  const browser = rig.browser()
  const answer = await browser.navigate(OIDC)
  await expectRefusal(answer, 500, 'configuration_invalid')
  expect(await answer.text()).toContain(problem)
  expect(browser.transactions()).toEqual([])
  expect(rig.requests('/authorize')).toEqual([])
}

/** A login whose tokens are not what they should be: none is used but to give it back. */
export async function stopsAtTokens(
  rig: CatalogueRig,
  { userInfoRequests = 0 }: { userInfoRequests?: number } = {},
): Promise<void> {
  const browser = rig.browser()
  const callback = await rig.login(browser, OIDC)
  const seen = await observe(rig, browser)
  const answer = await browser.navigate(callback.href)
  await expectRefusal(answer, 502, 'provider_response_invalid')
  seen.T(1)
  seen.CLR(callback)
  await seen.NS()
  expect(rig.requests('/userinfo')).toHaveLength(userInfoRequests)
  await expectNobodyConnected(rig)
  expect((await browser.request(USE, { headers: SCRIPT })).status).toBe(401)
  expect(rig.requests('/api/me')).toEqual([])
}

/** A login that ends well, and an API that is called. */
export async function goesOnToApi(rig: CatalogueRig): Promise<void> {
  const browser = await rig.connected('ex-oidc')
  expect((await browser.request(USE, { headers: SCRIPT })).status).toBe(200)
  expect(await rig.connections(browser)).toMatchObject([
    { provider: 'ex-oidc', account: { id: 'user-1001', name: 'Ada Example' } },
  ])
}

/** A renewal whose ID token is not about this connection: its tokens are not used, and nothing is sent again. */
export async function stopsAtRenewal(rig: CatalogueRig, scenario: string): Promise<void> {
  const browser = await rig.connected('ex-oidc')
  await rig.advance(LIFETIME + 1)
  rig.provider.control.setScenario(scenario)
  const before = rig.tokenRequests()
  const answer = await browser.request(USE, { headers: SCRIPT })
  await expectRefusal(answer, 401, 'needs_reauth')
  await expectRefusal(await browser.request(USE, { headers: SCRIPT }), 401, 'needs_reauth')
  expect(rig.tokenRequests() - before).toBe(1)
  expect(rig.requests('/api/me')).toEqual([])
  expect(await rig.events('needs_reauth')).toHaveLength(1)
  expect(rig.provider.control.oauthExample.grants()).toMatchObject([
    { alive: false, reuseDetectedAt: null },
  ])
}
