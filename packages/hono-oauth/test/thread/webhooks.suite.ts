import { afterEach, beforeEach, describe, it } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { readJson } from '../support/read-json.ts'
import { type CreateHost, createRig, type Rig } from '../support/rig.ts'

/** Webhooks of Wix that nobody may believe. */
const WIX_FORGERIES = [
  { fault: 'alg-none' },
  { fault: 'hs256-public-key' },
  { fault: 'hs256-public-key-trimmed' },
  { fault: 'hs256-public-key-escaped' },
  { fault: 'foreign-key' },
  { fault: 'edited-payload' },
  { fault: 'foreign-key', header: { jku: 'https://evil.example/keys' } },
  { fault: 'foreign-key', header: { x5u: 'https://evil.example/cert' } },
  { iatOffsetSeconds: 3600 },
  { iatOffsetSeconds: -400_000 },
  { data: { appId: 'another app' } },
] as const

/** Webhooks of Webflow that nobody may believe. */
const WEBFLOW_FORGERIES = [
  { unsigned: true },
  { secret: 'another secret' },
  { ageSeconds: 301 },
  { ageSeconds: -3600 },
  { timestamp: '1760000000' },
  { timestamp: 'NaN' },
  { timestamp: '1e99' },
  { timestamp: '-1760000000000' },
] as const

/** Webhooks of both platforms, wherever the app runs. */
export function describeWebhooks(name: string, createHost: CreateHost): void {
  describe(`webhooks in ${name}`, () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await createRig(createHost)
    })
    afterEach(async () => {
      await rig.expectNoLeaks()
      await rig.host.dispose()
    })

    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      rig.browser().request(path, { method: 'POST', body, headers })
    type WebhookRequest = Parameters<Rig['provider']['control']['buildWebhook']>[0]
    async function deliver(request: WebhookRequest): Promise<Response> {
      const { headers, body } = await rig.provider.control.buildWebhook(request)
      return post(`/auth/${request.provider}/webhook`, body, headers)
    }
    async function installed(browser: Browser): Promise<string> {
      const login = await browser.navigate('/auth/wix/login')
      const site = '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'
      const press: [string, string][] = [
        ['decision', 'install'],
        ['site', site],
      ]
      await browser.navigate(await rig.consent(login.headers.get('location') ?? '', press))
      return rig.provider.control.wix.instances()[0]?.instanceId ?? ''
    }

    for (const forgery of WIX_FORGERIES) {
      it(`refuses one of Wix with ${JSON.stringify(forgery)}`, async ({ expect }) => {
        const browser = rig.browser()
        const instanceId = await installed(browser)
        const before = await rig.snapshot()
        const response = await deliver({
          provider: 'wix',
          event: 'AppRemoved',
          instanceId,
          ...forgery,
        })
        expect(response.status).toBe(401)
        expect((await readJson(response)).code).toBe('webhook_unverified')
        expect(await rig.snapshot()).toEqual(before)
        expect((await browser.request('/wix')).status).toBe(200)
      })
    }

    for (const forgery of WEBFLOW_FORGERIES) {
      it(`refuses one of Webflow with ${JSON.stringify(forgery)}`, async ({ expect }) => {
        const before = await rig.snapshot()
        const response = await deliver({ provider: 'webflow', event: 'site_publish', ...forgery })
        expect(response.status).toBe(401)
        expect(await rig.snapshot()).toEqual(before)
      })
    }

    it('refuses a body that was written anew, or is huge', async ({ expect }) => {
      const before = await rig.snapshot()
      const { headers, body } = await rig.provider.control.buildWebhook({
        provider: 'webflow',
        event: 'site_publish',
      })
      const rewritten = JSON.stringify(JSON.parse(body), null, 1)
      expect((await post('/auth/webflow/webhook', rewritten, headers)).status).toBe(401)
      const huge = 'x'.repeat(20 * 1024 * 1024)
      for (const provider of ['wix', 'webflow']) {
        expect((await post(`/auth/${provider}/webhook`, huge, headers)).status).toBe(413)
      }
      expect((await post('/auth/nobody/webhook', '{}')).status).toBe(404)
      const get = await rig.browser().request('/auth/wix/webhook')
      expect(get.status).toBe(405)
      expect(await rig.snapshot()).toEqual(before)
    })

    it('refuses signed nonsense with 400', async ({ expect }) => {
      rig.provider.control.wix.install()
      const before = await rig.snapshot()
      for (const claims of [{ data: 'no json' }, { data: { not: 'a text' } }, { data: '[]' }]) {
        const response = await deliver({ provider: 'wix', event: 'AppRemoved', claims })
        expect(response.status).toBe(400)
        expect((await readJson(response)).code).toBe('webhook_malformed')
      }
      expect(await rig.snapshot()).toEqual(before)
    })

    it('tells the provider to try again while the store is down', async ({ expect }) => {
      const browser = rig.browser()
      const instanceId = await installed(browser)
      await rig.advance(10)
      const { headers, body } = await rig.provider.control.buildWebhook({
        provider: 'wix',
        event: 'AppRemoved',
        instanceId,
      })
      await rig.host.fail('get', true)
      const failed = await post('/auth/wix/webhook', body, headers)
      expect(failed.status).toBe(503)
      await rig.host.fail('get', false)
      expect((await post('/auth/wix/webhook', body, headers)).status).toBe(200)
      expect((await browser.request('/wix')).status).toBe(401)
      expect((await rig.host.ran()).webhooks).toHaveLength(1)
    })

    it('ends the connections of every owner when the app is removed', async ({ expect }) => {
      const [first, second] = [rig.browser(), rig.browser()]
      const instanceId = await installed(first)
      await installed(second)
      await rig.advance(10)
      const response = await deliver({ provider: 'wix', event: 'AppRemoved', instanceId })
      expect(response.status).toBe(200)
      for (const browser of [first, second]) {
        expect((await browser.request('/wix')).status).toBe(401)
        const { connections } = await readJson(browser.request('/auth/connections'))
        expect(connections).toEqual([])
      }
      expect((await rig.host.ran()).webhooks).toMatchObject([
        { provider: 'wix', type: 'AppRemoved', data: { instanceId } },
      ])
    })

    it('does not let a late removal undo a newer installation', async ({ expect }) => {
      const browser = rig.browser()
      const instanceId = await installed(browser)
      await rig.advance(100)
      const { headers, body } = await rig.provider.control.buildWebhook({
        provider: 'wix',
        event: 'AppRemoved',
        instanceId,
      })
      await rig.advance(100)
      await deliver({ provider: 'wix', event: 'AppInstalled', instanceId })
      await rig.advance(100)
      expect((await post('/auth/wix/webhook', body, headers)).status).toBe(200)
      expect((await browser.request('/wix')).status).toBe(200)
    })

    it('handles what is delivered again only once', async ({ expect }) => {
      for (const message of [
        { provider: 'wix', event: 'AppInstalled' },
        { provider: 'webflow', event: 'site_publish' },
      ] as const) {
        rig.provider.control.wix.install()
        const { headers, body } = await rig.provider.control.buildWebhook(message)
        const path = `/auth/${message.provider}/webhook`
        const answers = await Promise.all([1, 2, 3].map(() => post(path, body, headers)))
        answers.push(await post(path, body, headers))
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      }
      const { webhooks } = await rig.host.ran()
      expect(webhooks.map(({ type }) => type)).toEqual(['AppInstalled', 'site_publish'])
    })

    it('wants a failed one again', async ({ expect }) => {
      const { headers, body } = await rig.provider.control.buildWebhook({
        provider: 'webflow',
        event: 'page_created',
      })
      for (let attempt = 0; attempt < 2; attempt++) {
        expect((await post('/auth/webflow/webhook', body, headers)).status).toBe(500)
      }
      expect((await rig.host.ran()).webhooks).toHaveLength(2)
    })

    it('answers before a slow handler is done, which goes on', async ({ expect }) => {
      const response = await deliver({ provider: 'webflow', event: 'form_submission' })
      expect(response.status).toBe(200)
      expect((await rig.host.ran()).webhooks).toEqual([])
      await expect
        .poll(async () => (await rig.host.ran()).webhooks.length, { timeout: 5000 })
        .toBe(1)
    })

    it('mounts where Wix and Webflow can reach it without a cookie', async ({ expect }) => {
      const sent = await rig.provider.control.buildWebhook({
        provider: 'webflow',
        event: 'site_publish',
      })
      const response = await rig.host.send(`${ORIGIN}/auth/webflow/webhook`, {
        method: 'POST',
        headers: { ...sent.headers, origin: 'https://webflow.com' },
        body: sent.body,
      })
      expect(response.status).toBe(200)
      expect(response.headers.getSetCookie()).toEqual([])
      await response.text()
    })
  })
}
