import { AppStrategy, createClient } from '@wix/sdk'
import { describe, expect, it } from 'vitest'
import { startEmulator } from '../../src/vitest.ts'
import { APP, REDIRECT_URL } from '../wix/support.ts'
import { allow } from './consent.ts'

const emulator = startEmulator({ consent: 'page' })
const { wix } = emulator.control

const app = { appId: APP.appId, appSecret: APP.secret }
const INSTANCE = 'https://www.wixapis.com/apps/v1/instance'
const INSTALLED = { event: 'AppInstalled', provider: 'wix' } as const

/** Get App Instance, with the token of a strategy. */
async function getInstance(auth: ReturnType<typeof AppStrategy>) {
  const response = await createClient({ auth, modules: {} }).fetchWithAuth(INSTANCE)
  return [response.status, await response.json()]
}

async function login() {
  const auth = AppStrategy(app)
  const url = auth.getInstallUrl({ redirectUrl: REDIRECT_URL, state: 'xyz' })
  const callback = await allow(url)
  return { callback, ...(await auth.handleOAuthCallback(callback.href, { state: 'xyz' })) }
}

describe("Wix's own SDK", () => {
  it('gets a token for an instance id, and asks for the instance', async () => {
    const { instanceId } = wix.install()
    expect(await getInstance(AppStrategy({ ...app, instanceId }))).toMatchObject([200, { instance: { instanceId } }])
  })

  it('raises the token of a page to one of the app', async () => {
    const { instanceId } = wix.install()
    const { headers } = await AppStrategy({ ...app, instanceId }).getAuthHeaders({} as never)
    const auth = AppStrategy({ ...app, accessToken: headers['Authorization'] })
    expect(await auth.getTokenInfo()).toMatchObject({ active: true, clientId: APP.appId, instanceId })
    expect(await getInstance(await auth.elevated())).toMatchObject([200, { instance: { instanceId } }])
  })

  it('logs in with custom authentication, and refreshes', async () => {
    const { callback, instanceId, accessToken, refreshToken = '' } = await login()
    expect(callback.searchParams.get('instanceId')).toBe(instanceId)
    expect(accessToken).not.toBe('')
    const auth = AppStrategy({ ...app, refreshToken })
    expect(await getInstance(auth)).toMatchObject([200, { instance: { instanceId } }])
    expect(await auth.getTokenInfo()).toMatchObject({ active: true, clientId: APP.appId, instanceId })
  })

  it('throws its own errors for a code that was used, and for an app that was removed', async () => {
    const { callback, instanceId, refreshToken = '' } = await login()
    const message = (what: string, status: number) =>
      new RegExp(`exchange ${what} for .* Unexpected status code .*: ${status}, request id: [0-9a-f]{16}$`)
    await expect(AppStrategy(app).handleOAuthCallback(callback.href)).rejects.toThrow(
      message('authorization code', 400),
    )
    await wix.remove(instanceId)
    await expect(getInstance(AppStrategy({ ...app, refreshToken }))).rejects.toThrow(message('refresh token', 400))
    await expect(getInstance(AppStrategy({ ...app, instanceId }))).rejects.toThrow(message('instance ID', 400))
  })

  it.each([
    ['api-401', 401, 'UNAUTHENTICATED'],
    ['api-403-scope', 403, 'PERMISSION_DENIED'],
    ['api-429', 429, 'RESOURCE_EXHAUSTED'],
  ])('reads the error of %s', async (scenario, status, code) => {
    const { instanceId } = wix.install()
    emulator.control.setScenario('wix', scenario)
    const details = { applicationError: { code } }
    expect(await getInstance(AppStrategy({ ...app, instanceId }))).toMatchObject([status, { details }])
  })

  it('verifies webhooks', async () => {
    const { instanceId } = wix.install()
    const { webhooks } = createClient({ auth: AppStrategy({ ...app, publicKey: await wix.publicKey() }), modules: {} })
    const { body } = await emulator.control.buildWebhook({ ...INSTALLED, instanceId })
    expect(await webhooks.process(body)).toMatchObject({ eventType: 'AppInstalled', instanceId })
    const forged = await emulator.control.buildWebhook({ ...INSTALLED, instanceId, fault: 'foreign-key' })
    await expect(webhooks.process(forged.body)).rejects.toThrow()
  })
})
