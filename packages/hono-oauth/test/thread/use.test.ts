import { expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { ORIGIN, SCRIPT } from '../rig/constants.ts'
import { readJson } from '../rig/read-json.ts'
import { describeOnHosts } from '../rig/suite.ts'

/** Odd answers that are answers all the same. */
const TOLERATED = [
  ...['token-type-mixed-case', 'token-with-unknown-members', 'token-with-scope', 'token-as-text-plain'],
  'introspect-space-separated',
]

const USE = '/s/use/webflow'
const revoke = (browser: Browser, id = '') =>
  browser.request(`/auth/connections/${id}/revoke`, { method: 'POST', headers: { ...SCRIPT, origin: ORIGIN } })

describeOnHosts('a login with odd answers', (on) => {
  it.each(TOLERATED)('%s: connected', async (scenario) => {
    on.rig.provider.control.setScenario('webflow', scenario)
    const browser = await on.rig.connected()
    on.rig.provider.control.clearScenarios()
    expect((await browser.request(USE)).status).toBe(200)
  })

  it.each([
    [1, 303, 2],
    [2, 502, 2],
  ])('an introspection that fails %i times: %i', async (times, status, requests) => {
    const { rig } = on
    const browser = rig.browser()
    const callback = await rig.login(browser)
    rig.provider.control.setScenario('webflow', 'introspect-500', times)
    const before = await rig.stored()
    expect((await browser.navigate(callback.href)).status).toBe(status)
    expect(rig.requests('/v2/token/introspect')).toHaveLength(requests)
    expect(rig.tokenRequests()).toBe(1)
    // No grant is ended because it could not be looked at.
    expect(rig.requests('/oauth/revoke_authorization')).toEqual([])
    if (status === 502) expect(await rig.stored()).toEqual(before)
  })

  it('with fewer scopes than asked for is not taken for more', async () => {
    on.rig.provider.control.setScenario('webflow', 'authorize-with-fewer-scopes')
    const [connection] = await on.rig.connections(await on.rig.connected('other'))
    expect(connection?.scopes.length).toBeLessThan(2)
  })
})

describeOnHosts('using a connection', (on) => {
  const codeAt = async (browser: Browser, path = USE) =>
    (await readJson(browser.request(path, { headers: SCRIPT }))).code

  it.each([
    ['no fault', 'revoked'],
    ['revoke-503', 'pending'],
    ['revoke-invalid-client', 'deleted_only'],
    ['revoke-did-not', 'deleted_only'],
    ['revoke-html', 'deleted_only'],
  ])('ends once, and claims what the provider did: %s, %s', async (scenario, outcome) => {
    const browser = await on.rig.connected()
    const [connection] = await on.rig.connections(browser)
    if (outcome !== 'revoked') on.rig.provider.control.setScenario('webflow', scenario)
    expect(await readJson(revoke(browser, connection?.id))).toEqual({ outcome })
    expect((await revoke(browser, connection?.id)).status).toBe(404)
    expect(await codeAt(browser)).toBe('not_connected')
  })

  it('tells a missing scope from a missing role, and leaves the rest to the caller', async () => {
    const { control } = on.rig.provider
    const browser = await on.rig.connected()
    control.setScenario('webflow', 'api-403-scope', 1)
    expect(await readJson(browser.request(USE))).toMatchObject({
      code: 'insufficient_scope',
      missingScopes: ['sites:read'],
    })
    control.setScenario('webflow', 'api-403-forbidden', 1)
    expect(await codeAt(browser)).toBe('access_forbidden')
    control.setScenario('webflow', 'api-429', 1)
    expect((await browser.request(USE)).status).toBe(429)
    expect((await browser.request(USE)).status).toBe(200)
  })

  it('takes no single 401 for the end of a grant, and two of them for one until a new login', async () => {
    const { rig } = on
    const browser = await rig.connected()
    rig.provider.control.setScenario('webflow', 'api-401-once')
    expect((await browser.request(USE)).status).toBe(200)
    expect(await rig.connections(browser)).toMatchObject([{ health: 'active' }])

    rig.provider.control.setScenario('webflow', 'api-401-once', 2)
    expect(await codeAt(browser)).toBe('needs_reauth')
    expect(await rig.connections(browser)).toMatchObject([{ health: 'needs_reauth' }])
    const { handlers } = await rig.place.ran()
    rig.wire.clear()
    expect(await codeAt(browser)).toBe('needs_reauth')
    expect(rig.wire.sent).toEqual([])
    expect((await rig.place.ran()).handlers).toBe(handlers)

    await rig.connect(browser)
    expect((await browser.request(USE)).status).toBe(200)
  })

  it('refuses a handler whose scopes were not granted', async () => {
    const browser = await on.rig.connected()
    on.rig.wire.clear()
    const answer = await browser.request('/s/scopes/webflow?scope=sites:read&scope=cms:read')
    expect(await readJson(answer)).toMatchObject({ code: 'insufficient_scope', missingScopes: ['cms:read'] })
    expect((await on.rig.place.ran()).handlers).toBe(0)
    expect(on.rig.wire.sent).toEqual([])
  })

  it('lists nothing, and reads nothing, for a browser without a session', async () => {
    const expectStill = await on.rig.stillness()
    expect(await on.rig.connections(on.rig.browser())).toEqual([])
    await expectStill()
  })
})
