import { createBrowser, workersKv } from 'hono-oauth/testing'
import { startEmulator } from 'provider-emulator/vitest'
import { expect, it } from 'vitest'
import app from './start' // your app: ./index

const emulator = startEmulator()
const env = {
  PUBLIC_ORIGIN: 'http://localhost:8787',
  OAUTH_KEYS: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))),
  GITHUB_CLIENT_ID: 'github-client-id',
  GITHUB_CLIENT_SECRET: 'github-client-secret',
  TOKENS: workersKv().location('here'),
} as unknown as Env

const openBrowser = () =>
  createBrowser({
    origin: env.PUBLIC_ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => emulator.fetch(request),
  })

it('connects GitHub, and shows the profile', async () => {
  const browser = openBrowser()
  const page = await browser.open('/auth/github/login?return_to=/profile')
  expect(await page.json()).toMatchObject({ login: 'ada' })
})

it('says that the person declined', async () => {
  emulator.control.setScenario('github', 'authorize-denied', 1)
  const page = await openBrowser().open('/auth/github/login')
  expect([page.status, await page.text()]).toEqual([
    400,
    expect.stringContaining('access_denied'),
  ])
})
