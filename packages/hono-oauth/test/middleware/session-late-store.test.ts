import { kvStore } from 'hono-oauth/stores/kv'
import { fakeClock, workersKv } from 'hono-oauth/testing'
import { expect, it } from 'vitest'
import { createApp } from '../support/app.ts'
import { Browser } from '../support/browser.ts'
import { tapProvider } from '../support/provider-tap.ts'
import { readJson } from '../support/read-json.ts'
import { CLIENT, consentAt, KEY, wixSettings } from '../support/rig.ts'

it('shows a location that is a minute late what it showed before a login elsewhere', async () => {
  const clock = fakeClock()
  const kv = workersKv({ now: clock.now })
  const provider = tapProvider({ webflow: { clients: [CLIENT] } })
  const wixApp = await wixSettings(provider)
  const appAt = (location: string) =>
    createApp({
      keys: KEY,
      webflowClient: CLIENT,
      wixApp,
      store: kvStore(kv.location(location)),
      now: clock.now,
      config: { fetch: (url, init) => provider.fetch(new Request(url, init)) },
    }).app
  const [frankfurt, sydney] = [appAt('fra'), appAt('syd')]
  const browser = new Browser(async (url, init) => frankfurt.request(url, init), clock.now)
  const inSydney = (cookie: string) => sydney.request('/auth/connections', { headers: { cookie } })
  const connect = async () => {
    const login = await browser.navigate('/auth/webflow/login')
    const callback = await consentAt(provider, login.headers.get('location') ?? '')
    expect((await browser.navigate(callback)).status).toBe(303)
  }

  await connect()
  const before = browser.cookieHeader()
  expect((await readJson(inSydney(before))).connections).toHaveLength(1)
  clock.advance(10)
  await connect()
  const after = browser.cookieHeader()
  for (const seconds of [0, 49, 2]) {
    clock.advance(seconds)
    expect((await readJson(inSydney(after))).connections).toHaveLength(1)
  }
  // By now it knows, and the session from before opens nothing there either.
  expect((await readJson(inSydney(before))).connections).toEqual([])
})
