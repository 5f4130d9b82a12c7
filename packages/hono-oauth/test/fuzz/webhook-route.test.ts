import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'
import { garbage, mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const provider = fc.constantFrom('wix', 'wix-legacy', 'webflow', 'other')

describe('a request to the address of webhooks, or to a page of the dashboard', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig(nodeHost())
  })
  afterAll(async () => {
    await rig.expectNoLeaks()
    await rig.host.dispose()
  })

  /** Whatever it is, it is refused, and nothing comes of it. */
  async function expectRefused(
    path: string,
    init: RequestInit,
    statuses: readonly number[],
  ): Promise<void> {
    const before = await rig.snapshot()
    const browser = rig.browser()
    const response = await browser.request(path, init)
    expect(statuses).toContain(response.status)
    expect(browser.cookieNames()).toEqual([])
    expect(await rig.snapshot()).toEqual(before)
  }

  it('is refused whatever its bytes are', () =>
    fuzz(
      fc.asyncProperty(
        provider,
        fc.oneof(
          fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
          garbage,
        ),
        fc.string(),
        async (name, body, text) => {
          const headers = {
            'x-webflow-timestamp': String(Date.now()),
            'x-webflow-signature': Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64),
          }
          await expectRefused(`/auth/${name}/webhook`, { method: 'POST', body, headers }, [401])
        },
      ),
    ))

  it('is refused when a genuine one was changed', () =>
    fuzz(
      fc.asyncProperty(fc.constantFrom('wix', 'webflow'), mutation, async (provider, change) => {
        const event = provider === 'wix' ? 'AppInstalled' : 'site_publish'
        if (rig.provider.control.wix.instances().length === 0) rig.provider.control.wix.install()
        const { headers, body } = await rig.provider.control.buildWebhook({
          provider,
          event,
        } as never)
        const mutant = mutate(body, change)
        fc.pre(mutant.trim() !== body.trim())
        await expectRefused(
          `/auth/${provider}/webhook`,
          { method: 'POST', body: mutant, headers },
          [401],
        )
      }),
    ))

  it('shows no page to whoever brings any other instance', () =>
    fuzz(
      fc.asyncProperty(fc.array(garbage, { maxLength: 3 }), async (texts) => {
        const query = new URLSearchParams(texts.map((text): [string, string] => ['instance', text]))
        await expectRefused(`/dashboard?${query}`, {}, [401])
      }),
    ))
})
