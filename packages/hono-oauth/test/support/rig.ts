import { DEFAULT_WEBFLOW_CLIENT, DEFAULT_WIX_APP, type EmulatorOptions } from 'provider-emulator'
import { expect } from 'vitest'
import { ORIGIN, type Ran } from './app.ts'
import { Browser, type Send } from './browser.ts'
import { canaries } from './canaries.ts'
import type { Operations } from './counting-store.ts'
import { noteSecret } from './notes.ts'
import { tapProvider } from './provider-tap.ts'
import { type Seen, seenIn } from './seen.ts'

/** 32 random bytes, made for these tests. */
export const KEY = 'Xq3Jm0bV8rTnYcE5wLhKz2FaUdGs7iPoRt91BvNxQ4M'
export const CLIENT = {
  ...DEFAULT_WEBFLOW_CLIENT,
  redirectUris: [`${ORIGIN}/auth/webflow/callback`, `${ORIGIN}/auth/other/callback`],
}

export const WIX_APP = {
  ...DEFAULT_WIX_APP,
  appUrl: `${ORIGIN}/auth/wix-legacy/login`,
  redirectUrls: [`${ORIGIN}/auth/wix-legacy/callback`],
}

noteSecret('the key', KEY)
noteSecret('a client secret', CLIENT.secret)
noteSecret('a client secret', WIX_APP.secret)

/** One place where the app runs: Node or workerd. */
export interface Host {
  readonly send: Send
  operations(): Promise<Operations>
  /** What the store holds, by key. */
  dump(): Promise<Record<string, string>>
  fail(operation: keyof Operations, on: boolean): Promise<void>
  advance(seconds: number): Promise<void>
  ran(): Promise<Ran>
  dispose(): Promise<void>
}

/** The Wix app as the app under test is told of it. */
export async function wixSettings({ control }: ReturnType<typeof tapProvider>) {
  const publicKey = await control.wix.publicKey()
  return { appId: WIX_APP.appId, appSecret: WIX_APP.secret, publicKey }
}

export type CreateHost = (provider: ReturnType<typeof tapProvider>) => Promise<Host>

/** What has happened so far; two equal snapshots prove that nothing happened between them. */
interface Snapshot {
  readonly operations: Operations
  readonly providerRequests: number
  readonly ran: Ran
}

/** The app in its host, the provider, and browsers to use them with. */
export async function createRig(createHost: CreateHost, options: EmulatorOptions = {}) {
  let offsetMs = 0
  const now = () => Date.now() + offsetMs
  const provider = tapProvider({
    slowSeconds: 4,
    ...options,
    webflow: { clients: [CLIENT], ...options.webflow },
    wix: { apps: [WIX_APP], ...options.wix },
  })
  const host = await createHost(provider)
  const seen: Seen[] = []

  async function send(url: string, init: RequestInit): Promise<Response> {
    const response = await host.send(url, init)
    const body = await response.text()
    seen.push(...seenIn(response.headers, body))
    return new Response(isNullBody(response.status) ? null : body, {
      status: response.status,
      headers: response.headers,
    })
  }

  return {
    host,
    provider,
    browser: () => new Browser(send, now),
    consent: (location: string, fields?: [string, string][]) =>
      consentAt(provider, location, fields),

    /** Logs in up to the callback, which is returned but not opened. */
    async login(browser: Browser, path = '/auth/webflow/login'): Promise<string> {
      const response = await browser.navigate(path)
      expect(response.status, await response.text()).toBe(302)
      return consentAt(provider, response.headers.get('location') ?? '')
    },

    /** Logs in to the end. */
    async connect(browser: Browser, path = '/auth/webflow/login'): Promise<Response> {
      return browser.navigate(await this.login(browser, path))
    },

    async advance(seconds: number): Promise<void> {
      offsetMs += seconds * 1000
      provider.control.advance(seconds)
      await host.advance(seconds)
    },

    tokenRequests: () =>
      provider.control.requests().filter(({ path }) => path === '/oauth/access_token').length,

    async snapshot(): Promise<Snapshot> {
      return {
        operations: await host.operations(),
        providerRequests: provider.control.requests().length,
        ran: await host.ran(),
      }
    },

    /** No secret of anybody in any byte that left the app or that it stored. */
    async expectNoLeaks(): Promise<void> {
      const stored = JSON.stringify(await host.dump())
      expect([
        ...seen.flatMap((each) => canaries.find(...each)),
        ...canaries.find('the store', stored),
      ]).toEqual([])
    },
  }
}

/** Opens the provider's page and presses a button; returns where that leads. */
export async function consentAt(
  provider: ReturnType<typeof tapProvider>,
  location: string,
  fields: [string, string][] = [['decision', 'allow']],
): Promise<string> {
  const page = await provider.fetch(new Request(location))
  const [, request = ''] = /name="request" value="([^"]+)"/.exec(await page.text()) ?? []
  const { origin, pathname } = new URL(location)
  const answer = await provider.fetch(
    new Request(origin + pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([['request', request], ...withSites(fields)]).toString(),
    }),
  )
  return answer.headers.get('location') ?? ''
}

export type Rig = Awaited<ReturnType<typeof createRig>>

function isNullBody(status: number): boolean {
  return [101, 204, 205, 304].includes(status)
}

function withSites(fields: [string, string][]): [string, string][] {
  if (fields.some(([name, value]) => name === 'site' || value === 'install')) return fields
  return [...fields, ['workspace', ''], ['site', '62f3b1f7eafac55d0c64ef91']]
}
