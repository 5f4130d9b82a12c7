import { readdirSync } from 'node:fs'
import { createEmulator } from 'provider-emulator'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeEnv, ORIGIN, openBrowser } from './open-browser.ts'

// A Durable Object needs workerd: here its store is the one in memory, which can compare and swap too.
vi.mock('hono-oauth/durable-object', () => ({ connectionsObject: () => class {} }))
vi.mock('hono-oauth/stores/durable-object', async () => {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  const store = memoryStore()
  return { durableObjectStore: () => store }
})

const FOLDER = new URL('../generated/providers/', import.meta.url)
const NAMES = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.d.ts') ? [] : [file.replace(/\.ts$/, '')]))

// Servers of a company's own, and a preset for the same client as another one: the emulator has no host for them.
const NOT_EMULATED = ['github-server', 'gitlab', 'wordpress-user']
const LOGIN: Record<string, string> = { shopify: '?shop=example.myshopify.com' }
const APPLE = {
  APPLE_TEAM_ID: 'TEAM123456',
  APPLE_KEY_ID: 'KEY1234567',
  // A key of P-256, made for the tests.
  APPLE_PRIVATE_KEY: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----`,
}

/** The variables of an example app: the client that the emulator has registered for the provider. */
const envOf = (name: string) =>
  new Proxy(makeEnv(APPLE), {
    get(env, variable: string) {
      const value = Reflect.get(env, variable)
      if (value !== undefined && !variable.startsWith('GITHUB_')) return value
      if (/SECRET/.test(variable)) return name === 'stripe' ? 'sk_test_stripe' : `${name}-client-secret`
      if (/_(ID|KEY)$/.test(variable)) return `${name}-client-id`
      return value
    },
  })

const fieldsIn = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, field = '', value = '']) => [
      field,
      value.replaceAll('&quot;', '"'),
    ]),
  )

const importApp = async (name: string) => (await import(new URL(`${name}.ts`, FOLDER).href)).default

describe('the example app of', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each(NAMES.filter((name) => !NOT_EMULATED.includes(name)))('%s connects and is used', async (name) => {
    const app = await importApp(name)
    const { browser, emulator } = openBrowser(app, envOf(name))
    let page = await browser.open(`/auth/${name}/login${LOGIN[name] ?? ''}`)
    // Apple answers with a page that posts itself to the callback.
    if (name === 'apple') page = await browser.submit(`${ORIGIN}/auth/apple/callback`, fieldsIn(await page.text()))
    expect(emulator.control.requests().map(({ status }) => status)).not.toContain(599)
    expect(browser.url, await page.text()).toBe(`${ORIGIN}/`)
    const me = await browser.open('/me')
    expect(me.status, await me.text()).toBe(200)
  })

  it.each(NOT_EMULATED)('%s begins a login', async (name) => {
    const app = await importApp(name)
    const login = await app.request(`/auth/${name}/login`, {}, envOf(name))
    expect(login.status).toBe(302)
    expect(createEmulator().control.requests()).toEqual([])
  })
})
