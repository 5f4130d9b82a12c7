import { describe, expect, it } from 'vitest'
import { DEFAULT_WIX_OWNER, type WixOptions } from '../../src/index.ts'
import { APP, BI_EVENT, SITE, startWix, UNPUBLISHED_SITE } from './support.ts'

const HOURS_4 = 4 * 60 * 60

const FINISHED = { eventName: 'APP_FINISHED_CONFIGURATION' }

const expectError = async (response: Response, status: number, code: string) => {
  expect(await response.json()).toEqual({
    message: expect.any(String),
    details: { applicationError: { code, description: expect.any(String), data: {} } },
  })
  expect(response.status).toBe(status)
}

describe('Get App Instance', () => {
  it('returns the documented members', async () => {
    const { token, getInstance } = startWix()
    const { accessToken, instanceId } = await token()
    const response = await getInstance(accessToken)
    expect(response.headers.get('x-wix-request-id')).not.toBeNull()
    expect(await response.json()).toEqual({
      instance: {
        instanceId,
        appName: 'Example App',
        appVersion: '0.0.53',
        isFree: true,
        permissions: ['WIX_DEVELOPERS.MANAGE_APP_INSTANCE'],
        availablePlans: [],
        originInstanceId: null,
        copiedFromTemplate: false,
        freeTrialAvailable: false,
      },
      site: {
        siteId: SITE,
        siteDisplayName: 'Mysite 34',
        locale: 'en',
        paymentCurrency: 'EUR',
        url: 'https://ada.wixsite.example/mysite-34',
        description: '',
        multilingual: { isMultiLingual: false, supportedLanguages: [] },
        installedWixApps: [],
      },
    })
  })

  it('returns no url for an unpublished site', async () => {
    const { token, getInstance } = startWix()
    const { accessToken } = await token(UNPUBLISHED_SITE)
    const { site } = (await (await getInstance(accessToken)).json()) as { site: object }
    expect(site).toMatchObject({ siteId: UNPUBLISHED_SITE })
    expect(site).not.toHaveProperty('url')
  })

  it('returns the e-mail address of the owner to an app with that permission', async () => {
    const { token, getInstance } = startWix({ wix: { apps: [{ ...APP, readsOwnerEmail: true }] } })
    const { accessToken } = await token()
    expect(await (await getInstance(accessToken)).json()).toMatchObject({
      site: { ownerInfo: { email: DEFAULT_WIX_OWNER.email, emailStatus: 'VERIFIED_OPT_IN' } },
    })
  })

  it('returns the original instance of a copied site', async () => {
    const { wix, requestToken, getInstance } = startWix()
    const { instanceId } = wix.install()
    const copy = wix.clone(instanceId)
    const answer = await (await requestToken(copy.instanceId)).json()
    const { access_token } = answer as { access_token: string }
    expect(await (await getInstance(access_token)).json()).toMatchObject({
      instance: { instanceId: copy.instanceId, originInstanceId: instanceId },
      site: { siteId: copy.siteId, siteDisplayName: 'Copy of Mysite 34' },
    })
  })

  it('requires the permission to manage the app', async () => {
    const { token, getInstance } = startWix({ wix: { apps: [{ ...APP, permissions: [] }] } })
    const { accessToken } = await token()
    await expectError(await getInstance(accessToken), 403, 'PERMISSION_DENIED')
  })
})

describe('Send BI Event', () => {
  it('returns an empty object and records the event', async () => {
    const { token, sendEvent, wix } = startWix()
    const { accessToken } = await token()
    const early = await sendEvent(accessToken, { eventName: 'APP_DASHBOARD_LOADED' })
    expect(early.status).toBe(200)
    expect(wix.instances()).toMatchObject([{ configured: false }])
    const response = await sendEvent(accessToken, FINISHED)
    expect(await response.json()).toEqual({})
    expect(wix.instances()).toMatchObject([
      { configured: true, events: ['APP_DASHBOARD_LOADED', 'APP_FINISHED_CONFIGURATION'] },
    ])
  })

  it.each([
    {},
    { eventName: 'SOMETHING' },
    { eventName: 5 },
    { eventName: 'CUSTOM' },
    { eventName: 'CUSTOM', customEventName: 'x' },
    [],
    null,
  ])('refuses %j', async (body) => {
    const { token, sendEvent, wix } = startWix()
    const { accessToken } = await token()
    const response = await sendEvent(accessToken, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ details: { validationError: {} } })
    expect(wix.instances()).toMatchObject([{ events: [] }])
  })

  it('accepts a custom event with a name', async () => {
    const { token, sendEvent } = startWix()
    const { accessToken } = await token()
    const body = { eventName: 'CUSTOM', customEventName: 'xy' }
    expect((await sendEvent(accessToken, body)).status).toBe(200)
  })

  it('resets the configured state after a reinstall', async () => {
    const { token, sendEvent, wix } = startWix()
    const { accessToken, instanceId } = await token()
    await sendEvent(accessToken, FINISHED)
    await wix.remove(instanceId)
    wix.reinstall(instanceId)
    expect(wix.instances()).toMatchObject([{ configured: false }])
  })
})

describe('authorization', () => {
  it.each(['', 'garbage', 'a.b'])('refuses %j', async (authorization) => {
    await expectError(await startWix().getInstance(authorization), 401, 'UNAUTHENTICATED')
  })

  it('refuses a request without an Authorization header', async () => {
    const { post } = startWix()
    await expectError(await post(BI_EVENT, FINISHED), 401, 'UNAUTHENTICATED')
  })

  it('refuses a refresh token', async () => {
    const started = startWix()
    const { refresh_token } = await started.legacyTokens()
    await expectError(await started.getInstance(refresh_token), 401, 'UNAUTHENTICATED')
  })

  it('refuses "Bearer" unless configured otherwise', async () => {
    const statusOf = async (wix: WixOptions) => {
      const { token, getInstance } = startWix({ wix })
      const { accessToken } = await token()
      return (await getInstance(`Bearer ${accessToken}`)).status
    }
    expect(await statusOf({})).toBe(401)
    expect(await statusOf({ bearerPrefix: 'tolerated' })).toBe(200)
  })

  it('accepts a signed instance of a user unless configured otherwise', async () => {
    const statusOf = async (wix: WixOptions, details: { aid?: string; signDate?: string } = {}) => {
      const started = startWix({ wix })
      const { instanceId } = started.wix.install()
      const value = await started.wix.instanceParameter(instanceId, details)
      return (await started.getInstance(value)).status
    }
    expect(await statusOf({})).toBe(200)
    expect(await statusOf({ instanceAuthorization: 'refused' })).toBe(401)
    expect(await statusOf({}, { aid: 'visitor-1' })).toBe(403)
    expect(await statusOf({}, { signDate: '2024-06-01T07:59:59.000Z' })).toBe(401)
  })

  it('can answer 400 for an expired token', async () => {
    const { emulator, token, getInstance } = startWix({ wix: { expiredTokenStatus: 400 } })
    const { accessToken } = await token()
    emulator.control.advance(HOURS_4)
    await expectError(await getInstance(accessToken), 400, 'WDE0117')
    await expectError(await getInstance('garbage'), 401, 'UNAUTHENTICATED')
  })

  it.each([
    [undefined, 401, 'UNAUTHENTICATED'],
    [403, 403, 'UNAUTHENTICATED'],
    [428, 428, 'FAILED_PRECONDITION'],
  ] as const)('with removedAppStatus %j answers %i after removal', async (chosen, status, code) => {
    const wix = chosen === undefined ? {} : { removedAppStatus: chosen }
    const started = startWix({ wix })
    const { accessToken, instanceId } = await started.token()
    await started.wix.remove(instanceId)
    await expectError(await started.getInstance(accessToken), status, code)
  })

  it('answers 404 for an unknown route', async () => {
    const response = await startWix().request('https://www.wixapis.com/stores/v1/products')
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: '', details: {} })
  })

  it('shows a page for an unknown path of www.wix.com', async () => {
    const response = await startWix().request('https://www.wix.com/dashboard')
    expect(response.status).toBe(404)
    expect(response.headers.get('Content-Type')).toContain('text/html')
  })
})

describe('rate limit', () => {
  it('counts per instance and minute', async () => {
    const { emulator, token, getInstance } = startWix()
    const [first, second] = [await token(), await token()]
    const other = await token(UNPUBLISHED_SITE)
    for (let sent = 0; sent < 200; sent += 1) {
      const { accessToken } = sent % 2 === 0 ? first : second
      expect((await getInstance(accessToken)).status).toBe(200)
    }
    await expectError(await getInstance(first.accessToken), 429, 'RESOURCE_EXHAUSTED')
    expect((await getInstance(other.accessToken)).status).toBe(200)
    emulator.control.advance(60)
    expect((await getInstance(first.accessToken)).status).toBe(200)
  })

  it('uses the configured limit', async () => {
    const { token, getInstance } = startWix({ wix: { rateLimit: 1 } })
    const { accessToken } = await token()
    expect((await getInstance(accessToken)).status).toBe(200)
    expect((await getInstance(accessToken)).status).toBe(429)
  })
})

describe('API faults', () => {
  it.each<[string, number, string]>([
    ['api-401-once', 401, 'UNAUTHENTICATED'],
    ['api-401', 401, 'UNAUTHENTICATED'],
    ['api-403-scope', 403, 'PERMISSION_DENIED'],
    ['api-428', 428, 'FAILED_PRECONDITION'],
    ['api-429', 429, 'RESOURCE_EXHAUSTED'],
  ])('%s', async (scenario, status, code) => {
    const { emulator, token, getInstance, sendEvent } = startWix()
    const { accessToken } = await token()
    emulator.control.setScenario('wix', scenario, 2)
    await expectError(await getInstance(accessToken), status, code)
    await expectError(await sendEvent(accessToken, FINISHED), status, code)
    expect((await getInstance(accessToken)).status).toBe(200)
  })

  it('api-401-once happens once by default', async () => {
    const { emulator, token, getInstance } = startWix()
    const { accessToken } = await token()
    emulator.control.setScenario('wix', 'api-401-once')
    expect((await getInstance(accessToken)).status).toBe(401)
    expect((await getInstance(accessToken)).status).toBe(200)
  })

  it('userinfo-503 and bi-event-500 affect one route each', async () => {
    const { emulator, token, getInstance, sendEvent, wix } = startWix()
    const { accessToken } = await token()
    emulator.control.setScenario('wix', 'userinfo-503')
    expect((await getInstance(accessToken)).status).toBe(503)
    expect((await sendEvent(accessToken, { eventName: 'APP_UPGRADED' })).status).toBe(200)
    emulator.control.clearScenarios()
    emulator.control.setScenario('wix', 'bi-event-500')
    expect((await getInstance(accessToken)).status).toBe(200)
    expect((await sendEvent(accessToken, FINISHED)).status).toBe(500)
    expect(wix.instances()).toMatchObject([{ configured: false, events: ['APP_UPGRADED'] }])
  })
})
