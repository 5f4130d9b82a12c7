import { type Context, Hono } from 'hono'
import { createOAuth, type LoginOptions, type OAuthConfig } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createBrowser, fakeClock } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { codeOf, expectRefusal } from '../rig/oracles.ts'
import { createProvider } from '../rig/provider.ts'
import { readJson } from '../rig/read-json.ts'

const NEAR = 'https://spa.app.example'
const FAR = 'https://spa.example'
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const ADA = { authorization: 'Bearer ada' }

/** The user whom a bearer token names, or the cookie of the app's own session. */
function owner(c: Context): string | undefined {
  const [, token] = /^Bearer (\w+)$/.exec(c.req.header('authorization') ?? '') ?? []
  return token ?? /\buser=(\w+)/.exec(c.req.header('cookie') ?? '')?.[1]
}

/** An app with pages elsewhere. */
function setup(settings: Partial<OAuthConfig> = { owner }, options: LoginOptions = {}) {
  const provider = createProvider({ consent: 'auto' })
  const clock = fakeClock()
  const configured = { ...MINIMAL, providers: { ...MINIMAL.providers, other: MINIMAL.providers.webflow }, ...settings }
  const config = { ...configured, allowedOrigins: [NEAR, FAR], store: memoryStore({ now: clock.now }), now: clock.now }
  const create = (more: object) =>
    createOAuth(
      () =>
        ({
          ...config,
          ...more,
          logger: () => undefined,
          fetch: (url: string, init: RequestInit) => provider.fetch(new Request(url, init)),
        }) as typeof config,
    )
  const oauth = create({})
  const app = new Hono().route('/auth', oauth.routes).route('/account', create({ basePath: '/account' }).routes)
  app.on(['GET', 'POST'], '/connect/:name', (c) => {
    const name = c.req.param('name') as 'webflow'
    return oauth.login(c, name, { returnTo: `${FAR}/done`, context: { from: 'spa' }, ...options, json: true })
  })
  app.get('/link', async (c) => c.text(await oauth.loginUrl(c, 'webflow', { scopes: ['sites:read'] })))
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  const openBrowser = (home: string) => {
    const providers = (request: Request) =>
      [NEAR, FAR].includes(new URL(request.url).origin) ? new Response('spa') : provider.fetch(request)
    const browser = createBrowser({ origin: ORIGIN, fetch: (request) => app.fetch(request), providers, now: clock.now })
    const api = (path: string, init: RequestInit = {}) =>
      browser.fetch(ORIGIN + path, { credentials: 'include', ...init })
    return {
      browser,
      api,
      visit: () => browser.open(home),
      begin: async (init: RequestInit = {}) =>
        (await readJson(api('/connect/webflow', { method: 'POST', ...init }))).authorizationUrl as string,
      count: async (init: RequestInit = {}) => (await readJson(api('/auth/connections', init))).connections.length,
    }
  }
  const program = async (path = '/connect/webflow', headers: Record<string, string> = ADA, method = 'POST') =>
    app.request(ORIGIN + path, { method, headers })
  const ticket = async (...call: Parameters<typeof program>) =>
    (await readJson(program(...call))).authorizationUrl as string
  const open = (url: string, headers: Record<string, string> = {}) =>
    app.request(url, { headers: { ...NAVIGATION, ...headers } })
  return { app, clock, openBrowser, program, ticket, open }
}

const linkIn = async (page: Response) =>
  /href="([^"]*)">Connect</.exec(await page.clone().text())?.[1]?.replaceAll('&amp;', '&') ?? ''
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

describe('a page elsewhere connects', () => {
  it.each([
    ['by the browser session', {}, {}],
    ['by a bearer token', { owner }, { headers: ADA }],
  ])('on the same site %s, without a question', async (_title, settings, init) => {
    const { browser, visit, begin, count } = setup(settings, { returnTo: `${NEAR}/done` }).openBrowser(NEAR)
    await visit()
    const url = await begin(init)
    expect(new URL(url).host).toBe('webflow.com')
    expect(await (await browser.click(url)).text()).toBe('spa')
    expect([browser.url, await count(init)]).toEqual([`${NEAR}/done`, 1])
  })

  it('on another site by a bearer token, after a page that names the user', async () => {
    const { browser, visit, begin, count } = setup().openBrowser(FAR)
    await visit()
    const url = await begin({ headers: ADA })
    expect(url).toMatch(/^https:\/\/app\.example\/auth\/webflow\/login\?ticket=[\w.-]+$/)
    const page = await browser.click(url)
    expect(await page.clone().text()).toContain('Connect webflow to the account of ada?')
    expect(page.headers.get('cache-control')).toBe('no-store')
    await browser.click(await linkIn(page))
    expect([
      browser.url,
      await count({ headers: ADA }),
      await count({ headers: { authorization: 'Bearer bob' } }),
    ]).toEqual([`${FAR}/done`, 1, 0])
  })

  it('nothing on another site by cookies, which no browser would keep', async () => {
    const { api, visit } = setup({}).openBrowser(FAR)
    await visit()
    const answer = await api('/connect/webflow', { method: 'POST' })
    await expectRefusal(answer, 403, 'request_cross_site')
  })

  it('without the cookie of the login when it forgets the credentials', async () => {
    const { browser, visit, begin } = setup().openBrowser(NEAR)
    await visit()
    const page = await browser.click(await begin({ headers: ADA, credentials: 'omit' }))
    await expectRefusal(page, 400, 'transaction_unknown')
  })
})

describe('a command line', () => {
  it('gets a URL for any browser, which asks', async () => {
    const { ticket, openBrowser } = setup()
    const { browser, count } = openBrowser(ORIGIN)
    const page = await browser.open(await ticket())
    await browser.click(await linkIn(page))
    expect([browser.url, await count({ headers: ADA })]).toEqual([`${FAR}/done`, 1])
  })

  it('gets a URL that does not ask the user who is signed in there', async () => {
    const { ticket, openBrowser } = setup()
    const { browser, visit, count } = openBrowser(NEAR)
    browser.setCookie('user=ada; Path=/')
    await browser.open(await ticket())
    expect(browser.url).toBe(`${FAR}/done`)
    await visit()
    expect(await count()).toBe(1)
  })

  it('is refused without a user, and gets nothing that a cache keeps', async () => {
    const { program } = setup()
    await expectRefusal(await program('/connect/webflow', {}), 401, 'owner_missing')
    const answer = await program()
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(answer.headers.get('content-type')).toBe('application/json')
  })
})

describe('the JSON of a login', () => {
  const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined]
  const ORIGINS = [ORIGIN, NEAR, 'https://evil.example', 'null', `${FAR}.evil`, 'http://spa.example', undefined]
  const cells = SITES.flatMap((site) =>
    ORIGINS.flatMap((origin) => [
      [site, origin, 'GET'],
      [site, origin, 'POST'],
    ]),
  )

  it.each(cells)('is for our pages, allowed ones and programs: of %s from %s by %s', async (site, origin, method) => {
    const headers = { ...ADA, ...(site && { 'sec-fetch-site': site }), ...(origin && { origin }) }
    const answer = await setup().program('/connect/webflow', headers, method)
    const isOurs = site === undefined ? [ORIGIN, undefined].includes(origin) : ['same-origin', 'none'].includes(site)
    if (isOurs || origin === NEAR) {
      const { host } = new URL((await readJson(answer)).authorizationUrl)
      const isHere = site?.startsWith('same-')
      expect([host, answer.headers.getSetCookie().length]).toEqual(isHere ? ['webflow.com', 1] : ['app.example', 0])
      return
    }
    await expectRefusal(answer, 403, 'request_cross_site')
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('a ticket', () => {
  const forge = (url: string) => url.replace(/.{8}$/, 'AAAAAAAA')

  it.each<[string, (field: ReturnType<typeof setup>) => Promise<Response>, string]>([
    ['that is forged', async ({ ticket, open }) => open(forge(await ticket())), 'transaction_unknown'],
    ['that is empty', async ({ open }) => open(`${ORIGIN}/auth/webflow/login?ticket=`), 'transaction_unknown'],
    [
      'of another provider',
      async ({ ticket, open }) => open((await ticket('/connect/other')).replace('/other/', '/webflow/')),
      'transaction_unknown',
    ],
    [
      'of another mount',
      async ({ ticket, open }) => open((await ticket()).replace('/auth/', '/account/')),
      'transaction_unknown',
    ],
    [
      'that is the sealed scopes of a link',
      async ({ app, open }) => open((await (await app.request('/link')).text()).replace('scopes=', 'ticket=')),
      'transaction_unknown',
    ],
    [
      'in place of the scopes',
      async ({ ticket, open }) => open((await ticket()).replace('ticket=', 'scopes=')),
      'owner_missing',
    ],
    [
      'after two minutes',
      async ({ ticket, open, clock }) => {
        const url = await ticket()
        clock.advance(121)
        return open(url)
      },
      'transaction_expired',
    ],
    [
      'in the browser of another user',
      async ({ ticket, open }) => open(await ticket(), { cookie: 'user=bob' }),
      'owner_mismatch',
    ],
    [
      'that is prefetched',
      async ({ ticket, open }) => open(await ticket(), { 'sec-purpose': 'prefetch' }),
      'request_not_navigation',
    ],
    [
      'in a frame',
      async ({ ticket, open }) => open(await ticket(), { 'sec-fetch-dest': 'iframe' }),
      'request_not_navigation',
    ],
  ])('%s begins nothing', async (_title, act, code) => {
    const answer = await act(setup())
    expect([await codeOf(answer), answer.headers.getSetCookie(), answer.headers.get('location')]).toEqual([
      code,
      [],
      null,
    ])
  })

  it.each(['none', 'cross-site', 'same-site', 'same-origin', undefined])('always asks: from %s', async (site) => {
    const { ticket, open } = setup()
    const headers: Record<string, string> = site ? { 'sec-fetch-site': site } : {}
    const page = await open(await ticket(), { ...headers, referer: `${NEAR}/` })
    expect([page.status, page.headers.get('location')]).toEqual([200, null])
  })

  it('begins a login of the browser that opens it: the link of one page is of no use in another browser', async () => {
    const { ticket, open, openBrowser } = setup()
    const url = await ticket()
    const [mine, theirs] = [await open(url), await open(url)]
    const [link, other] = [await linkIn(mine), await linkIn(theirs)]
    expect(link).not.toBe(other)
    const { browser } = openBrowser(ORIGIN)
    for (const line of theirs.headers.getSetCookie()) browser.setCookie(line)
    await expectRefusal(await browser.open(link), 400, 'transaction_unknown')
    await browser.open(other)
    expect(browser.url).toBe(`${FAR}/done`)
  })

  it('shows nothing as code, and carries what the handler chose', async () => {
    const seen: unknown[] = []
    const onConnected: OAuthConfig['onConnected'] = (_c, { context }) => void seen.push(context)
    const settings = { onConnected, owner: () => '<b>"ada"' }
    const { ticket, app, openBrowser } = setup(settings, { returnTo: 'https://evil.example/' })
    const url = await ticket()
    const page = await (await app.request(url)).text()
    expect(page).not.toContain('<b>')
    const { browser } = openBrowser(ORIGIN)
    await browser.open(url)
    expect([browser.url, seen]).toEqual([`${ORIGIN}/`, [{ from: 'spa' }]])
  })

  it('is no ticket where the app has no users', async () => {
    const { ticket } = setup()
    const { open } = setup({})
    expect(await codeOf(await open(await ticket()))).toBe('transaction_unknown')
  })
})

describe('the callback of a proved owner', () => {
  it.each([
    ['no user', '', 303],
    ['the same user', 'user=ada', 303],
    ['another user', 'user=bob', 'owner_mismatch'],
  ])('with %s signed in', async (_title, user, outcome) => {
    const { program, open } = setup()
    const headers = { ...ADA, origin: NEAR, 'sec-fetch-site': 'same-site' }
    const begun = await program('/connect/webflow', headers)
    const url = new URL((await readJson(begun.clone())).authorizationUrl)
    const callback = `${ORIGIN}/auth/webflow/callback?code=c&state=${url.searchParams.get('state')}`
    const answer = await open(callback, { cookie: `${cookiesOf(begun)}; ${user}` })
    // The code is made up, so that a login that goes on ends at the provider.
    expect(await codeOf(answer)).toBe(outcome === 303 ? 'code_rejected' : outcome)
  })

  it('is not that of a login by a link', async () => {
    const { open } = setup()
    const begun = await open(`${ORIGIN}/auth/webflow/login`, { cookie: 'user=ada' })
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
    const callback = `${ORIGIN}/auth/webflow/callback?code=c&state=${state}`
    expect(await codeOf(await open(callback, { cookie: cookiesOf(begun) }))).toBe('owner_missing')
  })
})
