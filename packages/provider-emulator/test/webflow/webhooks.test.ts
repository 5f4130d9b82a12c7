import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITES, type WebflowWebhookRequest } from '../../src/index.ts'
import { signWebhook } from '../../src/webflow/webhooks.ts'
import { CLIENT, START, startEmulator } from '../support.ts'

const SITE = DEFAULT_WEBFLOW_SITES[0]?.id ?? ''
const OTHER = { id: 'e'.repeat(64), secret: 'd'.repeat(64), redirectUris: CLIENT.redirectUris }

async function build(request: Partial<WebflowWebhookRequest> = {}) {
  const { emulator } = startEmulator({ webflow: { clients: [CLIENT, OTHER] } })
  const { headers, body } = await emulator.control.buildWebhook({
    provider: 'webflow',
    event: 'site_publish',
    ...request,
  })
  const timestamp = headers['x-webflow-timestamp'] ?? ''
  const isSignedWith = (secret: string) =>
    headers['x-webflow-signature'] === createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('hex')
  return { headers, body, timestamp, isSignedWith, content: JSON.parse(body) as unknown }
}

describe('Webflow webhook', () => {
  it('is signed with the client secret over timestamp, colon and body', async () => {
    const { headers, timestamp, isSignedWith, content } = await build()
    expect(Object.keys(headers)).toEqual(['Content-Type', 'x-webflow-timestamp', 'x-webflow-signature'])
    expect(headers['Content-Type']).toBe('application/json')
    expect(timestamp).toBe(String(START))
    expect(isSignedWith(CLIENT.secret)).toBe(true)
    expect(content).toEqual({
      triggerType: 'site_publish',
      payload: expect.objectContaining({
        siteId: SITE,
        publishedOn: new Date(START).toISOString(),
      }),
    })
  })

  it('has the signature of a known test vector', async () => {
    const body = '{"triggerType":"site_publish","payload":{"siteId":"65427cf400e02b306eaa049c"}}'
    expect(await signWebhook('wf_client_secret_example', '1760000000000', body)).toBe(
      '12a67127d664305402c2cd3d6c4206bf3ec5f91fce8e2bd2798089f281cb793f',
    )
  })

  it.each(['form_submission', 'page_created', 'ecomm_new_order', 'collection_item_changed', 'comment_created'])(
    'has a payload with the site for %s',
    async (event) => {
      const siteId = DEFAULT_WEBFLOW_SITES[1]?.id ?? ''
      const { content } = await build({ event, siteId })
      expect(content).toMatchObject({ triggerType: event, payload: { siteId } })
    },
  )

  it('uses another payload, app or secret', async () => {
    expect((await build({ payload: { a: 1 } })).content).toMatchObject({ payload: { a: 1 } })
    expect((await build({ clientId: OTHER.id })).isSignedWith(OTHER.secret)).toBe(true)
    expect((await build({ secret: 'per-webhook' })).isSignedWith('per-webhook')).toBe(true)
  })

  it('can have an old, future or malformed timestamp', async () => {
    expect((await build({ ageSeconds: 301 })).timestamp).toBe(String(START - 301_000))
    expect((await build({ ageSeconds: -60 })).timestamp).toBe(String(START + 60_000))
    const odd = await build({ timestamp: 'NaN' })
    expect(odd.timestamp).toBe('NaN')
    expect(odd.isSignedWith(CLIENT.secret)).toBe(true)
  })

  it('can be unsigned', async () => {
    const { headers } = await build({ unsigned: true })
    expect(headers).toEqual({ 'Content-Type': 'application/json' })
  })

  it.each([
    [{ event: 'app_removed' }, 'There is no event "app_removed"'],
    [{ siteId: 'nowhere' }, '"siteId" is not the id of a site'],
    [{ clientId: 'unknown' }, '"clientId" is not the id of a registered app'],
    [{ ageSeconds: '5' } as object, '"ageSeconds" must be a number'],
    [{ unsigned: 1 } as object, '"unsigned" must be true or false'],
    [{ payload: [] } as object, '"payload" must be an object'],
    [{ instanceId: 'x' } as object, 'Unknown member "instanceId"'],
  ])('refuses %j', async (request, message) => {
    await expect(build(request)).rejects.toThrow(message)
  })
})
