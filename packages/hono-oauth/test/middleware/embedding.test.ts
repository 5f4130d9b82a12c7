import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { createOAuth } from 'hono-oauth'
import { wixLegacy } from 'hono-oauth/providers/wix'
import { memoryStore } from 'hono-oauth/stores/memory'
import { wixInstance } from 'hono-oauth/wix-instance'
import { createEmulator } from 'provider-emulator'
import { describe, expect, it } from 'vitest'
import { KEY, WIX_APP } from '../support/rig.ts'

const { appId, secret: appSecret } = WIX_APP
const FRAME = { headers: { 'sec-fetch-dest': 'iframe', accept: 'text/html' } }
const CSP = { defaultSrc: ["'self'"], frameAncestors: ["'none'"] }

function routes() {
  const oauth = createOAuth(() => ({
    origin: 'https://app.example',
    keys: KEY,
    providers: { 'wix-legacy': wixLegacy({ appId, appSecret }) },
    store: memoryStore(),
  }))
  return oauth.routes
}

/** Whatever the host app does with its headers. */
const APPS: readonly (readonly [string, (app: Hono) => Hono])[] = [
  ['nothing', (app) => app],
  ['secureHeaders()', (app) => app.use(secureHeaders())],
  [
    'secureHeaders() with a policy',
    (app) => app.use(secureHeaders({ contentSecurityPolicy: CSP })),
  ],
  ['secureHeaders(), then cors()', (app) => app.use(secureHeaders(), cors())],
  ['cors(), then secureHeaders()', (app) => app.use(cors(), secureHeaders())],
  [
    'a header after the handler',
    (app) =>
      app.use(secureHeaders()).use(async (c, next) => {
        await next()
        c.header('x-served-by', 'app')
      }),
  ],
]

describe('the pages that Wix may frame', () => {
  for (const [title, decorate] of APPS) {
    it(`stay so in an app that has ${title}`, async () => {
      const app = decorate(new Hono()).route('/auth', routes())
      for (const path of ['/auth/wix-legacy/login', '/auth/wix-legacy/callback?state=forged']) {
        const { headers } = await app.request(path, FRAME)
        expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none')
        expect(headers.get('x-frame-options')).toBeNull()
        expect(headers.get('content-security-policy') ?? '').not.toContain('frame-ancestors')
      }
    })
  }
})

describe('a page behind wixInstance()', () => {
  const emulator = createEmulator({ wix: { apps: [WIX_APP] } })
  const guard = wixInstance(() => ({ appId, appSecret }))

  it.each<[string, () => Response]>([
    ['of the app', () => new Response('hello')],
    ['that cannot be changed', () => Response.redirect('https://app.example/', 303)],
  ])('may be framed, and keeps its own policy: one %s', async (_title, answer) => {
    const { instanceId } = emulator.control.wix.install()
    const proof = await emulator.control.wix.instanceParameter(instanceId)
    const app = new Hono().use(secureHeaders({ contentSecurityPolicy: CSP }))
    app.get('/page', guard, () => answer())
    const { status, headers } = await app.request(`/page?instance=${proof}`)
    expect(status).toBeLessThan(400)
    expect(headers.get('x-frame-options')).toBeNull()
    expect(headers.get('content-security-policy')).toContain('frame-ancestors')
  })
})
