import { describe, expect, it } from 'vitest'
import type { WixOptions } from '../../src/index.ts'
import { callbackOf } from '../support.ts'
import {
  APP,
  CLOSE_WINDOW,
  decodePart,
  OTHER_APP,
  PERMISSION,
  REDIRECT_URL,
  requestIdOf,
  SECOND_SITE,
  SITE,
  startWix,
} from './support.ts'

async function openPage(wix: WixOptions = {}, siteId?: string) {
  const started = startWix({ consent: 'page', wix })
  const location = siteId === undefined ? '' : started.wix.install({ siteId }).location
  const token = new URLSearchParams(location?.split('?')[1]).get('token')
  const response = await started.openPermission(token === null ? {} : { token })
  const page = await response.text()
  const decide = (fields: string, url = PERMISSION) =>
    started.request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `request=${requestIdOf(page)}&${fields}`,
    })
  return { ...started, response, page, decide, token: token ?? '' }
}

describe('permission page', () => {
  it('redirects to the app with a code, the state and the instance id', async () => {
    const { openPermission, wix } = startWix()
    const response = await openPermission()
    expect(response.status).toBe(302)
    expect(response.headers.get('Location')).toMatch(`${REDIRECT_URL}?code=OAUTH2.`)
    const parameters = callbackOf(response)
    expect([...parameters.keys()]).toEqual(['code', 'state', 'instanceId'])
    expect(parameters.get('state')).toBe('xyz')
    expect(decodePart(parameters.get('code') ?? '', 2)).toMatchObject({ appId: APP.appId })
    expect(wix.instances()).toMatchObject([{ instanceId: parameters.get('instanceId'), siteId: SITE, installed: true }])
  })

  it('sends no state when the request had none', async () => {
    const { request } = startWix()
    const query = new URLSearchParams({ appId: APP.appId, redirectUrl: REDIRECT_URL })
    const parameters = callbackOf(await request(`${PERMISSION}?${query}`))
    expect([...parameters.keys()]).toEqual(['code', 'instanceId'])
  })

  it.each([
    ['an unknown app', { appId: 'unknown' }],
    ['an unregistered redirectUrl', { redirectUrl: `${REDIRECT_URL}/` }],
    ['a redirectUrl of another host', { redirectUrl: 'https://evil.example/' }],
    ['an unknown token', { token: 'nonsense' }],
  ])('shows a 400 page for %s', async (_name, parameters) => {
    const { openPermission, wix } = startWix()
    const response = await openPermission(parameters)
    expect(response.status).toBe(400)
    expect(response.headers.get('Location')).toBeNull()
    expect(response.headers.get('Content-Type')).toContain('text/html')
    expect(wix.instances()).toEqual([])
  })

  it('shows the user, the app and its permissions, and offers the sites', async () => {
    const { page, decide } = await openPage()
    expect(page).toContain('Emulated Wix')
    expect(page).toContain('<form method="post" action="install">')
    expect(page).toContain(`name="site" value="${SITE}" checked`)
    const response = await decide(`decision=allow&site=${SECOND_SITE}`)
    expect([...callbackOf(response).keys()]).toEqual(['code', 'state', 'instanceId'])
  })

  it('accepts the decision under a path prefix', async () => {
    const { decide } = await openPage()
    const url = 'http://localhost:9000/www.wix.com/installer/install'
    expect((await decide(`decision=allow&site=${SITE}`, url)).status).toBe(302)
  })

  it('shows a page when the user denies', async () => {
    const { decide, wix } = await openPage()
    const response = await decide('decision=deny')
    expect(response.status).toBe(200)
    expect(response.headers.get('Location')).toBeNull()
    expect(wix.instances()).toEqual([])
  })

  it('can redirect to the app when the user denies', async () => {
    const bare = await openPage({ permissionDeny: 'redirect' })
    expect((await bare.decide('decision=deny')).headers.get('Location')).toBe(REDIRECT_URL)
    const error = await openPage({ permissionDeny: 'redirect-with-error' })
    expect((await error.decide('decision=deny')).headers.get('Location')).toBe(
      `${REDIRECT_URL}?error=access_denied&state=xyz`,
    )
  })

  it.each(['', 'decision=allow', 'decision=allow&site=nowhere', `site=${SITE}`])(
    'shows a 400 page for "%s"',
    async (fields) => {
      const { decide } = await openPage()
      expect((await decide(fields)).status).toBe(400)
    },
  )

  it('shows a 400 page for an unknown request', async () => {
    const { request } = startWix()
    const body = new URLSearchParams({ request: 'nonsense', decision: 'allow' })
    expect((await request(PERMISSION, { method: 'POST', body })).status).toBe(400)
  })
})

describe('install that Wix starts', () => {
  it('starts at the App URL, with a token for the site', async () => {
    const { page, decide, token, wix } = await openPage({}, SECOND_SITE)
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(page).toContain('Site: Ada Photography')
    expect(page).not.toContain('name="site"')
    const parameters = callbackOf(await decide('decision=allow'))
    expect(wix.instances()).toMatchObject([{ instanceId: parameters.get('instanceId'), siteId: SECOND_SITE }])
  })

  it('accepts the token for one consent', async () => {
    const { decide, openPermission, token } = await openPage({}, SITE)
    expect((await decide('decision=deny')).status).toBe(200)
    expect((await decide('decision=allow')).status).toBe(302)
    expect((await decide('decision=allow')).status).toBe(400)
    expect((await openPermission({ token })).status).toBe(400)
  })

  it('refuses the token of another app', async () => {
    const apps = [APP, { ...OTHER_APP, appUrl: 'https://other.example/' }]
    const { wix, openPermission } = startWix({ wix: { apps } })
    const { location = '' } = wix.install({ appId: OTHER_APP.appId })
    const token = new URL(location).searchParams.get('token') ?? ''
    expect((await openPermission({ token })).status).toBe(400)
  })
})

describe('faults of the permission page', () => {
  it('authorize-denied', async () => {
    const { emulator, openPermission, openInstaller } = startWix({
      wix: { permissionDeny: 'redirect-with-error', installerCancel: 'redirect-with-error' },
    })
    emulator.control.setScenario('wix', 'authorize-denied', 2)
    expect([...callbackOf(await openPermission())]).toEqual([
      ['error', 'access_denied'],
      ['state', 'xyz'],
    ])
    expect(callbackOf(await openInstaller()).get('error')).toBe('access_denied')
    expect(callbackOf(await openPermission()).has('code')).toBe(true)
  })

  it('callback-drops-state', async () => {
    const { emulator, openPermission } = startWix()
    emulator.control.setScenario('wix', 'callback-drops-state', 1)
    expect([...callbackOf(await openPermission()).keys()]).toEqual(['code', 'instanceId'])
    expect(callbackOf(await openPermission()).get('state')).toBe('xyz')
  })

  it('callback-with-foreign-state', async () => {
    const { emulator, openPermission } = startWix()
    emulator.control.setScenario('wix', 'callback-with-foreign-state', 1)
    expect(callbackOf(await openPermission()).get('state')).toBe('foreign-state')
    expect(callbackOf(await openPermission()).get('state')).toBe('xyz')
  })
})

describe('close-window', () => {
  it('shows a page for both kinds of access token', async () => {
    const started = startWix()
    const { request, emulator } = started
    const { access_token } = await started.legacyTokens()
    const { accessToken } = await started.token()
    for (const token of [access_token, accessToken]) {
      const response = await request(`${CLOSE_WINDOW}?${new URLSearchParams({ access_token: token })}`)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('close this window')
    }
    emulator.control.advance(5 * 60)
    expect((await request(`${CLOSE_WINDOW}?access_token=${access_token}`)).status).toBe(400)
  })

  it('shows a 400 page for other tokens', async () => {
    const started = startWix()
    const { refresh_token } = await started.legacyTokens()
    for (const query of ['', '?access_token=', '?access_token=x', `?access_token=${refresh_token}`]) {
      expect((await started.request(`${CLOSE_WINDOW}${query}`)).status).toBe(400)
    }
  })
})
