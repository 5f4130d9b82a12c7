import { describe, expect, it } from 'vitest'
import { DEFAULT_WEBFLOW_SITES, DEFAULT_WIX_SITES } from '../src/index.ts'
import { CALLBACK, CONTROL, START, startEmulator } from './support.ts'

const PAGE = 'http://localhost:9000/'
const OWN = { Origin: 'http://localhost:9000' }

type Fields = Readonly<Record<string, string>>

/** Starts an emulator, and submits forms of its control page. */
function openPage(options: Parameters<typeof startEmulator>[0] = {}) {
  const started = startEmulator(options)
  const { emulator, request } = started
  const read = async (query = '') => (await request(`${PAGE}${query}`)).text()
  const post = (fields: Fields, headers: Fields = OWN, query = '') =>
    request(`${PAGE}${query}`, { method: 'POST', headers, body: new URLSearchParams(fields) })
  /** Submits a form, follows the redirect and returns the line at the top. */
  const act = async (fields: Fields) => {
    const response = await post(fields)
    expect(response.status).toBe(303)
    const page = await read(response.headers.get('Location')?.slice(1))
    return / role="status"[^>]*>([^<]*)/.exec(page)?.[1]?.trim() ?? ''
  }
  const active = () =>
    emulator.control
      .scenarios()
      .flatMap(({ active, provider, name, times }) => (active ? [{ provider, name, times }] : []))
  return { ...started, read, post, act, active, wix: emulator.control.wix }
}

const namesOf = (page: string) => {
  const buttons = [...page.matchAll(/<button[^>]*>(.*?)<\/button>|<summary>(.*?)<\/summary>/gs)]
  return buttons.map(([, button, summary]) => (button ?? summary ?? '').replace(/<[^>]+>/g, '').trim())
}

describe('the page', () => {
  it('has no script, sends its forms only to itself and cannot be framed', async () => {
    const { request } = openPage()
    const response = await request(PAGE)
    const policy = response.headers.get('Content-Security-Policy') ?? ''
    expect(policy.split('; ').toSorted()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      expect.stringMatching(/^style-src 'nonce-[0-9a-f]{32}'$/),
    ])
    // Otherwise a browser would send the origin "null" with the page's own forms.
    expect(response.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(await response.text()).not.toMatch(/<script| on\w+=| style=/)
  })

  it('has different names for its buttons, and a label for each field', async () => {
    const { read, token, wix, emulator } = openPage()
    await token()
    await token({ scope: 'sites:read' })
    for (const { siteId } of DEFAULT_WIX_SITES) wix.install({ siteId })
    emulator.control.setScenario('webflow', 'token-endpoint-503')
    emulator.control.setScenario('wix', 'token-endpoint-503')
    const page = await read()
    const names = namesOf(page)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const fields = [...page.matchAll(/<(select|input)\b(?![^>]*hidden)/g)]
    const labelled = [...page.matchAll(/<label for=|<label[^>]*>[^<]+<(select|input)\b/g)]
    expect(fields.length).toBeGreaterThan(5)
    expect(labelled.length).toBe(fields.length)
  })

  it('shows requests with masked secrets, newest first, of one host or provider', async () => {
    const { read, token, request } = openPage()
    await token()
    await request('https://github.com/<b>?code=secret-code')
    const page = await read()
    expect(page).toContain('All 3, newest first')
    expect(page.indexOf('github.com/&lt;b&gt;')).toBeLessThan(page.indexOf('webflow.com/oauth/authorize'))
    expect(page).not.toContain('secret-code')
    expect(page).toContain('[masked]')
    for (const [log, count] of [
      ['webflow', 2],
      ['api.webflow.com', 1],
      ['github', 1],
      ['nowhere', 0],
    ] as const) {
      const shown = [...(await read(`?log=${log}`)).matchAll(/<tr role="row"><td/g)].length
      expect([log, shown]).toEqual([log, count])
    }
  })

  it.each(['log', 'scenarios', 'at', 'result'])('escapes the choice %s', async (name) => {
    const { read } = openPage()
    expect(await read(`?${name}=${encodeURIComponent('"><i>')}`)).not.toContain('<i>')
  })

  it('shows the scenarios of the chosen provider, by endpoint', async () => {
    const { read } = openPage()
    expect(await read()).toContain('Scenarios of Webflow')
    const page = await read('?scenarios=google')
    expect(page).toContain('Scenarios of Google')
    expect(page).toMatch(/<summary>ID token /)
  })
})

describe('its forms', () => {
  it.each([
    [{}],
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'http://localhost:8787' }],
    [{ Origin: 'null' }],
    [{ ...OWN, 'Sec-Fetch-Site': 'same-site' }],
    [{ ...OWN, 'Sec-Fetch-Site': 'none' }],
  ])('are refused with %j', async (headers) => {
    const { post, emulator } = openPage()
    const response = await post({ action: 'clock', seconds: '300' }, headers as Fields)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Nothing changed')
    expect(emulator.control.now()).toBe(START)
  })

  it.each([
    [{ action: 'clock', seconds: '300' }, 'The time moved forward by 5 minutes.'],
    [{ action: 'clock', seconds: '86400' }, 'The time moved forward by 1 day.'],
    [{ action: 'clock', seconds: '1' }, 'Nothing changed. There is no such step of time.'],
    [{ action: 'scenario', provider: 'wix', name: 'api-429', times: '1' }, 'api-429 is on for the next time at Wix.'],
    [
      { action: 'scenario', provider: 'wix', name: 'x', times: '' },
      'Nothing changed. There is no scenario &quot;x&quot;.',
    ],
    [
      { action: 'scenario', provider: 'nowhere', name: 'api-429', times: '' },
      'Nothing changed. There is no provider &quot;nowhere&quot;.',
    ],
    [
      { action: 'access', provider: 'webflow', id: 'x', change: 'revoke' },
      'Nothing changed. That connection has changed',
    ],
    [{ action: 'install', provider: 'github', choice: 'x' }, 'Nothing changed. GitHub starts no installs.'],
    [
      { action: 'webhook', provider: 'webflow', event: 'x', target: 'http://localhost:1' },
      'Nothing changed. There is no event',
    ],
    [
      { action: 'webhook', provider: 'webflow', event: 'site_publish', target: 'http://a.example' },
      'Nothing changed. &quot;target&quot; must',
    ],
    [{ action: 'try', trial: 'nothing', at: '' }, 'Nothing changed. There is no provider &quot;nothing&quot;.'],
    [{ action: 'x' }, 'Nothing changed. There is no such action.'],
    [{}, 'Nothing changed. There is no such action.'],
  ] as [Fields, string][])('answer %j', async (fields, text) => {
    expect(await openPage().act(fields)).toContain(text)
  })

  it('move the time, and keep the view', async () => {
    const { post, emulator, read } = openPage()
    const response = await post({ action: 'clock', seconds: '3600' }, OWN, '?log=webflow&scenarios=wix&other=x')
    expect(response.headers.get('Location')).toMatch(/^\/\?log=webflow&scenarios=wix&result=[0-9a-f]{16}$/)
    expect(emulator.control.now()).toBe(START + 3_600_000)
    expect(await read()).toContain('1 h ahead of the real clock.')
  })

  it('turn scenarios on and off, at one provider or at all of them', async () => {
    const { act, active, read } = openPage()
    await act({ action: 'scenario', provider: 'wix', name: 'api-429', times: '' })
    expect(active()).toEqual([{ provider: 'wix', name: 'api-429', times: null }])
    expect(await read()).toContain('Off<span class="hidden"> : api-429 at Wix')
    await act({ action: 'scenario', provider: 'wix', name: 'api-429', times: 'off' })
    expect(active()).toEqual([])
    await act({ action: 'try', trial: 'user-denies', at: '' })
    expect(await read()).toContain('Off<span class="hidden"> : authorize-denied at all providers')
    await act({ action: 'scenario', name: 'authorize-denied', times: 'off' })
    expect(active()).toEqual([])
    await act({ action: 'try', trial: 'provider-down', at: '' })
    await act({ action: 'clear-scenarios' })
    expect(active()).toEqual([])
  })

  it.each([
    ['provider-down', 'github', ['token-endpoint-503', 'revoke-503', 'api-500', 'userinfo-503'], null],
    ['user-denies', 'webflow', ['authorize-denied'], 1],
    ['slow-tokens', 'webflow', ['token-endpoint-slow'], null],
    ['rate-limited', 'wix', ['token-endpoint-429', 'api-429'], null],
    ['revocation-fails', 'webflow', ['revoke-503'], null],
    ['revocation-fails', 'wix', [], null],
  ] as const)('try %s at %s', async (trial, at, names, times) => {
    const { act, active } = openPage()
    expect(await act({ action: 'try', trial, at })).toMatch(names.length > 0 ? /: on at / : /^Nothing changed: /)
    expect(active()).toEqual(names.map((name) => ({ provider: at, name, times })))
  })

  it('let tokens expire, withdraw the access and remove the app', async () => {
    const { act, token, api, wix } = openPage({ webflow: { accessTokenFields: { expiresIn: 60 } } })
    const attempt = (trial: string) => act({ action: 'try', trial, at: '' })
    expect(await attempt('tokens-expire')).toBe('There is no access token that can expire at all providers.')
    expect(await attempt('access-withdrawn')).toBe('There is no connection to end at all providers.')
    const [first, second] = [await token(), await token()]
    expect(await attempt('tokens-expire')).toBe('2 access tokens expired at Webflow.')
    expect((await api('/sites', first)).status).toBe(401)
    wix.install()
    expect(await attempt('access-withdrawn')).toBe('2 connections ended at Webflow and Wix.')
    expect((await api('/sites', second)).status).toBe(401)
    expect(wix.instances()).toMatchObject([{ installed: false }])
  })

  it('revoke a grant, and remove, silently remove and reinstall an app', async () => {
    const told: string[] = []
    const fetch = async (url: string) => {
      told.push(url)
      return new Response()
    }
    const { act, emulator, token, read, wix } = openPage({ fetch })
    await token()
    const [grant] = emulator.control.webflow.grants()
    const revoke = { action: 'access', provider: 'webflow', id: grant?.id ?? '', change: 'revoke' }
    expect(await act(revoke)).toBe('The grant of Ada Example is revoked. The app was not told.')
    expect(emulator.control.webflow.grants()).toMatchObject([{ alive: false }])
    const { instanceId: id } = wix.install()
    const change = (name: string) => act({ action: 'access', provider: 'wix', id, change: name })
    expect(await read()).toContain('Mysite 34')
    expect(await change('remove')).toContain('The app took the webhook AppRemoved.')
    expect(await change('reinstall')).toContain('with the same instance id')
    expect(await change('remove-silently')).toContain('The app was not told.')
    expect(told).toEqual(['http://localhost:8787/auth/wix/webhook'])
    await change('reinstall')
    expect(await act({ action: 'try', trial: 'wix app-removed', at: '' })).toContain(
      'The app is removed from Mysite 34.',
    )
    expect(wix.instances()).toMatchObject([{ installed: false }])
  })

  it.each([
    ['webflow', DEFAULT_WEBFLOW_SITES[1]?.id ?? '', `${CALLBACK}?code=`],
    ['wix', DEFAULT_WIX_SITES[1]?.siteId ?? '', 'http://localhost:8787/auth/wix-legacy/login?token='],
  ])('install the app from the marketplace of %s, and link to where it goes on', async (provider, choice, address) => {
    const { post, read } = openPage()
    const response = await post({ action: 'install', provider, choice })
    expect(await read(response.headers.get('Location')?.slice(1))).toContain(`<a href="${address}`)
  })

  it('send a signed webhook about the chosen site', async () => {
    const sent: { url: string; body: unknown }[] = []
    const { act } = openPage({
      fetch: async (url, init) => {
        sent.push({ url, body: JSON.parse(String(init.body)) })
        return new Response(null, { status: sent.length === 1 ? 200 : 401 })
      },
    })
    const subject = DEFAULT_WEBFLOW_SITES[1]?.id ?? ''
    const target = 'http://localhost:8787/auth/webflow/webhook'
    const webhook = { action: 'webhook', provider: 'webflow', event: 'site_publish', subject, target }
    expect(await act(webhook)).toBe('Webflow sent site_publish. The app took it.')
    expect(sent).toMatchObject([{ url: target, body: { payload: { siteId: subject } } }])
    expect(await act(webhook)).toContain('The app answered with status 401')
  })

  it('clear the log, and reset everything', async () => {
    const { act, token, emulator } = openPage()
    await token()
    await act({ action: 'clear-requests' })
    expect(emulator.control.requests()).toEqual([])
    await act({ action: 'clock', seconds: '300' })
    await act({ action: 'reset' })
    expect([emulator.control.now(), emulator.control.webflow.grants()]).toEqual([START, []])
  })

  it('answer 405 to other methods', async () => {
    const response = await openPage().request(PAGE, { method: 'PUT', headers: OWN })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, POST'])
  })
})

it('serves the same page without a server', async () => {
  const { request } = openPage()
  const response = await request(CONTROL.replace('/_emulator', '/'))
  expect(await response.text()).toContain('Try this')
})
