import { createEmulator } from 'provider-emulator'
import { afterEach, describe, expect, it, vi } from 'vitest'
import arctic from '../examples/migrate/arctic.after.ts'
import betterAuth from '../examples/migrate/better-auth.after.ts'
import handWritten from '../examples/migrate/hand-written.after.ts'
import oauthProviders from '../examples/migrate/oauth-providers.after.ts'
import oidcAuth from '../examples/migrate/oidc-auth.after.ts'
import { makeEnv, ORIGIN, openBrowser } from './open-browser.ts'

// A Durable Object needs workerd: here its store is the one in memory, which can compare and swap too.
vi.mock('hono-oauth/durable-object', () => ({ connectionsObject: () => class {} }))
vi.mock('hono-oauth/stores/durable-object', async () => {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  return { durableObjectStore: (store = memoryStore()) => store }
})

afterEach(() => vi.unstubAllGlobals())

const CLIENT = { id: 'tracker', secret: 'tracker-secret' }

/** A browser at an app whose client is registered with one redirect URI, at GitHub and at oauth.example. */
async function open(app: { fetch: unknown }, path: string) {
  const { memoryStore } = await import('hono-oauth/stores/memory')
  const env = makeEnv({
    TRACKER_CLIENT_ID: CLIENT.id,
    TRACKER_CLIENT_SECRET: CLIENT.secret,
    OIDC_ISSUER: 'https://oauth.example',
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    CONNECTIONS: memoryStore(),
  })
  const emulator = createEmulator({
    consent: 'auto',
    personalities: { github: { redirectUris: [`${ORIGIN}${path}`] } },
    oauthExample: { clients: [{ ...CLIENT, redirectUris: [`${ORIGIN}${path}`] }] },
  })
  return openBrowser(app as Parameters<typeof openBrowser>[0], env, emulator)
}

describe('after the move', () => {
  it.each([
    ['@hono/oauth-providers', oauthProviders, '/github'],
    ['arctic', arctic, '/callback'],
  ])('from %s the app connects by the same redirect URI, and lists repositories', async (_, app, path) => {
    const { browser } = await open(app, path)
    const page = await browser.open('/auth/github/login')
    expect([browser.url, page.status]).toEqual([`${ORIGIN}/repos`, 200])
    expect(await page.json()).toEqual([])
  })

  it('from @hono/oidc-auth a page without a connection goes to the login and comes back', async () => {
    const { browser } = await open(oidcAuth, '/callback')
    const page = await browser.open('/')
    expect(await page.text()).toMatch(/^Hello, Ada/)
    await browser.submit('/logout')
    expect(browser.cookies()).toEqual({})
  })

  it('from code by hand the app lists the items', async () => {
    const { browser } = await open(handWritten, '/callback')
    const page = await browser.open('/auth/tracker/login')
    expect([browser.url, page.status]).toEqual([`${ORIGIN}/items`, 200])
  })

  it('from better-auth the connections belong to the users of the app', async () => {
    const app = {
      fetch: (request: Request, env: Env) => {
        const copy = new Request(request)
        copy.headers.set('authorization', 'Bearer token-of-ada')
        return betterAuth.fetch(copy, env)
      },
    }
    const { browser } = await open(app, '/api/auth/callback/tracker')
    const page = await browser.open('/auth/tracker/login?return_to=/items')
    expect([browser.url, page.status]).toEqual([`${ORIGIN}/items`, 200])
  })
})
