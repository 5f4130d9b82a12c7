import { randomBytes } from 'node:crypto'
import axe from 'axe-core'
import { Miniflare } from 'miniflare'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import {
  createEmulator,
  DEFAULT_OAUTH_EXAMPLE_CLIENT,
  DEFAULT_WEBFLOW_CLIENT,
  DEFAULT_WIX_APP,
  type Emulator,
  type EmulatorOptions,
} from 'provider-emulator'
import { startServer } from 'provider-emulator/server'
import { inject } from 'vitest'
import { freePort } from '../../support/free-port.ts'

/** Where the browser listens; `undefined` where there is none, and the tests do not run. */
export const browserIsThere = inject('browser') !== undefined

const { endpoint, script } = inject('browser') ?? { endpoint: '', script: '' }
const browser = browserIsThere ? await chromium.connect(endpoint) : undefined

const auditor = await browser?.newPage({ bypassCSP: true })
await auditor?.addInitScript(axe.source)

/** Opens a copy of a page in the one tab that has scripts, which are those of axe. The page's own styles and images are those of the app. */
export async function openCopy(url: string, body: string): Promise<Page> {
  if (!auditor) throw new Error('There is no browser.')
  await auditor.route(
    () => true,
    (route) =>
      route.request().isNavigationRequest() ? route.fulfill({ body, contentType: 'text/html' }) : route.continue(),
    { times: 1 },
  )
  await auditor.goto(url)
  return auditor
}

export interface RigOptions {
  readonly consent?: EmulatorOptions['consent']
  readonly fixtures?: EmulatorOptions['fixtures']
  /** How the emulated Wix answers a person who denies. */
  readonly wix?: EmulatorOptions['wix']
  /** Bindings that differ; `undefined` leaves one out. */
  readonly bindings?: Readonly<Record<string, string | undefined>> | undefined
}

/** The sample Worker and the emulator on two ports of this machine, and visitors with a browser. */
export interface Rig extends AsyncDisposable {
  readonly origin: string
  readonly emulator: Emulator
  readonly emulatorOrigin: string
  /** Lets no request to a host of the emulator get an answer, until the next reset. */
  hold(host: string): void
  /** Forgets all people, and what the emulator knows. The Worker goes on. */
  reset(): Promise<void>
  /** The browser of one person: without scripts, as the page has none. */
  visitor(options?: BrowserContextOptions): Promise<BrowserContext>
}

/** Starts a Worker and an emulator of their own. */
export async function startRig({ consent = 'page', fixtures = {}, wix, bindings }: RigOptions = {}): Promise<Rig> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const callback = (name: string) => [`${origin}/auth/${name}/callback`]
  const client = { ...DEFAULT_WEBFLOW_CLIENT, redirectUris: callback('webflow') }
  const app = { ...DEFAULT_WIX_APP, appUrl: `${origin}/auth/wix-legacy/login`, redirectUrls: callback('wix-legacy') }
  const example = { ...DEFAULT_OAUTH_EXAMPLE_CLIENT, redirectUris: callback('example') }
  const emulator = createEmulator({
    appName: 'Site Connector',
    webflow: { clients: [client] },
    wix: { apps: [app], ...wix },
    oauthExample: { clients: [example] },
    personalities: { github: { redirectUris: callback('github') }, google: { redirectUris: callback('google') } },
    consent,
    fixtures,
  })
  const held = new Map<string, Promise<void>>()
  const releases: (() => void)[] = []
  const server = await startServer(
    {
      ...emulator,
      async fetch(request) {
        await held.get(new URL(request.url).pathname.split('/')[1] ?? '')
        return emulator.fetch(request)
      },
    },
    { port: 0 },
  )
  const emulatorOrigin = `http://localhost:${server.port}`
  const worker = new Miniflare({
    modules: true,
    script,
    port,
    host: '127.0.0.1',
    // The time zone of the visitors.
    cf: { timezone: 'Europe/Berlin' },
    compatibilityDate: '2026-07-01',
    kvNamespaces: ['TOKENS'],
    queueProducers: { WEBHOOKS: 'webhooks' },
    queueConsumers: { webhooks: { maxBatchTimeout: 0 } },
    durableObjects: { CONNECTIONS: { className: 'OAuthConnections', useSQLite: true } },
    bindings: defined({
      PUBLIC_ORIGIN: origin,
      OAUTH_KEYS: randomBytes(32).toString('base64url'),
      WEBFLOW_CLIENT_ID: client.id,
      WEBFLOW_CLIENT_SECRET: client.secret,
      WIX_APP_ID: app.appId,
      WIX_APP_SECRET: app.secret,
      WIX_PUBLIC_KEY: await emulator.control.wix.publicKey(),
      EXAMPLE_CLIENT_ID: example.id,
      EXAMPLE_CLIENT_SECRET: example.secret,
      PROVIDER_EMULATOR: emulatorOrigin,
      ...bindings,
    }),
  })
  await worker.ready
  const contexts: BrowserContext[] = []
  const reset = async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    for (const release of releases.splice(0)) release()
    held.clear()
    emulator.control.reset()
  }
  return {
    origin,
    emulator,
    emulatorOrigin,
    hold(host) {
      held.set(host, new Promise((resolve) => releases.push(resolve)))
    },
    async visitor(options) {
      const defaults = { javaScriptEnabled: false, baseURL: origin, viewport: { width: 1280, height: 800 } }
      const context = await browser?.newContext({ ...defaults, ...options })
      if (!context) throw new Error('There is no browser.')
      context.setDefaultTimeout(20_000)
      contexts.push(context)
      return context
    },
    reset,
    async [Symbol.asyncDispose]() {
      await reset()
      await worker.dispose()
      await server.close()
    },
  }
}

function defined(bindings: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bindings).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
