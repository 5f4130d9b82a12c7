import { Hono } from 'hono'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { webflow } from 'hono-oauth/providers/webflow'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { workersKv } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { example } from '../rotation/example-app.ts'
import { countingStore } from '../support/counting-store.ts'
import { readJson } from '../support/read-json.ts'
import { CLIENT, KEY } from '../support/rig.ts'

const providers = {
  webflow: webflow({ clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['sites:read'] }),
  example: example({ id: 'id', secret: 'secret' }),
}
const kv = () => kvStore(workersKv().location('fra'))

async function problemOf(settings: Partial<OAuthConfig<typeof providers>>) {
  const oauth = createOAuth(() => ({
    origin: 'https://app.example',
    keys: KEY,
    providers,
    store: memoryStore(),
    ...settings,
  }))
  const app = new Hono().route('/auth', oauth.routes)
  const response = await app.request('/auth/example/login')
  return response.status === 302 ? 'none' : String((await readJson(response)).detail)
}

describe('a provider whose refresh tokens rotate', () => {
  it.each([
    ['a store that can compare and swap', { store: memoryStore() }],
    ['one of its own that can', { store: kv(), stores: { example: memoryStore() } }],
    ['one that cannot, for others alone', { stores: { webflow: kv() } }],
    ['the loss accepted by name', { store: kv(), allowUnsafeRotation: ['example'] }],
  ] as const)('is fine with %s', async (_title, settings) => {
    expect(await problemOf(settings)).toBe('none')
  })

  it.each([
    ['the store of all', { store: kv() }],
    ['its own', { stores: { example: kv() } }],
    ['the loss accepted for another', { store: kv(), allowUnsafeRotation: ['webflow'] }],
  ] as const)('is refused when a store cannot compare and swap: %s', async (_title, settings) => {
    const problem = await problemOf(settings as never)
    for (const words of ['providers.example ', 'durableObjectStore()', 'allowUnsafeRotation']) {
      expect(problem).toContain(words)
    }
  })
})

describe('stores for single providers', () => {
  it.each([
    ['stores', { stores: { exmaple: memoryStore() } }],
    ['allowUnsafeRotation', { allowUnsafeRotation: ['exmaple'] }],
  ])('name providers of the configuration: %s', async (setting, settings) => {
    expect(await problemOf(settings as never)).toContain(`${setting} `)
  })

  it('are asked for their provider alone', async () => {
    const [one, other] = [countingStore(memoryStore()), countingStore(memoryStore())]
    const oauth = createOAuth(() => ({
      origin: 'https://app.example',
      keys: KEY,
      providers,
      store: one.store,
      stores: { example: other.store },
      owner: () => 'ada',
    }))
    const app = new Hono()
    app.get('/webflow', oauth.require('webflow'), (c) => c.text(''))
    app.get('/example', oauth.require('example'), (c) => c.text(''))
    expect((await app.request('/webflow')).status).toBe(401)
    expect([one.operations.get, other.operations.get]).toEqual([1, 0])
    expect((await app.request('/example')).status).toBe(401)
    expect([one.operations.get, other.operations.get]).toEqual([1, 1])
    expect(await oauth.connections({}).list({ owner: 'ada' })).toEqual([])
    expect([one.operations.get, other.operations.get]).toEqual([2, 2])
  })
})
