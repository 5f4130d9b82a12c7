import { Hono } from 'hono'
import { createOAuth, type OAuthConfig } from 'hono-oauth'
import { oauth2 } from 'hono-oauth/providers/oauth2'
import { kvStore } from 'hono-oauth/stores/kv'
import { memoryStore } from 'hono-oauth/stores/memory'
import { workersKv } from 'hono-oauth/testing'
import { describe, expect, it } from 'vitest'
import { countingStore } from '../rig/counting-store.ts'
import { MINIMAL } from '../rig/minimal.ts'
import { readJson } from '../rig/read-json.ts'

const providers = {
  ...MINIMAL.providers,
  example: oauth2({
    clientId: 'id',
    clientSecret: 'secret',
    scopes: ['profile'],
    authorizationEndpoint: 'https://oauth.example/authorize',
    tokenEndpoint: 'https://oauth.example/token',
    apiOrigins: ['https://oauth.example'],
  }),
}
const kv = () => kvStore(workersKv().location('fra'))

async function problemOf(settings: Partial<OAuthConfig<typeof providers>>) {
  const oauth = createOAuth(() => ({ ...MINIMAL, providers, ...settings }))
  const app = new Hono().route('/auth', oauth.routes)
  const response = await app.request('/auth/example/login')
  return response.status === 302 ? 'none' : String((await readJson(response)).detail)
}

describe('a provider whose refresh tokens rotate', () => {
  it.each([
    ['a store that can compare and swap', { store: memoryStore() }],
    ['one of its own that can', { store: kv(), stores: { example: memoryStore() } }],
    ['one that cannot, for others alone', { stores: { webflow: kv() } }],
  ] as const)('is fine with %s', async (_title, settings) => {
    expect(await problemOf(settings)).toBe('none')
  })

  it.each([
    ['the store of all', { store: kv() }],
    ['its own', { stores: { example: kv() } }],
  ] as const)('is refused when a store cannot compare and swap: %s', async (_title, settings) => {
    const problem = await problemOf(settings as never)
    const words = ['providers.example ', 'connectionsObject(oauth)', 'new_sqlite_classes']
    for (const each of [...words, 'stores: { example: durableObjectStore(']) expect(problem).toContain(each)
  })
})

describe('stores for single providers', () => {
  it('name providers of the configuration', async () => {
    const stores = { exmaple: memoryStore() }
    expect(await problemOf({ stores } as never)).toContain('stores ')
  })

  it('are asked for their provider alone', async () => {
    const [one, other] = [countingStore(memoryStore()), countingStore(memoryStore())]
    const stores = { store: one.store, stores: { example: other.store } }
    const oauth = createOAuth(() => ({ ...MINIMAL, providers, ...stores, owner: () => 'ada' }))
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
