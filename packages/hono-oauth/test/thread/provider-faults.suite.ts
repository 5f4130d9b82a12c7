import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig } from '../support/rig.ts'

const INVALID = { status: 502, code: 'provider_response_invalid' } as const
const DOWN = { status: 502, code: 'provider_unavailable' } as const
const SLOW = { status: 504, code: 'provider_timeout' } as const

/** What the token endpoint may do to us, by the emulator's names for it. */
const TOKEN_FAULTS: readonly (readonly [string, { status: number; code: string }])[] = [
  ['token-endpoint-500', DOWN],
  ['token-endpoint-503', DOWN],
  ['token-endpoint-429', DOWN],
  ['token-endpoint-html', INVALID],
  ['token-endpoint-null', INVALID],
  ['token-endpoint-array', INVALID],
  ['token-endpoint-string', INVALID],
  ['token-endpoint-number', INVALID],
  ['token-endpoint-empty', INVALID],
  ['token-endpoint-truncated', INVALID],
  ['token-endpoint-redirects', INVALID],
  ['token-endpoint-slow', SLOW],
  ['token-endpoint-stalls', SLOW],
  ['token-endpoint-drip', SLOW],
  ['token-endpoint-huge', INVALID],
  ['token-endpoint-error-200', INVALID],
  ['token-endpoint-invalid-client', { status: 502, code: 'client_rejected' }],
  ['token-endpoint-invalid-grant', { status: 400, code: 'code_rejected' }],
  ['token-without-token-type', INVALID],
  ['token-type-mac', INVALID],
  ['token-type-dpop', INVALID],
  ['token-without-access-token', INVALID],
  ['token-empty', INVALID],
  ['token-number', INVALID],
  ['token-object', INVALID],
  ['token-with-newline', INVALID],
  ['token-with-non-ascii', INVALID],
  ['token-as-form', INVALID],
  ['token-with-scope-array', INVALID],
]

/** Odd answers that are answers all the same. */
const TOLERATED: readonly string[] = [
  'token-type-mixed-case',
  'token-with-proto',
  'token-with-unknown-members',
  'token-with-scope',
  'token-as-text-plain',
  'introspect-space-separated',
]

/** A provider that misbehaves: one clear answer, nothing kept, the code never sent again. */
export function describeProviderFaults(name: string, createHost: CreateHost): void {
  describe(`provider faults in ${name}`, () => {
    let rig: Rig
    beforeAll(async () => {
      rig = await createRig(createHost)
    })
    afterEach(async () => {
      rig.provider.control.reset()
      await rig.expectNoLeaks()
    })
    afterAll(() => rig.host.dispose())

    for (const [scenario, { status, code }] of TOKEN_FAULTS) {
      it(`${scenario}: ${status} ${code}`, async ({ expect }) => {
        const browser = rig.browser()
        const callback = await rig.login(browser)
        rig.provider.control.setScenario(scenario)
        const { operations, ran } = await rig.snapshot()

        const response = await browser.request(callback, { headers: { accept: '*/*' } })

        expect(response.status).toBe(status)
        expect((await readJson(response)).code).toBe(code)
        expect(response.headers.get('location')).toBeNull()
        expect(browser.hasSession()).toBe(false)
        expect(browser.transactions()).toEqual([])
        const after = await rig.snapshot()
        expect(after.operations).toEqual(operations)
        expect(after.ran).toEqual(ran)
        const paths = rig.provider.control.requests().map(({ path }) => path)
        expect(paths.slice(2)).toEqual(['/oauth/access_token'])

        // Reloading the page sends nothing either.
        expect((await browser.navigate(callback)).status).toBe(400)
        expect(rig.tokenRequests()).toBe(1)
      })
    }

    for (const scenario of TOLERATED) {
      it(`${scenario}: connected`, async ({ expect }) => {
        const browser = rig.browser()
        rig.provider.control.setScenario(scenario)
        expect((await rig.connect(browser)).status).toBe(303)
        rig.provider.control.clearScenarios()
        expect((await browser.request('/sites')).status).toBe(200)
        expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
      })
    }

    it('a store that fails: 503, and the token is given back', async ({ expect }) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      await rig.host.fail('put', true)
      const response = await browser.request(callback, { headers: { accept: '*/*' } })
      await rig.host.fail('put', false)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      expect((await readJson(response)).code).toBe('store_unavailable')
      expect(browser.hasSession()).toBe(false)
      const paths = rig.provider.control.requests().map(({ path }) => path)
      expect(paths.slice(2)).toEqual([
        '/oauth/access_token',
        '/v2/token/introspect',
        '/oauth/revoke_authorization',
      ])
    })

    it('an introspection that fails twice: 502, and no grant is ended for it', async ({
      expect,
    }) => {
      const browser = rig.browser()
      const callback = await rig.login(browser)
      rig.provider.control.setScenario('introspect-500')
      const before = Object.keys(await rig.host.dump())
      const response = await browser.request(callback, { headers: { accept: '*/*' } })
      expect(response.status).toBe(502)
      expect(browser.hasSession()).toBe(false)
      const paths = rig.provider.control.requests().map(({ path }) => path)
      expect(paths.slice(2)).toEqual([
        '/oauth/access_token',
        '/v2/token/introspect',
        '/v2/token/introspect',
      ])
      expect(Object.keys(await rig.host.dump())).toEqual(before)
    })

    it('an introspection that fails once is asked again', async ({ expect }) => {
      const browser = rig.browser()
      rig.provider.control.setScenario('introspect-500', 1)
      expect((await rig.connect(browser)).status).toBe(303)
      expect(rig.tokenRequests()).toBe(1)
    })

    it('fewer scopes than asked for are seen, and not taken for more', async ({ expect }) => {
      const browser = rig.browser()
      rig.provider.control.setScenario('scope-downgrade')
      await rig.connect(browser, '/auth/other/login')
      const [connection] = (await readJson(browser.request('/auth/connections'))).connections
      expect(connection.scopes.length).toBeLessThan(2)
    })
  })
}
