import { expect, it } from 'vitest'
import type { Browser } from '../rig/browser.ts'
import { SOON } from '../rig/constants.ts'
import { expectRefusal } from '../rig/oracles.ts'
import type { Rig } from '../rig/rig.ts'
import { describeOnHosts } from '../rig/suite.ts'

type Request = Parameters<Rig['provider']['control']['buildWebhook']>[0]

// What is forged is refused in the catalogue.
describeOnHosts('webhooks', (on) => {
  async function message(request: Request) {
    const { headers, body } = await on.rig.provider.control.buildWebhook(request)
    return { path: `/auth/${request.provider}/webhook`, headers: { ...headers }, body }
  }
  const post = ({ path, ...init }: Awaited<ReturnType<typeof message>>) =>
    on.rig.browser().request(path, { method: 'POST', ...init })
  const deliver = async (request: Request) => post(await message(request))
  const use = async (browser: Browser) => (await browser.request('/s/use/wix')).status
  const webhooks = async () => (await on.rig.place.ran()).webhooks
  const instanceId = () => on.rig.provider.control.wix.instances()[0]?.instanceId ?? ''

  it('are refused where they are huge, written anew, of another app or of no provider', async () => {
    on.rig.provider.control.wix.install()
    const expectStill = await on.rig.stillness()
    const sent = await message({ provider: 'webflow', event: 'site_publish' })
    const rewritten = JSON.stringify(JSON.parse(sent.body), null, 1)
    await expectRefusal(await post({ ...sent, body: rewritten }), 401, 'webhook_unverified')
    const foreign = { provider: 'wix', event: 'AppRemoved', data: { appId: 'another app' } } as const
    await expectRefusal(await deliver(foreign), 401, 'webhook_unverified')
    expect((await post({ ...sent, path: '/auth/unknown/webhook' })).status).toBe(404)
    expect((await on.rig.browser().request('/auth/wix/webhook')).status).toBe(405)
    const huge = 'x'.repeat(20 * 1024 * 1024)
    for (const path of ['/auth/wix/webhook', '/auth/webflow/webhook']) {
      // An answer that comes before the body was read closes the connection. Whether Node sees the answer
      // or the end of the connection first is a matter of luck.
      const answered = () => post({ ...sent, path, body: huge }).then(({ status }) => status)
      await expect.poll(() => answered().catch(() => 'closed'), SOON).toBe(413)
    }
    await expectStill()
  })

  it('come again while the store is down, and end the connections of every owner once', async () => {
    const { rig } = on
    const [first, second] = [await rig.connected('wix'), await rig.connected('wix')]
    await rig.advance(10)
    const removed = await message({ provider: 'wix', event: 'AppRemoved', instanceId: instanceId() })
    await rig.place.fail('get', true)
    expect((await post(removed)).status).toBe(503)
    await rig.place.fail('get', false)
    for (let time = 0; time < 2; time++) expect((await post(removed)).status).toBe(200)
    for (const browser of [first, second]) {
      expect(await use(browser)).toBe(401)
      expect(await rig.connections(browser)).toEqual([])
    }
    const data = { instanceId: instanceId() }
    expect(await webhooks()).toMatchObject([{ provider: 'wix', type: 'AppRemoved', data }])
    const told = (await rig.place.ran()).events.filter(({ type }) => type !== 'connected')
    const revoked = {
      type: 'revoked',
      at: expect.stringMatching(/^\d{4}-/),
      connection: expect.objectContaining({ provider: 'wix' }),
      outcome: 'revoked',
      by: 'provider',
    }
    const heard = { type: 'webhook', provider: 'wix', event: 'AppRemoved', id: expect.any(String) }
    expect(told).toEqual([revoked, revoked, { ...heard, at: revoked.at }])
  })

  it('that come late do not undo a newer installation', async () => {
    const browser = await on.rig.connected('wix')
    await on.rig.advance(100)
    const removed = await message({ provider: 'wix', event: 'AppRemoved', instanceId: instanceId() })
    await on.rig.advance(100)
    await deliver({ provider: 'wix', event: 'AppInstalled', instanceId: instanceId() })
    await on.rig.advance(100)
    expect((await post(removed)).status).toBe(200)
    expect(await use(browser)).toBe(200)
  })

  it('whose handler fails are wanted again', async () => {
    const sent = await message({ provider: 'webflow', event: 'page_created' })
    for (const count of [1, 2]) {
      expect((await post(sent)).status).toBe(500)
      expect(await webhooks()).toHaveLength(count)
    }
  })

  it('are answered before a slow handler is done, which goes on', async () => {
    const answer = await deliver({ provider: 'webflow', event: 'form_submission' })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    expect(await webhooks()).toEqual([])
    await expect.poll(webhooks, SOON).toHaveLength(1)
  })

  it('whose handler fails after the answer are told as lost, and handled if they come again', async () => {
    const sent = await message({ provider: 'webflow', event: 'ecomm_new_order' })
    expect((await post(sent)).status).toBe(200)
    const failed = { type: 'webhook_failed', provider: 'webflow', event: 'ecomm_new_order', id: expect.any(String) }
    await expect.poll(() => on.rig.events('webhook_failed'), SOON).toMatchObject([failed])
    expect((await post(sent)).status).toBe(200)
    await expect.poll(webhooks, SOON).toHaveLength(2)
  })
})
