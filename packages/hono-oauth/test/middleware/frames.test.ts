import { expect, it } from 'vitest'
import type { Rig } from '../rig/rig.ts'
import { nodeRig } from '../rig/suite.ts'

it('the way from the callback to the token request has at most nine frames of ours', async () => {
  Error.stackTraceLimit = 100
  let stack = ''
  const fetch = (url: string, init: RequestInit) => {
    if (new URL(url).pathname === '/token') stack = new Error().stack ?? ''
    return rig.wire.follow(url, init)
  }
  const rig: Rig = await nodeRig({ fetch })
  const browser = rig.browser()
  const callback = await rig.login(browser, '/auth/ex-memory/login')
  expect((await browser.navigate(callback.href)).status).toBe(303)
  const ours = stack.split('\n').filter((frame) => frame.includes('/hono-oauth/src/'))
  const [request, route] = ['protocol/client.ts', 'middleware/routes.ts'].map((file) =>
    ours.findIndex((frame) => frame.includes(file)),
  )
  expect(request).toBeGreaterThan(-1)
  expect((route ?? 0) - (request ?? 0) + 1).toBeLessThanOrEqual(9)
})
