import { expect, it } from 'vitest'
import { SCRIPT } from '../rig/constants.ts'
import { codeOf, expectRefusal } from '../rig/oracles.ts'
import { describeOnHosts } from '../rig/suite.ts'

const LOGIN = '/auth/webflow/login'
const REVOKE = '/auth/connections/some-id/revoke'
type Refusal = readonly [about: string, path: string, init: RequestInit, status: number, code: string]

const unknown = (path: string): Refusal => [path, path, {}, 404, 'provider_unknown']
const NOT_ALLOWED = [405, 'method_not_allowed'] as const
const method = (name: string, path: string): Refusal => [`${name} ${path}`, path, { method: name }, ...NOT_ALLOWED]

/** Requests that must start nothing. */
const REFUSALS: readonly Refusal[] = [
  ...['webflwo', 'connections', '__proto__'].map((name) => unknown(`/auth/${name}/login`)),
  ...['constructor', '%E0%A4%A', 'webflow%00'].map((name) => unknown(`/auth/${name}/callback?code=a&state=b`)),
  ...['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((name) => method(name, LOGIN)),
  ...['/auth/connections', '/auth/webflow/callback', REVOKE].map((path) => method('HEAD', path)),
  method('GET', REVOKE),
  ['HEAD of a login of the app', '/s/invitation', { method: 'HEAD' }, 403, 'request_not_navigation'],
  ['no connection', '/s/use/webflow', {}, 401, 'not_connected'],
  ['no connection to end', '/s/leave/webflow', { method: 'POST' }, 401, 'not_connected'],
]

describeOnHosts('a refusal', (on) => {
  it.each(REFUSALS)('does nothing: %s', async (_about, path, init, status, code) => {
    const browser = on.rig.browser()
    const expectStill = await on.rig.stillness()
    const response = await browser.request(path, init)
    expect(response.status).toBe(status)
    if (init.method !== 'HEAD') expect(await codeOf(response)).toBe(code)
    expect(response.headers.get('location')).toBeNull()
    expect(browser.cookieNames()).toEqual([])
    await expectStill()
  })

  it('of a callback at the path of another provider ends that login alone', async () => {
    const browser = on.rig.browser()
    const [callback, other] = [await on.rig.login(browser), await on.rig.login(browser)]
    const expectStill = await on.rig.stillness()
    const moved = callback.href.replace('/auth/webflow/', '/auth/other/')
    await expectRefusal(await browser.request(moved, { headers: SCRIPT }), 403, 'request_not_navigation')
    await expectRefusal(await browser.navigate(moved), 400, 'transaction_unknown')
    await expectStill()
    expect([browser.hasSession(), browser.transactions().length]).toEqual([false, 1])
    expect((await browser.navigate(other.href)).status).toBe(303)
  })

  it('of a replayed callback changes no session, also with its cookie put back', async () => {
    const browser = on.rig.browser()
    const callback = await on.rig.login(browser)
    const replaying = browser.clone()
    await browser.navigate(callback.href)
    const expectStill = await on.rig.stillness()
    for (const again of [browser, replaying]) {
      await expectRefusal(await again.navigate(callback.href), 400, 'transaction_unknown')
    }
    await expectStill()
    expect([browser.hasSession(), replaying.hasSession()]).toEqual([true, false])
  })

  it('of a login that another session began', async () => {
    const [first, second] = [await on.rig.connected(), await on.rig.connected()]
    const callback = await on.rig.login(first)
    for (const [name, cookie] of first.jar) if (first.transactions().includes(name)) second.jar.set(name, cookie)
    const expectStill = await on.rig.stillness()
    await expectRefusal(await second.navigate(callback.href), 403, 'owner_mismatch')
    await expectStill()
  })

  it('of the oldest of more than ten logins', async () => {
    const browser = on.rig.browser()
    const first = await on.rig.login(browser)
    await on.rig.advance(1)
    for (let tab = 0; tab < 10; tab++) await browser.navigate(LOGIN)
    expect(browser.transactions()).toHaveLength(10)
    await expectRefusal(await browser.navigate(first.href), 400, 'transaction_unknown')
  })

  it('of a person is a page with the way on, and a policy of its own', async () => {
    const response = await on.rig.browser().navigate('/s/use/webflow')
    await expectRefusal(response, 401, 'not_connected')
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'nonce-[\w-]{22}';.*frame-ancestors 'none'$/,
    )
    expect(await response.text()).toContain(
      'href="https://app.example/auth/webflow/login?return_to=%2Fs%2Fuse%2Fwebflow"',
    )
  })
})
