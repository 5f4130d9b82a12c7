import { DEFAULT_OAUTH_EXAMPLE_CLIENT, type EmulatorOptions } from 'provider-emulator'
import { expect } from 'vitest'
import { ORIGIN } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { tapProvider } from '../support/provider-tap.ts'
import { readJson } from '../support/read-json.ts'
import { CLIENT, consentAt, WIX_APP } from '../support/rig.ts'
import type { RotatingName, Variant } from './app.ts'
import type { Answered } from './place.ts'
import type { OpenPlace } from './places.ts'
import { createWire } from './wire.ts'

/** How long access tokens of `oauth.example` live, in seconds. */
export const LIFETIME = 3600
/** How long a person may take with the provider, in seconds. */
export const TRANSACTION_TTL = 1200
export const WIX_SITE = '64fc2d7e-1c0b-4f5a-9b8d-3e7a6c210f41'

const NAMES = [
  'webflow',
  'other',
  'wix',
  'wix-legacy',
  'ex-memory',
  'ex-object',
  'ex-d1',
  'ex-oidc',
]
const REDIRECT_URIS = ['auth', 'account'].flatMap((base) =>
  NAMES.map((name) => `${ORIGIN}/${base}/${name}/callback`),
)

/** What is pressed on each provider's page. */
const CONSENT: Readonly<Record<string, [string, string][]>> = {
  'webflow.com': [['decision', 'allow']],
  'oauth.example': [
    ['decision', 'allow'],
    ['user', 'user-1001'],
  ],
  '/app-installer': [
    ['decision', 'install'],
    ['site', WIX_SITE],
  ],
  '/installer/install': [
    ['decision', 'allow'],
    ['site', WIX_SITE],
  ],
}

/** The app in a runtime, the providers, what is between them, and browsers in front. */
export async function createCatalogueRig(open: OpenPlace, options: EmulatorOptions = {}) {
  let offsetSeconds = 0
  let users = 0
  const now = () => Date.now() + offsetSeconds * 1000
  const provider = tapProvider({
    slowSeconds: 2,
    ...options,
    webflow: { clients: [{ ...CLIENT, redirectUris: REDIRECT_URIS }] },
    wix: { apps: [WIX_APP] },
    oauthExample: {
      clients: [{ ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris: REDIRECT_URIS }],
      ...options.oauthExample,
    },
  })
  const wire = createWire(provider)
  const place = await open(provider, wire)
  const answers: Answered[] = []
  const browsers: Browser[] = []

  async function send(url: string, init: RequestInit): Promise<Response> {
    const response = await place.send(url, init)
    const { status, headers } = response
    const body = await response.text()
    const method = init.method ?? 'GET'
    answers.push({ method, path: new URL(url).pathname, status, headers, body })
    return new Response([101, 204, 205, 304].includes(status) ? null : body, { status, headers })
  }

  const rig = {
    place,
    provider,
    wire,
    answers,
    browsers,
    send,
    now,
    rotating: place.rotating,

    /** A browser; for apps that know their users, with the one who is signed in. */
    browser(user?: string): Browser {
      const sendAs: typeof send = (url, { headers, ...init }) => {
        const all = new Headers(headers)
        if (user) all.set('x-user', encodeURIComponent(user))
        return send(url, { ...init, headers: all })
      }
      const browser = new Browser(sendAs, now)
      browsers.push(browser)
      return browser
    },

    /** A user that nobody had before. */
    user: () => `user-${++users}`,

    /** Forgets what was before, but for what is stored and for the time. */
    async begin(): Promise<void> {
      provider.control.reset()
      provider.control.advance(offsetSeconds)
      provider.secrets.clear()
      wire.clear()
      answers.splice(0)
      browsers.splice(0)
      await place.forget()
      await place.restart({})
    },

    /** Another isolate, or one with other settings. */
    restart: (variant: Variant = {}) => place.restart(variant),

    async advance(seconds: number): Promise<void> {
      offsetSeconds += seconds
      provider.control.advance(seconds)
      await place.advance(seconds)
    },

    /** Presses the button on a provider's page; returns where that leads. */
    consent(location: string, fields?: [string, string][]): Promise<string> {
      const { host, pathname } = new URL(location)
      return consentAt(provider, location, fields ?? CONSENT[host] ?? CONSENT[pathname])
    },

    /** Begins a login; returns the address of the provider's page. */
    async start(browser: Browser, path = '/auth/webflow/login'): Promise<string> {
      const response = await browser.navigate(path)
      expect(response.status, await response.text()).toBe(302)
      return response.headers.get('location') ?? ''
    },

    /** Logs in up to the callback, which is returned but not opened. */
    async login(browser: Browser, path = '/auth/webflow/login'): Promise<URL> {
      return new URL(await rig.consent(await rig.start(browser, path)))
    },

    /** Logs in to the end. */
    async connect(browser: Browser, path = '/auth/webflow/login'): Promise<Response> {
      const landed = await browser.navigate((await rig.login(browser, path)).href)
      expect([302, 303], await landed.clone().text()).toContain(landed.status)
      return landed
    },

    /** A browser that is connected. */
    async connected(name = 'webflow'): Promise<Browser> {
      const browser = rig.browser()
      await rig.connect(browser, `/auth/${name}/login`)
      return browser
    },

    /** A browser whose access token of `oauth.example` is over; an object does not know it yet. */
    async ended(
      name: RotatingName,
      before?: (browser: Browser) => Promise<void>,
    ): Promise<Browser> {
      const browser = await rig.connected(name)
      await before?.(browser)
      await rig.advance(LIFETIME + 1)
      wire.sent.splice(0)
      return browser
    },

    /** What the browser may see of its connections. */
    async connections(browser: Browser, base = '/auth') {
      const { connections } = await readJson(browser.request(`${base}/connections`))
      return connections as {
        id: string
        provider: string
        scopes: string[]
        health: string
        expiresAt: string | null
      }[]
    },

    /** Token requests since the row began, or since they were last forgotten. */
    tokenRequests: () => wire.sent.filter(wire.isToken).length,

    /** Requests to an endpoint of a provider. */
    requests: (path: string) => wire.sent.filter(({ url }) => url.pathname === path),

    events: async (type: string) =>
      (await place.ran()).events.filter((event) => event.type === type),

    /** The same place with another provider: the caller disposes of it. */
    another: (other: EmulatorOptions) => createCatalogueRig(open, other),

    dispose: () => place.dispose(),
  }
  return rig
}

export type CatalogueRig = Awaited<ReturnType<typeof createCatalogueRig>>
