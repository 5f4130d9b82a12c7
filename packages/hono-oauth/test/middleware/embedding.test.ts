import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { createOAuth } from 'hono-oauth'
import { wixLegacy } from 'hono-oauth/providers/wix'
import { wixInstance } from 'hono-oauth/wix-instance'
import { describe, expect, it } from 'vitest'
import { MINIMAL } from '../rig/minimal.ts'
import { createProvider, WIX_APP } from '../rig/provider.ts'

const { appId, secret: appSecret } = WIX_APP
const FRAME = { headers: { 'sec-fetch-dest': 'iframe', accept: 'text/html' } }
const CSP = { defaultSrc: ["'self'"], frameAncestors: ["'none'"] }

/** Whatever the host app does with its headers; `secureHeaders()` alone is in the tests of Wix. */
const APPS: readonly (readonly [string, (app: Hono) => Hono])[] = [
  ['nothing', (app) => app],
  ['secureHeaders() with a policy', (app) => app.use(secureHeaders({ contentSecurityPolicy: CSP }))],
  ['secureHeaders(), then cors()', (app) => app.use(secureHeaders(), cors())],
  ['cors(), then secureHeaders()', (app) => app.use(cors(), secureHeaders())],
]

describe('the pages that Wix may frame', () => {
  it.each(APPS)('stay so in an app that has %s', async (_title, decorate) => {
    const oauth = createOAuth(() => ({ ...MINIMAL, providers: { 'wix-legacy': wixLegacy({ appId, appSecret }) } }))
    const app = decorate(new Hono()).route('/auth', oauth.routes)
    for (const path of ['/auth/wix-legacy/login', '/auth/wix-legacy/callback?state=forged']) {
      const { headers } = await app.request(path, FRAME)
      expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none')
      expect(headers.get('x-frame-options')).toBeNull()
      expect(headers.get('content-security-policy') ?? '').not.toContain('frame-ancestors')
    }
  })

  it.each<[string, () => Response]>([
    ['of the app', () => new Response('hello')],
    ['that cannot be changed', () => Response.redirect('https://app.example/', 303)],
  ])('keep their own policy behind wixInstance(): one %s', async (_title, answer) => {
    const { wix } = createProvider().control
    const proof = await wix.instanceParameter(wix.install().instanceId)
    const app = new Hono().use(secureHeaders({ contentSecurityPolicy: CSP }))
    app.get(
      '/page',
      wixInstance(() => ({ appId, appSecret })),
      () => answer(),
    )
    const { status, headers } = await app.request(`/page?instance=${proof}`)
    expect(status).toBeLessThan(400)
    expect(headers.get('x-frame-options')).toBeNull()
    expect(headers.get('content-security-policy')).toContain('frame-ancestors')
  })
})
