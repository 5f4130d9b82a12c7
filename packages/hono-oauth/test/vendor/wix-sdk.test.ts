import { AppStrategy, createClient } from '@wix/sdk'
import { createEmulator } from 'provider-emulator'
import { afterEach, beforeEach, describe, it, vi } from 'vitest'
import { WIX_APP } from '../rig/provider.ts'

const { appId, secret: appSecret } = WIX_APP
const REDIRECT_URL = WIX_APP.redirectUrls[0] ?? ''

describe("Wix's own SDK, against the emulator", () => {
  let emulator: ReturnType<typeof createEmulator>
  beforeEach(() => {
    emulator = createEmulator({ consent: 'auto', wix: { apps: [WIX_APP] } })
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => emulator.fetch(new Request(url, init)))
  })
  afterEach(() => void vi.unstubAllGlobals())

  it('mints with an instance id, and knows whose token it is', async ({ expect }) => {
    const { instanceId } = emulator.control.wix.install()
    const auth = AppStrategy({ appId, appSecret, instanceId })
    const { headers } = await auth.getAuthHeaders({} as never)
    const instance = await fetch('https://www.wixapis.com/apps/v1/instance', { headers })
    expect(await instance.json()).toMatchObject({ instance: { instanceId } })
  })

  it('goes the legacy way and refreshes', async ({ expect }) => {
    const auth = AppStrategy({ appId, appSecret })
    const url = auth.getInstallUrl({ redirectUrl: REDIRECT_URL, state: 'xyz' })
    const answer = await emulator.fetch(new Request(url))
    const callback = answer.headers.get('location') ?? ''
    const { instanceId, refreshToken } = await auth.handleOAuthCallback(callback, { state: 'xyz' })
    const refreshed = AppStrategy({ appId, appSecret, refreshToken: refreshToken ?? '' })
    expect(await refreshed.getTokenInfo()).toMatchObject({ active: true, clientId: appId, instanceId })
    const { headers } = await refreshed.getAuthHeaders({} as never)
    const instance = await fetch('https://www.wixapis.com/apps/v1/instance', { headers })
    expect(instance.status).toBe(200)
  })

  it('verifies the webhooks', async ({ expect }) => {
    const { instanceId } = emulator.control.wix.install()
    const publicKey = await emulator.control.wix.publicKey()
    const client = createClient({ auth: AppStrategy({ appId, appSecret, publicKey }), modules: {} })
    const request = { provider: 'wix', event: 'AppRemoved', instanceId } as const
    const { body } = await emulator.control.buildWebhook(request)
    const event = await client.webhooks.process(body)
    expect(event).toMatchObject({ eventType: 'AppRemoved', instanceId })
    const jwt = await client.auth.decodeJWT?.(body)
    expect(jwt?.valid).toBe(true)
    expect(JSON.parse(String(jwt?.decoded.data))).toMatchObject({ eventType: 'AppRemoved' })
    const forged = await emulator.control.buildWebhook({ ...request, fault: 'foreign-key' })
    await expect(client.webhooks.process(forged.body)).rejects.toThrow()
  })
})
