import type { Connection } from 'hono-oauth'
import type { EmulatorOptions } from 'provider-emulator'
import { expect } from 'vitest'
import type { RotatingName, Variant } from './app.ts'
import { Browser } from './browser.ts'
import { KEY, LIFETIME } from './constants.ts'
import type { OpenPlace } from './hosts.ts'
import { noteSecret } from './notes.ts'
import type { Answered, Isolate, Place } from './place.ts'
import { createProvider, type Fields } from './provider.ts'
import { readJson } from './read-json.ts'
import { createWire } from './wire.ts'

/** The app in a runtime, the providers, what is between them, and browsers in front. */
export async function createRig<P extends Place>(open: OpenPlace<P>, options: EmulatorOptions = {}) {
  let offsetSeconds = 0
  let users = 0
  const now = () => Date.now() + offsetSeconds * 1000
  noteSecret('the key', KEY)
  const provider = createProvider({ now, ...options })
  const wire = createWire(provider)
  const place = await open(provider, wire)
  const answers: Answered[] = []
  const browsers: Browser[] = []

  async function send(url: string, init: RequestInit, isolate?: Isolate): Promise<Response> {
    const response = await place.send(url, init, isolate)
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
    browser(user?: string, isolate?: Isolate): Browser {
      const sendAs = (url: string, { headers, ...init }: RequestInit) => {
        const all = new Headers(headers)
        if (user) all.set('x-user', encodeURIComponent(user))
        return send(url, { ...init, headers: all }, isolate)
      }
      const browser = new Browser(sendAs, now)
      browsers.push(browser)
      return browser
    },

    /** A user who is new. */
    user: () => `user-${++users}`,

    /** Forgets what was before, but for what is stored and for the time. */
    async begin(): Promise<void> {
      provider.control.reset()
      provider.secrets.clear()
      wire.clear()
      answers.splice(0)
      browsers.splice(0)
      await place.forget()
      await place.restart({})
    },

    /** What is stored, but for the marks of states whose codes were sent. */
    async stored(): Promise<Record<string, string>> {
      const entries = Object.entries(await place.dump())
      return Object.fromEntries(entries.filter(([key]) => !/(^|: )states\//.test(key)))
    },

    /** Another isolate, or one with other settings. */
    restart: (variant: Variant = {}) => place.restart(variant),

    async advance(seconds: number): Promise<void> {
      offsetSeconds += seconds
      await place.advance(seconds)
    },

    /** Presses the button on a provider's page; returns where that leads. */
    consent: (location: string, fields?: Fields) => provider.consent(location, fields),

    /** Begins a login; returns the address of the provider's page. */
    async start(browser: Browser, path = '/auth/webflow/login'): Promise<string> {
      const response = await browser.navigate(path)
      expect(response.status, await response.text()).toBe(302)
      return response.headers.get('location') ?? ''
    },

    /** Logs in up to the callback, which is returned but not opened. */
    async login(browser: Browser, path?: string, fields?: Fields): Promise<URL> {
      return new URL(await rig.consent(await rig.start(browser, path), fields))
    },

    /** Logs in to the end. */
    async connect(browser: Browser, path?: string, fields?: Fields): Promise<Response> {
      const landed = await browser.navigate((await rig.login(browser, path, fields)).href)
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
    async ended(name: RotatingName, before?: (browser: Browser) => Promise<void>): Promise<Browser> {
      const browser = await rig.connected(name)
      await before?.(browser)
      await rig.advance(LIFETIME + 1)
      wire.sent.splice(0)
      return browser
    },

    /** What the browser may see of its connections. */
    async connections(browser: Browser, base = '/auth'): Promise<ReturnType<Connection['toJSON']>[]> {
      return (await readJson(browser.request(`${base}/connections`))).connections
    },

    tokenRequests: wire.tokenRequests,
    requests: wire.requests,

    events: async (type: string) => (await place.ran()).events.filter((event) => event.type === type),

    /** Proves that nothing happens until it is called: no operation, no request, no handler. */
    async stillness(): Promise<() => Promise<void>> {
      const seen = async () => {
        const { operations } = await place.work()
        const { handlers, hooks, webhooks, events } = await place.ran()
        return { operations, sent: wire.sent.length, handlers, hooks, webhooks, events }
      }
      const before = await seen()
      return async () => expect(await seen()).toEqual(before)
    },

    /** The same place with another provider: the caller disposes of it. */
    another: (other: EmulatorOptions) => createRig<Place>(open, other),

    dispose: () => place.dispose(),
  }
  return rig
}

export type Rig<P extends Place = Place> = Awaited<ReturnType<typeof createRig<P>>>
