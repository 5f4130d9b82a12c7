// What a location of Workers KV does with a copy that another location has overtaken: it may hold such a
// copy for a minute, and cannot know.
import { kvStore } from 'hono-oauth/stores/kv'
import { workersKv } from 'hono-oauth/testing'
import { createEmulator } from 'provider-emulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT, KEYS, plainExample } from '../interleavings/plain-example.ts'
import { type Stillness, watchStillness } from '../interleavings/stillness.ts'
import { type VirtualTime, virtualTime } from '../interleavings/virtual-time.ts'
import { exampleApp, exampleOAuth } from '../rotation/example-app.ts'
import { ORIGIN } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { tapFetch } from '../support/provider-tap.ts'
import { readJson } from '../support/read-json.ts'
import { drain, waitFor } from './driver.ts'

const LIFETIME = 3600
const STALENESS = 60

let stillness: Stillness
let time: VirtualTime
beforeEach(() => {
  stillness = watchStillness()
  time = virtualTime(1_790_000_000_000)
})
afterEach(() => {
  time.restore()
  stillness.restore()
})

/** What some work gives, once nothing is on its way any more: Workers KV takes its time for a write. */
async function finish<T>(work: Promise<T>): Promise<T> {
  const ended = await waitFor(work, stillness, time)
  await drain(stillness, time)
  if (ended === 'never' || 'failure' in ended) throw new Error('no answer')
  return ended.value
}

/** One browser that is served by two locations in turn. */
async function createWorld({ reuseDetection }: { readonly reuseDetection: boolean }) {
  let offsetMs = 0
  const clock = {
    now: () => time.now() + offsetMs,
    advance(seconds: number) {
      offsetMs += seconds * 1000
    },
  }
  const clients = [{ ...CLIENT, redirectUris: [`${ORIGIN}/auth/example/callback`] }]
  const { control, ...server } = createEmulator({
    consent: 'auto',
    now: clock.now,
    oauthExample: { clients, reuseDetection },
  })
  const emulator = { control, fetch: tapFetch(server.fetch) }
  const kv = workersKv({ now: clock.now })
  const open = (name: string) => {
    const store = kvStore(kv.location(name))
    const oauth = exampleOAuth<object>({
      keys: () => KEYS,
      client: () => CLIENT,
      store: () => store,
      now: clock.now,
      config: {
        owner: undefined as never,
        providers: { example: plainExample() },
        fetch: (url, init) => stillness.track(emulator.fetch(new Request(url, init))),
        allowUnsafeRotation: ['example'],
      },
    })
    return exampleApp(oauth)
  }
  const locations = { here: open('here'), there: open('there') }
  let app = locations.here
  const send = async (url: string, init: RequestInit) => app.request(url, init, {})
  const browser = new Browser((url, init) => finish(send(url, init)), clock.now)
  const at = (name: keyof typeof locations) => {
    app = locations[name]
  }
  async function login(): Promise<Response> {
    const started = await browser.request('/auth/example/login')
    const consent = await emulator.fetch(new Request(started.headers.get('location') ?? ''))
    return browser.request(consent.headers.get('location') ?? '')
  }
  const get = (path: string) => browser.request(path)
  await login()
  clock.advance(5)
  return {
    clock,
    browser,
    emulator,
    login,
    get,
    grants: () => emulator.control.oauthExample.grants(),
    async isLive(token: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${token}` }
      const me = new Request('https://oauth.example/api/me', { headers })
      return (await emulator.fetch(me)).status === 200
    },
    /** Lets the other location read what is there, and something happen here that it cannot see. */
    async overtake(change: () => Promise<unknown>): Promise<void> {
      at('there')
      await get('/auth/connections')
      at('here')
      await change()
      clock.advance(5)
      at('there')
    },
  }
}

describe('a copy that is up to a minute old', () => {
  it('starts a login like any other', async () => {
    const { overtake, browser, get } = await createWorld({ reuseDetection: true })
    await overtake(() => browser.request('/leave', { method: 'POST' }))
    expect((await get('/auth/example/login')).status).toBe(302)
  })

  it('of a connection that was ended shows nothing of the account', async () => {
    const { overtake, browser, get, clock, grants } = await createWorld({ reuseDetection: true })
    await overtake(() => browser.request('/leave', { method: 'POST' }))
    // The provider refuses the token, and what a renewal is refused for is not known yet.
    const answer = await get('/me')
    expect([401, 503]).toContain(answer.status)
    expect(await answer.text()).not.toContain('user-1001')
    clock.advance(STALENESS)
    expect(await readJson(get('/me'))).toMatchObject({ code: 'not_connected' })
    expect(grants().map(({ alive }) => alive)).toEqual([false])
  })

  it('of a token that was renewed waits for the news, where nobody punishes the refusal', async () => {
    const { overtake, get, clock, isLive } = await createWorld({ reuseDetection: false })
    clock.advance(LIFETIME + 1)
    await overtake(() => get('/token'))
    const answer = await get('/token')
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    clock.advance(STALENESS)
    expect(await isLive((await readJson(get('/token'))).token)).toBe(true)
  })

  it('of a token that was renewed costs the connection where reuse is detected, which was accepted', async () => {
    const { overtake, get, clock, grants } = await createWorld({ reuseDetection: true })
    clock.advance(LIFETIME + 1)
    await overtake(() => get('/token'))
    expect((await get('/token')).status).toBe(503)
    clock.advance(LIFETIME + STALENESS)
    // Refused once more, and then it is certain.
    await get('/token')
    clock.advance(STALENESS)
    expect(await readJson(get('/token'))).toMatchObject({ code: 'needs_reauth' })
    expect(grants().map(({ alive }) => alive)).toEqual([false])
  })

  it('is overwritten by a login, whose connection works', async () => {
    const { overtake, get, login, clock, isLive } = await createWorld({ reuseDetection: true })
    clock.advance(LIFETIME + 1)
    await overtake(() => get('/token'))
    expect((await login()).status).toBe(303)
    expect(await isLive((await readJson(get('/token'))).token)).toBe(true)
    clock.advance(LIFETIME + 1)
    expect(await isLive((await readJson(get('/token'))).token)).toBe(true)
  })

  it('can be ended, and is gone everywhere a minute later', async () => {
    const { overtake, get, browser, clock } = await createWorld({ reuseDetection: true })
    clock.advance(LIFETIME + 1)
    await overtake(() => get('/token'))
    const left = await browser.request('/leave', { method: 'POST' })
    expect(left.status).toBe(200)
    clock.advance(STALENESS)
    expect(await readJson(get('/token'))).toMatchObject({ code: 'not_connected' })
  })
})
