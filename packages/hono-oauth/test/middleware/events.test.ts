import type { ConnectionEvent } from 'hono-oauth'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeHost } from '../support/node-host.ts'
import { createRig, type Rig } from '../support/rig.ts'

const SITE = '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'

describe('what onEvent learns of webhooks', () => {
  let rig: Rig
  afterEach(() => rig.host.dispose())

  /** A site of Wix that is connected, and a way to deliver the removal of the app again and again. */
  async function connected(onEvent: (event: ConnectionEvent) => unknown) {
    rig = await createRig(nodeHost({ onEvent }))
    const browser = rig.browser()
    const login = await browser.navigate('/auth/wix/login')
    const callback = await rig.consent(login.headers.get('location') ?? '', [
      ['decision', 'install'],
      ['site', SITE],
    ])
    await browser.navigate(callback)
    const [instance] = rig.provider.control.wix.instances()
    await rig.advance(10)
    const { headers, body } = await rig.provider.control.buildWebhook({
      provider: 'wix',
      event: 'AppRemoved',
      instanceId: instance?.instanceId ?? '',
    })
    const deliver = (changed = body) =>
      rig.browser().request('/auth/wix/webhook', { method: 'POST', headers, body: changed })
    return { browser, deliver, body }
  }

  it('is each once, and what it ended', async () => {
    const events: ConnectionEvent[] = []
    const { deliver, body } = await connected((event) => events.push(event))
    expect((await deliver(`${body.slice(0, -4)}AAAA`)).status).toBe(401)
    expect(events.map(({ type }) => type)).toEqual(['connected'])
    for (let count = 0; count < 3; count++) expect((await deliver()).status).toBe(200)
    expect(events.slice(1)).toEqual([
      {
        type: 'revoked',
        at: expect.stringMatching(/^\d{4}-/),
        connection: expect.objectContaining({ provider: 'wix' }),
        outcome: 'revoked',
        by: 'provider',
      },
      {
        type: 'webhook',
        at: expect.stringMatching(/^\d{4}-/),
        provider: 'wix',
        event: 'AppRemoved',
        id: expect.any(String),
      },
    ])
  })

  it('changes nothing when the listener throws', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { browser, deliver } = await connected(() => {
      throw new Error('the listener is broken')
    })
    expect((await browser.request('/wix')).status).toBe(200)
    expect((await deliver()).status).toBe(200)
    expect((await browser.request('/wix')).status).toBe(401)
    expect(logged).toHaveBeenCalled()
    logged.mockRestore()
  })
})
