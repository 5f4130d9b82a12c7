import { createBrowser, seedConnection } from 'hono-oauth/testing'
import { startEmulator } from 'provider-emulator/vitest'
import { expect, it } from 'vitest'
import app, { oauth } from './quick-start.ts'
import { env } from './test-env.ts'

const emulator = startEmulator()
const openBrowser = () =>
  createBrowser({
    origin: env.PUBLIC_ORIGIN,
    fetch: (request) => app.fetch(request, env),
    providers: (request) => emulator.fetch(request),
  })

it('shows the sites after a login', async () => {
  const page = await openBrowser().open('/auth/webflow/login?return_to=/sites')
  expect(page.status).toBe(200)
})

it('asks for another login when the token has ended', async () => {
  const tokens = { accessToken: 'a-token', expiresInSeconds: 0 }
  const { setCookie = '' } = await seedConnection(oauth, env, { provider: 'webflow', tokens })
  const browser = openBrowser()
  browser.setCookie(setCookie)
  expect((await browser.open('/sites')).status).toBe(401)
})
