import { afterEach, describe, expect, it, vi } from 'vitest'
import type { WebhookFetch } from '../src/index.ts'
import { CONTROL, startEmulator } from './support.ts'

const WEBHOOKS = `${CONTROL}/webhooks`
const TARGET = 'https://app.example/auth/webflow/webhook'
const WEBHOOK = { provider: 'webflow', event: 'site_publish' } as const

/** Starts an emulator whose webhooks go to this receiver. */
function startWithReceiver(answer: () => Response | Promise<Response>) {
  const received: { url: string; init: RequestInit }[] = []
  const fetch: WebhookFetch = async (url, init) => {
    received.push({ url, init })
    return answer()
  }
  return { ...startEmulator({ fetch }), received }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('webhook sender', () => {
  it('posts to the target and returns its status', async () => {
    const { post, received } = startWithReceiver(() => new Response('ok'))
    const response = await post(WEBHOOKS, { ...WEBHOOK, target: TARGET })
    expect(await response.json()).toEqual({ status: 200, delivered: true })
    expect(received).toMatchObject([
      {
        url: TARGET,
        init: {
          method: 'POST',
          redirect: 'manual',
          headers: { 'x-webflow-signature': expect.stringMatching(/^[0-9a-f]{64}$/) },
          body: expect.stringMatching(/^\{"triggerType":"site_publish"/),
        },
      },
    ])
  })

  it.each([204, 302, 401, 500])('counts status %i as not delivered', async (status) => {
    const { emulator } = startWithReceiver(() => new Response(null, { status }))
    const delivery = await emulator.control.sendWebhook({ ...WEBHOOK, target: TARGET })
    expect(delivery).toEqual({ status, delivered: false })
  })

  it('returns no status for a receiver that does not answer', async () => {
    const { emulator } = startWithReceiver(() => Promise.reject(new Error('refused')))
    const delivery = await emulator.control.sendWebhook({ ...WEBHOOK, target: TARGET })
    expect(delivery).toEqual({ status: null, delivered: false })
  })

  it('uses the global fetch by default', async () => {
    const { emulator } = startEmulator()
    vi.stubGlobal('fetch', async () => new Response())
    const delivery = await emulator.control.sendWebhook({ ...WEBHOOK, target: TARGET })
    expect(delivery.delivered).toBe(true)
  })

  it('builds a webhook without sending it when there is no target', async () => {
    const { post, received } = startWithReceiver(() => new Response())
    const response = await post(WEBHOOKS, WEBHOOK)
    expect(await response.json()).toEqual({
      headers: expect.objectContaining({ 'Content-Type': 'application/json' }),
      body: expect.any(String),
    })
    expect(received).toEqual([])
  })

  it('delivers the latest message again, byte for byte', async () => {
    const { emulator, post, received } = startWithReceiver(() => new Response())
    await post(WEBHOOKS, { ...WEBHOOK, target: TARGET })
    emulator.control.advance(60)
    await post(WEBHOOKS, { provider: 'webflow', redeliver: true, target: TARGET })
    expect(received).toHaveLength(2)
    expect(received[1]?.init.body).toBe(received[0]?.init.body)
    expect(received[1]?.init.headers).toEqual(received[0]?.init.headers)
    emulator.control.reset()
    const response = await post(WEBHOOKS, { provider: 'webflow', redeliver: true, target: TARGET })
    expect(response.status).toBe(400)
  })

  it.each([
    [{}, '"provider" is missing.'],
    [{ provider: 'unknown', event: 'x' }, '"provider" must be one of "webflow", "wix".'],
    [{ provider: 'webflow' }, '"event" is missing.'],
    [{ ...WEBHOOK, target: 'http://app.example/' }, '"target" must be an https URL'],
    [{ ...WEBHOOK, target: 'app.example' }, '"target" must be an https URL'],
    [{ ...WEBHOOK, target: 5 }, '"target" must be a string.'],
    [{ ...WEBHOOK, tarket: TARGET }, 'Unknown member "tarket"'],
    [{ provider: 'wix', event: 'AppRemoved', instanceId: 'x' }, '"instanceId" is not the id of an instance'],
  ])('refuses %j and sends nothing', async (body, message) => {
    const { post, received } = startWithReceiver(() => new Response())
    const response = await post(WEBHOOKS, body)
    expect(response.ok).toBe(false)
    expect(await response.json()).toEqual({ error: expect.stringContaining(message) })
    expect(received).toEqual([])
  })

  it('allows plain http to this machine', async () => {
    const { emulator, received } = startWithReceiver(() => new Response())
    await emulator.control.sendWebhook({ ...WEBHOOK, target: 'http://localhost:8787/webhook' })
    expect(received).toHaveLength(1)
  })
})
