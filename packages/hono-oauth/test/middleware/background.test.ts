import type { ConnectionEvent } from 'hono-oauth'
import { memoryStore } from 'hono-oauth/stores/memory'
import { describe, expect, it } from 'vitest'
import { exampleApp, exampleOAuth } from '../rotation/example-app.ts'
import { CLIENT, exampleProvider, LIFETIME } from '../rotation/rig.ts'
import { readJson } from '../support/read-json.ts'
import { KEY } from '../support/rig.ts'

/** The app in Node, with a connection of the user `ada`. */
async function connected() {
  let offsetMs = 0
  const provider = exampleProvider()
  const events: ConnectionEvent[] = []
  const store = memoryStore()
  const oauth = exampleOAuth({
    keys: () => KEY,
    client: () => CLIENT,
    store: () => store,
    now: () => Date.now() + offsetMs,
    onEvent: (event) => void events.push(event),
    config: { fetch: (url, init) => provider.fetch(new Request(url, init)) },
  })
  const app = exampleApp(oauth)
  const headers = { 'x-user': 'ada' }
  const login = await app.request('/auth/example/login', { headers })
  const cookie = login.headers.getSetCookie().join('; ')
  const consent = await provider.fetch(new Request(login.headers.get('location') ?? ''))
  const callback = consent.headers.get('location') ?? ''
  const landed = await app.request(callback, { headers: { ...headers, cookie } })
  expect(landed.status).toBe(303)
  const advance = (seconds: number) => {
    offsetMs += seconds * 1000
    provider.control.advance(seconds)
  }
  return { app, oauth, provider, events, headers, advance }
}

describe('connections without a request', () => {
  it('are found by the user of the app, and by id', async () => {
    const { oauth, events } = await connected()
    const connections = oauth.connections({})
    const [listed, ...others] = await connections.list({ owner: 'ada' })
    expect(others).toEqual([])
    expect(events).toMatchObject([{ type: 'connected', connection: { id: listed?.id } }])
    expect((await connections.get(listed?.id ?? '')).toJSON()).toEqual(listed?.toJSON())
    expect(await connections.list({ owner: 'bob' })).toEqual([])
  })

  it('are renewed, call the provider, and end', async () => {
    const { oauth, provider, advance, events } = await connected()
    const [connection] = await oauth.connections({}).list({ owner: 'ada' })
    advance(LIFETIME + 1)
    const answer = await connection?.fetch('/api/me')
    expect(await answer?.json()).toMatchObject({ sub: 'user-1001' })
    expect(await connection?.revoke()).toBe('revoked')
    expect(provider.control.oauthExample.grants()).toMatchObject([{ alive: false }])
    expect(events.map(({ type }) => type)).toEqual(['connected', 'refreshed', 'revoked'])
  })

  it('hand their work to the execution context, so that it is not cut off', async () => {
    const { oauth } = await connected()
    const works: Promise<unknown>[] = []
    const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) }
    const [connection] = await oauth.connections({}, context).list({ owner: 'ada' })
    await connection?.accessToken()
    await connection?.revoke()
    expect(works).toHaveLength(2)
    await Promise.all(works)
  })

  it.each([
    '',
    'example',
    'example.x',
    'nobody.x.y',
    '__proto__.x.y',
    'example.a/b.c',
    'example..',
  ])('that are none are unknown: "%s"', async (id) => {
    const { oauth } = await connected()
    await expect(oauth.connections({}).get(id)).rejects.toMatchObject({
      code: 'connection_unknown',
      status: 404,
    })
  })
})

describe('what a page can show of a connection whose grant is gone', () => {
  it('is its health, and where to log in again', async () => {
    const { app, provider, advance, events, headers } = await connected()
    const list = async () =>
      (await readJson(app.request('/auth/connections', { headers }))).connections
    expect(await list()).toEqual([
      expect.not.objectContaining({ reauthorizeUrl: expect.anything() }),
    ])
    const [grant] = provider.control.oauthExample.grants()
    provider.control.oauthExample.revokeGrant(grant?.id ?? '')
    advance(LIFETIME + 1)
    expect((await app.request('/token', { headers })).status).toBe(401)
    const reauthorizeUrl = 'https://app.example/auth/example/login'
    expect(await list()).toMatchObject([{ health: 'needs_reauth', reauthorizeUrl }])
    expect(events.at(-1)).toMatchObject({ type: 'needs_reauth', connection: { reauthorizeUrl } })
  })
})
