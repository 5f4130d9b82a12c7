import { Hono } from 'hono'
import { createOAuth, type OAuthConfig, type Store } from 'hono-oauth'
import { github } from 'hono-oauth/providers/github'
import { webflow } from 'hono-oauth/providers/webflow'
import { durableObjectStore } from 'hono-oauth/stores/durable-object'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { createBrowser, seedConnection, workersKv } from 'hono-oauth/testing'
import { createEmulator } from 'provider-emulator'
import { describe, expect, it } from 'vitest'
import { KEY, ORIGIN, SITE_TOKEN } from '../rig/constants.ts'
import { fakeNamespace } from '../rig/objects.ts'
import { CLIENT } from '../rig/provider.ts'

const TOKENS = { accessToken: SITE_TOKEN }

/** An app, the emulator, and a browser between them. */
function start(store: Store = memoryStore(), settings: Pick<OAuthConfig, 'owner' | 'onEvent'> = {}) {
  const emulator = createEmulator({
    consent: 'auto',
    webflow: { clients: [{ ...CLIENT, redirectUris: [`${ORIGIN}/auth/webflow/callback`] }] },
  })
  const env = { KEY }
  const oauth = createOAuth((env: { KEY: string }) => ({
    origin: ORIGIN,
    keys: env.KEY,
    store,
    providers: {
      webflow: webflow({ clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] }),
      github: github({ clientId: 'a', clientSecret: 'b', scopes: [] }),
    },
    fetch: (url, init) => emulator.fetch(new Request(url, init)),
    ...settings,
  }))
  const app = new Hono<{ Bindings: { KEY: string } }>()
  app.route('/auth', oauth.routes)
  app.get('/sites', oauth.require('webflow'), async (c) =>
    c.json(await (await c.var.connection.fetch('/v2/sites')).json()),
  )
  app.get('/ids', async (c) => c.json((await oauth.list(c)).map(({ id }) => id)))
  const browser = createBrowser({
    origin: ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => emulator.fetch(request),
  })
  return { oauth, env, browser, emulator }
}

let running: ReturnType<typeof start> | undefined
const objects = fakeNamespace(() => ({
  engine: (_env: unknown, openStore: (now: () => number) => Store) =>
    (running ?? start()).oauth.engine({ KEY }, openStore),
}))
const STORES: [string, () => Store][] = [
  ['memory', () => memoryStore()],
  ['Workers KV', () => kvStore(workersKv().location('here'))],
  ['Durable Objects', () => durableObjectStore(objects)],
]

it('goes through a whole login', async () => {
  const { browser } = start()
  const page = await browser.open('/auth/webflow/login?return_to=/sites')
  expect([browser.url, page.status]).toEqual([`${ORIGIN}/sites`, 200])
  expect(await page.json()).toMatchObject({ sites: [expect.anything(), expect.anything(), expect.anything()] })
  expect(Object.keys(browser.cookies())).toEqual(['__Host-oauth-notice', '__Host-oauth-session-webflow'])
})

describe.each(STORES)('a connection that is seeded in %s', (_name, store) => {
  it('is the connection of its browser', async () => {
    running = start(store())
    const { oauth, env, browser, emulator } = running
    const { connection, setCookie = '' } = await seedConnection(oauth, env, { provider: 'webflow', tokens: TOKENS })
    expect(emulator.control.requests()).toEqual([])
    expect((await browser.open('/sites')).status).toBe(401)
    browser.setCookie(setCookie)
    expect(await (await browser.open('/sites')).json()).toMatchObject({ sites: [expect.anything()] })
    expect(await (await browser.open('/ids')).json()).toEqual([connection.id])
    expect(connection).toMatchObject({ provider: 'webflow', health: 'active', scopes: ['sites:read'] })
  })
})

describe('a seeded connection', () => {
  it('belongs to the user of the app', async () => {
    let user = 'ada'
    const events: string[] = []
    const { oauth, env, browser } = start(memoryStore(), {
      owner: () => user,
      onEvent: ({ type }) => void events.push(type),
    })
    const account = { id: 'account-7', name: 'Acme' }
    const seeded = await seedConnection(oauth, env, {
      owner: 'ada',
      provider: 'webflow',
      account,
      scopes: ['sites:read', 'cms:read'],
      tokens: { ...TOKENS, expiresInSeconds: 3600 },
    })
    expect(seeded.setCookie).toBeUndefined()
    expect(seeded.connection).toMatchObject({ account, scopes: ['sites:read', 'cms:read'] })
    expect((await browser.open('/sites')).status).toBe(200)
    expect(events).toEqual(['connected'])
    user = 'grace'
    expect((await browser.open('/sites')).status).toBe(401)
  })

  it('is replaced by the next one of the same grant', async () => {
    const { oauth, env } = start(memoryStore(), { owner: () => 'ada' })
    const seed = (grantId: string) =>
      seedConnection(oauth, env, { owner: 'ada', provider: 'webflow', grantId, tokens: TOKENS })
    const ids = [await seed('one'), await seed('one'), await seed('two')].map(({ connection }) => connection.id)
    expect(new Set(ids).size).toBe(2)
    expect(await oauth.connections(env).list({ owner: 'ada' })).toHaveLength(2)
  })

  it('ends with its token', async () => {
    const { oauth, env, browser } = start(memoryStore(), { owner: () => 'ada' })
    const tokens = { ...TOKENS, expiresInSeconds: 0 }
    const { connection } = await seedConnection(oauth, env, { owner: 'ada', provider: 'webflow', tokens })
    expect(connection.health).toBe('needs_reauth')
    expect((await browser.open('/sites')).status).toBe(401)
  })

  it('needs an owner where the app has users, and takes none elsewhere', async () => {
    const withUsers = start(memoryStore(), { owner: () => 'ada' })
    const options = { provider: 'webflow', tokens: TOKENS } as const
    await expect(seedConnection(withUsers.oauth, withUsers.env, options)).rejects.toThrow('owner is missing')
    const { oauth, env } = start()
    await expect(seedConnection(oauth, env, { ...options, owner: 'ada' })).rejects.toThrow('owner is not for this app')
    await expect(seedConnection({ ...oauth }, env, options)).rejects.toThrow('oauth is not the result')
  })

  it('gives production code no new way in', () => {
    const { oauth } = start()
    expect(Reflect.ownKeys(oauth).toSorted()).toEqual(
      [
        ...[
          'callback',
          'connectWithToken',
          'connection',
          'connections',
          'engine',
          'errorResponse',
          'list',
          'login',
          'loginUrl',
          'notice',
          'require',
        ],
        ...['rotateKeys', 'routes', 'signOut'],
      ].toSorted(),
    )
  })
})
