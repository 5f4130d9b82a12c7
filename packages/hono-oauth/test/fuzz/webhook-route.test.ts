import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { judgedRig } from '../rig/suite.ts'
import { garbage, mutate, mutation } from './mutants.ts'
import { fuzz } from './settings.ts'

const rig = await judgedRig()
const bytes = fc.uint8Array().map((each) => new Uint8Array(each))
const provider = fc.constantFrom('wix', 'wix-legacy', 'webflow', 'other')

describe('a request to the address of webhooks, or to a page of the dashboard', () => {
  /** Whatever it is, it is refused, and nothing comes of it. */
  async function expectRefused(path: string, init: RequestInit, statuses: readonly number[]): Promise<void> {
    const expectStill = await rig.stillness()
    const browser = rig.browser()
    const response = await browser.request(path, init)
    expect(statuses).toContain(response.status)
    expect(browser.cookieNames()).toEqual([])
    await expectStill()
  }

  fuzz(
    'is refused whatever its bytes are',
    [provider, fc.oneof(bytes, garbage), fc.string()],
    async (name, body, text) => {
      const headers = {
        'x-webflow-timestamp': String(Date.now()),
        'x-webflow-signature': Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64),
      }
      await expectRefused(`/auth/${name}/webhook`, { method: 'POST', body, headers }, [401])
    },
  )

  fuzz(
    'is refused when a genuine one was changed',
    [fc.constantFrom('wix', 'webflow'), mutation],
    async (provider, change) => {
      const event = provider === 'wix' ? 'AppInstalled' : 'site_publish'
      if (rig.provider.control.wix.instances().length === 0) rig.provider.control.wix.install()
      const { headers, body } = await rig.provider.control.buildWebhook({ provider, event } as never)
      const mutant = mutate(body, change)
      fc.pre(mutant.trim() !== body.trim())
      await expectRefused(`/auth/${provider}/webhook`, { method: 'POST', body: mutant, headers }, [401])
    },
  )

  fuzz('shows no page for any other instance', [fc.array(garbage, { maxLength: 3 })], async (texts) => {
    const query = new URLSearchParams(texts.map((text): [string, string] => ['instance', text]))
    await expectRefused(`/dashboard?${query}`, {}, [401])
  })
})
