import { describe, it, vi } from 'vitest'
import { nodeHost } from '../support/node-host.ts'
import { createRig } from '../support/rig.ts'

describe('the work of a warm request', () => {
  it('imports and derives no key', async ({ expect }) => {
    const rig = await createRig(nodeHost())
    const browser = rig.browser()
    await rig.connect(browser)
    const spies = (['importKey', 'deriveKey', 'deriveBits', 'generateKey'] as const).map((method) =>
      vi.spyOn(crypto.subtle, method),
    )
    await browser.request('/sites')
    await browser.navigate('/auth/webflow/login')
    await browser.request('/auth/connections')
    await rig.connect(browser)
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
