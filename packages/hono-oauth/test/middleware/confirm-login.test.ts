import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { wixLegacy } from 'hono-oauth/providers/wix'
import { describe, expect, it } from 'vitest'
import { ORIGIN } from '../rig/constants.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { codeOf } from '../rig/oracles.ts'
import { WIX_APP } from '../rig/provider.ts'

const shops = oauth2({
  clientId: 'id',
  clientSecret: 'secret',
  scopes: [],
  authorizationEndpoint: 'https://{shop}/authorize',
  tokenEndpoint: 'https://{shop}/token',
  details: { shop: 'login.shop' },
  apiOrigins: ['https://{shop}'],
  hosts: ['*.shops.example'],
  refreshTokens: 'none',
})

const USERS: Partial<OAuthConfig> = { owner: (c) => c.req.header('x-user') }
const framed = wixLegacy({ appId: WIX_APP.appId, appSecret: WIX_APP.secret })

/** An app whose users are named by a header. */
function appOf(config = USERS, app = new Hono()) {
  const providers = { ...MINIMAL.providers, shops, framed }
  const oauth = createOAuth(() => ({ ...MINIMAL, providers, ...config }) as typeof MINIMAL)
  app.route('/auth', oauth.routes)
  app.on(['GET', 'POST'], '/connect', (c) => oauth.login(c, 'webflow'))
  app.onError((error, c) => oauth.errorResponse(c, error as never))
  return (path: string, site?: string, init: RequestInit = {}) => {
    const headers = { accept: 'text/html', 'x-user': 'ada', ...(site && { 'sec-fetch-site': site }) }
    return app.request(new URL(path, ORIGIN).href, { ...init, headers })
  }
}

const WIX_FRAMES = { frameAncestors: ['https://*.wix.com'] }

const linkIn = async (answer: Response) =>
  /href="([^"]*)">Connect</.exec(await answer.text())?.[1]?.replaceAll('&amp;', '&')

describe('a login of a user', () => {
  it.each(['same-origin', 'none', undefined])('goes on from %s', async (site) => {
    for (const path of ['/auth/webflow/login', '/connect', '/auth/webflow/callback?code=c']) {
      expect((await appOf()(path, site)).status, path).toBe(302)
    }
  })

  it.each(['cross-site', 'same-site'])('asks first from %s, and says for whom', async (site) => {
    const open = appOf()
    const path = '/auth/shops/login?shop=evil.shops.example&return_to=/a'
    const answer = await open(path, site)
    const page = await answer.clone().text()
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    for (const text of ['Connect shops to your account?', 'as ada.', 'shop: evil.shops.example']) {
      expect(page).toContain(text)
    }
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const link = new URL((await linkIn(answer)) ?? '', `${ORIGIN}${path}`)
    expect(link.href).toBe(`${ORIGIN}${path}`)
    expect((await open(link.href, 'same-origin')).headers.get('location')).toMatch(/^https:\/\/evil\.shops\.example\//)
  })

  it('asks first in the app’s own handler, and after an install link', async () => {
    const open = appOf()
    expect(await linkIn(await open('/connect', 'cross-site'))).toBe('?')
    const installed = await open('/auth/webflow/callback?code=c', 'cross-site')
    expect([installed.status, installed.headers.getSetCookie()]).toEqual([200, []])
    expect(await linkIn(installed)).toBe(`${ORIGIN}/auth/webflow/login`)
    const posted = await open('/connect', 'cross-site', { method: 'POST' })
    expect([posted.status, await codeOf(posted)]).toEqual([403, 'request_cross_site'])
  })

  it('shows nothing as code', async () => {
    const page = await (await appOf()('/auth/shops/login?shop=<b>&x="><script>', 'cross-site')).text()
    expect(page).toContain('shop: &lt;b&gt;')
    expect(page).not.toMatch(/<script|<b>/)
  })

  it.each<[string, Hono]>([
    ['no policy', new Hono()],
    ['secureHeaders()', new Hono().use(secureHeaders())],
    ['a policy for the frames of Wix', new Hono().use(secureHeaders({ contentSecurityPolicy: WIX_FRAMES }))],
  ])('asks in no frame, at a provider that has frames: %s', async (_policy, app) => {
    const open = appOf(USERS, app)
    const question = (await open('/auth/framed/login?token=t', 'cross-site')).headers
    expect([question.get('x-frame-options'), question.get('cross-origin-opener-policy')]).toEqual([
      'DENY',
      'unsafe-none',
    ])
    expect(question.get('content-security-policy')).toMatch(/frame-ancestors 'none'$/)
    // The login itself goes on in the frame.
    const login = (await open('/auth/framed/login?token=t', 'same-origin')).headers
    expect(login.get('location')).toMatch(/^https:\/\/www\.wix\.com\//)
    expect(`${login.get('x-frame-options')} ${login.get('content-security-policy')}`).not.toMatch(/DENY|frame-anc/)
  })

  it('asks nothing of a visitor who is not signed in', async () => {
    const answer = await appOf({ owner: () => undefined })('/auth/webflow/login', 'cross-site')
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'owner_missing'])
  })
})

it('a login of a browser goes on from any site', async () => {
  const open = appOf({})
  for (const site of ['cross-site', 'same-site', 'same-origin', 'none', undefined]) {
    expect((await open('/auth/webflow/login', site)).status).toBe(302)
  }
})
