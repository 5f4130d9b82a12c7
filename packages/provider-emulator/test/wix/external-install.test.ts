import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_WIX_OWNER, type WixOptions } from '../../src/index.ts'
import { callbackOf, START } from '../support.ts'
import {
  AFTER_INSTALL,
  APP,
  decodePart,
  GUID,
  INSTALLER,
  OTHER_APP,
  requestIdOf,
  SECOND_SITE,
  SITE,
  startWix,
} from './support.ts'

async function openPage(wix: WixOptions = {}, parameters: Record<string, string> = {}) {
  const started = startWix({ consent: 'page', wix })
  const response = await started.openInstaller(parameters)
  const page = await response.text()
  const decide = (fields: string, url = INSTALLER) =>
    started.request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `request=${requestIdOf(page)}&${fields}`,
    })
  return { ...started, response, page, decide }
}

const signatureOf = (signedInstance: string, secret = APP.secret) => {
  const [signature, dataPart = ''] = signedInstance.split('.')
  const expected = createHmac('sha256', secret).update(dataPart).digest('base64url')
  return { isRight: signature === expected, payload: decodePart(signedInstance, 1) }
}

describe('external install', () => {
  it('redirects to the app with the query of its URL first, and no code', async () => {
    const { openInstaller, wix } = startWix()
    const response = await openInstaller()
    expect(response.status).toBe(302)
    expect(response.headers.get('Referrer-Policy')).toBe('no-referrer')
    const location = response.headers.get('Location') ?? ''
    expect(location).toMatch(`${AFTER_INSTALL}&appId=`)
    expect([...callbackOf(response).keys()]).toEqual(['tx', 'tx', 'appId', 'tenantId', 'instanceId', 'signedInstance'])
    const [instance] = wix.instances()
    expect(Object.fromEntries(callbackOf(response))).toMatchObject({
      appId: APP.appId,
      tenantId: SITE,
      instanceId: instance?.instanceId,
    })
    expect(instance).toEqual({
      instanceId: expect.stringMatching(GUID),
      appId: APP.appId,
      siteId: SITE,
      siteDisplayName: 'Mysite 34',
      originInstanceId: null,
      installed: true,
      configured: false,
      events: [],
    })
  })

  it('signs the instance, without padding', async () => {
    const { openInstaller, wix } = startWix()
    const value = callbackOf(await openInstaller()).get('signedInstance') ?? ''
    expect(value).toMatch(/^[\w-]{43}\.[\w-]+$/)
    expect(signatureOf(value)).toEqual({
      isRight: true,
      payload: {
        instanceId: wix.instances()[0]?.instanceId,
        appDefId: APP.appId,
        signDate: new Date(START).toISOString(),
        uid: DEFAULT_WIX_OWNER.id,
        permissions: 'OWNER',
        demoMode: false,
        siteOwnerId: DEFAULT_WIX_OWNER.id,
        metaSiteId: SITE,
        expirationDate: new Date(START + 4 * 60 * 60 * 1000).toISOString(),
      },
    })
  })

  it('keeps the instance id when the app is installed again', async () => {
    const { openInstaller, wix } = startWix()
    const first = callbackOf(await openInstaller()).get('instanceId') ?? ''
    expect(callbackOf(await openInstaller()).get('instanceId')).toBe(first)
    await wix.remove(first)
    expect(callbackOf(await openInstaller()).get('instanceId')).toBe(first)
    expect(wix.instances()).toMatchObject([{ installed: true }])
  })

  it.each([
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8787/cb?a=b',
    'https://unregistered.example/',
  ])('redirects to the unregistered URL %s', async (postInstallationUrl) => {
    const response = await startWix().openInstaller({ postInstallationUrl })
    expect(response.headers.get('Location')).toMatch(postInstallationUrl)
  })

  it('shows a page when the link has no URL', async () => {
    const { request, wix } = startWix()
    const response = await request(`${INSTALLER}?appId=${APP.appId}`)
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('is now installed on Mysite 34')
    expect(wix.instances()).toHaveLength(1)
  })

  it.each([
    ['an unknown app', { appId: 'unknown' }],
    ['plain http', { postInstallationUrl: 'http://app.example/cb' }],
    ['another scheme', { postInstallationUrl: 'javascript:alert(1)' }],
    ['a value that is no URL', { postInstallationUrl: '/cb' }],
  ])('shows a 400 page for %s', async (_name, parameters) => {
    const { openInstaller, wix } = startWix()
    const response = await openInstaller(parameters)
    expect(response.status).toBe(400)
    expect(response.headers.get('Location')).toBeNull()
    expect(wix.instances()).toEqual([])
  })

  it('requires the share id of an unlisted app', async () => {
    const shareUrlId = '0f0f0f0f-0000-4000-8000-000000000000'
    const { openInstaller } = startWix({ wix: { apps: [{ ...APP, shareUrlId }] } })
    expect((await openInstaller()).status).toBe(400)
    expect((await openInstaller({ shareUrlId: 'another' })).status).toBe(400)
    expect((await openInstaller({ shareUrlId })).status).toBe(302)
  })

  it('can be limited to registered URLs, compared without the query', async () => {
    const apps = [{ ...APP, postInstallationUrls: ['https://app.example/auth/wix/callback'] }]
    const { openInstaller } = startWix({ wix: { apps, postInstallationUrls: 'registered' } })
    expect((await openInstaller()).status).toBe(302)
    const response = await openInstaller({ postInstallationUrl: 'https://app.example/auth/wix' })
    expect(response.status).toBe(400)
  })

  it('can sign without expiry, with other permissions, or as a JWT', async () => {
    const signedBy = async (wix: WixOptions) =>
      callbackOf(await startWix({ wix }).openInstaller()).get('signedInstance') ?? ''
    const forever = decodePart(await signedBy({ instanceSeconds: null }), 1)
    expect(forever).not.toHaveProperty('expirationDate')
    const offline = await signedBy({ instancePermissions: 'offline_access' })
    expect(decodePart(offline, 1)).toMatchObject({ permissions: 'offline_access' })
    const [header, payload, signature] = (await signedBy({ signedInstanceFormat: 'jwt' })).split('.')
    const hmac = createHmac('sha256', APP.secret).update(`${header}.${payload}`)
    expect(signature).toBe(hmac.digest('base64url'))
  })
})

describe('install page', () => {
  it('shows the user, the app and the scopes, and that the page is emulated', async () => {
    const { response, page } = await openPage()
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(page).toContain('Emulated Wix')
    expect(page).toContain('Example App')
    expect(page).toMatch(/You'll return to <code>app\.example\//)
    expect(page).toContain('<code>WIX_DEVELOPERS.MANAGE_APP_INSTANCE</code>')
    expect(page).toContain('<form method="post" action="app-installer">')
    expect(page).toContain(`name="site" value="${SITE}" checked`)
  })

  it.each([INSTALLER, 'http://localhost:9000/www.wix.com/app-installer'])('accepts the decision at %s', async (url) => {
    const { decide, wix } = await openPage()
    const response = await decide(`decision=install&site=${SECOND_SITE}`, url)
    expect(callbackOf(response).get('tenantId')).toBe(SECOND_SITE)
    expect(wix.instances()).toMatchObject([{ siteId: SECOND_SITE }])
  })

  it('shows a page when the user cancels', async () => {
    const { decide, wix } = await openPage()
    const response = await decide('decision=cancel')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('was not installed')
    expect(wix.instances()).toEqual([])
  })

  it('can redirect to the app when the user cancels', async () => {
    const bare = await openPage({ installerCancel: 'redirect' })
    expect((await bare.decide('decision=cancel')).headers.get('Location')).toBe(AFTER_INSTALL)
    const error = await openPage({ installerCancel: 'redirect-with-error' })
    expect((await error.decide('decision=cancel')).headers.get('Location')).toBe(`${AFTER_INSTALL}&error=access_denied`)
  })

  it.each(['', 'decision=install', 'decision=install&site=nowhere', `site=${SITE}`])(
    'shows a 400 page for "%s"',
    async (fields) => {
      const { decide, wix } = await openPage()
      expect((await decide(fields)).status).toBe(400)
      expect(wix.instances()).toEqual([])
    },
  )

  it('shows a 400 page for an unknown request', async () => {
    const { request } = startWix({ consent: 'page' })
    const body = new URLSearchParams({ request: 'nonsense', decision: 'install', site: SITE ?? '' })
    expect((await request(INSTALLER, { method: 'POST', body })).status).toBe(400)
  })
})

describe('faults of the external install', () => {
  const play = async (scenario: string, wix: WixOptions = {}) => {
    const started = startWix({ wix })
    started.emulator.control.setScenario('wix', scenario, 1)
    const response = await started.openInstaller()
    const parameters = callbackOf(response)
    const signedInstance = parameters.get('signedInstance') ?? ''
    const ordinary = callbackOf(await started.openInstaller())
    return { ...started, response, parameters, signedInstance, ordinary }
  }

  it('installer-drops-state', async () => {
    const { response, parameters, ordinary } = await play('installer-drops-state')
    expect(response.headers.get('Location')).toMatch(/^https:\/\/app\.example\/auth\/wix\/callback\?appId=/)
    expect(parameters.has('tx')).toBe(false)
    expect(ordinary.getAll('tx')).toEqual(['a b', 'c'])
  })

  it('installer-foreign-instance', async () => {
    const { parameters, signedInstance, ordinary } = await play('installer-foreign-instance')
    expect(parameters.get('instanceId')).toMatch(GUID)
    expect(parameters.get('instanceId')).not.toBe(ordinary.get('instanceId'))
    expect(signatureOf(signedInstance)).toMatchObject({
      isRight: true,
      payload: { instanceId: ordinary.get('instanceId') },
    })
  })

  it('installer-foreign-tenant', async () => {
    const { parameters, signedInstance } = await play('installer-foreign-tenant')
    expect(parameters.get('tenantId')).not.toBe(SITE)
    expect(signatureOf(signedInstance).payload).toMatchObject({ metaSiteId: SITE })
  })

  it('installer-foreign-app, with an unregistered app', async () => {
    const { parameters, signedInstance, tokenInfo } = await play('installer-foreign-app')
    expect(parameters.get('appId')).toBe(APP.appId)
    const { isRight, payload } = signatureOf(signedInstance)
    expect(isRight).toBe(false)
    expect(payload['appDefId']).not.toBe(APP.appId)
    expect(await (await tokenInfo(signedInstance)).json()).toEqual({ active: false })
  })

  it('installer-foreign-app, with another registered app', async () => {
    const options = { apps: [APP, OTHER_APP] }
    const { signedInstance, tokenInfo } = await play('installer-foreign-app', options)
    const { isRight, payload } = signatureOf(signedInstance, OTHER_APP.secret)
    expect(isRight).toBe(true)
    expect(payload).toMatchObject({ appDefId: OTHER_APP.appId })
    expect(await (await tokenInfo(signedInstance)).json()).toMatchObject({
      active: true,
      clientId: OTHER_APP.appId,
    })
  })

  it('installer-tampered-signature', async () => {
    const { signedInstance } = await play('installer-tampered-signature')
    expect(signedInstance).toMatch(/^[\w-]{43}\./)
    expect(signatureOf(signedInstance)).toMatchObject({
      isRight: false,
      payload: { appDefId: APP.appId },
    })
  })

  it('installer-stale-signed-instance', async () => {
    const { signedInstance } = await play('installer-stale-signed-instance')
    expect(signatureOf(signedInstance)).toMatchObject({
      isRight: true,
      payload: { signDate: '2024-05-31T12:00:00.000Z' },
    })
  })

  it('installer-without-signed-instance', async () => {
    const { parameters } = await play('installer-without-signed-instance')
    expect([...parameters.keys()].slice(2)).toEqual(['appId', 'tenantId', 'instanceId'])
  })
})
